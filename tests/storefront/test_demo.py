"""The demo's data, planted through the services: enough to show, the card that says who can sign in, and only once."""

import json
from pathlib import Path

from sqlalchemy import func, select

from core import db
from core.access import Permission
from privacy.newsletter.models import NewsletterIssue
from privacy.pageviews.models import PageCount
from privacy.requests.models import Request
from privacy.routes import plant_letters
from privacy.surveys.models import Survey, SurveyTaken
from privacy.tickets.models import Ticket
from storefront import demo, routes
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product
from storefront.orders.models import Order
from tests.shop import Shop
from tests.storefront.test_catalogue import names_on

TABLES = (Product, Edition, Order, Survey, SurveyTaken, Ticket, Request, NewsletterIssue, PageCount)


def plant(shop: Shop) -> None:
    """As `flask demo` does, without the forum."""
    with shop.app.test_request_context():
        db.use(shop.database)
        routes.plant(lambda _what, _done, _of: None)
        plant_letters(lambda _what, _done, _of: None)


def test_the_demo_is_planted_once_and_its_card_holds_what_a_tester_needs(sqlite_shop: Shop) -> None:
    plant(sqlite_shop)
    place = Path(sqlite_shop.app.extensions["settings"].instance) / "demo.json"
    card = json.loads(place.read_text())
    assert set(card["people"]) == {"shopper", "holder", "lapsed", "owner", "member", "moderator"}
    assert set(card["staff"]) == {permission.value for permission in Permission}
    assert set(card["colleagues"]) == {"sales"}
    assert {license_["status"] for license_ in card["licenses"]} <= {"issued", "active", "expired", "suspended"}
    assert all(
        set(one) == {"key", "policy", "product_id", "max_machines", "status", "holder"} for one in card["licenses"]
    )
    free = {(pool["product"], pool["edition"]): pool["free"] for pool in card["pools"]}
    assert free["diffanchor", "pro"] == 10
    assert free["glyphledger", "agency"] == 0
    with sqlite_shop.transaction() as session:
        before = [session.scalar(select(func.count()).select_from(table)) for table in TABLES]
    plant(sqlite_shop)
    with sqlite_shop.transaction() as session:
        again = [session.scalar(select(func.count()).select_from(table)) for table in TABLES]
    assert again == before
    assert before[0] == 24
    assert before[3:8] == [3, 97, 8, 7, 2]
    assert json.loads(place.read_text()) == card
    _check_pages(sqlite_shop, card)


def _check_pages(shop: Shop, card: dict[str, dict[str, dict[str, str]]]) -> None:
    """What was planted can be seen, bought and downloaded."""
    visitor = shop.visitor()
    page = visitor.get("/shop").text
    assert len(names_on(page)) == 24
    for slug in names_on(page):
        assert visitor.get(f"/shop/{slug}").status_code == 200
    assert "Sold out" in visitor.get("/shop/glyphledger").text
    with shop.transaction():
        assert catalogue.get_product("kilnwatch").sold >= 18
    folder = Path(shop.app.extensions["settings"].instance) / "files"
    assert set(names_on(page)) <= {path.parent.name for path in folder.glob("*/*")}
    assert card["people"]["shopper"]["password"] == demo.PASSWORD
