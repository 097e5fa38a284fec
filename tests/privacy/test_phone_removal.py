"""Clauses P9 and P10: a number is enough, and the answer tells nothing."""

import pytest
from sqlalchemy import select

from core.access import Permission
from core.audit.models import AuditEntry
from privacy.consent import service as consent
from privacy.contact import calls
from privacy.contact.models import StoppedNumber
from privacy.receipts import service as receipts
from tests.privacy.builders import wants
from tests.shop import Shop

pytestmark = pytest.mark.clause("P9", "P10")
PAGE = "/privacy/phone-removal"


def test_a_number_is_removed_without_an_account_and_kept_as_a_hash_only(shop: Shop) -> None:
    eve = shop.visitor()
    first = eve.submit(PAGE, {"number": "+43 1 234 56 78", "name": "Eve Example"})
    again = eve.submit(PAGE, {"number": "+4312345678"})
    assert "Done. This number is on no list" in first.text
    assert "Done. This number is on no list" in again.text
    assert "A number was removed" in again.text and "12345678" not in again.text
    with shop.transaction() as session:
        (kept,) = session.scalars(select(StoppedNumber))
        assert not calls.may_call(calls.read_number("+43-1-2345678"))
        assert calls.may_call("+4312345679")
        assert "2345678" not in str(vars(kept)) and "Eve" not in str(vars(kept))


@pytest.mark.parametrize("typed", ["", "12345", "no number", "+", "+43", "+43 1 234 5678 " * 20, "٠١٢", "+43\x00 1"])
def test_what_is_no_number_is_told_beside_the_field_and_kept_there(shop: Shop, typed: str) -> None:
    answer = shop.visitor().submit(PAGE, {"number": typed, "name": "Eve <b>"})
    assert answer.status_code == 400
    assert "field-error" in answer.text
    assert "Eve &lt;b&gt;" in answer.text


def test_staff_enter_what_came_by_letter_and_are_not_told_whether_it_is_known(shop: Shop) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.PRIVACY])
    number = clerk.submit(
        "/staff/stops", {"what": "number", "value": "+43 1 234 5678", "how": "letter"}, action="/stops"
    )
    address = clerk.submit(
        "/staff/stops", {"what": "address", "value": "ADA@example.com", "how": "telephone"}, action="/stops"
    )
    unknown = clerk.submit(
        "/staff/stops", {"what": "address", "value": "eve@example.com", "how": "telephone"}, action="/stops"
    )
    assert all("Stopped, effective now" in answer.text for answer in (number, address, unknown))
    wrong = clerk.submit(
        "/staff/stops", {"what": "number", "value": "ada@example.com", "how": "letter"}, action="/stops"
    )
    assert wrong.status_code == 400 and 'value="ada@example.com"' in wrong.text
    with shop.transaction() as session:
        assert not calls.may_call("+4312345678")
        assert not consent.is_given(ada, "newsletter")
        deeds = [(one.deed, one.how) for one in receipts.page_of(ada).receipts]
        said = [entry.details for entry in session.scalars(select(AuditEntry).where(AuditEntry.verb == "enter stop"))]
    assert ("stopped", "telephone") in deeds
    assert said == [{"how": "letter"}, {"how": "telephone"}, {"how": "telephone"}]
