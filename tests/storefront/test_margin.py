"""What resold keys brought in and cost: exact, by currency, and safe to open in a spreadsheet."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core.access import Permission
from core.text import cell
from storefront.money import Money
from storefront.pools.models import KeyPool
from storefront.stockroom import importing, rules
from storefront.stockroom.reading import Given
from storefront.stockroom.rules import Sold, Spent
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware

MONTH = date(2026, 11, 1)
titles, currencies = st.sampled_from(["A", "B"]), st.sampled_from(["EUR", "JPY"])
moneys = st.builds(Money, st.integers(0, 10**9), currencies)
lines = st.lists(st.builds(Sold, title=titles, month=st.just(MONTH), pieces=st.integers(1, 9), net=moneys))
costs = st.lists(st.builds(Spent, title=titles, month=st.just(MONTH), keys=st.integers(1, 9), cost=st.none() | moneys))


@given(lines, costs)
def test_no_cent_and_no_key_is_lost_between_lines_and_totals(sold: list[Sold], spent: list[Spent]) -> None:
    found = rules.rows(sold, spent, "EUR")
    totals = rules.totals(found)
    for currency in ("EUR", "JPY"):
        net = sum(one.net.amount for one in sold if one.net.currency == currency)
        cost = sum(one.cost.amount * one.keys for one in spent if one.cost and one.cost.currency == currency)
        assert sum(row.margin.amount for row in found if row.net.currency == currency) == net - cost
        assert sum(row.margin.amount for row in totals if row.net.currency == currency) == net - cost
    assert sum(row.keys for row in totals) == sum(one.keys for one in spent)
    assert sum(row.unknown for row in totals) == sum(one.keys for one in spent if one.cost is None)


def test_months_and_cells() -> None:
    assert rules.months(date(2026, 3, 31), 4) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    assert [cell(text) for text in ("=1+1", "-x", "Kiln")] == ["'=1+1", "'-x", "Kiln"]


def test_the_report_says_what_sold_keys_brought_in_and_cost(shop: Shop) -> None:
    kim = shop.member("keeper@example.com", "Kim Keeper", (Permission.CATALOGUE,))
    assert "Nothing was sold yet" in kim.get("/staff/pools/margin").text
    clay = ware(shop, keys=0, price=11_900)
    with shop.transaction() as session:
        pool = importing.ensure_pool(clay.edition_id)
        importing.take_in(session.get_one(KeyPool, pool.id), "A-1\nA-2", Given(cost=Money(6_000, "EUR")))
    buy(shop.member(), clay)
    page = kim.get("/staff/pools/margin").text
    assert "Kilnwatch, Solo" in page and "€40.00" in page and "40 %" in page and "<svg" in page
    sheet = kim.get("/staff/pools/margin.csv")
    assert sheet.mimetype == "text/csv"
    assert sheet.text.splitlines()[1] == '"Kilnwatch, Solo",EUR,1,100.00,1,60.00,0,40.00,40'
