"""What can be done with a cart: look, add, change, accept, bring along at sign-in, empty.

A cart belongs to an account or, without one, to whoever holds its token; a token never opens an account's cart. Every
change locks the cart's row first, so that two tabs never undo each other.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, db, keys
from core.db import session
from core.errors import Conflict, NextStep
from core.jobs.service import job
from storefront.cart import contents, rules
from storefront.cart.contents import CartView, LineChange, LineView
from storefront.cart.models import Cart, CartLine
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition
from storefront.catalogue.service import ForSale
from storefront.money import Money

__all__ = ["CartView", "LineChange", "LineView"]

COOKIE = "lp_cart"
KEEP = timedelta(days=30)
LONGEST_TOKEN = 100


class OtherCurrency(Conflict):
    """One order is paid in one currency."""

    code = "other_currency"
    sentence = "Your cart holds prices in another currency. Please order those first; your cart is as it was."


class NotInCart(Conflict):
    """Another tab took it out, or the cart has run out."""

    code = "not_in_cart"
    title = "That is not in your cart any more"
    sentence = "That is not in your cart any more: it was taken out elsewhere, or the cart was left for 30 days."


class PriceChangedAgain(Conflict):
    """What was accepted is not the price any more."""

    code = "price_changed_again"
    sentence = "The price changed once more while you looked. Please look at the cart again; nothing was accepted."


@dataclass(frozen=True, kw_only=True)
class Added:
    """What was added. `token` opens the visitor's cart and is to be kept by them; "" where an account owns it."""

    title: str
    quantity: int
    token: str


def cart_for(account_id: int | None, token: str | None) -> CartView:
    """The account's cart or, for a visitor without one, the cart of the token; otherwise an empty one."""
    if account_id is None and not token:
        return contents.EMPTY
    return contents.read(_owned(account_id, token))


def count(account_id: int | None, token: str | None) -> int:
    """How many pieces that cart holds: one statement."""
    if account_id is not None:
        return db.rows(_PIECES_OWNED, {"account": account_id, "now": clock.now()})[0][0] or 0
    if not token or len(token) > LONGEST_TOKEN:
        return 0
    return db.rows(_PIECES_LENT, {"token": _hash(token), "now": clock.now()})[0][0] or 0


def add(account_id: int | None, token: str | None, edition_id: int, quantity: int = 1) -> Added:
    """Put pieces of an edition into the cart, at the price of now. Makes the cart if there is none.

    Refuses with NotForSale or NotFound (of the catalogue), QuantityRefused, CartFull or OtherCurrency.
    """
    rules.check_quantity(quantity)
    offer = catalogue.edition_for_sale(edition_id)
    cart_id, token = _open(account_id, token)
    held = contents.rule_lines(cart_id)
    if any(line.seen_price.currency != offer.unit.currency for line in held):
        raise OtherCurrency(next_steps=_TO_CART)
    title = f"{offer.product_name}, {offer.edition_name}"
    added = rules.CartLine(edition_id=edition_id, title=title, quantity=quantity, seen_price=offer.unit)
    _keep(cart_id, next(line for line in rules.add(held, added) if line.edition_id == edition_id))
    return Added(title=title, quantity=quantity, token=token)


def offer_of(edition_id: int) -> ForSale:
    """What would be added. Refuses with NotForSale or NotFound (of the catalogue)."""
    return catalogue.edition_for_sale(edition_id)


def set_quantity(account_id: int | None, token: str | None, edition_id: int, quantity: int) -> None:
    """Have so many pieces of what is in the cart. Refuses with QuantityRefused or NotInCart."""
    rules.check_quantity(quantity)
    _change(account_id, token, edition_id, quantity=quantity)


def accept_changes(account_id: int | None, token: str | None, edition_id: int, price: Money) -> None:
    """Accept this price, which was shown beside the line. Refuses with PriceChangedAgain or NotInCart."""
    edition = session.get(Edition, edition_id)
    if edition is None or Money(edition.price, edition.currency) != price:
        raise PriceChangedAgain(next_steps=_TO_CART)
    _change(account_id, token, edition_id, price_seen=price.amount, currency_seen=price.currency)


def remove(account_id: int | None, token: str | None, edition_id: int) -> bool:
    """Take an edition out, if it is there; whether the cart goes on to exist. A visitor's empty cart does not."""
    cart_id = _touch(account_id, token)
    if cart_id is None:
        return False
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id, CartLine.edition_id == edition_id))
    lasts = account_id is not None or bool(
        session.scalar(select(CartLine.id).where(CartLine.cart_id == cart_id).limit(1))
    )
    if not lasts:
        session.execute(delete(Cart).where(Cart.id == cart_id))
    return lasts


