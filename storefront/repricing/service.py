"""Announcing a new price for the renewals of an edition: whom it meets, and telling each of them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Invalid
from core.jobs.service import job, start
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License
from storefront.licenses.rules import Term
from storefront.money import Money
from storefront.renewals import letters
from storefront.renewals import service as renewals
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState
from storefront.repricing import rules
from storefront.repricing.models import PriceAnnouncement

REASON = (8, 200)


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = "Please write why, in eight to 200 characters. Whoever is met reads it. Nothing was announced."


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What renews in one currency: so many subscriptions, a seat between the lowest and the highest price."""

    edition_id: int
    currency: str
    title: str
    count: int
    lowest: Money
    highest: Money


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A price as it is to be announced."""

    edition_id: int
    unit: Money
    from_day: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Met:
    """A subscription that it meets: what the next periods cost, before and after, and from when."""

    subscription_id: int
    public_id: str
    before: Money
    after: Money
    first_at: datetime


def goods() -> list[Goods]:
    """Everything that renews."""
    wanted = (
        select(License.edition_id, Subscription.currency, Product.name, Edition.name, func.count())
        .add_columns(func.min(Subscription.unit), func.max(Subscription.unit))
        .select_from(Subscription)
        .join(License, License.id == Subscription.license_id)
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .where(Subscription.state != SubscriptionState.ENDED.value)
        .group_by(License.edition_id, Subscription.currency, Product.name, Edition.name)
        .order_by(Product.name, Edition.name, Subscription.currency)
    )
    return [
        Goods(
            edition_id=edition_id,
            currency=currency,
            title=f"{product}, {edition}",
            count=count,
            lowest=Money(lowest, currency),
            highest=Money(highest, currency),
        )
        for edition_id, currency, product, edition, count, lowest, highest in session.execute(wanted)
    ]


def met_by(wanted: Wanted) -> list[Met]:
    """Whom it meets: all that renew in this currency at another price. Who chose another plan for the next period was told
    its price, and is left out. Refuses with TooSoon or ReasonMissing."""
    holds = rules.check_day(wanted.from_day, clock.now())
    if not REASON[0] <= len(wanted.reason) <= REASON[1]:
        raise ReasonMissing
    found = session.execute(_met(wanted).order_by(Subscription.due_at, Subscription.id))
    return [_one(subscription, license, wanted.unit, holds) for subscription, license in found]


def fingerprint(wanted: Wanted, met: Sequence[Met]) -> str:
    """Stands for what a page showed."""
    facts = [wanted.edition_id, str(wanted.unit), wanted.from_day.isoformat()]
    rows = [[one.subscription_id, one.before.amount, one.after.amount, one.first_at.isoformat()] for one in met]
    return hashlib.sha256(json.dumps([facts, rows]).encode()).hexdigest()[:32]


def announce(wanted: Wanted, met: Sequence[Met], asked: str, actor: Actor) -> None:
    """Tell them all, by a job that starts after this transaction; the same `asked` again changes nothing."""
    if session.scalar(select(PriceAnnouncement.id).where(PriceAnnouncement.asked == asked)) is not None:
        return
    made = PriceAnnouncement(
        asked=asked,
        edition_id=wanted.edition_id,
        currency=wanted.unit.currency,
        unit=wanted.unit.amount,
        from_day=wanted.from_day,
        reason=wanted.reason,
        met=len(met),
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    facts = {
        "price": str(wanted.unit),
        "from": wanted.from_day.isoformat(),
        "met": str(len(met)),
        "reason": wanted.reason,
    }
    audit.record(actor, "announce price", "edition", wanted.edition_id, **facts)
    start("repricing.carry_out", announcement_id=made.id)


def latest(most: int = 30) -> list[tuple[PriceAnnouncement, str]]:
    """What was announced, the latest first."""
    wanted = (
        select(PriceAnnouncement, Product.name, Edition.name)
        .join(Edition, Edition.id == PriceAnnouncement.edition_id)
        .join(Product, Product.id == Edition.product_id)
    )
    found = session.execute(wanted.order_by(PriceAnnouncement.id.desc()).limit(most))
    return [(one, f"{product}, {edition}") for one, product, edition in found]


@job("repricing.carry_out")
def carry_out(announcement_id: int) -> None:
    """Write the price down beside each subscription and tell its holder, once; never with less notice than promised."""
    made = session.get_one(PriceAnnouncement, announcement_id)
    if made.done_at is not None:
        return
    unit = Money(made.unit, made.currency)
    wanted = Wanted(edition_id=made.edition_id, unit=unit, from_day=made.from_day, reason=made.reason)
    holds = rules.check_day(max(made.from_day, rules.earliest(clock.now())), clock.now())
    for subscription_id in session.scalars(_met(wanted).with_only_columns(Subscription.id).order_by(Subscription.id)):
        subscription = renewals.lock(subscription_id)
        license = renewals.get_license(subscription)
        one = _one(subscription, license, unit, holds)
        subscription.announced_unit, subscription.announced_from = made.unit, holds
        letters.tell_price(subscription, one.before, one.after, one.first_at, made.reason)
    made.done_at = clock.now()


def _met(wanted: Wanted) -> Select[Subscription, License]:
    return (
        select(Subscription, License)
        .join(License, License.id == Subscription.license_id)
        .where(License.edition_id == wanted.edition_id, Subscription.currency == wanted.unit.currency)
        .where(Subscription.state != SubscriptionState.ENDED.value, Subscription.next_unit.is_(None))
        .where(func.coalesce(Subscription.announced_unit, Subscription.unit) != wanted.unit.amount)
    )


def _one(subscription: Subscription, license: License, unit: Money, holds: datetime) -> Met:
    term, told = Term(subscription.term), subscription.announced_unit
    return Met(
        subscription_id=subscription.id,
        public_id=license.public_id,
        before=Money(told if told is not None else subscription.unit, subscription.currency) * license.seats,
        after=unit * license.seats,
        first_at=rules.first_at(term, subscription.anchor_at, subscription.periods, holds),
    )
