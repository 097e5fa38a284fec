"""Whether an address has an account is told by no byte of an answer, however often it is asked."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.shop import PASSWORD, Shop, Visitor
from tests.storefront.account_builders import sign_in, sign_up

TRIES = 200
TOKEN = re.compile(r'(name="form_token"[^>]*value=")[^"]*')


@pytest.mark.clause("P16", "P18")
def test_two_hundred_answers_at_each_door_are_the_same_to_the_byte(sqlite_shop: Shop) -> None:
    """Half of them about an address that has an account, half about addresses of the same length that have none."""
    sqlite_shop.make_account("known-000@example.com")
    for door in (_wrong_pair, _newcomer, _forgotten):
        visitor = sqlite_shop.visitor()
        answers = set()
        for number in range(TRIES):
            address = "known-000@example.com" if number % 2 else f"other-{number:03}@example.com"
            answers.add(_without_the_typed(door(visitor, address, number), address))
        assert len(answers) == 1, door.__name__
        assert not visitor.cookies()


def _wrong_pair(visitor: Visitor, address: str, _number: int) -> TestResponse:
    return sign_in(visitor, address, "not the one that was chosen")


def _newcomer(visitor: Visitor, address: str, number: int) -> TestResponse:
    """Each with a name of its own: what is asked about is the address, not the name."""
    return sign_up(visitor, email=address, name=f"Newcomer {number:03}", password=PASSWORD)


def _forgotten(visitor: Visitor, address: str, _number: int) -> TestResponse:
    return visitor.submit("/reset", {"email": address}, action="/reset")


def _without_the_typed(answer: TestResponse, address: str) -> tuple[int, str, str]:
    """Status, headers and body, but for the address that was typed and the form's own token."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")
    return answer.status_code, headers, TOKEN.sub(r"\1", answer.text.replace(address, "…"))
