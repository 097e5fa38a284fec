"""What can be done with a wishlist: mark, take off, look, share, stop sharing."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, exists, select

from core import clock
from core.db import session
from core.errors import NotFound
from core.inserting import insert_or
from privacy.export import telling
from privacy.export.telling import Values
from storefront.catalogue.facets import in_stock
from storefront.catalogue.models import Product, Vendor
from storefront.catalogue.service import product_names
from storefront.catalogue.shelf_prices import price_columns, shelf_price
from storefront.money import Money
from storefront.prices import service as prices
from storefront.prices import shown
from storefront.prices.models import ShelfPrice
from storefront.wishlist.models import Wish, WishShare

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Wished:
    """A product on a list, at its price in the reader's currency, None where it has none. `changes` are sentences about
    what is different since it was marked, `dearer` minor units, if it was marked at a price in the same currency."""

    product: Product
    price: Money | None
    usual: Money | None
    vendor: str
    added_at: datetime
    is_there: bool
    changes: tuple[str, ...]
    dearer: int


def add(account_id: int, product: Product) -> None:
    """Mark it; twice changes nothing."""
    given = prices.given()
    found = select(case((in_stock(), 1), else_=0), ShelfPrice.amount).outerjoin(ShelfPrice, shelf_price())
    stocked, price = session.execute(found.select_from(Product).where(Product.id == product.id), given).one()
    put = insert_or(Wish).values(
        account_id=account_id,
        product_id=product.id,
        price_seen=product.price_from if price is None else price,
        currency_seen=product.currency if price is None else given["currency"],
        was_in_stock=bool(stocked),
        added_at=clock.now(),
    )
    session.execute(put.on_conflict_do_nothing())


def remove(account_id: int, product_id: int) -> None:
    """Take it off; twice changes nothing."""
    session.execute(delete(Wish).where(Wish.account_id == account_id, Wish.product_id == product_id))


def wishes_of(account_id: int) -> list[Wished]:
    """The list, what was marked last first, at most MOST."""
    wanted = (
        select(Wish, Product, Vendor.name, case((in_stock(), 1), else_=0), *price_columns())
        .join(Product, Product.id == Wish.product_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .outerjoin(ShelfPrice, shelf_price())
        .where(Wish.account_id == account_id)
    )
    rows = session.execute(wanted.order_by(Wish.id.desc()).limit(MOST), prices.given())
    return [_wished(row) for row in rows]


def is_wished() -> ColumnElement[bool]:
    """Whether the reader `me` marked the product of a select."""
    return exists().where(Wish.product_id == Product.id, Wish.account_id == bindparam("me")).correlate(Product)


def share_of(account_id: int) -> str:
    """The word that leads to the list; empty while it is not shared."""
    return session.scalar(select(WishShare.token).where(WishShare.account_id == account_id)) or ""


def share(account_id: int) -> None:
    """Let whoever has the address see the list."""
    row = {"account_id": account_id, "token": secrets.token_urlsafe(24), "shared_at": clock.now()}
    session.execute(insert_or(WishShare).values(row).on_conflict_do_nothing())


def stop_sharing(account_id: int) -> None:
    """Nobody else sees it any more; the address leads nowhere, for good."""
    session.execute(delete(WishShare).where(WishShare.account_id == account_id))


def shared(token: str) -> list[Wished]:
    """The list behind an address. Raises NotFound."""
    account_id = session.scalar(select(WishShare.account_id).where(WishShare.token == token))
    if account_id is None:
        raise NotFound("There is no list at this address. Whoever gave it to you may have stopped sharing it.")
    return wishes_of(account_id)


def tell() -> None:
    """Give the list its place in the export."""
    telling.chapter("wishlist", "Wishlist", ("wish", "wish_share"), sentence="What you marked for later.", rank=46)
    telling.describe("wish", reading=_told, unprinted=("price_seen", "currency_seen"))


def _wished(row: Any) -> Wished:
    wish, product, vendor, stocked, amount, usual, currency = row
    is_there = bool(stocked) and product.withdrawn_at is None
    view = shown.view()
    amount, usual = view.minor(amount, currency), view.minor(usual, currency)
    before = view.minor(wish.price_seen, wish.currency_seen) or 0
    return Wished(
        product=product,
        price=None if amount is None else Money(amount, currency),
        usual=None if usual is None else Money(usual, currency),
        vendor=vendor,
        added_at=wish.added_at,
        is_there=is_there,
        changes=tuple(_changes(wish, product, is_there=is_there)),
        dearer=amount - before if amount is not None and wish.currency_seen == currency else 0,
    )


def _changes(wish: Wish, product: Product, *, is_there: bool) -> Sequence[str]:
    if product.withdrawn_at is not None:
        return ["It is no longer sold here."]
    if not is_there:
        return ["It is sold out just now."]
    return [] if wish.was_in_stock else ["It is to be had again."]


def _told(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    wanted = select(Wish.id, Wish.product_id).where(Wish.id.in_({row["id"] for row in rows}))
    products = {id_: product for id_, product in session.execute(wanted)}
    names = product_names(products.values())
    prices = [Money(row["price_seen"], row["currency_seen"]).format() for row in rows]
    return [
        {"title": names.get(products.get(row["id"], 0), ("", "A product"))[1], "price_seen": price}
        for row, price in zip(rows, prices, strict=True)
    ]
