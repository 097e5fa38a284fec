"""Passing a license on: offered, mailed on its day, accepted by whoever has the link, or taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update

from core import clock, tokens
from core.access import PROGRAM, Actor
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.jobs.service import job
from core.sealed import Sealed, seal
from privacy import gate
from storefront.activation import reading
from storefront.catalogue.models import Edition, Product, Term
from storefront.handover import letters, rules
from storefront.handover.models import Handover
from storefront.handover.rules import HandoverRefused, HandoverState, HandoverVerb, OfferRefused
from storefront.licenses import passing
from storefront.licenses import rules as license_rules
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES
from storefront.plans.models import PlanChange
from storefront.renewals import service as renewals
from storefront.renewals.rules import UNPAID, SubscriptionState

PURPOSE = "handover"
LINK = rules.STANDS + rules.LONGEST_WAIT


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the giver typed, read already: an address in its one form, words, and the moment from which it may be mailed."""

    address: str
    words: str
    deliver_at: datetime


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An offer as whoever has the link sees it. renews: it can go on period by period, for money."""

    handover: Handover
    license: License
    product: Product
    edition: Edition
    giver: str
    words: str
    renews: bool


def check_passable(license: License) -> None:
    """Refuses with HandoverRefused or LicenseConflict what cannot change hands now."""
    license_rules.check_usable(LicenseState(license.state), license.expires_at, clock.now())
    found = reading.of_license(license.id)
    if not found.policy.transferable and found.row.term != Term.PERPETUAL:
        raise HandoverRefused("What this edition gives for a time stays with whoever bought it.")
    if license.organization_id is not None:
        raise HandoverRefused("It belongs to an organization, whose managers say who uses it.")
    subscription = renewals.find_for(license.id)
    if subscription and (subscription.state in UNPAID or renewals.find_open(subscription.id)):
        raise HandoverRefused("Its next period is being paid, or is not paid. Settle that first, or cancel it.")
    if _is_changing(license):
        raise HandoverRefused("Another plan is being paid for it. Pay that or give its order up first.")
    passing.check_key(license)


def offer(license: License, offered: Offer, giver: Actor) -> Handover:
    """Offer it. Refuses with HandoverRefused or OfferRefused."""
    check_passable(license)
    if find_open(license.id) is not None:
        raise HandoverRefused("It is offered to somebody already. Take that back first.")
    if _offered_today(license.account_id) >= rules.MOST_A_DAY:
        raise OfferRefused("address", "That were many offers for one day. Please go on tomorrow; nothing was sent.")
    made = Handover(
        license_id=license.id,
        giver_id=license.account_id,
        state=HandoverState.OFFERED.value,
        address=seal(offered.address, "handover.address", subject=license.account_id),
        words=seal(offered.words, "handover.words", subject=license.account_id) if offered.words else None,
        deliver_at=offered.deliver_at,
        offered_at=clock.now(),
    )
    session.add(made)
    session.flush()
    if made.deliver_at <= clock.now():
        _tell(made)
    return made


def find_open(license_id: int) -> Handover | None:
    """The offer of a license that stands."""
    mine = (Handover.license_id == license_id, Handover.state == HandoverState.OFFERED.value)
    return session.scalar(select(Handover).where(*mine))


def opened_address(handover: Handover, giver: Actor) -> str:
    """To whom it was offered, for its giver."""
    return _opened(handover.address, giver)


def take_back(license: License) -> None:
    """Keep it after all. Refuses with HandoverRefused, or NotFound where nothing is offered."""
    found = find_open(license.id)
    if found is None:
        raise NotFound("It is not offered to anybody. Nothing was changed.")
    _finish(_locked(found.id), HandoverVerb.TAKE_BACK)


def read_link(token: str) -> Handover:
    """The offer of a mailed link, locked. Raises LinkExpired or NotFound."""
    said = tokens.read(PURPOSE, token, within=LINK)
    return _locked(int(str(said)))


def see(handover: Handover) -> Seen:
    """What is offered, by whom, with which words. Refuses with HandoverRefused what is over."""
    rules.check_verb(HandoverState(handover.state), HandoverVerb.ACCEPT)
    license, subscription = session.get_one(License, handover.license_id), renewals.find_for(handover.license_id)
    return Seen(
        handover=handover,
        license=license,
        product=session.get_one(Product, license.product_id),
        edition=session.get_one(Edition, license.edition_id),
        giver=session.get_one(Account, handover.giver_id).name_shown,
        words=_opened(handover.words, PROGRAM),
        renews=subscription is not None and subscription.state != SubscriptionState.ENDED,
    )


def accept(handover: Handover, taker_id: int) -> License:
    """It is the taker's from now on, with a key that its giver never saw. Refuses with HandoverRefused or LicenseConflict."""
    license = session.get_one(License, handover.license_id)
    subscription = renewals.find_for(license.id)
    if subscription is not None:
        renewals.lock(subscription.id)
    session.refresh(license, with_for_update=True)
    if taker_id == handover.giver_id:
        raise HandoverRefused("This is your own license. Whoever you give it to opens the link in their own account.")
    check_passable(license)
    _finish(handover, HandoverVerb.ACCEPT)
    handover.taker_id = taker_id
    taken = passing.pass_on(license, taker_id)
    renewals.follow(license, taken)
    session.execute(update(PlanChange).where(PlanChange.license_id == license.id).values(license_id=taken.id))
    letters.tell_accepted(handover, license)
    return taken


