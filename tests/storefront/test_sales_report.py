"""The report of sales adds up orders and lines, in each currency, to the cent."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.access import Permission
from storefront.money import Money
from storefront.orders.models import Order
from storefront.reports import rules, sales
from storefront.reports.rules import Sales
from storefront.stockroom.rules import months
from tests.shop import Shop
from tests.storefront.order_builders import buy, place, refund, ware

amounts = st.integers(0, 10**9)
rows = st.lists(
    st.tuples(st.sampled_from(["2026-10", "2026-11"]), st.sampled_from(["EUR", "JPY"]), amounts, amounts).map(
        lambda one: Sales(
            title=one[0],
            count=1,
            charged=Money(one[2], one[1]),
            tax=Money(one[2] // 6, one[1]),
            returned=Money(min(one[2:]), one[1]),
        )
    )
)


@given(rows)
def test_no_cent_is_lost_between_rows_and_totals(sold: list[Sales]) -> None:
    totals = {row.charged.currency: row for row in rules.totals(sold)}
    for code in ("EUR", "JPY"):
        mine = [row for row in sold if row.charged.currency == code]
        assert (code in totals) == bool(mine)
        if mine:
            assert totals[code].kept.amount == sum(row.charged.amount - row.returned.amount for row in mine)
            assert (totals[code].count, totals[code].tax.amount) == (len(mine), sum(row.tax.amount for row in mine))


def test_a_picture_of_months() -> None:
    firsts = months(date(2026, 1, 31), 3)
    row = Sales(title="2025-12", count=2, charged=Money(300, "EUR"), tax=Money(50, "EUR"), returned=Money(100, "EUR"))
    bars, best = rules.bars([row], firsts, "EUR")
    assert ([bar.percent for bar in bars], best.amount) == ([0, 100, 0], 200)
    assert rules.bars([], firsts, "EUR")[1].amount == 0
    assert [rules.month_after(date(2026, 12, 1)), rules.month_after(date(2026, 1, 1))] == [
        date(2027, 1, 1),
        date(2026, 2, 1),
    ]


def test_the_report_says_what_was_paid_and_what_went_back(shop: Shop) -> None:
    clerk, ada = shop.member("clerk@example.com", "Clara", [Permission.SALES]), shop.member()
    assert "Nothing was paid in these months" in clerk.get("/staff/sales").text
    kiln, book = ware(shop), ware(shop, "claybook", price=2_000)
    number = buy(ada, kiln, book)
    buy(ada, book, vat_id="DE136695976", company="Ofen GmbH")
    place(ada, kiln)
    refund(clerk, number, "amount-1=19.00")
    page = clerk.get("/staff/sales").text
    assert "Kilnwatch, Solo" in page and "<svg" in page and "€136.81" in page
    sheet = clerk.get("/staff/sales.csv").text.splitlines()
    assert sheet[1].endswith(",EUR,2,155.81,22.19,19.00,136.81") and sheet[1].startswith("month,20")
    assert sheet[2:] == [
        'edition,"Claybook, Solo",EUR,2,36.81,,0.00,36.81',
        'edition,"Kilnwatch, Solo",EUR,1,119.00,,19.00,100.00',
    ]
    with shop.transaction() as session, shop.app.test_request_context():
        found = sales.report()
        charged = session.scalar(select(func.sum(Order.total)).where(Order.paid_at.is_not(None)))
        assert charged == sum(row.charged.amount for row in found.by_edition) == found.totals[0].charged.amount
    assert "Nothing was paid" in clerk.get("/staff/sales?until=2020-01").text
    assert clerk.get("/staff/sales?until=2020-13").status_code == 400
    assert ada.get("/staff/sales").status_code == 403
