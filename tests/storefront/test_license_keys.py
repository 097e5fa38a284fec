"""Keys that survive being read aloud, terms that keep their day, and states that change by name only."""

import string
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storefront.licenses.rules import (
    ALPHABET,
    TRANSITIONS,
    LicenseConflict,
    LicenseExpired,
    LicenseRevoked,
    LicenseState,
    LicenseSuspended,
    LicenseVerb,
    MalformedKey,
    Term,
    check_transition,
    check_usable,
    ends_at,
    is_expiring,
    is_well_formed,
    last_five,
    lookup_form,
    make_key,
    normalise,
    state_at,
)

unhurried = settings(deadline=None)
keys = st.binary(min_size=15, max_size=15).map(make_key)
places = st.integers(0, 24)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def key_of(symbols: list[str]) -> str:
    return "LPAL" + "".join(symbols)


@unhurried
@given(keys)
def test_a_key_has_five_groups_and_reads_back(key: str) -> None:
    prefix, *groups = key.split("-")
    assert prefix == "LPAL"
    assert [len(group) for group in groups] == [5] * 5
    assert set("".join(groups)) <= set(ALPHABET)
    assert normalise(key) == key
    assert last_five(key) == groups[-1]


@unhurried
@given(st.binary(min_size=15, max_size=15), st.binary(min_size=15, max_size=15))
def test_different_bytes_give_different_keys(one: bytes, two: bytes) -> None:
    assert (make_key(one) == make_key(two)) == (one == two)


@unhurried
@given(keys, st.data())
def test_a_key_is_read_however_it_is_typed(key: str, data: st.DataObject) -> None:
    misread = {"1": "1IiLl", "0": "0Oo"}
    symbols = key[5:].replace("-", "")
    typed = "".join(
        data.draw(st.sampled_from(misread.get(symbol, symbol + symbol.lower())))
        + data.draw(st.sampled_from(["", "-", " ", "–", "\t"]))
        for symbol in symbols
    )
    prefix = data.draw(st.sampled_from(["", "LPAL", "lpal-", " LPAL ", "1pa1"]))
    assert normalise(prefix + typed) == key


@unhurried
@given(keys, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_found(key: str, place: int, wrong: str) -> None:
    symbols = list(key[5:].replace("-", ""))
    assume(symbols[place] != wrong)
    symbols[place] = wrong
    with pytest.raises(MalformedKey, match="typing error"):
        normalise(key_of(symbols))


@unhurried
@given(keys, places, places)
def test_every_exchange_of_two_symbols_is_found(key: str, one: int, two: int) -> None:
    symbols = list(key[5:].replace("-", ""))
    assume(symbols[one] != symbols[two])
    symbols[one], symbols[two] = symbols[two], symbols[one]
    assert not is_well_formed(key_of(symbols))


def test_exchanges_of_neighbours_sixteen_apart_are_found_too() -> None:
    symbols = list(make_key(bytes(15))[5:].replace("-", ""))
    for place, _ in enumerate(symbols[:-2]):
        swapped = symbols.copy()
        swapped[place : place + 2] = "0G"
        check = make_key(int("".join(f"{ALPHABET.index(s):05b}" for s in swapped[:24]), 2).to_bytes(15, "big"))[-1]
        swapped[24] = check
        assert is_well_formed(key_of(swapped))
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert not is_well_formed(key_of(swapped))


@unhurried
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert is_well_formed(text) in {True, False}
    lookup_form(text)
    last_five(text)


@pytest.mark.parametrize("text", ["", "LPAL", "LPAL-00000", "LPAL-" + "U" * 25, "X" * 29, "0" * 26, "ﷺ" * 190])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey, match="not a license key"):
        normalise(text)


@pytest.mark.parametrize("size", [0, 14, 16])
def test_a_key_needs_fifteen_random_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="15 random bytes"):
        make_key(bytes(size))


def test_keys_of_other_makers_are_left_as_they_are() -> None:
    assert lookup_form(" abCD-1234-oOlL \n") == "abCD-1234-oOlL"
    assert last_five("abCD-1234-oOlL-99xyz") == "99xyz"
    assert last_five("abc123") == "23"


