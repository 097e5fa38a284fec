"""Requests: four doors, deadlines, an answer; what only stops something is done at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.access import Permission
from core.errors import Conflict
from privacy.requests import rules
from privacy.requests.rules import OPEN, Door, Kind, State, Verb
from tests.shop import Shop, Visitor

CAME = clock.now() - timedelta(days=20)
"""A letter of some weeks ago, whatever today is."""


def day(moment: datetime) -> str:
    """As pages write it."""
    return f"{moment.day} {moment:%B %Y}"


def enter(staff: Visitor, customer: str, **typed: str) -> str:
    """Enter a letter as staff do; the page that comes next."""
    letter = {"customer": customer, "door": "letter", "came": f"{CAME:%Y-%m-%d}", "proof": "Folder 12, sheet 3"}
    return staff.submit("/staff/requests/new", {**letter, **typed}, action="/new").text


def customer_of(visitor: Visitor) -> str:
    """The customer number on the account's page."""
    return visitor.get("/account").text.split("Customer number ")[1].split("<")[0].strip()


@given(st.lists(st.sampled_from(list(Verb)), max_size=12))
def test_whatever_is_tried_a_request_ends_once_and_stays_ended(verbs: list[Verb]) -> None:
    state, decided = State.RECEIVED, 0
    for verb in verbs:
        before = state
        try:
            state = rules.check_verb(state, verb)
        except Conflict:
            assert not rules.can(before, verb)
            continue
        decided += verb in {Verb.GRANT, Verb.DECLINE}
        assert before in OPEN or (before, verb) == (State.DECIDED, Verb.FINISH)
    assert decided <= 1
    assert decided or state not in {State.DECIDED, State.DONE}


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_an_answer_is_due_within_a_month_and_three_at_the_very_most(came: datetime) -> None:
    assert 28 <= (rules.first_due(came) - came).days <= 31
    assert 89 <= (rules.last_due(came) - came).days <= 92
    later = rules.check_extension(State.IN_WORK, came, rules.first_due(came), came)
    assert later == rules.last_due(came)
    with pytest.raises(rules.NotNow):
        rules.check_extension(State.IN_WORK, came, later, came)


def test_months_end_on_their_last_day() -> None:
    assert rules.first_due(datetime(2027, 1, 31, 9, tzinfo=UTC)) == datetime(2027, 2, 28, 9, tzinfo=UTC)


def test_to_stop_takes_no_identity_and_to_see_always_one() -> None:
    stops = {Kind.OBJECTION, Kind.ORIGINAL_PURPOSES}
    for kind in Kind:
        for door in Door:
            assert rules.needs_identity(kind, door) is (door is not Door.PANEL and kind not in stops)


@pytest.mark.clause("P16", "P18")
def test_a_letter_is_entered_proved_to_be_theirs_and_answered(shop: Shop) -> None:
    ada, staff = shop.member(), shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    page = enter(staff, customer_of(ada), kind="correction", text="My company moved.")
    assert "Is it really this person?" in page
    assert "Folder 12, sheet 3" in page
    assert day(rules.first_due(CAME)) in page
    shop.work()
    asked = shop.letters("ada@example.com", "request")[0]
    assert "My company moved" not in asked.text
    theirs = asked.link("/requests/")
    number = theirs.rsplit("/", 1)[1]
    assert staff.get(f"/staff/requests/{number}/grant").status_code == 405
    assert staff.post(f"/staff/requests/{number}/grant", {"said": "Done."}).status_code == 409
    assert "Thank you" in ada.submit(theirs, action="/mine").text
    assert "Nothing was changed" in staff.submit(f"/staff/requests/{number}", action="/grant").text
    staff.submit(f"/staff/requests/{number}", {"said": "We noted the new place."}, action="/grant")
    shop.work()
    assert "We noted the new place." in ada.get(theirs).text
    assert shop.letters("ada@example.com", "request")[-1].subject.endswith("is granted")
    assert "privacy staff" in ada.get("/account/privacy/looked").text


@pytest.mark.clause("P14")
@pytest.mark.parametrize("door", ["letter", "telephone"])
def test_original_purposes_only_by_letter_and_telephone_holds_at_once(sqlite_shop: Shop, door: str) -> None:
    ada = sqlite_shop.member()
    staff = sqlite_shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    assert "effective at once" in enter(staff, customer_of(ada), kind="original_purposes", door=door)
    panel = ada.get("/account/privacy").text
    assert f"by {'a letter' if door == 'letter' else 'telephone'}, entered by our staff" in panel


@pytest.mark.clause("P14")
def test_an_objection_switches_off_everything_that_has_a_switch(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ada.post("/account/privacy/switch", {"purpose": "newsletter", "on": "1"})
    page = ada.submit("/account/privacy/requests", {"kind": "objection"}, action="/requests").text
    assert "Every use that has a switch is off" in page
    assert "Only about your own orders" in ada.get("/account/privacy").text


def test_what_was_typed_stays_when_something_is_missing(sqlite_shop: Shop) -> None:
    ada, staff = sqlite_shop.member(), sqlite_shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    page = enter(staff, customer_of(ada), kind="access", proof="", text="All of it, please.")
    assert "What you typed is still here" in page
    assert "All of it, please." in page
    assert "later than today" in enter(staff, customer_of(ada), kind="access", came="2999-01-01")
    page = ada.submit("/account/privacy/requests", {"kind": "correction"}, action="/requests").text
    assert "Please say what is wrong" in page


def test_a_request_of_somebody_else_does_not_exist(sqlite_shop: Shop) -> None:
    ada, bob = sqlite_shop.member(), sqlite_shop.member("bob@example.com", "Bob")
    asked = ada.submit("/account/privacy/requests", {"text": "It is Ada."}, action="/requests").request.path
    assert bob.get(asked).status_code == 404
    assert bob.post(f"{asked}/withdraw").status_code == 404
    assert ada.get("/staff/requests").status_code == 403
    assert "Withdrawn" in ada.submit(asked, action="/withdraw").text


def test_the_queue_shows_the_most_urgent_first_and_says_what_is_overdue(sqlite_shop: Shop) -> None:
    ada, staff = sqlite_shop.member(), sqlite_shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    assert "Nobody waits for an answer" in staff.get("/staff/requests").text
    enter(staff, customer_of(ada), kind="access")
    enter(staff, customer_of(ada), kind="erasure", came="2020-01-02")
    page = staff.get("/staff/requests").text
    assert page.index("2 January 2020") < page.index(day(CAME))
    assert page.count("overdue") == 1
