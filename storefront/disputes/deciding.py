"""A bank took a part of an order's money for good: staff say which of its licenses end, and which go on as they were."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid
from storefront.catalogue.models import Edition, Product
from storefront.disputes import letters
from storefront.licenses import letters as of_licenses
from storefront.licenses import resting, taking_back
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState, LicenseVerb, RestCause
from storefront.licenses.taking_back import Chosen
from storefront.money import Money
from storefront.orders.models import Order, OrderLine
from storefront.payments import disputes
from storefront.renewals import service as renewals
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState

REASON = (8, 200)


class DecisionStale(Conflict):
    """Something is different from what the page showed."""

    code = "decision_stale"
    sentence = "Something changed since this page was opened. Look again; nothing was changed, and your reason is kept."


class ChoiceMissing(Invalid):
    code = "choice_missing"
    sentence = "Please choose for every license whether it ends or goes on. Nothing was changed."


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = "Please write why, in eight to 200 characters, for the audit log. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Resting:
    """A license that rests for the lost part. `paid`: what it cost in this order. `others`: what else it rests for, so
    that it rests on if it goes on."""

    chosen: Chosen
    title: str
    paid: Money
    subscription: Subscription | None
    others: frozenset[RestCause]

    @property
    def license(self) -> License:
        """The license itself."""
        return self.chosen.license

    @property
    def was(self) -> LicenseState:
        """What it was before it rested, and is again if it goes on."""
        return LicenseState(self.license.rested_from or LicenseState.ACTIVE)

    @property
    def renews(self) -> bool:
        """Whether it goes on period by period."""
        return self.subscription is not None and self.subscription.state != SubscriptionState.ENDED


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be decided about an order: so much was lost of what was paid, and these licenses rest for it.

    `seen` is a fingerprint of all this: who decides has seen just that.
    """

    lost: Money
    licenses: Sequence[Resting]
    seen: str


def question(order: Order) -> Question | None:
    """What staff have to decide about an order, None for nothing."""
    pending = disputes.to_decide(order)
    found = [_looked_at(license, order) for license in resting.resting_for(order.id)] if pending else []
    if not found:
        return None
    facts = [[one.license.id, one.was, one.chosen.was_seen, one.chosen.is_unseen_key, one.renews] for one in found]
    raw = json.dumps([[one.id for one in pending], facts]).encode()
    return Question(
        lost=Money(sum(one.amount for one in pending), order.currency),
        licenses=found,
        seen=hashlib.sha256(raw).hexdigest()[:32],
    )


def decide(order: Order, ends: Mapping[int, bool], actor: Actor, *, seen: str, reason: str) -> bool:
    """End these licenses of an order that the caller has locked, and let the others go on; False where that was done.

    `ends`: by the number of each license. Refuses with DecisionStale, ChoiceMissing or ReasonMissing.
    """
    _hold(order.id)
    asked, pending = question(order), disputes.to_decide(order)
    if asked is None:
        return False
    if asked.seen != seen:
        raise DecisionStale
    if any(one.license.id not in ends for one in asked.licenses):
        raise ChoiceMissing
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise ReasonMissing
    for dispute in pending:
        dispute.decided_at = clock.now()
    for one in asked.licenses:
        _carry_out(order, one, actor, is_end=ends[one.license.id], reason=reason.strip())
    ended = [one.title for one in asked.licenses if ends[one.license.id]]
    going_on = [one.title for one in asked.licenses if not ends[one.license.id]]
    counts = {"lost": str(asked.lost), "ended": str(len(ended)), "going_on": str(len(going_on))}
    audit.record(actor, "decide licenses", "order", order.id, reason=reason.strip(), **counts)
    letters.tell_decided(order, asked.lost, ended, going_on, pending[-1].id)
    return True


def _carry_out(order: Order, one: Resting, actor: Actor, *, is_end: bool, reason: str) -> None:
    if is_end:
        _end(one)
    else:
        resting.wake(one.license, RestCause.DISPUTE, order.id)
        if one.subscription is not None:
            renewals.go_on(one.subscription)
    verb = LicenseVerb.REVOKE if is_end else LicenseVerb.RESTORE
    audit.record(actor, verb.value, "license", one.license.id, order=order.number, reason=reason)
    if one.license.account_id != order.account_id and one.license.state != LicenseState.SUSPENDED:
        of_licenses.tell_step(one.license, verb, f"order:{order.id}")


def _hold(order_id: int) -> None:
    """Subscriptions before licenses, as everybody does, so that nobody waits in a circle."""
    ids = [one.id for one in resting.resting_for(order_id)]
    for found in session.scalars(
        select(Subscription.id).where(Subscription.license_id.in_(ids)).order_by(Subscription.id)
    ):
        renewals.lock(found)
    held = select(License).where(License.id.in_(ids)).order_by(License.id).with_for_update()
    session.scalars(held.execution_options(populate_existing=True)).all()


def _end(one: Resting) -> None:
    """Nothing more is asked for it, and a resold key that nobody saw is sold again."""
    if one.subscription is not None:
        renewals.end(one.subscription)
    taking_back.end(one.chosen)
    if one.license.state != LicenseState.REVOKED:
        licenses.change(one.license, LicenseVerb.REVOKE)
    session.flush()


def _looked_at(license: License, order: Order) -> Resting:
    here = next((one for one in taking_back.standing(license.order_line_id) if one.license.id == license.id), None)
    product, edition = session.get_one(Product, license.product_id), session.get_one(Edition, license.edition_id)
    others = resting.causes_of([license.id], besides=(RestCause.DISPUTE, order.id)).get(license.id, frozenset())
    line = session.get_one(OrderLine, license.order_line_id)
    paid = line.unit * license.seats if line.order_id == order.id else order.total
    return Resting(
        chosen=here or Chosen(license=license, was_seen=True, is_unseen_key=False),
        title=f"{product.name}, {edition.name}",
        paid=Money(paid, order.currency),
        subscription=renewals.find_for(license.id),
        others=others,
    )
