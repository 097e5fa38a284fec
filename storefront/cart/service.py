"""What can be done with a cart: look, add, change, accept, bring along at sign-in, empty.

A cart belongs to an account or, without one, to whoever holds its token; a token never opens an account's cart. Every
change locks the cart's row first, so that two tabs never undo each other.
"""

import secrets
from dataclasses import dataclass, replace
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
from storefront.catalogue.service import ForSale
from storefront.money import Money, zero
from storefront.prices import service as prices
from storefront.vouchers import service as vouchers
from storefront.vouchers.models import CartVoucher

__all__ = ["CartView", "LineChange", "LineView"]

COOKIE = "lp_cart"
KEEP = timedelta(days=30)
LONGEST_TOKEN = 100


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
    """What was added. `token` opens the visitor's cart and is to be kept by them; "" where an account owns it. `repriced`
    says what became of the rest of the cart if it was in another currency."""

    title: str
    quantity: int
    token: str
    repriced: str = ""


def cart_for(account_id: int | None, token: str | None) -> CartView:
    """The account's cart or, for a visitor without one, the cart of the token; otherwise an empty one."""
    if account_id is None and not token:
        return contents.empty()
    return contents.read(_owned(account_id, token), account_id)


def count(account_id: int | None, token: str | None) -> int:
    """How many pieces that cart holds: one statement."""
    if account_id is not None:
        return db.rows(_PIECES_OWNED, {"account": account_id, "now": clock.now()})[0][0] or 0
    if not token or len(token) > LONGEST_TOKEN:
        return 0
    return db.rows(_PIECES_LENT, {"token": _hash(token), "now": clock.now()})[0][0] or 0


def add(account_id: int | None, token: str | None, edition_id: int, quantity: int = 1) -> Added:
    """Put pieces of an edition into the cart, at the price of now. Makes the cart if there is none.

    Refuses with NotForSale, NotFound or NoPrice (of the catalogue), QuantityRefused or CartFull. A cart that was in
    another currency than the chosen one is priced anew.
    """
    rules.check_quantity(quantity)
    currency = prices.chosen_currency()
    offer = catalogue.edition_for_sale(edition_id, currency)
    cart_id, token = _open(account_id, token)
    repriced = _reprice(cart_id, currency)
    title = f"{offer.product_name}, {offer.edition_name}"
    added = rules.CartLine(edition_id=edition_id, title=title, quantity=quantity, seen_price=offer.unit)
    kept = next(line for line in rules.add(contents.rule_lines(cart_id), added) if line.edition_id == edition_id)
    _keep(cart_id, replace(kept, seen_price=offer.asks.asked(kept.quantity, clock.now()).unit))
    return Added(title=title, quantity=quantity, token=token, repriced=repriced)


def offer_of(edition_id: int) -> ForSale:
    """What would be added. Refuses with NotForSale, NotFound or NoPrice (of the catalogue)."""
    return catalogue.edition_for_sale(edition_id, prices.chosen_currency())


def change_currency(account_id: int | None, token: str | None, currency: str) -> str:
    """Have the cart's prices in this currency; what to tell its owner, or "" where nothing changed."""
    cart_id = touch(account_id, token)
    return _reprice(cart_id, currency) if cart_id is not None else ""


def set_quantity(account_id: int | None, token: str | None, edition_id: int, quantity: int) -> str:
    """Have so many pieces of what is in the cart; what to tell its owner of a price that holds for so many, or "".

    Refuses with QuantityRefused or NotInCart.
    """
    rules.check_quantity(quantity)
    cart_id = touch(account_id, token)
    held = {line.edition_id: line for line in contents.rule_lines(cart_id)} if cart_id is not None else {}
    if edition_id not in held:
        raise NotInCart(next_steps=_TO_CART)
    said, values = _by_volume(held[edition_id], quantity)
    _change(account_id, token, edition_id, quantity=quantity, **values)
    return said


def accept_changes(account_id: int | None, token: str | None, edition_id: int, price: Money) -> None:
    """Accept this price, which was shown beside the line. Refuses with PriceChangedAgain or NotInCart."""
    cart_id = touch(account_id, token)
    held = {line.edition_id: line.quantity for line in contents.rule_lines(cart_id)} if cart_id is not None else {}
    if edition_id not in held:
        raise NotInCart(next_steps=_TO_CART)
    asked = contents.asked_for({edition_id: held[edition_id]}, price.currency).get(edition_id)
    if asked is None or asked.unit != price:
        raise PriceChangedAgain(next_steps=_TO_CART)
    _change(account_id, token, edition_id, price_seen=price.amount, currency_seen=price.currency)


