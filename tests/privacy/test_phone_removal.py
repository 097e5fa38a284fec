"""Clauses P9 and P10: a number is enough, and the answer tells nothing."""

import pytest
from sqlalchemy import select

from privacy.contact import calls
from privacy.contact.models import StoppedNumber
from tests.shop import Shop

pytestmark = pytest.mark.clause("P9", "P10")
PAGE = "/privacy/phone-removal"


def test_a_number_is_removed_without_an_account_and_kept_as_a_hash_only(shop: Shop) -> None:
    eve = shop.visitor()
    first = eve.submit(PAGE, {"number": "+43 1 234 56 78", "name": "Eve Example"})
    again = eve.submit(PAGE, {"number": "+4312345678"})
    assert "Done. This number is on no list" in first.text
    assert "Done. This number is on no list" in again.text
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
