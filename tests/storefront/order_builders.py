"""Things to sell, carts, and orders on every step of their way, for tests."""

from dataclasses import dataclass

from sqlalchemy import select

from core.db import session
from storefront.cart import service as carts
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Category, Product, Source, Term, Vendor
from storefront.catalogue.service import EditionDraft, ProductDraft
from storefront.downloads import service as downloads
from storefront.stockroom import importing
from tests.shop import Shop, Visitor, find_form

DETAILS = {"country": "DE"}


@dataclass(frozen=True)
class Ware:
    """An edition to buy."""

    product_id: int
    edition_id: int
    slug: str
    edition_slug: str


def ware(
    shop: Shop, slug: str = "kilnwatch", *, price: int = 11_900, term: str = "perpetual", keys: int | None = None
) -> Ware:
    """Put an edition on sale: of our own making, or with a pool of so many keys."""
    source = Source.POOL if keys is not None else Source.OWN
    with shop.transaction():
        product = catalogue.get_product(slug) if catalogue.find_product(slug) else _product(slug, source, price, term)
        edition = catalogue.editions_of(product.id)[0]
        if keys:
            importing.stock(edition.id, [f"{slug.upper()}-KEY-{number:05d}-XYZ" for number in range(keys)])
        downloads.plant_file(slug, product.file_name, f"{product.name}\n")
        return Ware(product.id, edition.id, slug, edition.slug)


def _product(slug: str, source: Source, price: int, term: str) -> Product:
    vendor = session.scalar(select(Vendor.id)) or catalogue.plant_vendor(
        slug="own", name="LicensePal Workshop", about="Us.", country="AT", own=True
    )
    category = session.scalar(select(Category.id)) or catalogue.plant_category(
        slug="tools", name="Tools", sentence="Tools.", rank=1
    )
    catalogue.plant_product(
        ProductDraft(
            slug=slug,
            name=slug.capitalize(),
            vendor_id=vendor,
            category_id=category,
            source=source,
            tagline="It watches.",
            description="It watches kilns.",
            version="2.1",
            file_name=f"{slug}-2.1.zip",
            editions=[EditionDraft(slug="solo", name="Solo", term=Term(term), devices=3, price=price)],
        )
    )
    return catalogue.get_product(slug)


def put_into_cart(visitor: Visitor, *wares: Ware, quantity: int = 1) -> None:
    """Fill the visitor's own cart."""
    with visitor.shop.transaction():
        for one in wares:
            carts.add(visitor.account_id, None, one.edition_id, quantity)


def place(visitor: Visitor, *wares: Ware, quantity: int = 1, **details: str) -> str:
    """Go through the checkout up to the payment page; the order's number."""
    if wares:
        put_into_cart(visitor, *wares, quantity=quantity)
    visitor.submit("/checkout", {**DETAILS, **details}, action="/checkout")
    answer = visitor.submit("/checkout/review", {"terms": "y"}, action="/checkout/review", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/", 1)[1]


def pay(visitor: Visitor, number: str, card: str = "paid") -> str:
    """Pay with that test card; the page that comes next."""
    return visitor.submit(f"/checkout/pay/{number}", {"card": card}, action=f"/checkout/pay/{number}").text


def buy(visitor: Visitor, *wares: Ware, card: str = "paid", **details: str) -> str:
    """Place and pay; the order's number."""
    number = place(visitor, *wares, **details)
    pay(visitor, number, card)
    return number


def press(visitor: Visitor, page: str, action: str, **fields: str) -> str:
    """Press the button of a form on a page; the text of the page that comes next."""
    return visitor.submit(page, fields, action=action).text


def refund(clerk: Visitor, number: str, what: str = "whole=yes") -> str:
    """Let a clerk see what a refund would do and do it; the text of the page that comes next."""
    return press(clerk, f"/staff/orders/{number}/refund?{what}", "/refund", reason="It was the wrong edition.")


def has_form(html: str, action: str) -> bool:
    """Whether the page has a form that posts there."""
    try:
        find_form(html, action)
    except AssertionError:
        return False
    return True
