"""The shelves, products and search as visitors find them, through the front door."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from core import clock
from storefront.catalogue import listing, rules, service
from storefront.catalogue.listing import PER_PAGE
from storefront.catalogue.models import Term
from tests.shop import Shop, Visitor, find_form
from tests.storefront.builders import SOLO, make_product, put_product

YEARLY = replace(SOLO, slug="yearly", name="Yearly", term=Term.YEAR, price=2_900)
HOSTILE = (
    "'", '"', "\\", "*", "-", "(", ")", "^", "NEAR(a b)", "a AND", "OR", "name:kiln", "%", "_", "🦫", "a" * 5000,
    "' OR 1=1 --", "\"\"\"", "{}", "col : x", "\u202e", "\ud7ff", "kiln:*", "!kiln", "<->", "<script>", "𐀀", "窯", "a\tb\nc",
)  # fmt: skip


def names_on(html: str) -> list[str]:
    """The products of a list, in their order."""
    return re.findall(r'<h[23]><a href="/shop/([^"]+)"', html)


def link_to(html: str, words: str) -> str:
    """Where the first link with these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>\s*{words}', html)
    assert found, words
    return unescape(found[1])


def previous(html: str) -> str:
    """Where the page before this one is."""
    return unescape(re.findall(r'rel="prev" href="([^"]+)"', html)[0])


def test_an_empty_shop_says_so_and_shows_a_way_on(shop: Shop) -> None:
    page = shop.visitor().get("/shop")
    assert page.status_code == 200
    assert "The shelves are still empty" in page.text
    assert 'href="/support"' in page.text
    assert shop.visitor().get("/").status_code == 200


def test_a_product_has_its_page_with_a_form_for_each_edition(shop: Shop) -> None:
    made = make_product(
        shop, "kilnwatch", editions=(SOLO, YEARLY), subtitle="مراقبة الفرن", description="A **fine** log"
    )
    page = shop.visitor().get("/shop/kilnwatch").text
    assert "<strong>fine</strong>" in page
    assert "€119.00" in page
    assert "€29.00" in page
    assert "a year" in page
    assert '<p class="lead" dir="auto">مراقبة الفرن</p>' in page
    assert "Test Workshop makes things." in page
    assert "kilnwatch-1.0.zip" in page
    for number in made.editions.values():
        assert f'name="edition" value="{number}"' in page
    assert find_form(page, "/cart/add").values["quantity"] == "1"


