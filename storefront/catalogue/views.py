"""Pages of the catalogue: the shelves, a product, the search, and the engravings that all of them show."""

from functools import lru_cache

from flask import Blueprint, Response, request

from core import web
from core.access import public
from core.asking import SEARCH, takes
from core.errors import NotFound
from core.limits import limited
from privacy.lately import browser
from storefront.catalogue import comparing, drawing, facets, listing, naming, rules, showing
from storefront.catalogue.cards import Card
from storefront.catalogue.facets import Shelves
from storefront.prices import service as prices
from storefront.prices import shown

pages = Blueprint("catalogue", __name__)
INSTEAD = 4
pages.add_app_template_filter(rules.term_words, "term_words")
pages.add_app_template_filter(rules.PRICE_TERMS.get, "price_term")
pages.add_app_template_filter(lambda name: rules.PLATFORMS.get(name, name), "platform_name")


@pages.get("/shop")
@public(cached=True)
@takes(**dict.fromkeys(rules.NAMES, SEARCH))
def shelf() -> Response:
    """Products, narrowed and sorted as the address says."""
    filters, currency = rules.read_filters(request.args), prices.chosen_currency()
    plain, known = rules.without_cursor(filters), facets.shelves()
    web.keep_until(known.until)
    page = listing.products(filters)
    category, *others = _groups(known, plain, (currency, shown.view().is_net), page.hits)
    return web.render(
        "storefront/catalogue/shelf.html",
        filters=filters,
        plain=plain,
        listing=page,
        currency=currency,
        category=category,
        sentence=known.sentences.get(filters.category, ""),
        others=tuple(others),
        sorts=rules.sorts(plain),
        helping=_way_out(page),
    )


@pages.get("/shop/compare")
@public(cached=True)
@takes(e=SEARCH)
def compare() -> Response:
    """Up to four editions side by side, as the address says."""
    seen = comparing.compare(comparing.read_ids(request.args.getlist("e")))
    return web.render("storefront/catalogue/compare.html", seen=seen)


@pages.get("/shop/<slug>")
@public(cached=True)
def product(slug: str) -> Response:
    """One product with its price table; 410 and a way on where it was withdrawn, its address today under a former one."""
    reader = web.person()
    try:
        page = showing.page_of(slug, reader.id if reader else 0)
    except NotFound:
        return _moved(slug)
    browser.look_at(page.product.id)
    status = 410 if page.product.withdrawn_at else 200
    return web.render("storefront/catalogue/product.html", status, page=page, product=page.product)


@pages.get("/search")
@public(cached=True)
@limited("search")
@takes(q=SEARCH)
def search() -> Response:
    """Products and whatever else answers to these words."""
    asked = rules.read_filters(request.args).q
    cards, meant = listing.found(asked)
    return web.render("storefront/catalogue/search.html", q=asked, cards=cards, meant=meant)


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


def _moved(slug: str) -> Response:
    """The way to a product that was called so before. Raises NotFound."""
    now = naming.slug_now(slug)
    return Response(status=308, headers={"Location": f"/shop/{now or naming.shown_product(slug).slug}"})


@lru_cache(maxsize=256)
def _groups(
    known: Shelves, plain: rules.Filters, prices_in: tuple[str, bool], hits: frozenset[int] | None
) -> tuple[rules.Group, ...]:
    """The shelves, then everything else that a list can be narrowed by."""
    currency, is_net = prices_in
    left = facets.counts(known, plain, currency, hits)
    shown = {
        "category": ("Shelf", known.categories),
        "platform": ("Runs on", rules.PLATFORMS.items()),
        "term": ("Sold", rules.TERMS.items()),
        "band": (
            "Price with VAT" if is_net else "Price",
            [(name, _band_words(name, currency)) for name in rules.BANDS],
        ),
        "source": ("Made by", rules.SOURCES.items()),
        "stock": ("At hand", rules.STOCK.items()),
        "vendor": ("Maker", known.vendors),
    }
    return tuple(rules.group(plain, name, label, values, left[name]) for name, (label, values) in shown.items())


def _way_out(page: listing.Listing) -> tuple[Card, ...]:
    """What most people bought, for a page on which nothing else stands."""
    return () if page.cards else listing.featured(INSTEAD)


def _band_words(band: str, currency: str) -> str:
    low, high = rules.BANDS[band]
    if high is None:
        return f"{low} {currency} and more"
    return f"up to {high} {currency}" if not low else f"{low} to {high} {currency}"
