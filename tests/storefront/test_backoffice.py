"""The back office through its pages: who may, what changes, what is recorded, and what customers see of it."""

import csv
import re

import pytest
from sqlalchemy import select, text

from core.access import Permission, staff_actor
from core.audit.models import AuditEntry
from storefront.catalogue import pricing
from storefront.catalogue.models import Edition, Product
from storefront.catalogue.service import EditionDraft
from storefront.money import Money
from tests.shop import Shop, Visitor, find_form
from tests.storefront.builders import Made, make_product
from tests.storefront.cart_builders import add, post
from tests.storefront.test_price_desk import confirmed
from tests.tampering import unlock

EDITIONS = (EditionDraft(slug="solo", name="Solo", price=11_900), EditionDraft(slug="team", name="Team", price=29_900))
PAGES = {
    "/staff/catalogue": "catalogue",
    "/staff/catalogue/kilnwatch": "catalogue",
    "/staff/pools": "catalogue",
    "/staff/audit": "audit",
}


def keeper(shop: Shop, *permissions: Permission) -> Visitor:
    return shop.member("keeper@example.com", "Kim Keeper", permissions or (Permission.CATALOGUE,))


def kilnwatch(shop: Shop) -> Made:
    return make_product(shop, editions=EDITIONS)


def recorded(shop: Shop) -> list[tuple[str, str, dict[str, str]]]:
    with shop.transaction() as session:
        wanted = select(AuditEntry.verb, AuditEntry.thing, AuditEntry.details).order_by(AuditEntry.id)
        return [(verb, thing, details) for verb, thing, details in session.execute(wanted)]


def texts_form(kim: Visitor) -> dict[str, str]:
    """The form of the texts as the page fills it."""
    page = kim.get("/staff/catalogue/kilnwatch").text
    found = next(part for part in page.split("<form")[1:] if "data-preview" in part)
    return dict(find_form("<form" + found, "/staff/catalogue/kilnwatch").values)


def submit_texts(kim: Visitor, **typed: str) -> tuple[int, str]:
    """Fill it, send it; status and text of what comes next."""
    sent = {**texts_form(kim), **typed}
    answer = kim.client.post("/staff/catalogue/kilnwatch", data=sent, follow_redirects=True)
    return answer.status_code, answer.text


def test_the_front_door_lists_what_one_may_do(shop: Shop) -> None:
    page = keeper(shop, Permission.CATALOGUE, Permission.SALES).get("/staff")
    assert page.status_code == 200
    assert 'href="/staff/pools"' in page.text and 'href="/staff/orders"' in page.text
    assert 'href="/staff/audit"' not in page.text


@pytest.mark.parametrize("permission", list(Permission))
def test_every_member_of_staff_gets_through_the_front_door(sqlite_shop: Shop, permission: Permission) -> None:
    assert keeper(sqlite_shop, permission).get("/staff").status_code == 200


@pytest.mark.parametrize("path", ["/staff", *PAGES])
def test_strangers_and_customers_stay_outside(sqlite_shop: Shop, path: str) -> None:
    kilnwatch(sqlite_shop)
    stranger = sqlite_shop.visitor().get(path, follow_redirects=False)
    assert (stranger.status_code, stranger.location) == (303, f"/sign-in?next={path}")
    assert sqlite_shop.member().get(path).status_code == 403


@pytest.mark.parametrize(("path", "needed"), PAGES.items())
def test_each_page_wants_its_own_permission(sqlite_shop: Shop, path: str, needed: str) -> None:
    kilnwatch(sqlite_shop)
    others = [permission for permission in Permission if permission.value != needed]
    assert keeper(sqlite_shop, *others).get(path).status_code == 403
    assert sqlite_shop.member("b@example.com", "B", [Permission(needed)]).get(path).status_code == 200


def test_the_catalogue_is_listed_and_searched(shop: Shop) -> None:
    kilnwatch(shop)
    make_product(shop, "saltpan", source="pool", vendor="Tallow & Pine")
    kim = keeper(shop)
    assert "Kilnwatch" in kim.get("/staff/catalogue").text
    found = kim.get("/staff/catalogue?q=tallow").text
    assert "Saltpan" in found and "Kilnwatch" not in found
    assert "Nothing has these letters" in kim.get("/staff/catalogue?q=%25").text
    assert kim.get("/staff/catalogue?after=x").status_code == 400


def test_a_long_catalogue_goes_on(sqlite_shop: Shop) -> None:
    for number in range(43):
        make_product(sqlite_shop, f"ware-{number:02d}")
    kim = keeper(sqlite_shop)
    first = kim.get("/staff/catalogue").text
    assert "Ware 39" in first and "Ware 40" not in first
    last = first.split('rel="next" href="')[1].split('"')[0]
    second = kim.get(last).text
    assert "Ware 40" in second and "Ware 42" in second and "Ware 39" not in second


