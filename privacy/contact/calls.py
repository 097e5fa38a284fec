"""Numbers that nobody calls (clauses P9 and P10)."""

from typing import Any

import phonenumbers
from sqlalchemy import select

from core import clock, forgotten, keys
from core.db import session
from core.errors import Invalid
from core.inserting import insert_or
from privacy.contact.models import StoppedNumber
from privacy.receipts import service as receipts
from privacy.receipts.models import Receipt
from privacy.receipts.rules import Deed

LEDGER = "stopped_number"


class NumberRefused(Invalid):
    """This cannot be a telephone number in its international form."""

    code = "number_refused"
    sentence = "Please write the whole number with a plus sign and its country code, such as +43 1 234 5678."


def read_number(text: str) -> str:
    """The number in its E.164 form. Raises NumberRefused."""
    try:
        number = phonenumbers.parse(text[:60], None)
    except phonenumbers.NumberParseException:
        raise NumberRefused from None
    if not phonenumbers.is_possible_number(number):
        raise NumberRefused
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def stop_calls(number: str, *, how: str) -> None:
    """Take this E.164 number off every shared list and never call it again. Saying it again changes nothing."""
    _stop(_hash(number), how)
    forgotten.note(LEDGER, number=_hash(number))


def stop_again(lines: list[dict[str, Any]]) -> int:
    """Numbers that were removed after a backup that came back; how many."""
    numbers = {line["number"] for line in lines}
    for number in numbers:
        _stop(number, "ledger")
    return len(numbers)


def remove(number: str, *, how: str) -> Receipt:
    """Stop calls to an E.164 number, with a receipt that names it by its fingerprint only."""
    stop_calls(number, how=how)
    said = receipts.Choice(
        deed=Deed.REMOVED,
        purpose="telephone_order",
        how=how,
        name="Calls to a telephone number",
        sentence="This number is on no list that we share, and we do not call it.",
        subject=f"number {_hash(number)[:16]}",
    )
    return receipts.give(None, said)


def may_call(number: str) -> bool:
    """False for an E.164 number that was removed."""
    return session.scalar(select(StoppedNumber.id).where(StoppedNumber.number_hash == _hash(number))) is None


def may_call_as_written(text: str) -> bool:
    """The same for a number as a customer wrote it; what cannot be read as one was never removed."""
    try:
        return may_call(read_number(text))
    except NumberRefused:
        return True


def leaves_alone(number: str, _purpose: str) -> bool:
    """What the gate asks before it opens a number, whatever for."""
    return not may_call_as_written(number)


def _stop(number_hash: str, how: str) -> None:
    row = {"number_hash": number_hash, "how": how, "since": clock.now()}
    session.execute(insert_or(StoppedNumber).on_conflict_do_nothing(index_elements=["number_hash"]), [row])


def _hash(number: str) -> str:
    return keys.keyed_hash("stopped number", number)
