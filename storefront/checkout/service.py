"""From a cart to a placed order: what the buyer typed, what they are shown, and the order itself."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from core import clock
from core.access import actor_of
from core.accounts import service as accounts
from core.db import session
from core.errors import Conflict, NextStep
from core.events import on
from core.sealed import Sealed, seal
from privacy import gate
from privacy.retention import holds
from privacy.retention import service as retention
from storefront.cart import service as carts
from storefront.cart.rules import Change
from storefront.catalogue.models import Edition, Product
from storefront.checkout import rules, tax_rates
from storefront.checkout.models import CheckoutDraft
from storefront.checkout.rules import Buyer
from storefront.licenses import service as licenses
from storefront.money import Money
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.service import OrderSettled, Piece, Placing

KEEP = timedelta(days=30)
OBSTACLES = frozenset({Change.WITHDRAWN, Change.POOL_EMPTY})
LONGEST = {"company": 400, "vat_id": 80, "phone": 80, "address": 1200}


class NothingToOrder(Conflict):
    """The cart is empty, or holds nothing that is on sale."""

    code = "nothing_to_order"
    title = "Your cart is empty"
    sentence = "There is nothing to order yet. Put something into the cart first."


class ReviewChanged(Conflict):
    """What the buyer accepted is not what the order would be: they are shown the difference first."""

    code = "review_changed"
    sentence = "Something changed since you looked. Please check the order once more; nothing was charged."


class CannotBeOrdered(Conflict):
    """Something in the cart cannot be had just now; the sentence says what."""

    code = "cannot_be_ordered"
    title = "That cannot be had just now"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The details as they were typed, right or wrong."""

    country: str = ""
    company: str = ""
    vat_id: str = ""
    phone: str = ""
    wants_address: bool = False
    address: str = ""

    def fields(self) -> dict[str, str]:
        """What the rules read; an address counts only where one is wanted."""
        texts = {name: getattr(self, name) for name in ("country", "company", "vat_id", "phone")}
        return {**texts, "address": self.address if self.wants_address else ""}


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


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What the buyer agreed to: the checkout's token, what was seen, whether changes were, and the terms' version."""

    token: str
    seen: str
    changes: bool
    terms_version: int


def typed_of(account_id: int) -> Typed:
    """What the buyer has typed so far."""
    draft = _find(account_id)
    if draft is None or draft.expires_at < clock.now():
        return Typed()
    reader = actor_of(account_id)

    def opened(value: Sealed | None) -> str:
        return gate.disclose(value, purpose="orders", actor=reader) if value else ""

    return Typed(
        country=draft.country,
        company=opened(draft.company),
        vat_id=opened(draft.vat_id),
        phone=opened(draft.phone),
        wants_address=draft.wants_address,
        address=opened(draft.address),
    )


def keep_typed(account_id: int, typed: Typed) -> None:
    """Keep what was typed, right or wrong, for coming back; an address only where one is wanted."""
    draft, now = _find(account_id), clock.now()
    if draft is None:
        draft = CheckoutDraft(account_id=account_id, token=secrets.token_urlsafe(24))
        session.add(draft)
    draft.country = typed.country if typed.country in tax_rates.COUNTRIES else ""
    draft.company = _sealed("company", typed.company, account_id)
    draft.vat_id = _sealed("vat_id", typed.vat_id, account_id)
    draft.phone = _sealed("phone", typed.phone, account_id)
    draft.wants_address = typed.wants_address
    draft.address = _sealed("address", typed.address if typed.wants_address else "", account_id)
    draft.updated_at, draft.expires_at = now, now + KEEP


def read_typed(typed: Typed) -> Buyer:
    """The details in the form in which they are kept. Refuses with BuyerRefused."""
    buyer = rules.read_buyer(typed.fields(), tax_rates.COUNTRIES)
    if typed.wants_address and not buyer.address:
        raise rules.BuyerRefused({"address": "Please write the address, or choose to have none on the invoice."})
    return buyer


def review(account_id: int) -> Review:
    """What would be ordered now. Refuses with BuyerRefused or NothingToOrder."""
    draft = _find(account_id)
    buyer = read_typed(typed_of(account_id))
    cart = carts.cart_for(account_id, None)
    sold = _on_sale([line.edition_id for line in cart.lines])
    pieces = tuple(
        _piece(line.quantity, *sold[line.edition_id], buyer.country) for line in cart.lines if line.edition_id in sold
    )
    if not cart.lines or draft is None:
        raise NothingToOrder(next_steps=(NextStep(label="Look through the shop", address="/shop"),))
    told = [change for line in cart.lines for change in line.changes]
    obstacles = [change.sentence for change in told if change.kind in OBSTACLES]
    currency = pieces[0].unit.currency if pieces else cart.total.currency
    return Review(
        token=draft.token,
        buyer=buyer,
        pieces=pieces,
        slugs={product.id: product.slug for _edition, product in sold.values()},
        totals=order_rules.totals([_priced(piece) for piece in pieces], currency),
        changes=tuple(change.sentence for change in told if change.kind not in OBSTACLES),
        obstacles=tuple(obstacles or _not_for(pieces, buyer.country)),
        seen=_fingerprint(buyer, pieces),
    )


def place(account_id: int, accepted: Accepted) -> Order:
    """Place the order that was reviewed and put its resold keys aside; the same token again finds the same order.

    Refuses with SoldOut, ReviewChanged, CannotBeOrdered, BuyerRefused or NothingToOrder; then nothing was reserved.
    """
    draft = session.scalar(select(CheckoutDraft).where(CheckoutDraft.account_id == account_id).with_for_update())
    placed = orders.find_placed(account_id, accepted.token)
    if placed is not None:
        return placed
    shown = review(account_id)
    is_same = draft is not None and draft.token == accepted.token and shown.seen == accepted.seen
    if draft is None or not is_same or (shown.changes and not accepted.changes):
        raise ReviewChanged
    if shown.obstacles:
        sentence = " ".join([*shown.obstacles, "Nothing was charged and your cart is as it was."])
        raise CannotBeOrdered(sentence, next_steps=(NextStep(label="To the cart", address="/cart"),))
    order = orders.create(_placing(account_id, shown, accepted.terms_version))
    _reserve(order)
    accounts.accept(account_id, "terms", accepted.terms_version, place="checkout")
    _begin_anew(draft)
    return order


def forget_drafts() -> int:
    """Drafts that nobody came back to are gone after KEEP, and their keys with them; how many."""
    over = (CheckoutDraft.expires_at <= clock.now(), holds.is_free(CheckoutDraft.account_id, "draft"))
    gone = delete(CheckoutDraft).where(*over).returning(CheckoutDraft.account_id)
    people = list(session.scalars(gone))
    for account_id in people:
        retention.destroy(account_id, "draft")
    return len(people)


def listen() -> None:
    """Hear of paid orders."""
    on(OrderSettled, _empty_cart)


def _empty_cart(event: OrderSettled) -> None:
    carts.empty(event.account_id)


def _find(account_id: int) -> CheckoutDraft | None:
    return session.scalar(select(CheckoutDraft).where(CheckoutDraft.account_id == account_id))


def _sealed(name: str, text: str, account_id: int) -> Sealed | None:
    kept = text[: LONGEST[name]]
    return seal(kept, f"checkout_draft.{name}", subject=account_id) if kept.strip() else None


def _on_sale(edition_ids: list[int]) -> dict[int, tuple[Edition, Product]]:
    wanted = select(Edition, Product).join(Product, Product.id == Edition.product_id).where(Edition.id.in_(edition_ids))
    open_ = wanted.where(Edition.withdrawn_at.is_(None), Product.withdrawn_at.is_(None))
    return {edition.id: (edition, product) for edition, product in session.execute(open_)}


def _piece(quantity: int, edition: Edition, product: Product, country: str) -> Piece:
    return Piece(
        product_id=product.id,
        edition_id=edition.id,
        title=product.name,
        edition_title=edition.name,
        source=product.source,
        term=edition.term,
        unit=Money(edition.price, edition.currency),
        quantity=quantity,
        tax_permille=tax_rates.tax_permille(country),
    )


def _not_for(pieces: tuple[Piece, ...], country: str) -> Iterator[str]:
    """What is in stock, but not for buyers whose bill goes there."""
    resold = [piece for piece in pieces if piece.source == "pool"]
    free = licenses.free_in_pool([piece.edition_id for piece in resold], country) if resold else {}
    for piece in resold:
        if free.get(piece.edition_id, 0) < piece.quantity:
            name = tax_rates.COUNTRIES.get(country, country)
            yield f"{piece.title}: there are not enough keys for buyers in {name} just now. Please take it out."


def _priced(piece: Piece) -> order_rules.Line:
    return order_rules.Line(unit_price=piece.unit, quantity=piece.quantity, tax_rate_permille=piece.tax_permille)


def _fingerprint(buyer: Buyer, pieces: tuple[Piece, ...]) -> str:
    lines = [(piece.edition_id, piece.quantity, str(piece.unit), piece.tax_permille) for piece in pieces]
    return hashlib.sha256(repr((buyer, sorted(lines))).encode()).hexdigest()[:32]


def _placing(account_id: int, shown: Review, terms_version: int) -> Placing:
    buyer = shown.buyer
    return Placing(
        account_id=account_id,
        token=shown.token,
        pieces=shown.pieces,
        currency=shown.totals.gross.currency,
        country=buyer.country,
        company=buyer.company,
        vat_id=buyer.vat_id,
        phone=buyer.phone,
        address=buyer.address,
        terms_version=terms_version,
    )


def _reserve(order: Order) -> None:
    """In the order of editions, so that two orders for the same two never wait for each other."""
    resold = [line for line in orders.lines_of(order.id) if line.source == "pool"]
    for line in sorted(resold, key=lambda line: line.edition_id):
        licenses.reserve(line, order.expires_at)


def _begin_anew(draft: CheckoutDraft) -> None:
    """The next order gets its own token. Telephone and address were given for this one and do not stay (P7, P8)."""
    draft.token = secrets.token_urlsafe(24)
    draft.phone = draft.address = None
    session.flush()
    if "draft" not in holds.held(draft.account_id):
        retention.destroy(draft.account_id, "draft")
    draft.wants_address = False