def decline(handover: Handover) -> None:
    """No, thank you. Refuses with HandoverRefused."""
    _finish(handover, HandoverVerb.DECLINE)
    letters.tell_declined(handover, session.get_one(License, handover.license_id))


def forget(account_id: int) -> None:
    """Of somebody who is erased: what they offered and gave is deleted, and what they took says no more whose it became."""
    session.execute(delete(Handover).where(Handover.giver_id == account_id))
    session.execute(update(Handover).where(Handover.taker_id == account_id).values(taker_id=None))


@job("handover.deliver", every=5)
def deliver() -> None:
    """Mail the offers whose day has come."""
    due = (
        Handover.state == HandoverState.OFFERED.value,
        Handover.deliver_at <= clock.now(),
        Handover.told_at.is_(None),
    )
    for handover in session.scalars(select(Handover).where(*due).limit(500).with_for_update()):
        _tell(handover)


@job("handover.lapse", every=60)
def lapse() -> None:
    """End what nobody accepted, and tell the giver, whose it stays."""
    over = (Handover.state == HandoverState.OFFERED.value, Handover.told_at <= clock.now() - rules.STANDS)
    for handover in session.scalars(select(Handover).where(*over).limit(500).with_for_update()):
        _finish(handover, HandoverVerb.LAPSE)
        letters.tell_lapsed(handover, session.get_one(License, handover.license_id))


def _tell(handover: Handover) -> None:
    handover.told_at = clock.now()
    token = tokens.sign(PURPOSE, str(handover.id))
    seen = see(handover)
    said = {"product": seen.product.name, "giver": seen.giver, "words": seen.words}
    letters.offer(handover, _opened(handover.address, PROGRAM), token, said)


def _finish(handover: Handover, verb: HandoverVerb) -> None:
    """The one way in which an offer ends: whom it was for, and what was written, are forgotten."""
    handover.state = rules.check_verb(HandoverState(handover.state), verb).value
    handover.address, handover.words, handover.ended_at = None, None, clock.now()
    session.flush()


def _locked(handover_id: int) -> Handover:
    wanted = select(Handover).where(Handover.id == handover_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("This offer is no longer there.")
    return found


def _is_changing(license: License) -> bool:
    states = [state.value for state in OPEN_STATES]
    wanted = select(PlanChange.id).join(Order, Order.id == PlanChange.order_id)
    return session.scalar(wanted.where(PlanChange.license_id == license.id, Order.state.in_(states))) is not None


def _offered_today(giver_id: int) -> int:
    midnight = datetime.combine(clock.now().date(), datetime.min.time(), UTC)
    wanted = select(func.count()).select_from(Handover)
    return session.scalar(wanted.where(Handover.giver_id == giver_id, Handover.offered_at >= midnight)) or 0


def _opened(value: Sealed | None, actor: Actor) -> str:
    return gate.disclose(value, purpose="licenses", actor=actor) if value else ""
