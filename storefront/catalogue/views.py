"""Pages of the catalogue: the shelves, a product, the search, and the engravings that all of them show."""

from flask import Blueprint, Response, request

from core import web
from core.access import public
from core.limits import limited
from storefront.catalogue import drawing, listing, rules

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
    category = rules.group(filters, "category", "Shelf", known.categories)
    return web.render(
        "storefront/catalogue/shelf.html",
        filters=filters,
        listing=listing.products(filters, web.settings().currency),
        category=category,
        sentence=known.sentences.get(filters.category, ""),
        others=_other_groups(filters, known),
        sorts=rules.sorts(filters),
    )


@pages.get("/shop/<slug>")
@public(cached=True)
def product(slug: str) -> Response:
    """One product with its price table; 410 and a way on where it was withdrawn."""
    page = listing.page_of(slug)
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


def _other_groups(filters: rules.Filters, known: listing.Shelves) -> list[rules.Group]:
    bands = {name: _band_words(name) for name in rules.BANDS}
    return [
        rules.group(filters, "platform", "Runs on", rules.PLATFORMS),
        rules.group(filters, "term", "Sold", rules.TERMS),
        rules.group(filters, "band", "Price", bands),
        rules.group(filters, "source", "Made by", rules.SOURCES),
        rules.group(filters, "vendor", "Maker", dict(list(known.vendors.items())[:40])),
    ]


def _band_words(band: str) -> str:
    low, high = rules.BANDS[band]
    currency = web.settings().currency
    if high is None:
        return f"{low} {currency} and more"
    return f"up to {high} {currency}" if not low else f"{low} to {high} {currency}"
