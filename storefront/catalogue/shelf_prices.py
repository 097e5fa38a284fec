"""How selects of products reach their prices on the shelves, which are written for every currency and stretch of time."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, cast

from storefront.catalogue.models import Product
from storefront.prices.models import ShelfPrice


def shelf_price(product: Any = Product, price: Any = ShelfPrice) -> ColumnElement[bool]:
    """What joins a product to its price on the shelves; the select is given `prices.given()`."""
    moment = bindparam("now", type_=ShelfPrice.ends_at.type)
    same = and_(price.product_id == product.id, price.currency == bindparam("currency", type_=String(3)))
    return and_(same, price.starts_at <= moment, price.ends_at > moment)


def price_columns(price: Any = ShelfPrice) -> list[Any]:
    """The columns of a card that tell its price."""
    return [price.amount.label("price"), price.usual, cast(bindparam("currency"), String(3)).label("currency")]
