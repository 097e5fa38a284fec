"""The margin of resold keys, from paid lines and from the keys that went out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from core import clock, web
from core.db import session
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import PoolKey
from storefront.money import Money, net_of_gross
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderState
from storefront.stockroom import rules
from storefront.stockroom.rules import Row, Sold, Spent


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of the chart, in the shop's own currency. percent: of the best month; a loss is drawn as nothing."""

    first: date
    margin: Money
    percent: int

    @property
    def times(self) -> int:
        """It is always told."""
        return self.margin.amount


@dataclass(frozen=True, kw_only=True)
class Report:
    """Twelve months of margins."""

    first: date
    rows: list[Row]
    totals: list[Row]
    months: list[Month]
    best: Money


def report() -> Report:
    """The last twelve months, this one with them; three statements."""
    firsts, currency = rules.months(clock.now().date()), web.settings().currency
    since = datetime.combine(firsts[0], datetime.min.time(), UTC)
    names = _names()
    sold, spent = list(_sold(since, names)), list(_spent(since, names))
    by_month = {first: _margin(first, sold, spent, currency) for first in firsts}
    best = max([*by_month.values(), Money(0, currency)])
    return Report(
        first=firsts[0],
        rows=(found := rules.rows(sold, spent, currency)),
        totals=rules.totals(found),
        best=best,
        months=[
            Month(first=first, margin=margin, percent=max(0, 100 * margin.amount // best.amount if best else 0))
            for first, margin in by_month.items()
        ],
    )


def _margin(month: date, sold: list[Sold], spent: list[Spent], currency: str) -> Money:
    """Of one month, as far as it is in the shop's own currency."""
    mine = rules.rows(
        (one for one in sold if one.month == month), (one for one in spent if one.month == month), currency
    )
    own = [row.margin for row in rules.totals(mine) if row.net.currency == currency]
    return own[0] if own else Money(0, currency)


def _names() -> dict[int, str]:
    wanted = select(Edition.id, Product.name, Edition.name).join(Product, Product.id == Edition.product_id)
    return {edition_id: f"{product}, {edition}" for edition_id, product, edition in session.execute(wanted)}


def _sold(since: datetime, names: dict[int, str]) -> Iterator[Sold]:
    """Lines of orders that are paid; those that were taken back brought in nothing."""
    wanted = select(
        OrderLine.edition_id,
        Order.paid_at,
        Order.currency,
        OrderLine.quantity,
        OrderLine.amount,
        OrderLine.tax_permille,
    ).join(Order, Order.id == OrderLine.order_id)
    paid = (OrderLine.source == "pool", Order.state == OrderState.PAID.value, Order.paid_at >= since)
    for edition_id, paid_at, currency, quantity, amount, permille in session.execute(wanted.where(*paid)):
        assert paid_at is not None
        net = net_of_gross(Money(amount, currency), permille).net
        yield Sold(title=names[edition_id], month=paid_at.date().replace(day=1), pieces=quantity, net=net)


def _spent(since: datetime, names: dict[int, str]) -> Iterator[Spent]:
    wanted = select(PoolKey.edition_id, PoolKey.delivered_at, PoolKey.cost, PoolKey.cost_currency, func.count())
    grouped = wanted.where(PoolKey.delivered_at >= since).group_by(
        PoolKey.edition_id, PoolKey.delivered_at, PoolKey.cost, PoolKey.cost_currency
    )
    for edition_id, at, cost, currency, count in session.execute(grouped):
        assert at is not None
        paid = Money(cost, currency) if cost is not None and currency else None
        yield Spent(title=names[edition_id], month=at.date().replace(day=1), keys=count, cost=paid)