def empty(account_id: int) -> None:
    """Take everything out of an account's cart: it was ordered."""
    mine = select(Cart.id).where(Cart.account_id == account_id)
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(mine)))


def merge_at_sign_in(account_id: int, token: str | None) -> str:
    """Bring the cart filled before signing in along; what to tell its owner, or "". The token opens nothing afterwards."""
    guest_id = _touch(None, token)
    if guest_id is None:
        return ""
    guest = contents.rule_lines(guest_id)
    session.execute(delete(Cart).where(Cart.id == guest_id))
    if not guest:
        return ""
    own_id, _ = _open(account_id, None)
    merged = rules.merge(contents.rule_lines(own_id), guest)
    brought = {line.edition_id for line in guest}
    for line in merged.lines:
        if line.edition_id in brought:
            _keep(own_id, line)
    return " ".join(merged.sentences)


@job("cart.sweep", every=60)
def sweep() -> None:
    """Carts that nobody changed for 30 days are gone; they had not been shown any more."""
    session.execute(delete(Cart).where(Cart.expires_at <= clock.now()))


_TO_CART = (NextStep(label="To the cart", address="/cart"),)


_PIECES = (
    select(func.sum(CartLine.quantity))
    .join(Cart, Cart.id == CartLine.cart_id)
    .where(Cart.expires_at > bindparam("now"))
)
_PIECES_OWNED = _PIECES.where(Cart.account_id == bindparam("account"))
_PIECES_LENT = _PIECES.where(Cart.token_hash == bindparam("token"), Cart.account_id.is_(None))
"""Asked by every page of somebody with a cart, and therefore written once."""


def _owned(account_id: int | None, token: str | None) -> ColumnElement[bool]:
    """Which cart is theirs: a token counts only for somebody without an account, and opens only a cart without one."""
    if account_id is not None:
        return Cart.account_id == account_id
    if not token or len(token) > LONGEST_TOKEN:
        return false()
    return and_(Cart.token_hash == _hash(token), Cart.account_id.is_(None))


def _hash(token: str) -> str:
    return keys.keyed_hash("cart", token)


def _touch(account_id: int | None, token: str | None) -> int | None:
    """Lock the cart and let it live on from now; its id, or None where there is none."""
    now = clock.now()
    living = update(Cart).where(_owned(account_id, token), Cart.expires_at > now)
    touched = living.values(updated_at=now, expires_at=now + KEEP).returning(Cart.id)
    return session.scalar(touched.execution_options(synchronize_session=False))


def _open(account_id: int | None, token: str | None) -> tuple[int, str]:
    """The cart, locked and living on from now, made if need be, and the visitor's token.

    A token that opens nothing is never taken over: whoever made it up must not know that of a new cart.
    """
    found = _touch(account_id, token)
    if found is not None:
        return found, "" if account_id is not None else token or ""
    now = clock.now()
    fresh = "" if account_id is not None else secrets.token_urlsafe(32)
    if account_id is not None:
        session.execute(delete(Cart).where(Cart.account_id == account_id, Cart.expires_at <= now))
    values = {"account_id": account_id, "token_hash": _hash(fresh) if fresh else None}
    made = _insert(Cart).values(**values, updated_at=now, expires_at=now + KEEP)
    meanwhile = made.on_conflict_do_update(index_elements=["account_id"], set_={"updated_at": now})
    return session.execute(meanwhile.returning(Cart.id)).scalar_one(), fresh


def _keep(cart_id: int, line: rules.CartLine) -> None:
    seen = {"price_seen": line.seen_price.amount, "currency_seen": line.seen_price.currency}
    values = {"quantity": line.quantity, **seen}
    made = _insert(CartLine).values(cart_id=cart_id, edition_id=line.edition_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["cart_id", "edition_id"], set_=values))


def _change(account_id: int | None, token: str | None, edition_id: int, **values: int | str) -> None:
    cart_id = _touch(account_id, token)
    mine = update(CartLine).where(CartLine.cart_id == cart_id, CartLine.edition_id == edition_id)
    changed = mine.values(**values).returning(CartLine.id).execution_options(synchronize_session=False)
    if cart_id is None or session.scalar(changed) is None:
        raise NotInCart(next_steps=_TO_CART)


def _insert(table: Any) -> Any:
    """INSERT with ON CONFLICT, as both databases have it."""
    return postgresql.insert(table) if db.current().dialect == "postgresql" else sqlite.insert(table)
