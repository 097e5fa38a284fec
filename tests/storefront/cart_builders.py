"""What tests do with carts, as the forms of product page and cart do it."""

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from core.db import session
from core.forms import TOKEN_FIELD, form_token
from storefront.cart.models import Cart, CartLine
from tests.shop import Shop, Visitor, find_form


def post(visitor: Visitor, path: str, **data: object) -> TestResponse:
    """Send a form with a good token; the page that comes next."""
    sent = {TOKEN_FIELD: token_of(visitor), **data}
    return visitor.client.post(path, data=sent, follow_redirects=True)


def token_of(visitor: Visitor) -> str:
    """The form token that this visitor's pages carry."""
    if visitor.account_id:
        return str(find_form(visitor.get("/cart").text, "/sign-out").values[TOKEN_FIELD])
    with visitor.shop.app.test_request_context():
        return form_token()


def add(visitor: Visitor, edition: int, quantity: object = 1) -> TestResponse:
    """Press "Add to cart"."""
    return post(visitor, "/cart/add", edition=edition, quantity=quantity)


def kept(shop: Shop) -> list[tuple[int | None, int, int]]:
    """Every line of every cart: account, edition, quantity."""
    with shop.transaction():
        wanted = select(Cart.account_id, CartLine.edition_id, CartLine.quantity).join(Cart, Cart.id == CartLine.cart_id)
        rows = session.execute(wanted.order_by(CartLine.id))
        return [(account, edition, quantity) for account, edition, quantity in rows]


def carts(shop: Shop) -> list[Any]:
    """Every cart."""
    with shop.transaction():
        return list(session.scalars(select(Cart).order_by(Cart.id)))