def test_an_edition_can_be_put_into_the_cart_from_its_page(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    visitor = shop.visitor()
    visitor.submit("/shop/kilnwatch", {"quantity": "2"}, action="/cart/add")
    cart = visitor.get("/cart").text
    assert "Kilnwatch" in cart
    assert "238.00" in cart


def test_a_sold_out_edition_says_so_instead_of_offering_a_button(shop: Shop) -> None:
    pro = replace(SOLO, slug="pro", name="Pro")
    made = make_product(shop, "diffanchor", source="pool", editions=(SOLO, pro), pool_keys=["AAAA-1", "AAAA-2"])
    page = shop.visitor().get("/shop/diffanchor").text
    assert page.count("Sold out") == 1
    assert "Only 2 left" in page
    assert f'value="{made.editions["solo"]}"' in page
    assert f'name="edition" value="{made.editions["pro"]}"' not in page


def test_a_withdrawn_product_keeps_its_page_says_so_and_stands_on_no_shelf(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch")
    with shop.transaction():
        service.withdraw(made.id)
    page = shop.visitor().get("/shop/kilnwatch")
    assert page.status_code == 410
    assert "no longer sold here" in page.text
    assert 'href="/shop?category=measuring"' in page.text
    assert "/cart/add" not in page.text
    for address in ("/shop", "/search?q=kilnwatch", "/", "/sitemap.xml"):
        assert "/shop/kilnwatch" not in shop.visitor().get(address).text


def test_a_withdrawn_edition_cannot_be_bought_and_leaves_the_price(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch", editions=(SOLO, YEARLY))
    with shop.transaction():
        service.withdraw_edition(made.editions["yearly"])
    with shop.transaction(), pytest.raises(service.NotForSale):
        service.edition_for_sale(made.editions["yearly"], "EUR")
    page = shop.visitor().get("/shop").text
    assert "€119.00" in page
    assert "€29.00" not in page


def test_a_new_price_shows_on_shelf_and_page_at_once(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch")
    visitor = shop.visitor()
    assert "€119.00" in visitor.get("/shop").text
    with shop.transaction():
        service.reprice(made.editions["solo"], 9_900)
    assert "€99.00" in visitor.get("/shop").text
    assert "€99.00" in visitor.get("/shop/kilnwatch").text


def test_an_unknown_product_is_not_found_and_shows_the_way_to_the_shop(shop: Shop) -> None:
    page = shop.visitor().get("/shop/nothing-of-that-kind")
    assert page.status_code == 404
    assert 'href="/shop"' in page.text


def test_filters_are_links_that_narrow_and_can_be_taken_back(shop: Shop) -> None:
    make_product(shop, "kilnwatch", platforms=("linux",))
    make_product(shop, "inkhollow", category="Writing", platforms=("macos",), editions=(YEARLY,))
    make_product(shop, "diffanchor", source="pool", vendor="Pebblewick", pool_keys=["K-1"])
    visitor = shop.visitor()
    page = visitor.get("/shop").text
    narrowed = {
        "Writing": ["inkhollow"], "Linux": ["diffanchor", "kilnwatch"], "macOS": ["inkhollow"],
        "By the year": ["inkhollow"], "25 to 75 EUR": ["inkhollow"], "Resold for others": ["diffanchor"], "Pebblewick": ["diffanchor"],
    }  # fmt: skip
    for words, slugs in narrowed.items():
        here = visitor.get(link_to(page, words)).text
        assert sorted(names_on(here)) == slugs, words
        assert "aria-current" in here
    both = visitor.get(link_to(visitor.get(link_to(page, "Linux")).text, "Resold for others"))
    assert names_on(both.text) == ["diffanchor"]
    back = visitor.get(link_to(both.text, "Linux"))
    assert "platform" not in str(back.request.query_string)
    assert names_on(back.text) == ["diffanchor"]


def test_choices_say_how_many_products_they_leave(shop: Shop) -> None:
    make_product(shop, "kilnwatch", platforms=("linux",))
    make_product(shop, "inkhollow", category="Writing", platforms=("macos", "linux"), editions=(YEARLY,))
    make_product(shop, "diffanchor", source="pool", vendor="Pebblewick", pool_keys=["K-1"])
    make_product(shop, "soldout", source="pool", vendor="Pebblewick", platforms=("windows",))
    visitor = shop.visitor()
    assert _counts(visitor.get("/shop").text) == {
        "Measuring": 3, "Writing": 1, "Windows": 2, "macOS": 1, "Linux": 3, "To keep": 3, "By the year": 1,
        "25 to 75 EUR": 1, "75 to 150 EUR": 3, "Made in our own house": 2, "Resold for others": 2, "In stock now": 3,
        "Test Workshop": 2, "Pebblewick": 2,
    }  # fmt: skip
    narrowed = visitor.get("/shop?platform=linux&stock=yes").text
    assert sorted(names_on(narrowed)) == ["diffanchor", "inkhollow", "kilnwatch"]
    left = _counts(narrowed)
    assert (left["Windows"], left["macOS"], left["Resold for others"]) == (1, 1, 1)
    assert "0 to" not in narrowed and "Linux" not in left
    found = visitor.get("/shop?q=thing&source=pool").text
    assert _counts(found)["Made in our own house"] == 2
    assert sorted(names_on(found)) == ["diffanchor", "soldout"]


def _counts(html: str) -> dict[str, int]:
    """What each choice would leave, by its words."""
    return {words: int(count) for words, count in re.findall(r'>([^<>]+?) <span class="chip-count">(\d+)', html)}


def test_a_word_typed_wrong_is_found_all_the_same(shop: Shop) -> None:
    make_product(shop, "kilnwatch", description="Watches a pottery oven.")
    made = make_product(shop, "belegbruecke", name="Belegbrücke", tagline="Reads invoices")
    visitor = shop.visitor()
    wrong = {
        "kilnwacht": "kilnwatch",
        "pottrey ovn": "kilnwatch",
        "invioces": "belegbruecke",
        "belegbrükce": "belegbruecke",
    }
    for words, slug in wrong.items():
        for address in ("/shop", "/search"):
            page = visitor.get(address, query_string={"q": words}).text
            assert names_on(page) == [slug], words
            assert "Did you mean" in page
    assert names_on(visitor.get(link_to(visitor.get("/shop?q=kilnwacht").text, "kilnwatch")).text) == ["kilnwatch"]
    with shop.transaction():
        service.withdraw(made.id)
    page = visitor.get("/shop?q=invioces").text
    assert "Nothing of that kind" in page and "Did you mean" not in page
    assert "/forum/search?q=invioces" in page


def test_a_search_leafs_through_its_best_hits(shop: Shop) -> None:
    with shop.transaction():
        for number in range(PER_PAGE + 3):
            put_product(f"p{number:03d}", description="Common words")
    visitor = shop.visitor()
    first = visitor.get("/shop?q=common").text
    second = visitor.get(link_to(first, "Next")).text
    assert len({*names_on(first), *names_on(second)}) == PER_PAGE + 3
    assert names_on(visitor.get(previous(second)).text) == names_on(first)
    by_name = visitor.get("/shop?q=common&sort=name").text
    assert names_on(by_name) == [f"p{number:03d}" for number in range(PER_PAGE)]


def test_a_choice_that_nothing_fits_offers_a_way_back(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    page = shop.visitor().get("/shop?platform=macos&q=kilnwatch").text
    assert "Nothing of that kind is here" in page
    assert link_to(page, "Show everything") == "/shop"


@pytest.mark.parametrize(
    ("sort", "order"), [("name", "abc"), ("price", "cab"), ("newest", "bca"), ("popular", "acb"), ("nonsense", "acb")]
)
def test_lists_are_sorted_as_asked(shop: Shop, sort: str, order: str) -> None:
    now = clock.now()
    for slug, price, days, sold in (("a", 200, 3, 9), ("b", 300, 1, 1), ("c", 100, 2, 5)):
        edition = replace(SOLO, price=price)
        made = make_product(shop, slug, editions=(edition,), published_at=now - timedelta(days=days))
        with shop.transaction():
            service.count_sold(made.id, sold)
    assert "".join(names_on(shop.visitor().get(f"/shop?sort={sort}").text)) == order


@pytest.mark.parametrize("sort", list(rules.Sort))
def test_every_product_stands_on_exactly_one_page_forwards_and_backwards(shop: Shop, sort: str) -> None:
    with shop.transaction():
        for number in range(PER_PAGE * 2 + 5):
            put_product(f"p{number:03d}", editions=(replace(SOLO, price=1000 + number % 7),))
    visitor = shop.visitor()
    pages, address = list[list[str]](), f"/shop?sort={sort}"
    while address:
        html = visitor.get(address).text
        pages.append(names_on(html))
        address = link_to(html, "Next") if "Next <svg" in html else ""
    assert [len(page) for page in pages] == [PER_PAGE, PER_PAGE, 5]
    assert len({slug for page in pages for slug in page}) == PER_PAGE * 2 + 5
    second = visitor.get(previous(html)).text
    assert names_on(second) == pages[1]
    first = visitor.get(previous(second)).text
    assert names_on(first) == pages[0]
    assert "Previous" not in first


def test_a_place_that_makes_no_sense_is_answered_politely(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    places = (
        "~",
        "x~1",
        "9999999999999999~1",
        "1~99999999999999999999",
        "2026-13-45~1",
        "0001-01-01T00:00+14:00~1",
        "~~~",
        "é~2",
    )
    for place in places:
        for sort in rules.Sort:
            for way in ("after", "before"):
                page = shop.visitor().get("/shop", query_string={"sort": sort.value, way: place})
                assert page.status_code == 200, (sort, place)


def test_search_finds_names_taglines_and_descriptions_whatever_the_accents(shop: Shop) -> None:
    make_product(shop, "belegbruecke", name="Belegbrücke", tagline="Reads invoices", description="For bookkeepers")
    make_product(shop, "kilnwatch", keywords=("pottery", "glaze"), description="A firing takes fourteen hours.")
    make_product(shop, "satz", name="活字組版", tagline="Sets type")
    visitor = shop.visitor()
    expected = {
        "belegbrucke": "belegbruecke", "Belegbr": "belegbruecke", "invoice": "belegbruecke", "bookkeeper": "belegbruecke",
        "GLAZE": "kilnwatch", "fourteen hour": "kilnwatch", "字組": "satz", "活": "satz",
    }  # fmt: skip
    for words, slug in expected.items():
        assert names_on(visitor.get("/search", query_string={"q": words}).text) == [slug], words
        assert names_on(visitor.get("/shop", query_string={"q": words}).text) == [slug], words
    assert "Nothing found" in visitor.get("/search?q=kilnwatch+invoice").text


def test_what_fits_best_comes_first_and_a_changed_product_is_found_by_its_new_words(shop: Shop) -> None:
    make_product(shop, "other", description="Works well beside kilnwatch.")
    made = make_product(shop, "kilnwatch")
    visitor = shop.visitor()
    assert names_on(visitor.get("/search?q=kilnwatch").text) == ["kilnwatch", "other"]
    with shop.transaction() as session:
        product = session.get(service.Product, made.id)
        product.tagline = "Guards ovens"
        service.refresh(made.id)
    assert names_on(visitor.get("/search?q=ovens").text) == ["kilnwatch"]


def test_no_query_breaks_a_page(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    for query in HOSTILE:
        for address in ("/search", "/shop"):
            page = shop.visitor().get(address, query_string={"q": query})
            assert page.status_code == 200, query
            assert "<script>" not in page.text


def test_nul_and_nonsense_filters_are_refused_or_passed_over_never_a_fault(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    assert shop.visitor().get("/search?q=a%00b").status_code == 400
    assert names_on(shop.visitor().get("/shop?platform=amiga&band=-5&term=%FF&vendor=../x&source=1").text) == [
        "kilnwatch"
    ]


def test_names_and_texts_are_escaped_everywhere(shop: Shop) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    make_product(
        shop, "nasty", name=nasty, tagline=nasty, description=nasty, requirements=((nasty, nasty),), version=nasty[:30]
    )
    for address in ("/shop", "/shop/nasty", "/search?q=nasty", "/"):
        assert "<img src=x" not in shop.visitor().get(address).text


@pytest.mark.parametrize("kind", ["rosette", "seal"])
def test_engravings_are_the_same_for_the_same_word_and_kept_by_any_cache(sqlite_shop: Shop, kind: str) -> None:
    visitor = sqlite_shop.visitor()
    first, again = visitor.get(f"/img/{kind}/kilnwatch.svg"), visitor.get(f"/img/{kind}/kilnwatch.svg")
    assert first.mimetype == "image/svg+xml"
    assert first.data == again.data != visitor.get(f"/img/{kind}/other.svg").data
    assert "immutable" in first.headers["Cache-Control"]
    unchanged = visitor.get(f"/img/{kind}/kilnwatch.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    assert visitor.get(f"/img/{kind}/{'x' * 121}.svg").status_code == 404
    for seed in ("%E2%82%AC", "a%20b", "%3Csvg%3E", "..", "%F0%9F%A6%AB"):
        assert visitor.get(f"/img/{kind}/{seed}.svg").status_code == 200


def test_names_by_id_and_editions_by_slug_are_there_for_other_rooms(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch", editions=(SOLO, YEARLY))
    with shop.transaction():
        assert service.product_names([made.id, 999]) == {made.id: ("kilnwatch", "Kilnwatch")}
        assert service.product_names([]) == {}
        assert [edition.slug for edition in service.editions_of(made.id)] == ["solo", "yearly"]
        assert service.find_edition("kilnwatch", "yearly").id == made.editions["yearly"]
        assert service.edition_for_sale(made.editions["solo"], "EUR").unit.amount == 11_900
        assert service.find_product("nothing") is None
        assert listing.found("kilnwatch")[0][0].slug == "kilnwatch"


def test_paying_counts_what_was_sold(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch")
    member: Visitor = shop.member()
    member.submit("/shop/kilnwatch", {"quantity": "3"}, action="/cart/add")
    member.submit("/checkout", {"country": "DE"}, action="/checkout")
    placed = member.submit("/checkout/review", {"terms": "y"}, action="/checkout/review", follow_redirects=False)
    member.submit(str(placed.location), {"card": "paid"}, action=str(placed.location))
    with shop.transaction():
        assert service.get_product(made.slug).sold == 3
