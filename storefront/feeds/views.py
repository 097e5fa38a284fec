"""Feeds of the shop: new products (Atom, RFC 4287), and all offers for comparison sites, a page at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import Row, select

from core import clock, web
from core.access import public
from core.db import session
from storefront.catalogue.models import Edition, Product, Source, Vendor
from storefront.licenses.pool import free_in_pool
from storefront.prices import service as prices

pages = Blueprint("shop_feeds", __name__)
ENTRIES = 30
OFFERS = 500
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # what an empty feed says about its age


@pages.get("/shop/feed.atom")
@public(cached=True)
def new_products() -> Response:
    """What came to the shelves last."""
    wanted = (
        select(Product.slug, Product.name, Product.tagline, Product.published_at, Vendor.name.label("vendor"))
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(Product.withdrawn_at.is_(None))
        .order_by(Product.published_at.desc(), Product.id.desc())
    )
    found = session.execute(wanted.limit(ENTRIES)).all()
    text = render_template("storefront/feeds/products.xml", entries=found, epoch=EPOCH)
    return Response(text, mimetype="application/atom+xml")


@pages.get("/shop/feed.json")
@public
def offers() -> Response:
    """Every edition on sale at its price of now, OFFERS at a time; `next` leads to the rest."""
    typed = request.args.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    wanted = (
        select(Edition, Product, Vendor.name)
        .join(Product, Product.id == Edition.product_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(Edition.id > after, Edition.withdrawn_at.is_(None), Product.withdrawn_at.is_(None))
        .order_by(Edition.id)
    )
    rows = session.execute(wanted.limit(OFFERS + 1)).all()
    shown, home = rows[:OFFERS], web.settings().base_url.rstrip("/")
    more = f"{home}/shop/feed.json?after={shown[-1][0].id}" if len(rows) > OFFERS else None
    return jsonify(version=1, next=more, offers=_told(shown, home))


def _told(rows: Sequence[Row[Edition, Product, str]], home: str) -> list[dict[str, str | int]]:
    now = clock.now()
    lists = prices.lists_of([edition.id for edition, _product, _vendor in rows], web.settings().currency)
    free = free_in_pool({edition.id for edition, product, _vendor in rows if product.source == Source.POOL})
    told: list[dict[str, str | int]] = []
    for edition, product, vendor in rows:
        asked = lists[edition.id].asked(1, now) if edition.id in lists else None
        if asked is None:
            continue
        is_there = product.source == Source.OWN or free.get(edition.id, 0) > 0
        told.append(
            {
                "id": edition.id,
                "title": f"{product.name}, {edition.name}",
                "description": product.tagline,
                "link": f"{home}/shop/{product.slug}",
                "brand": vendor,
                "price": asked.unit.decimal(),
                "currency": asked.unit.currency,
                "availability": "in_stock" if is_there else "out_of_stock",
                "condition": "new",
                "term": edition.term,
            }
        )
    return told
