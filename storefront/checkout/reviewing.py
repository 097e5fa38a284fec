"""The order as it would be placed: the cart's lines at the prices and taxes of now, and what has to be settled first."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from core.db import session
from core.errors import Conflict, NextStep
from storefront.bundles import service as bundles
from storefront.cart import service as carts
from storefront.cart.rules import Change
from storefront.catalogue.models import Edition, Product
from storefront.checkout import drafts, trials
from storefront.checkout.rules import Buyer
from storefront.licenses import service as licenses
from storefront.orders import rules as order_rules
from storefront.orders.placing import Piece
from storefront.papers.rules import NOTES
from storefront.prices.rules import Asked
from storefront.tax import service as tax
from storefront.tax.rates import COUNTRIES
from storefront.tax.rules import Treatment
from storefront.vouchers import service as vouchers
from storefront.vouchers.service import Applied

OBSTACLES = frozenset({Change.WITHDRAWN, Change.POOL_EMPTY, Change.NO_PRICE})


class NothingToOrder(Conflict):
    """The cart is empty, or holds nothing that is on sale."""

    code = "nothing_to_order"
    title = "Your cart is empty"
    sentence = "There is nothing to order yet. Put something into the cart first."


@dataclass(frozen=True, kw_only=True)
class Review:
    """The order as it would be placed. `changes` are told and accepted, `obstacles` have to go first.

    `seen` stands for exactly these lines, prices and taxes: what is accepted is what is ordered.
    """

    token: str
    buyer: Buyer
    pieces: tuple[Piece, ...]
    slugs: dict[int, str]
    totals: order_rules.Totals
    changes: tuple[str, ...]
    obstacles: tuple[str, ...]
    seen: str
    taxed: Treatment
    voucher: Applied | None = None

    @property
    def note(self) -> str:
        """Why there is the tax that there is, as papers say it."""
        return NOTES[self.taxed.kind]


def review(account_id: int) -> Review:
    """What would be ordered now. Refuses with BuyerRefused or NothingToOrder."""
    draft = drafts.find(account_id)
    buyer = drafts.read_typed(drafts.typed_of(account_id))
    cart = carts.cart_for(account_id, None)
    sold = _on_sale([line.edition_id for line in cart.lines])
    pieces = tuple(
        _piece(line.quantity, line.asked, sold[line.edition_id])
        for line in cart.lines
        if line.asked and line.edition_id in sold
    )
    if not cart.lines or draft is None:
        raise NothingToOrder(next_steps=(NextStep(label="Look through the shop", address="/shop"),))
    voucher = cart.voucher
    if voucher and pieces:
        pieces, voucher = vouchers.take_off(voucher.voucher_id, pieces, account_id)
    broken = bundles.missing(pieces)
    taxed = tax.treatment(buyer.country, buyer.vat_id)
    pieces = bundles.opened(tax.applied(pieces, taxed))
    told = [change for line in cart.lines for change in line.changes]
    obstacles = [change.sentence for change in told if change.kind in OBSTACLES]
    currency = pieces[0].unit.currency if pieces else cart.total.currency
    return Review(
        token=draft.token,
        buyer=buyer,
        pieces=pieces,
        slugs=_slugs(pieces),
        totals=order_rules.totals([piece.priced for piece in pieces], currency, net_prices=taxed.net_prices),
        taxed=taxed,
        changes=(*_without(voucher), *(change.sentence for change in told if change.kind not in OBSTACLES)),
        obstacles=tuple(
            obstacles or [*broken, *_not_for(pieces, buyer.country), *trials.obstacles(account_id, pieces)]
        ),
        seen=_fingerprint(buyer, pieces, taxed),
        voucher=voucher if voucher and voucher.off else None,
    )


def _slugs(pieces: tuple[Piece, ...]) -> dict[int, str]:
    wanted = select(Product.id, Product.slug).where(Product.id.in_({piece.product_id for piece in pieces}))
    return {number: slug for number, slug in session.execute(wanted)}


def _without(voucher: Applied | None) -> Iterator[str]:
    if voucher and voucher.refused:
        yield f"{voucher.refused} The voucher {voucher.label} takes nothing off below."


def _on_sale(edition_ids: list[int]) -> dict[int, tuple[Edition, Product]]:
    wanted = select(Edition, Product).join(Product, Product.id == Edition.product_id).where(Edition.id.in_(edition_ids))
    open_ = wanted.where(Edition.withdrawn_at.is_(None), Product.withdrawn_at.is_(None))
    return {edition.id: (edition, product) for edition, product in session.execute(open_)}


def _piece(quantity: int, asked: Asked, sold: tuple[Edition, Product]) -> Piece:
    edition, product = sold
    return Piece(
        product_id=product.id,
        edition_id=edition.id,
        title=product.name,
        edition_title=edition.name,
        source=product.source,
        term=edition.term,
        unit=asked.unit,
        usual=asked.usual,
        quantity=quantity,
        tax_permille=0,
    )


def _not_for(pieces: tuple[Piece, ...], country: str) -> Iterator[str]:
    """What is in stock, but not for buyers whose bill goes there."""
    resold = [piece for piece in pieces if piece.source == "pool"]
    free = licenses.free_in_pool([piece.edition_id for piece in resold], country) if resold else {}
    for piece in resold:
        if free.get(piece.edition_id, 0) < piece.quantity:
            name = COUNTRIES.get(country, country)
            yield f"{piece.title}: there are not enough keys for buyers in {name} just now. Please take it out."


def _fingerprint(buyer: Buyer, pieces: tuple[Piece, ...], taxed: Treatment) -> str:
    lines = [
        (piece.edition_id, piece.quantity, str(piece.unit), piece.tax_permille, str(piece.discount)) for piece in pieces
    ]
    return hashlib.sha256(repr((buyer, taxed.kind.value, sorted(lines))).encode()).hexdigest()[:32]
