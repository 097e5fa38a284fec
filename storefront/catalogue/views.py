"""Pages of the catalogue: the shelves, a product, the search, and the engravings that all of them show."""

from functools import lru_cache

from flask import Blueprint, Response, request

from core import web
from core.access import public
from core.limits import limited
from storefront.catalogue import drawing, listing, rules, showing

pages = Blueprint("catalogue", __name__)
pages.add_app_template_filter(rules.term_words, "term_words")
pages.add_app_template_filter(rules.PRICE_TERMS.get, "price_term")
pages.add_app_template_filter(lambda name: rules.PLATFORMS.get(name, name), "platform_name")


@pages.get("/shop")
@public(cached=True)
def shelf() -> Response:
    """Products, narrowed and sorted as the address says."""
    filters = rules.read_filters(request.args)
    known = listing.shelves()
    plain = rules.without_cursor(filters)
    return web.render(
        "storefront/catalogue/shelf.html",
        filters=filters,
        plain=plain,
        listing=listing.products(filters, web.settings().currency),
        category=rules.group(plain, "category", "Shelf", known.categories),
        sentence=known.sentences.get(filters.category, ""),
        others=_other_groups(plain, known.vendors, web.settings().currency),
        sorts=rules.sorts(plain),
    )


@pages.get("/shop/<slug>")
@public(cached=True)
def product(slug: str) -> Response:
    """One product with its price table; 410 and a way on where it was withdrawn."""
    page = showing.page_of(slug)
    status = 410 if page.product.withdrawn_at else 200
    return web.render("storefront/catalogue/product.html", status, page=page, product=page.product)


@pages.get("/search")
@public(cached=True)
@limited("search")
def search() -> Response:
    """Products and whatever else answers to these words."""
    asked = rules.read_filters(request.args).q
    return web.render("storefront/catalogue/search.html", q=asked, cards=listing.found(asked))


@pages.get("/img/rosette/<seed>.svg")
@public(own_transactions=True)
def rosette(seed: str) -> Response:
    """The rosette of a word."""
    return drawing.answer("rosette", seed)


@pages.get("/img/seal/<seed>.svg")
@public(own_transactions=True)
def seal(seed: str) -> Response:
    """The seal of a word."""
    return drawing.answer("seal", seed)


@lru_cache(maxsize=256)
def _other_groups(plain: rules.Filters, vendors: tuple[tuple[str, str], ...], currency: str) -> tuple[rules.Group, ...]:
    bands = tuple((name, _band_words(name, currency)) for name in rules.BANDS)
    return (
        rules.group(plain, "platform", "Runs on", tuple(rules.PLATFORMS.items())),
        rules.group(plain, "term", "Sold", tuple(rules.TERMS.items())),
        rules.group(plain, "band", "Price", bands),
        rules.group(plain, "source", "Made by", tuple(rules.SOURCES.items())),
        rules.group(plain, "vendor", "Maker", vendors[:40]),
    )


def _band_words(band: str, currency: str) -> str:
    low, high = rules.BANDS[band]
    if high is None:
        return f"{low} {currency} and more"
    return f"up to {high} {currency}" if not low else f"{low} to {high} {currency}"
