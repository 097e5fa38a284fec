"""A product comes onto the shelves through the front door: written, published, bought, moved."""

from sqlalchemy import select

from core.access import Permission
from storefront.licenses.models import License
from tests.forum.builders import give_license
from tests.shop import Shop
from tests.storefront.builders import make_product
from tests.storefront.test_backoffice import submit_texts
from tests.storefront.test_price_desk import confirmed

NEW = {
    "name": "Night Mill",
    "slug": "",
    "tagline": "Grinds while you sleep",
    "version": "2.0",
    "description": "It **grinds**.",
    "requirements": "Memory: 2 GB",
    "platforms": ["linux"],
    "keywords": "milling, flour",
}
AT = "/staff/catalogue/night-mill"


def test_a_product_comes_from_nothing_to_sold(shop: Shop) -> None:
    make_product(shop)
    kim = shop.member("keeper@example.com", "Kim", [Permission.CATALOGUE])
    seen = kim.submit("/staff/catalogue/new", {**NEW, "act": "preview"}, action="catalogue/new")
    assert "<strong>grinds</strong>" in seen.text and 'value="Night Mill"' in seen.text
    for taken in ("compare", "new", "kilnwatch", "Night Mill"):
        refused = kim.submit("/staff/catalogue/new", {**NEW, "slug": taken}, action="catalogue/new")
        assert refused.status_code in {409, 422} and "It **grinds**." in refused.text
    assert "Kept as a draft" in kim.submit("/staff/catalogue/new", NEW, action="catalogue/new").text
    stranger = shop.visitor()
    assert stranger.get("/shop/night-mill").status_code == stranger.get("/shop/night-mill/reviews").status_code == 404
    assert "no edition on sale yet" in kim.submit(AT, action="/publish").text
    solo = {"name": "Solo", "term": "perpetual", "devices": "3", "includes": "Night mode", "price": "49.00"}
    wrong = kim.submit(f"{AT}/editions/new", {**solo, "trial_days": "9"}, action="editions/new")
    assert wrong.status_code == 422 and "only a trial has them" in wrong.text and 'value="49.00"' in wrong.text
    assert "It costs 49.00 EUR" in kim.submit(f"{AT}/editions/new", solo, action="editions/new").text
    kim.submit(f"{AT}/editions/new", {**solo, "name": "Crew", "price": "99"}, action="editions/new")
    looks = kim.get(f"{AT}/preview").text
    assert "Grinds while you sleep" in looks and "€49.00" in looks
    assert stranger.get("/shop/night-mill").status_code == 404 and "Night Mill" not in stranger.get("/shop").text
    assert "It is for sale now" in kim.submit(AT, action="/publish").text
    assert "Night Mill" in stranger.get("/shop?q=flour").text and "Night mode" in stranger.get("/shop/night-mill").text
    assert "€49.00" in shop.member().submit("/shop/night-mill", {}, action="/cart/add").text


def test_a_product_moves_and_its_former_addresses_lead_on(shop: Shop) -> None:
    kiln = make_product(shop)
    make_product(shop, "saltpan", source="pool", vendor="Tallow & Pine")
    kim = shop.member("keeper@example.com", "Kim", [Permission.CATALOGUE])
    at = "/staff/catalogue/kilnwatch/place"
    assert "something else in addresses" in kim.submit(at, {"slug": "saltpan"}, action="/place").text
    pine = (
        next(part for part in kim.get(at).text.split("<option ") if "Tallow" in part).split('value="')[1].split('"')[0]
    )
    assert "Its keys come from elsewhere" in kim.submit(at, {"vendor": pine}, action="/place").text
    clash = kim.submit(at, {"slug": "kiln", "seen": "0" * 32}, action="/place")
    assert clash.status_code == 409 and "What is saved now" in clash.text and 'value="kiln"' in clash.text
    assert "Saved." in kim.submit(at, {"slug": "kiln"}, action="/place").text
    moved = shop.visitor().get("/shop/kilnwatch", follow_redirects=False)
    assert (moved.status_code, moved.location) == (308, "/shop/kiln")
    kim.submit("/staff/catalogue/saltpan/place", {"slug": "kilnwatch"}, action="/place")
    assert kim.get("/staff/catalogue/kilnwatch").status_code == 404
    assert "Saved." in kim.submit("/staff/catalogue/kiln/place", {"slug": "kilnwatch"}, action="/place").text
    assert shop.visitor().get("/shop/kiln", follow_redirects=False).location == "/shop/kilnwatch"
    edition = f"/staff/catalogue/kilnwatch/editions/{kiln.editions['solo']}"
    asked = kim.submit(edition, {"devices": "1", "name": "One"}, action="/editions/").text
    assert "2 → 1" in asked and "Saved." in confirmed(kim, asked, "/editions/")
    again = kim.submit(edition, {"name": "Two", "seen": "0" * 32}, action="/editions/")
    assert again.status_code == 409 and "What is saved now" in again.text and 'value="Two"' in again.text


