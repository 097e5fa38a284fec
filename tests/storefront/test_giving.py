"""Licenses that staff give by hand, and what holders hear of what staff do."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.access import Permission
from core.accounts.models import Account
from storefront.licenses.models import License
from storefront.orders.models import Order
from storefront.papers.models import Invoice
from storefront.renewals.models import Subscription
from tests.shop import Shop, Visitor
from tests.storefront import test_bulk as bulk
from tests.storefront.order_builders import ware
from tests.storefront.test_bulk import choose, go

WHY = "Found a fault and reported it well"


def page_of(shop: Shop, person: Visitor) -> str:
    with shop.transaction() as session:
        return f"/staff/customers/{session.get_one(Account, person.account_id).number}"


def clerk_of(shop: Shop) -> Visitor:
    return shop.member("clerk@example.com", "Clerk", [Permission.SALES])


def rows(shop: Shop, table: Any) -> list[Any]:
    with shop.transaction() as session:
        return list(session.query(table).order_by(table.id))


def give(shop: Shop, clerk: Visitor, person: Visitor, edition_id: int, **typed: str) -> TestResponse:
    page = page_of(shop, person) + "/give"
    return clerk.submit(
        page, {"edition": str(edition_id), "pieces": "1", "reason": WHY, **typed}, action=page, follow_redirects=False
    )


@pytest.fixture
def clerk(shop: Shop) -> Visitor:
    return clerk_of(shop)


def test_what_is_given_works_at_once_and_is_no_sale(shop: Shop, clerk: Visitor) -> None:
    ada, edition = shop.member(), ware(shop, term="month").edition_id
    assert page_of(shop, ada) + "/give" in clerk.get(page_of(shop, ada)).text
    assert give(shop, clerk, ada, edition, pieces="2").status_code == 303
    (order,) = rows(shop, Order)
    assert (order.kind, order.state, order.total) == ("given", "paid", 0)
    assert len(rows(shop, License)) == 2 and rows(shop, Subscription) == rows(shop, Invoice) == []
    assert [letter.name for letter in shop.letters("ada@example.com")] == ["license_keys"]
    text = shop.letters(name="license_keys")[0].text
    assert "nothing is to be paid" in text and "does not renew" in text and WHY not in text
    assert "Given by us" in ada.get(f"/account/orders/{order.number}").text
    assert "Kilnwatch" in ada.get("/account/licenses").text
    assert WHY in shop.member("audit@example.com", "Auditor", [Permission.AUDIT]).get("/staff/audit").text


def test_a_form_that_is_sent_twice_gives_once(shop: Shop, clerk: Visitor) -> None:
    ada, edition = shop.member(), ware(shop).edition_id
    for _twice in range(2):
        give(shop, clerk, ada, edition, token="a" * 22)
    assert len(rows(shop, Order)) == len(rows(shop, License)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pieces": "0"}, "from 1 to 100"),
        ({"pieces": "101"}, "from 1 to 100"),
        ({"pieces": "²"}, "from 1 to 100"),
        ({"reason": "short"}, "Please say why"),
        ({"edition": ""}, "Please choose what is given"),
        ({"edition": "999999"}, "cannot be given"),
    ],
)
def test_what_cannot_be_given_is_said_and_keeps_what_was_typed(
    shop: Shop, clerk: Visitor, typed: dict[str, str], said: str
) -> None:
    ada, edition = shop.member(), ware(shop).edition_id
    answer = give(shop, clerk, ada, edition, **typed)
    assert answer.status_code == 422 and said in answer.text
    assert typed.get("reason", WHY) in answer.text
    assert rows(shop, Order) == [] and shop.letters("ada@example.com") == []


def test_a_pool_that_is_empty_gives_nothing(shop: Shop, clerk: Visitor) -> None:
    ada, edition = shop.member(), ware(shop, keys=3).edition_id
    answer = give(shop, clerk, ada, edition, pieces="100")
    assert answer.status_code == 422 and "Nothing was given" in answer.text
    assert rows(shop, Order) == []


def test_only_who_sells_gives(shop: Shop) -> None:
    ada, edition = shop.member(), ware(shop).edition_id
    helper = shop.member("help@example.com", "Helper", [Permission.SUPPORT])
    page = page_of(shop, ada) + "/give"
    assert helper.get(page).status_code == ada.get(page).status_code == 403
    assert edition and rows(shop, Order) == []


def test_holders_hear_what_staff_do_to_their_licenses(shop: Shop, clerk: Visitor) -> None:
    ada = shop.member()
    give(shop, clerk, ada, ware(shop, term="month").edition_id)
    for act, typed, said in (
        ("extend", {"days": "10"}, "lasts longer"),
        ("suspend", {"reason": WHY}, "rests for now"),
        ("resume", {"reason": WHY}, "works again"),
        ("revoke", {"reason": WHY}, "has ended"),
    ):
        at = choose(clerk, "/staff/licenses", f"licenses.{act}", everything=True)
        bulk.give(clerk, at, **typed)
        go(clerk, at)
        told = shop.letters("ada@example.com", "license_step")[-1]
        assert said in told.subject and said in told.text and WHY not in told.text
    assert len(shop.letters("ada@example.com", "license_step")) == 4