def test_every_end_is_counted_from_the_first_day() -> None:
    anchor = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    ends = [ends_at(Term.MONTH, anchor, periods) for periods in range(1, 5)]
    assert [(end.month, end.day) for end in ends if end] == [(2, 28), (3, 31), (4, 30), (5, 31)]
    leap = datetime(2024, 2, 29, tzinfo=UTC)
    years = [ends_at(Term.YEAR, leap, periods) for periods in (1, 4)]
    assert [(end.year, end.month, end.day) for end in years if end] == [(2025, 2, 28), (2028, 2, 29)]
    assert ends_at(Term.PERPETUAL, anchor, 1) is None


@unhurried
@given(moments, st.integers(1, 200))
def test_ends_grow_and_keep_day_and_hour(anchor: datetime, periods: int) -> None:
    ends = [end for count in range(1, periods + 1) if (end := ends_at(Term.MONTH, anchor, count))]
    assert all(
        timedelta(days=27) < later - earlier < timedelta(days=32) for earlier, later in pairwise([anchor, *ends])
    )
    assert all(end.time() == anchor.time() and end.day <= anchor.day for end in ends)
    assert ends_at(Term.YEAR, anchor, periods) == ends_at(Term.MONTH, anchor, 12 * periods)


def test_an_end_needs_a_zone_and_a_period() -> None:
    with pytest.raises(ValueError, match="zone"):
        ends_at(Term.MONTH, datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="at least once"):
        ends_at(Term.MONTH, NOW, 0)


@pytest.mark.parametrize("verb", LicenseVerb)
@pytest.mark.parametrize("state", LicenseState)
def test_each_verb_in_each_state(state: LicenseState, verb: LicenseVerb) -> None:
    allowed = {
        LicenseState.ISSUED: {
            "activate": "active",
            "renew": "issued",
            "expire": "expired",
            "suspend": "suspended",
            "transfer": "transferred",
        },
        LicenseState.ACTIVE: {
            "renew": "active",
            "expire": "expired",
            "suspend": "suspended",
            "transfer": "transferred",
        },
        LicenseState.EXPIRED: {"renew": "active", "suspend": "suspended"},
        LicenseState.SUSPENDED: {"restore": "active"},
        LicenseState.REVOKED: {},
        LicenseState.TRANSFERRED: {},
    }[state]
    if state not in {LicenseState.REVOKED, LicenseState.TRANSFERRED}:
        allowed["revoke"] = "revoked"
    if verb in allowed:
        assert check_transition(state, verb) == allowed[verb]
    else:
        with pytest.raises(LicenseConflict):
            check_transition(state, verb)


def test_nothing_leads_out_of_revoked() -> None:
    assert not [pair for pair in TRANSITIONS if pair[0] is LicenseState.REVOKED]
    with pytest.raises(LicenseRevoked):
        check_transition(LicenseState.REVOKED, LicenseVerb.RESTORE)


def test_a_license_past_its_end_is_expired_before_any_job_ran() -> None:
    assert state_at(LicenseState.ACTIVE, NOW, NOW) is LicenseState.EXPIRED
    assert state_at(LicenseState.ACTIVE, NOW + timedelta(seconds=1), NOW) is LicenseState.ACTIVE
    assert state_at(LicenseState.ACTIVE, None, NOW) is LicenseState.ACTIVE
    assert state_at(LicenseState.SUSPENDED, NOW, NOW) is LicenseState.SUSPENDED
    assert is_expiring(LicenseState.ACTIVE, NOW + timedelta(days=30), NOW)
    assert not is_expiring(LicenseState.ACTIVE, NOW + timedelta(days=31), NOW)
    assert not is_expiring(LicenseState.ACTIVE, None, NOW)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (LicenseState.ACTIVE, LicenseExpired),
        (LicenseState.EXPIRED, LicenseExpired),
        (LicenseState.SUSPENDED, LicenseSuspended),
        (LicenseState.REVOKED, LicenseRevoked),
    ],
)
def test_what_may_not_be_used_is_refused_by_name(state: LicenseState, refusal: type[LicenseConflict]) -> None:
    with pytest.raises(refusal):
        check_usable(state, NOW - timedelta(days=1), NOW)


def test_what_runs_may_be_used() -> None:
    check_usable(LicenseState.ISSUED, None, NOW)
    check_usable(LicenseState.ACTIVE, NOW + timedelta(days=1), NOW)
    assert set(ALPHABET).isdisjoint("ILOU")
    assert set(ALPHABET) <= set(string.digits + string.ascii_uppercase)
