"""Giving licenses by hand: an order without money, settled at once, that is neither a sale nor a paper."""

from sqlalchemy import select

from core.access import Actor
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from storefront.bundles import service as bundles
from storefront.catalogue.models import Edition, Product, Term
from storefront.checkout import service as checkout
from storefront.giving.rules import GivingRefused, NobodyThere, Wish
from storefront.licenses.pool import SoldOut
from storefront.money import Money
from storefront.orders import placing
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.placing import Piece, Placing
from storefront.orders.rules import OrderKind
from storefront.pages.rules import TERMS_VERSION
from storefront.tax import service as tax


def editions() -> list[tuple[Product, Edition]]:
    """What can be given: all editions but trials, also of what is not on sale (drafts are not made yet)."""
    wanted = select(Product, Edition).join(Edition, Edition.product_id == Product.id)
    wanted = wanted.where(Product.draft.is_(False), Edition.term != Term.TRIAL.value)
    return [
        (product, edition) for product, edition in session.execute(wanted.order_by(Product.sort_name, Edition.rank))
    ]


def give(account: Account, wish: Wish, actor: Actor) -> Order:
    """Give it, in this transaction: licenses, certificates, a mail with the keys, an entry in the audit log.

    The same token again finds what it gave. Refuses with GivingRefused or NobodyThere; then nothing was given.
    """
    held = session.get_one(Account, account.id, with_for_update=True, populate_existing=True)
    if held.closed_at is not None:
        raise NobodyThere
    token = f"given:{wish.token}"
    known = placing.find_placed(held.id, token)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            order = placing.create(_placing(held.id, wish, token))
            checkout.reserve(order)
    except SoldOut as refused:
        raise GivingRefused("pieces", f"{refused.sentence} Nothing was given.") from None
    orders.settle(order)
    audit.record(actor, "give licenses", "order", order.id, reason=wish.reason)
    return order


def _placing(account_id: int, wish: Wish, token: str) -> Placing:
    piece = _piece(wish)
    return Placing(
        account_id=account_id,
        token=token,
        pieces=bundles.opened((piece,)),
        currency=piece.unit.currency,
        terms_version=TERMS_VERSION,
        country=tax.seller().country,
        kind=OrderKind.GIVEN,
    )


def _piece(wish: Wish) -> Piece:
    row = next((row for row in editions() if row[1].id == wish.edition_id), None)
    if row is None:
        raise GivingRefused("edition", "This edition cannot be given. Please choose another one.")
    product, edition = row
    return Piece(
        product_id=product.id,
        edition_id=edition.id,
        title=product.name,
        edition_title=edition.name,
        source=product.source,
        term=edition.term,
        unit=Money(0, edition.currency),
        quantity=wish.pieces,
        tax_permille=0,
    )