def test_texts_are_rewritten_rendered_and_recorded(shop: Shop) -> None:
    kilnwatch(shop)
    kim = keeper(shop)
    typed = {
        "name": "Kilnwatch Pro",
        "requirements": "Memory: 4 GB\n\nDisk: 1 GB: fast",
        "description": "It **glows**.\r\n\r\n<script>x</script>",
    }
    status, page = submit_texts(kim, **typed)
    assert status == 200 and "Saved." in page
    shown = kim.get("/shop/kilnwatch").text
    assert "Kilnwatch Pro" in shown and "<strong>glows</strong>" in shown and "1 GB: fast" in shown
    assert "<script>x" not in shown
    assert recorded(shop) == [
        ("rewrite", "product", {"product": "kilnwatch", "fields": "name, requirements, description"})
    ]
    assert "Kilnwatch Pro" in shop.visitor().get("/shop?q=glows").text


def test_saving_what_is_there_already_changes_and_records_nothing(shop: Shop) -> None:
    kilnwatch(shop)
    status, page = submit_texts(keeper(shop))
    assert status == 200 and "nothing was changed" in page
    assert recorded(shop) == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "A product needs a name."),
        ("name", "x" * 121, "At most 120 characters"),
        ("version", "", "Which version is sold?"),
        ("tagline", "y" * 201, "At most 200 characters"),
        ("requirements", "Memory 2 GB", "Line 1 needs a label, a colon and a text"),
        ("requirements", "\n".join(f"A{n}: b" for n in range(21)), "At most 20 requirements"),
        ("description", "", "Say what the product does."),
        ("description", "z" * 20_001, "At most 20000 characters"),
    ],
)
def test_bad_texts_are_refused_beside_their_field_and_kept(
    sqlite_shop: Shop, field: str, typed: str, said: str
) -> None:
    kilnwatch(sqlite_shop)
    status, page = submit_texts(keeper(sqlite_shop), **{field: typed, "subtitle": "kept words"})
    assert status == 422 and said in page and 'value="kept words"' in page
    assert recorded(sqlite_shop) == []


def test_a_preview_shows_the_description_and_saves_nothing(shop: Shop) -> None:
    kilnwatch(shop)
    kim = keeper(shop)
    status, page = submit_texts(kim, description="Now *slanted*", act="preview")
    assert status == 200 and "<em>slanted</em>" in page and "Now *slanted*" in page
    fragment = post(kim, "/staff/catalogue-preview", description="Now *slanted* <img src=x>").text
    assert "<em>slanted</em>" in fragment and "<img" not in fragment
    assert "slanted" not in kim.get("/shop/kilnwatch").text
    assert recorded(shop) == []


def test_two_who_write_at_once_do_not_undo_each_other(shop: Shop) -> None:
    kilnwatch(shop)
    kim = keeper(shop)
    opened = texts_form(kim)
    submit_texts(kim, tagline="First words")
    answer = kim.client.post(
        "/staff/catalogue/kilnwatch", data={**opened, "tagline": "Second words"}, follow_redirects=True
    )
    assert answer.status_code == 409
    assert "Somebody else changed these texts" in answer.text and "Second words" in answer.text
    assert "First words" in kim.get("/shop/kilnwatch").text


def test_a_new_price_is_recorded_and_carts_show_it(shop: Shop) -> None:
    made, ada = kilnwatch(shop), shop.member()
    add(ada, made.editions["solo"])
    kim, at = keeper(shop), f"/staff/catalogue/kilnwatch/prices/{made.editions['solo']}/set"
    page = confirmed(kim, post(kim, at, currency="EUR", price="129,50").text, at)
    assert "It costs 129.50 EUR now." in page and "€129.50" in page
    assert "rose from €119.00 to €129.50" in ada.get("/cart").text
    details = {"product": "kilnwatch", "edition": "solo", "before": "119.00 EUR", "after": "129.50 EUR"}
    assert recorded(shop) == [("reprice", "edition", details)]
    assert "€129.50" in shop.visitor().get("/shop/kilnwatch").text


@pytest.mark.parametrize("typed", ["", "0", "-5", "free", "1.234", "100001", "9" * 300, "²"])
def test_a_bad_price_is_refused_and_kept(sqlite_shop: Shop, typed: str) -> None:
    made = kilnwatch(sqlite_shop)
    at = f"/staff/catalogue/kilnwatch/prices/{made.editions['team']}/set"
    answer = post(keeper(sqlite_shop), at, currency="EUR", price=typed)
    assert answer.status_code == 400
    assert "what you typed is kept" in answer.text and f'value="{typed[:40]}"' in answer.text
    with sqlite_shop.transaction() as session:
        assert session.get_one(Edition, made.editions["team"]).price == 29_900


