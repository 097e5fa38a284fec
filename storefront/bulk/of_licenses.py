"""What can be done with many licenses: more time, rest, work again, an end. Nobody's name is looked at for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from core.access import Actor, Permission
from core.audit import service as audit
from core.db import session
from core.errors import Refusal
from storefront.bulk import acts
from storefront.bulk.acts import Act, Field, Listing
from storefront.bulk.rules import Looked, Task, read_days, read_reason
from storefront.catalogue.models import Edition, Product
from storefront.licenses import certificates, letters, listing, resting
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState, LicenseVerb, RestCause, check_transition, state_at
from storefront.licenses.views import WORDS
from storefront.orders.models import OrderLine
from storefront.renewals import service as renewals
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState

AT = "/staff/licenses"
WHY = Field(name="reason", label="Why", hint="For the record; nobody else reads it.", reads=read_reason)
DAYS = Field(
    name="days",
    label="Days",
    hint="From the end of each, or from today where it is over already.",
    reads=read_days,
    mode="numeric",
)
RESTS = {
    RestCause.DISPUTE: "A bank holds its money, or took it.",
    RestCause.REFUND: "Its money went back.",
    RestCause.UNPAID: "Its next period is not paid.",
}
"""Why staff cannot wake a license from here."""
SUBSCRIBED = "It renews: its end follows what its holder pays."
CHARGED = "It renews, and its holder would go on paying for what rests. Revoke it, or refund its order."


@dataclass(frozen=True, kw_only=True)
class Held:
    """A license with what decides about it. `renews`: the state of its subscription, "" for none; `rests`: why it rests."""

    license: License
    title: str
    source: str
    renews: str
    rests: frozenset[RestCause]


def install() -> None:
    """The list of licenses, and what can be done there."""
    acts.add_listing(
        Listing(
            name="licenses",
            title="Licenses",
            address=AT,
            one="license",
            many="licenses",
            permission=Permission.SALES,
            matching=_matching,
        )
    )
    acts.add(
        _act("extend", "Give them more days", "extended", _extended, _extend, DAYS),
        _act("suspend", "Let them rest", "suspended", _rests, _step(LicenseVerb.SUSPEND), WHY),
        _act("resume", "Let them work again", "working again", _works_again, _step(LicenseVerb.RESTORE), WHY),
        _act("revoke", "Revoke them for good", "revoked", _revoked, _revoke, WHY),
    )


Judge = Callable[[Held, Task], tuple[str, str]]


def _act(
    name: str, label: str, done: str, judge: Judge, does: Callable[[int, Task, Actor], None], *fields: Field
) -> Act:
    def look(ids: Sequence[int], task: Task) -> list[Looked]:
        return [_looked(held, judge(held, task), task.at) for held in _held(ids)]

    return Act(
        name=f"licenses.{name}",
        label=label,
        done=done,
        listing="licenses",
        look=look,
        lock=_lock,
        does=does,
        fields=fields,
        also_from={},
    )


def _matching(query: Mapping[str, str]) -> Select[int]:
    return listing.all_of(listing.read(query))


def _lock(license_id: int) -> None:
    """A subscription, and its open order, come before the license."""
    found = session.scalar(select(Subscription.id).where(Subscription.license_id == license_id))
    if found is not None:
        renewals.lock(found)
    session.execute(select(License.id).where(License.id == license_id).with_for_update())


def _held(ids: Sequence[int]) -> list[Held]:
    wanted = (
        select(License, Product.name, Edition.name, OrderLine, Subscription)
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .join(OrderLine, OrderLine.id == License.order_line_id)
        .outerjoin(Subscription, Subscription.license_id == License.id)
        .where(License.id.in_(ids))
        .order_by(License.id.desc())
    )
    rows = session.execute(wanted.execution_options(populate_existing=True)).all()
    rests = resting.causes_of([row[0].id for row in rows])
    return [
        Held(
            license=license,
            title=f"{product}, {edition}",
            source=line.source,
            renews=subscription.state if subscription else "",
            rests=rests.get(license.id, frozenset()),
        )
        for license, product, edition, line, subscription in rows
    ]


def _extended(held: Held, task: Task) -> tuple[str, str]:
    """What holds then, and why not."""
    end, refusal = held.license.expires_at, _may(held, LicenseVerb.RENEW, task.at)
    if end is None:
        refusal = refusal or "It has no end that could be moved."
    elif held.source == "pool":
        refusal = refusal or "Its maker decides how long a resold key works."
    elif held.renews not in {"", SubscriptionState.ENDED}:
        refusal = refusal or SUBSCRIBED
    return f"until {_until(held.license, task):%d %B %Y}" if end else "", refusal


def _until(license: License, task: Task) -> datetime:
    assert license.expires_at is not None
    return max(license.expires_at, task.at) + timedelta(days=int(task.given["days"]))


def _rests(held: Held, task: Task) -> tuple[str, str]:
    refusal = _may(held, LicenseVerb.SUSPEND, task.at)
    goes_on = held.renews in {SubscriptionState.ACTIVE, SubscriptionState.GRACE}
    return WORDS[LicenseState.SUSPENDED][0], refusal or (CHARGED if goes_on else "")


def _works_again(held: Held, task: Task) -> tuple[str, str]:
    refusal = _may(held, LicenseVerb.RESTORE, task.at)
    if held.license.returned_at is not None:
        refusal = refusal or "Its money went back."
    others = [sentence for cause, sentence in RESTS.items() if cause in held.rests]
    return WORDS[LicenseState(held.license.rested_from or LicenseState.ACTIVE)][0], refusal or next(iter(others), "")


def _revoked(held: Held, task: Task) -> tuple[str, str]:
    ends = " and renews no more" if held.renews not in {"", SubscriptionState.ENDED} else ""
    return f"{WORDS[LicenseState.REVOKED][0]}{ends}", _may(held, LicenseVerb.REVOKE, task.at)


def _may(held: Held, verb: LicenseVerb, at: datetime) -> str:
    """Why the license cannot take this step, "" where it can."""
    try:
        check_transition(state_at(LicenseState(held.license.state), held.license.expires_at, at), verb)
    except Refusal as refused:
        return refused.sentence
    return ""


def _extend(license_id: int, task: Task, actor: Actor) -> None:
    license = session.get_one(License, license_id)
    until = _until(license, task)
    if state_at(LicenseState(license.state), license.expires_at, task.at) is LicenseState.EXPIRED:
        license.state = LicenseState.EXPIRED.value
    licenses.change(license, LicenseVerb.RENEW)
    license.expires_at = until
    session.flush()
    certificates.write_plan(license)
    letters.tell_step(license, LicenseVerb.RENEW, f"bulk:{task.run}")
    audit.record(actor, "extend", "license", license_id, bulk=str(task.run), days=task.given["days"])


def _step(verb: LicenseVerb) -> Callable[[int, Task, Actor], None]:
    def does(license_id: int, task: Task, actor: Actor) -> None:
        license = session.get_one(License, license_id)
        step = resting.rest if verb is LicenseVerb.SUSPEND else resting.wake
        step(license, RestCause.STAFF)
        letters.tell_step(license, verb, f"bulk:{task.run}")
        said = {"bulk": str(task.run), "reason": task.given["reason"]}
        audit.record(actor, verb.value, "license", license_id, **said)

    return does


def _revoke(license_id: int, task: Task, actor: Actor) -> None:
    """Nothing more is asked for what does not work any more."""
    license = session.get_one(License, license_id)
    found = renewals.find_for(license_id)
    if found is not None:
        renewals.end(found)
    licenses.change(license, LicenseVerb.REVOKE)
    letters.tell_step(license, LicenseVerb.REVOKE, f"bulk:{task.run}")
    audit.record(actor, "revoke", "license", license_id, bulk=str(task.run), reason=task.given["reason"])


def _looked(held: Held, judged: tuple[str, str], at: datetime) -> Looked:
    license = held.license
    state = WORDS[state_at(LicenseState(license.state), license.expires_at, at)][0]
    until = f", until {license.expires_at:%d %B %Y}" if license.expires_at else ""
    return Looked(
        thing_id=license.id,
        label=f"{license.public_id} ({held.title})",
        address=f"/staff/orders?license={license.public_id}",
        now=f"{state}{until}",
        then=judged[0],
        refusal=judged[1],
    )
