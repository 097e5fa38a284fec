"""The house's own pages, and what machines ask a shop for."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from core import menus
from storefront.pages import rules, service
from tests.shop import Shop
from tests.storefront.builders import make_product


@pytest.mark.parametrize("address", ["/", "/company", "/terms", "/terms/v1", "/support", "/shop", "/search"])
def test_every_page_names_the_house_and_links_to_company_terms_and_support(shop: Shop, address: str) -> None:
    page = shop.visitor().get(address)
    assert page.status_code == 200
    for linked in ("/company", "/terms", "/support", "/privacy"):
        assert f'href="{linked}"' in page.text
    assert "support@licensepal.example.com" in page.text
    assert page.text.count("<h1") == 1


def test_the_front_page_shows_goods_three_steps_and_three_promises(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    page = shop.visitor().get("/").text
    assert 'href="/shop/kilnwatch"' in page
    assert "How a license gets to you" in page
    assert {"/privacy#P4d", "/privacy#P8", "/privacy#P14"} <= set(re.findall(r'href="([^"]+)"', page))


def test_strangers_get_the_same_bytes_and_no_cookie(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    for address in ("/", "/shop", "/shop/kilnwatch", "/search?q=kiln", "/company", "/terms", "/support"):
        first, second = shop.visitor(), shop.visitor()
        assert first.get(address).data == second.get(address).data
        assert not first.cookies()
        assert "public" in first.get(address).headers["Cache-Control"]


def test_a_published_version_of_the_terms_never_changes() -> None:
    known = {1: "97b27acbc743921de048d53da0de2250570ee7d9889c1ad606bc4875aaca52fc"}
    assert {version: service.fingerprint("terms", version) for version in rules.TERMS_SINCE} == known


def test_what_the_company_says_of_itself_never_changes_within_a_version(sqlite_shop: Shop) -> None:
    known = {1: "ae55ceb4269bb95e34601ae645a108b5a0fa3896f48c4db34e911fc812125b91"}
    assert {version: service.fingerprint("company", version) for version in rules.COMPANY_SINCE} == known
    visitor = sqlite_shop.visitor()
    assert 'href="/company/v1"' in visitor.get("/company").text
    assert "What we do not do" in visitor.get("/company/v1").text
    assert visitor.get("/company/v2").status_code == 404


def test_terms_have_a_permalink_for_each_version_and_none_for_others(shop: Shop) -> None:
    visitor = shop.visitor()
    assert "Version 1" in visitor.get("/terms").text
    assert 'href="/terms/v1"' in visitor.get("/terms").text
    assert "five of us" in visitor.get("/terms/v1").text
    for other in ("v0", "v2", "v01", "1", "v1x", "..", "v99999999999999999999", "v١"):
        assert visitor.get(f"/terms/{other}").status_code == 404


def test_the_sitemap_lists_what_strangers_may_read(shop: Shop) -> None:
    make_product(shop, "kilnwatch")
    answer = shop.visitor().get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = [place.text for place in ElementTree.fromstring(answer.text).findall("{*}url/{*}loc")]
    assert "http://localhost/shop/kilnwatch" in found
    assert not [address for address in found if "/account" in address or "/staff" in address]
    assert "sitemap.addresses" not in answer.text


def test_robots_are_told_what_not_to_fetch(sqlite_shop: Shop) -> None:
    page = sqlite_shop.visitor().get("/robots.txt")
    assert page.mimetype == "text/plain"
    assert "Disallow: /account" in page.text
    assert "Sitemap: http://localhost/sitemap.xml" in page.text


def test_security_contact_and_the_way_to_a_new_password_are_well_known(sqlite_shop: Shop) -> None:
    page = sqlite_shop.visitor().get("/.well-known/security.txt").text
    assert "Contact: mailto:support@licensepal.example.com" in page
    assert re.search(r"Expires: 20\d\d-\d\d-01T00:00:00Z", page)
    moved = sqlite_shop.visitor().get("/.well-known/change-password", follow_redirects=False)
    assert (moved.status_code, moved.location) == (303, "/account/security")


def test_alive_asks_no_database_and_ready_asks_whether_its_tables_are_new_enough(shop: Shop) -> None:
    with shop.statements() as seen:
        assert shop.visitor().get("/healthz").text == "ok\n"
    assert not seen
    assert shop.visitor().get("/readyz").text == "ready\n"
    with shop.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    late = shop.visitor().get("/readyz")
    assert (late.status_code, late.text) == (503, "not ready\n")
    with shop.transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert shop.visitor().get("/readyz").status_code == 503


def test_numbers_are_no_page_without_their_token(sqlite_shop: Shop) -> None:
    visitor = sqlite_shop.visitor()
    for said in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}, {"Authorization": "é"}):
        assert visitor.get("/metrics", headers=said).status_code == 404


def test_the_main_menu_leads_to_the_shop_and_to_support(sqlite_shop: Shop) -> None:
    assert {"/shop", "/support"} <= {entry.address for entry in menus.entries("main")}
    assert 'href="/shop" aria-current="page"' in sqlite_shop.visitor().get("/shop").text


def test_the_day_on_which_the_security_contact_ends_is_months_away() -> None:
    assert rules.half_a_year_on(datetime(2026, 11, 22, 5, tzinfo=UTC)) == datetime(2027, 5, 1, tzinfo=UTC)
    assert rules.half_a_year_on(datetime(2026, 6, 30, tzinfo=UTC)) == datetime(2026, 12, 1, tzinfo=UTC)
