"""Rules of the stock: the steps of a key, regions, forecasts, and reading what was sent, whatever it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.money import Money
from storefront.pools import rules
from storefront.pools.rules import Forecast, KeyConflict, KeyVerb, PoolState
from storefront.stockroom import reading
from storefront.stockroom.reading import Given, GivenRefused, NotText

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GIVEN = Given(currency="EUR", cost=Money(1250, "EUR"), reference="PO 7", redeem_by=date(2030, 1, 1))


@given(st.lists(st.sampled_from(KeyVerb), max_size=14))
def test_a_key_only_ever_takes_named_steps(verbs: list[KeyVerb]) -> None:
    state, path = PoolState.IMPORTED, []
    for verb in verbs:
        try:
            after = rules.check_step(state, verb)
        except KeyConflict:
            assert state not in rules.states_before(verb)
            continue
        assert after is rules.state_after(verb)
        path.append(verb)
        state = after
    if state is PoolState.REPLACED:
        assert path[-2:] == [KeyVerb.DISPUTE, KeyVerb.REPLACE]
    if {KeyVerb.REVEAL, KeyVerb.REDEEM, KeyVerb.DISPUTE} & set(path):
        assert state not in {PoolState.IMPORTED, PoolState.RESERVED, PoolState.LAPSED}  # it never goes back on sale


TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(["key,cost", "key;cost;redeem_by", "A-1", '"A-1', "A-2,3.00", "", "B;1;2031-01-01", "a,b"])
    ).map("\n".join),
)


@settings(max_examples=200)
@given(TEXTS)
def test_any_text_is_reported_line_by_line(text: str) -> None:
    found = reading.read(text, GIVEN, TODAY)
    numbers = [one.number for one in (*found.entries, *found.faults)] + list(found.blank)
    numbers += [found.header] if found.header else []
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len({entry.key for entry in found.entries}) == len(found.entries)
    assert all(entry.key.strip() and entry.key.isprintable() for entry in found.entries)
    assert all(entry.key not in repr(entry) for entry in found.entries if len(entry.key) > 12)


def test_a_table_says_more_about_each_key() -> None:
    text = "\ufeffKey;Cost;redeem_by;currency;reference\r\nA-1;9,50;2031-12-24;;X\r\n\r\nA-2;;;;\r\nA-3;1200;;JPY;\r\n"
    found = reading.read(text, GIVEN, TODAY)
    assert (found.header, found.blank, found.faults) == (1, (3, 6), ())
    first, second, third = found.entries
    assert (first.cost, first.redeem_by, first.reference) == (Money(950, "EUR"), date(2031, 12, 24), "X")
    assert (second.cost, second.redeem_by, second.reference) == (Money(1250, "EUR"), date(2030, 1, 1), "PO 7")
    assert third.cost == Money(1200, "JPY")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A-1", "Line 3 repeats line 2."),
        ("A-2,1.234,5", "has 3 columns"),
        ("A-2,viel", "has a cost that cannot be read"),
        ("A-2,-1", "has a cost below zero"),
        (",1", "has no key."),
        ('"A-2,1', "a quotation mark"),
        ("x" * 201, "is no key"),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(line: str, said: str) -> None:
    found = reading.read(f"key,cost\nA-1,1\n{line}", Given(), TODAY)
    assert len(found.entries) == 1
    assert said in str(found.faults[0]) and str(found.faults[0]).startswith("Line 3")


def test_other_faults_are_named_too() -> None:
    assert "several columns" in str(reading.read("A-1,9.50", Given(), TODAY).faults[0])
    assert "which is over" in str(reading.read("key,redeem_by\nA,2026-11-22", Given(), TODAY).faults[0])
    assert "as 2031-12-24" in str(reading.read("key,redeem_by\nA,24.12.2031", Given(), TODAY).faults[0])
    assert "does not know" in str(reading.read("key,cost,currency\nA,1,XYZ", Given(), TODAY).faults[0])
    assert "too many" in str(reading.read("A\n" * 20_001, Given(), TODAY).faults[0])
    with pytest.raises(NotText):
        reading.decode(b"\xff\xff\x00")
    assert reading.decode("A-1".encode("utf-16")) == "A-1"
    with pytest.raises(GivenRefused, match="counts for all keys has a cost"):
        reading.read_given(currency="EUR", cost="x", reference="", redeem_by="", today=TODAY)
    assert reading.read_given(currency="jpy", cost="", reference=" A ", redeem_by="", today=TODAY).currency == "JPY"


def test_regions_forecast_and_warranty() -> None:
    known = {"AT", "DE", "CH"}
    assert rules.read_regions(" de, at;DE ", known) == "AT DE"
    assert rules.read_regions("", known) == ""
    with pytest.raises(rules.RegionsRefused, match="XX is no country"):
        rules.read_regions("AT XX", known)
    assert rules.covers("", "US") and rules.covers("AT DE", "DE") and not rules.covers("AT DE", "D")
    assert Forecast(free=10, sold=28, low_at=5).days == 10
    assert not Forecast(free=10, sold=28, low_at=5).is_low and Forecast(free=6, sold=28, low_at=5).is_low
    assert Forecast(free=9, sold=0, low_at=5).days is None and Forecast(free=4, sold=0, low_at=5).is_low
    assert rules.is_sold(TODAY, TODAY) and not rules.is_sold(TODAY - timedelta(days=1), TODAY)
    rules.check_warranty(NOW - timedelta(days=29), 30, NOW)
    with pytest.raises(rules.WarrantyOver):
        rules.check_warranty(NOW - timedelta(days=30), 30, NOW)
    assert rules.is_replaced_at_once(NOW, 3, 0, NOW)
    assert not rules.is_replaced_at_once(NOW, 3, 1, NOW) and not rules.is_replaced_at_once(NOW, 0, 0, NOW)