def test_makers_and_shelves_are_added_renamed_and_put_in_order(sqlite_shop: Shop) -> None:
    make_product(sqlite_shop)
    kim = sqlite_shop.member("keeper@example.com", "Kim", [Permission.CATALOGUE])
    makers, shelves = "/staff/catalogue/makers", "/staff/catalogue/shelves"
    ada = {"name": "Ada & Sons", "country": "at", "about": "They turn.", "own": "on"}
    wrong = kim.submit(makers, ada, action=makers)
    assert wrong.status_code == 422 and "Two capital letters" in wrong.text and "Ada &amp; Sons" in wrong.text
    assert "Ada &amp; Sons" in kim.submit(makers, {**ada, "country": "AT"}, action=makers).text
    assert kim.submit(makers, {**ada, "country": "AT"}, action=makers).status_code == 409
    assert "Saved." in kim.submit(f"{makers}/1", {"name": "Ember Yard"}, action=makers).text
    assert "Kilnwatch" in sqlite_shop.visitor().get("/shop?q=ember+yard").text
    assert "Added" in kim.submit(shelves, {"name": "Turning", "sentence": "Round things."}, action=shelves).text
    page = kim.submit(shelves, {}, action="/2/before").text
    assert page.index("Turning") < page.index("Measuring")
    assert "Saved." in kim.submit(f"{shelves}/1", {"name": "Weighing", "sentence": "Heavy."}, action="/shelves/1").text
    assert "Weighing" in sqlite_shop.visitor().get("/shop").text
    assert kim.get(f"{makers}/99").status_code == kim.get(f"{shelves}/99").status_code == 404


def test_changes_are_kept_field_by_field_and_put_back(shop: Shop) -> None:
    kiln = make_product(shop)
    kim = shop.member("keeper@example.com", "Kim Keeper", [Permission.CATALOGUE])
    at, log = "/staff/catalogue/kilnwatch", "/staff/catalogue/kilnwatch/history"
    solo = kiln.editions["solo"]
    assert "Nothing was changed yet" in kim.get(log).text
    assert submit_texts(kim, tagline="Watches kilns")[0] == 200
    kim.submit(at, {"edition": solo}, action="/withdraw")
    asked = kim.submit(f"{at}/editions/{solo}", {"devices": "5", "includes": "Updates\nA mug"}, action="/editions/")
    confirmed(kim, asked.text, "/editions/")
    kim.submit(f"{at}/place", {"slug": "kiln", "platforms": ["windows", "linux"]}, action="/place")
    assert "kiln" in kim.submit("/staff/catalogue/kiln/history", action="/back").request.path
    page = kim.get(log).text
    assert "Watches kilns" in page and "A mug" in page and "Kim Keeper" in page and "On sale" in page
    steps = [step.split('"')[0] for step in page.split(f'action="{log}/')[1:]]
    for step in steps[2:]:
        assert "Put back, as a change of its own" in kim.submit(log, action=f"history/{step}").text
    shown = shop.visitor().get("/shop/kilnwatch").text
    assert "kilnwatch does one thing well" in shown and "A mug" not in shown and "Add to cart" in shown
    assert "stands like that already" in kim.submit(log, action=f"history/{steps[1]}").text
    assert kim.post(f"{log}/999/back").status_code == 404


def test_terms_are_saved_after_it_is_shown_whose_licenses_change(shop: Shop) -> None:
    kiln = make_product(shop)
    kim, ada = shop.member("keeper@example.com", "Kim", [Permission.CATALOGUE]), shop.member()
    give_license(shop, ada.account_id, kiln)
    at = f"/staff/catalogue/kilnwatch/editions/{kiln.editions['solo']}"
    with shop.transaction() as session:
        number = session.scalars(select(License.public_id)).one()
    asked = kim.submit(at, {"devices": "4"}, action="/editions/").text
    assert number in asked and "4 devices instead of 2" in asked and "2 → 4" in asked
    assert f"{at}/met.csv?devices=4" in asked
    assert kim.get(f"{at}/met.csv?devices=4").text == f"license\r\n{number}\r\n"
    assert "Saved." in confirmed(kim, asked, "/editions/")
    fewer = kim.submit(at, {"devices": "1"}, action="/editions/")
    assert fewer.status_code == 409 and "its devices can only grow" in fewer.text and 'value="1"' in fewer.text
    assert kim.submit(at, {"term": "year"}, action="/editions/").status_code == 409
    assert ada.get(f"{at}/met.csv?devices=9").status_code == 403