def test_an_edition_is_reached_through_its_own_product_only(sqlite_shop: Shop) -> None:
    made, other, kim = kilnwatch(sqlite_shop), make_product(sqlite_shop, "saltpan"), keeper(sqlite_shop)
    for act in ("withdraw", "sell-again"):
        for edition in (other.editions["solo"], 999_999, "x"):
            answer = post(kim, f"/staff/catalogue/{made.slug}/{act}", edition=edition)
            assert answer.status_code in {400, 404}
    assert post(kim, "/staff/catalogue/nothing/withdraw").status_code == 404
    assert recorded(sqlite_shop) == []


def test_editions_and_products_are_withdrawn_and_sold_again(shop: Shop) -> None:
    made, kim, ada = kilnwatch(shop), keeper(shop), shop.member()
    add(ada, made.editions["solo"])
    post(kim, "/staff/catalogue/kilnwatch/withdraw", edition=made.editions["solo"])
    assert "no longer sold" in ada.get("/cart").text
    post(kim, "/staff/catalogue/kilnwatch/sell-again", edition=made.editions["solo"])
    assert "no longer sold" not in ada.get("/cart").text
    post(kim, "/staff/catalogue/kilnwatch/withdraw")
    assert "no longer sold here" in kim.get("/shop/kilnwatch").text
    post(kim, "/staff/catalogue/kilnwatch/sell-again")
    assert "Add to cart" in kim.get("/shop/kilnwatch").text
    assert [(verb, thing) for verb, thing, _ in recorded(shop)] == [
        ("withdraw", "edition"),
        ("sell again", "edition"),
        ("withdraw", "product"),
        ("sell again", "product"),
    ]
    with shop.transaction() as session:
        assert session.scalars(select(Product)).one().price_from == 11_900


def test_the_audit_log_is_read_newest_first_by_pages(shop: Shop) -> None:
    made, kim = kilnwatch(shop), keeper(shop, Permission.CATALOGUE, Permission.AUDIT)
    assert "Nothing was done yet" in kim.get("/staff/audit").text
    with shop.transaction():
        for euros in range(100, 160):
            price = Money(100 * euros, "EUR")
            pricing.set_price(made.editions["solo"], price, staff_actor(kim.account_id, Permission.CATALOGUE))
    first = kim.get("/staff/audit").text
    assert "The chain is whole" in first and "Kim Keeper" in first
    assert "159.00 EUR" in first and ">108.00 EUR" not in first
    older = kim.get(first.split('rel="next" href="')[1].split('"')[0]).text
    assert "100.00 EUR" in older and "159.00 EUR" not in older


def test_a_changed_entry_breaks_the_chain_and_is_named(shop: Shop) -> None:
    made, kim = kilnwatch(shop), keeper(shop, Permission.CATALOGUE, Permission.AUDIT)
    for act in ("withdraw", "sell-again", "withdraw"):
        post(kim, f"/staff/catalogue/kilnwatch/{act}", edition=made.editions["solo"])
    with shop.transaction() as session:
        unlock(session)
        session.execute(text("UPDATE audit_entry SET verb = 'nothing' WHERE id = 2"))
    assert "The chain is broken at entry 2" in kim.get("/staff/audit").text


def test_the_audit_log_is_searched_taken_along_and_followed_by_a_command(shop: Shop) -> None:
    made, kim = kilnwatch(shop), keeper(shop, Permission.CATALOGUE, Permission.AUDIT)
    for act in ("withdraw", "sell-again", "withdraw"):
        post(kim, f"/staff/catalogue/kilnwatch/{act}", edition=made.editions["solo"])
    everything = kim.get("/staff/audit").text
    verbs = re.findall(r'data-label="Did">([^<]+)<', everything)
    assert len(verbs) == 3
    found = kim.get("/staff/audit", query_string={"did": verbs[0][:5].upper()}).text
    assert re.findall(r'data-label="Did">([^<]+)<', found) == [one for one in verbs if one == verbs[0]]
    thing = re.findall(r'data-label="To">([^<]+)<', everything)[0]
    assert kim.get("/staff/audit", query_string={"to": thing}).text.count('data-label="Did"') == 3
    for nothing in ({"did": "%"}, {"to": "order 7"}, {"until": "2001-01-01"}, {"role": "nobody"}):
        page = kim.get("/staff/audit", query_string=nothing).text
        assert "Nothing like this was done" in page
    assert kim.get("/staff/audit", query_string={"since": "no day"}).text.count('data-label="Did"') == 3
    table = list(csv.DictReader(kim.get("/staff/audit.csv", query_string={"to": thing}).text.splitlines()))
    assert [one["entry"] for one in table] == ["1", "2", "3"] and len({one["chain"] for one in table}) == 3
    assert "download audit log" in kim.get("/staff/audit").text
    run = shop.app.test_cli_runner()
    assert "The chain is whole" in run.invoke(args=["audit", "verify"]).output
    with shop.transaction() as session:
        unlock(session)
        session.execute(text("UPDATE audit_entry SET verb = 'nothing' WHERE id = 2"))
    broken = run.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1 and "broken at entry 2" in broken.output
