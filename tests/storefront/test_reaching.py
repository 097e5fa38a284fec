"""Clauses P7 and P8: numbers and addresses of orders serve what they were given for."""

import pytest
from sqlalchemy import select

from core.access import Permission
from privacy.contact import rules
from privacy.contact.rules import Facts, Way
from privacy.looks import service as looks
from privacy.receipts import service as receipts
from privacy.register import purposes
from storefront.orders.models import Order
from storefront.reaching.models import PostalGrant
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import place, ware

PHONE = "+43 1 5880 0123"
ADDRESS = "Ada Byron\n12 Kiln Lane\n1010 Vienna"
CONTACT = "/account/privacy/contact"


def ordered(shop: Shop) -> tuple[Visitor, str]:
    """A buyer with an open order that came with a number and an address; the order's number."""
    ada = shop.member()
    return ada, place(ada, ware(shop), country="AT", phone=PHONE, wants_address="y", address=ADDRESS)


def clerk(shop: Shop) -> Visitor:
    """Somebody at the counter."""
    return shop.member("clerk@example.com", "Clerk", [Permission.SALES])


@pytest.mark.clause("P8")
@pytest.mark.parametrize("purpose", sorted(set(purposes) - {"telephone_order"}))
@pytest.mark.parametrize("way", [Way.TELEPHONE, Way.TEXT])
def test_a_number_serves_calls_about_its_open_order_and_nothing_else(way: Way, purpose: str) -> None:
    asked = Facts(way=way, purpose=purposes[purpose], is_on=True, is_open=True)
    assert rules.may_contact(asked).reason == "other_purpose"
    about = Facts(way=way, purpose=purposes["telephone_order"], is_open=True)
    assert rules.may_contact(about).allowed
    assert rules.may_contact(Facts(way=way, purpose=purposes["telephone_order"])).reason == "order_closed"


@pytest.mark.clause("P7")
@pytest.mark.parametrize("purpose", sorted(set(purposes) - {"invoice"}))
def test_an_address_serves_what_it_was_given_for(purpose: str) -> None:
    asked = Facts(way=Way.POST, purpose=purposes[purpose], is_on=True, given_for="invoice")
    assert rules.may_contact(asked).reason == "other_purpose"


@pytest.mark.clause("P8")
def test_the_call_sheet_shows_closed_numbers_and_opens_one_for_a_reason(shop: Shop) -> None:
    ada, number = ordered(shop)
    staff = clerk(shop)
    page = staff.get("/staff/calls")
    assert number in page.text and "‹order.phone›" in page.text and "5880" not in page.text
    short = staff.submit("/staff/calls", {"reason": "hm", "way": "text"}, action=f"/calls/{number}")
    assert short.status_code == 400 and "Please say why" in short.text and 'value="hm"' in short.text
    opened = staff.submit(
        "/staff/calls", {"reason": "The VAT id looks wrong", "way": "text"}, action=f"/calls/{number}"
    )
    assert "+43158800123" in opened.text.replace(" ", "")
    assert "sales staff" in ada.get("/account/privacy/looked").text


@pytest.mark.clause("P8")
def test_a_closed_orders_number_stays_closed_and_the_attempt_is_read_by_its_owner(shop: Shop) -> None:
    ada, number = ordered(shop)
    staff = clerk(shop)
    with shop.transaction() as session:
        session.scalar(select(Order)).state = "expired"
    answer = staff.post(f"/staff/calls/{number}", {"reason": "one more question"})
    assert answer.status_code == 409 and "5880" not in answer.text
    shop.work()
    with shop.transaction():
        (look,) = looks.by_people(ada.account_id)
        assert (look.allowed, look.reason, look.role) == (False, "order_closed", "sales")
    assert "the order is not open" in ada.get("/account/privacy/looked").text


@pytest.mark.clause("P9", "P10")
def test_a_removed_number_is_called_no_more_whatever_order_it_came_with(shop: Shop) -> None:
    ada, number = ordered(shop)
    shop.visitor().submit("/privacy/phone-removal", {"number": PHONE}, action="/phone-removal")
    answer = clerk(shop).post(f"/staff/calls/{number}", {"reason": "about the payment"})
    assert answer.status_code == 409 and "Do not call it" in answer.text and "5880" not in answer.text
    assert "never called" in ada.get(CONTACT).text


@pytest.mark.clause("P8")
def test_a_buyer_deletes_a_number_and_holds_a_receipt(shop: Shop) -> None:
    ada, number = ordered(shop)
    assert "+43158800123" in ada.get(CONTACT).text.replace(" ", "")
    done = ada.submit(CONTACT, action=f"/numbers/{number}/stop")
    assert "We never call this number again" in done.text and "5880" not in done.text
    with shop.transaction() as session:
        assert session.scalar(select(Order)).phone is None
        assert receipts.page_of(ada.account_id).receipts[0].deed == "removed"
    assert "Nobody to call" in clerk(shop).get("/staff/calls").text
    bob = shop.member("bob@example.com", "Bob")
    assert bob.post(f"{CONTACT}/numbers/{number}/stop").status_code == 404


@pytest.mark.clause("P7")
def test_another_use_of_an_address_is_asked_first_and_is_a_new_row_after_a_yes(shop: Shop) -> None:
    ada, number = ordered(shop)
    staff, label = clerk(shop), f"/staff/orders/{number}/label"
    assert "12 Kiln Lane" in staff.submit(label, {"use": "invoice"}, action="/label").text
    refused = staff.submit(label, {"use": "letter"}, action="/label")
    assert refused.status_code == 409 and "12 Kiln Lane" not in refused.text and "Ask the buyer" in refused.text
    staff.post(f"/staff/orders/{number}/ask", {"use": "letter"})
    assert "answer you by letter" in shop.letters("ada@", "postal_question")[0].text
    assert staff.post(f"/staff/orders/{number}/ask", {"use": "letter"}).status_code == 409
    assert staff.submit(label, {"use": "letter"}, action="/label").status_code == 409
    assert "Allowed" in ada.submit(CONTACT, action="/yes").text
    assert "12 Kiln Lane" in staff.submit(label, {"use": "letter"}, action="/label").text
    assert "Noted." in ada.submit(CONTACT, action="/no").text
    assert staff.submit(label, {"use": "letter"}, action="/label").status_code == 409
    with shop.transaction() as session:
        assert session.scalar(select(PostalGrant)).text is None
        deeds = [one.deed for one in receipts.page_of(ada.account_id).receipts if one.purpose == "support"]
    assert deeds == ["withdrawn", "given"]


def test_nobody_answers_for_another(shop: Shop) -> None:
    _ada, number = ordered(shop)
    clerk(shop).post(f"/staff/orders/{number}/ask", {"use": "letter"})
    bob = shop.member("bob@example.com", "Bob")
    with shop.transaction() as session:
        grant = session.scalar(select(PostalGrant.id))
    assert bob.post(f"{CONTACT}/post/{grant}/yes").status_code == 404