def remove(account_id: int | None, token: str | None, edition_id: int) -> bool:
    """Take an edition out, if it is there; whether the cart goes on to exist. A visitor's empty cart does not."""
    cart_id = touch(account_id, token)
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
    session.execute(delete(CartVoucher).where(CartVoucher.cart_id.in_(mine)))
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(mine)))


def merge_at_sign_in(account_id: int, token: str | None) -> str:
    """Bring the cart filled before signing in along; what to tell its owner, or "". The token opens nothing afterwards."""
    guest_id = touch(None, token)
    if guest_id is None:
        return ""
    guest, voucher = contents.rule_lines(guest_id), vouchers.held_in(guest_id)
    session.execute(delete(Cart).where(Cart.id == guest_id))
    if not guest:
        return ""
    own_id, _ = _open(account_id, None)
    merged = rules.merge(contents.rule_lines(own_id), guest)
    brought = {line.edition_id for line in guest}
    for line in merged.lines:
        if line.edition_id in brought:
            _keep(own_id, line)
    if voucher is not None:
        vouchers.put(own_id, voucher.id)
    repriced = _reprice(own_id, guest[0].seen_price.currency)
    return " ".join([*merged.sentences, *([repriced] if repriced else [])])


def holding(edition_id: int) -> int:
    """How many carts hold an edition."""
    wanted = select(func.count(CartLine.cart_id.distinct())).where(CartLine.edition_id == edition_id)
    return session.scalar(wanted) or 0


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


def touch(account_id: int | None, token: str | None) -> int | None:
    """Lock the cart and let it live on from now; its id, or None where there is none."""
    now = clock.now()
    living = update(Cart).where(_owned(account_id, token), Cart.expires_at > now)
    touched = living.values(updated_at=now, expires_at=now + KEEP).returning(Cart.id)
    return session.scalar(touched.execution_options(synchronize_session=False))


def _open(account_id: int | None, token: str | None) -> tuple[int, str]:
    """The cart, locked and living on from now, made if need be, and the visitor's token.

    A token that opens nothing is never taken over: whoever made it up must not know that of a new cart.
    """
    found = touch(account_id, token)
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


def _reprice(cart_id: int, currency: str) -> str:
    """Put all lines into one currency at the prices of now; what to tell, or "" where they were in it already."""
    lines = contents.rule_lines(cart_id)
    if all(line.seen_price.currency == currency for line in lines):
        return ""
    asked = contents.asked_for({line.edition_id: line.quantity for line in lines}, currency)
    for line in lines:
        if line.seen_price.currency != currency:
            found = asked.get(line.edition_id)
            _keep(cart_id, replace(line, seen_price=found.unit if found else zero(currency)))
    return rules.repriced(currency, [line.title for line in lines if line.edition_id not in asked])


def _by_volume(line: rules.CartLine, quantity: int) -> tuple[str, dict[str, int]]:
    """What another quantity does to a price that was seen, and what to keep of it: both empty where it does nothing.

    A price that changed meanwhile stays to be accepted.
    """
    asks = prices.lists_of([line.edition_id], line.seen_price.currency).get(line.edition_id)
    now = clock.now()
    if asks is None or asks.asked(line.quantity, now).unit != line.seen_price:
        return "", {}
    unit = asks.asked(quantity, now).unit
    if unit == line.seen_price:
        return "", {}
    return rules.by_volume(quantity), {"price_seen": unit.amount}


def _keep(cart_id: int, line: rules.CartLine) -> None:
    seen = {"price_seen": line.seen_price.amount, "currency_seen": line.seen_price.currency}
    values = {"quantity": line.quantity, **seen}
    made = _insert(CartLine).values(cart_id=cart_id, edition_id=line.edition_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["cart_id", "edition_id"], set_=values))


def _change(account_id: int | None, token: str | None, edition_id: int, **values: int | str) -> None:
    cart_id = touch(account_id, token)
    mine = update(CartLine).where(CartLine.cart_id == cart_id, CartLine.edition_id == edition_id)
    changed = mine.values(**values).returning(CartLine.id).execution_options(synchronize_session=False)
    if cart_id is None or session.scalar(changed) is None:
        raise NotInCart(next_steps=_TO_CART)


def _insert(table: Any) -> Any:
    """INSERT with ON CONFLICT, as both databases have it."""
    return postgresql.insert(table) if db.current().dialect == "postgresql" else sqlite.insert(table)
