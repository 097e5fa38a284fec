"""Subscriptions as staff see them: lists by state, and what is due in the next months."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.orm import aliased

from core import clock, web
from core.db import session
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License
from storefront.licenses.rules import Term
from storefront.money import Money
from storefront.renewals import forecast
from storefront.renewals.forecast import Column, Expected, Group
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState
from storefront.reports.grouping import month_of

PAGE = 50
GOING_ON = (SubscriptionState.ACTIVE.value, SubscriptionState.GRACE.value)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One subscription in a list."""

    id: int
    license_id: str
    title: str
    last_five: str
    state: str
    term: str
    due_at: datetime
    next_at: datetime | None
    price: Money


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Twelve months from this one on."""

    firsts: list[date]
    rows: list[Expected]
    columns: list[Column]
    best: Money


def counts() -> dict[str, int]:
    """How many there are in each state."""
    rows = session.execute(select(Subscription.state, func.count()).group_by(Subscription.state))
    return {state: int(count) for state, count in rows}


def rows_of(state: SubscriptionState, after: int = 0) -> list[Row]:
    """Those in one state, the next due first, a page and one more; `after` is the last one already shown."""
    wanted = _rows().where(Subscription.state == state.value)
    if after:
        last = aliased(Subscription)
        place = select(last.due_at).where(last.id == after).scalar_subquery()
        wanted = wanted.where(tuple_(Subscription.due_at, Subscription.id) > tuple_(place, after))
    found = session.execute(wanted.order_by(Subscription.due_at, Subscription.id).limit(PAGE + 1))
    return [_row(*row) for row in found]


def expected() -> Forecast:
    """What is due month by month; one statement."""
    announced = case((Subscription.announced_from <= Subscription.due_at, Subscription.announced_unit))
    price = func.coalesce(Subscription.next_unit, announced, Subscription.unit)
    seats = func.coalesce(Subscription.next_seats, License.seats)
    month = month_of(Subscription.due_at)
    wanted = select(Subscription.term, Subscription.currency, month, func.count(), func.sum(price * seats))
    joined = wanted.join(License, License.id == Subscription.license_id).where(Subscription.state.in_(GOING_ON))
    groups = [
        Group(
            term=Term(term),
            first=date.fromisoformat(f"{due}-01"),
            count=int(count),
            price=Money(int(amount), currency),
        )
        for term, currency, due, count, amount in session.execute(
            joined.group_by(Subscription.term, Subscription.currency, month)
        )
    ]
    firsts = forecast.months_from(clock.now().date())
    rows = forecast.expected(groups, firsts)
    columns, best = forecast.columns(rows, firsts, web.settings().currency)
    return Forecast(firsts=firsts, rows=rows, columns=columns, best=best)


def _rows() -> Select[Subscription, License, str, str]:
    return (
        select(Subscription, License, Product.name, Edition.name)
        .join(License, License.id == Subscription.license_id)
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
    )


def _row(subscription: Subscription, license: License, product: str, edition: str) -> Row:
    return Row(
        id=subscription.id,
        license_id=license.public_id,
        title=f"{product}, {edition}",
        last_five=license.last_five,
        state=subscription.state,
        term=subscription.term,
        due_at=subscription.due_at,
        next_at=subscription.next_at,
        price=Money(subscription.coming_unit, subscription.currency) * (subscription.next_seats or license.seats),
    )
