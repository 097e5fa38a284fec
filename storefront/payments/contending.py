"""Speaking with a gateway about disputes: a wish is stored first, then said outside any transaction until it is answered."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import or_, select

from core import clock, db, web
from core.access import PROGRAM, Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotFound
from core.jobs.service import job, start
from core.sealed import seal
from privacy import gate
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import disputes
from storefront.payments.gateways import AnswerLost
from storefront.payments.models import DisputeEvidence, PaymentDispute, PaymentIntent
from storefront.payments.rules import ANSWERABLE, ENDED, DisputeState, Wish
from storefront.payments.stripe import Stripe
from storefront.payments.stripe_disputes import StripeDisputes
from storefront.payments.telling import Contender, Contest, NotTaken, PretendDisputes, Said

CONTENDERS: dict[str, Contender] = {"stripe": StripeDisputes(), "pretend": PretendDisputes()}
STALE = timedelta(hours=6)
"""So long what is known of a dispute that has not ended counts as news, should no message come by itself."""


class NotAnswerable(Conflict):
    """The bank takes no answer to this dispute: it has ended, was answered, or something is on its way already."""

    code = "dispute_not_answerable"
    sentence = "The bank takes no answer to this dispute now. Nothing was sent, and what you wrote is kept."


def get(dispute_id: int) -> PaymentDispute:
    """One dispute, for staff. Raises NotFound."""
    found = session.get(PaymentDispute, dispute_id)
    if found is None:
        raise NotFound("There is no such dispute.")
    return found


def lock(dispute_id: int) -> PaymentDispute:
    """The same, so that nobody else changes it; its order is locked before it, as everywhere. Raises NotFound."""
    orders.lock(session.get_one(PaymentIntent, get(dispute_id).intent_id).order_id)
    wanted = select(PaymentDispute).where(PaymentDispute.id == dispute_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def may_answer(dispute: PaymentDispute) -> bool:
    """Whether evidence can be sent, or the dispute accepted, now."""
    is_late = dispute.due_by is not None and dispute.due_by <= clock.now()
    return DisputeState(dispute.state) in ANSWERABLE and not dispute.wish and not is_late


def keep_evidence(dispute: PaymentDispute, evidence: Mapping[str, str], actor: Actor) -> None:
    """Keep what was written so far; nobody but us sees it. Refuses with NotAnswerable."""
    if not may_answer(dispute):
        raise NotAnswerable
    order = _order_of(dispute)
    text = seal(
        json.dumps(dict(evidence), ensure_ascii=False, indent=1), "dispute_evidence.text", subject=order.account_id
    )
    known = session.get(DisputeEvidence, dispute.id)
    if known is None:
        session.add(DisputeEvidence(dispute_id=dispute.id, text=text, saved_at=clock.now()))
    else:
        known.text, known.saved_at = text, clock.now()
    audit.record(actor, "keep evidence", "payment_dispute", dispute.id, order=order.number)


def evidence_of(dispute: PaymentDispute, actor: Actor) -> dict[str, str] | None:
    """What was written so far, None for nothing. That it was opened is noted for the buyer."""
    known = session.get(DisputeEvidence, dispute.id)
    if known is None:
        return None
    found: dict[str, str] = json.loads(gate.disclose(known.text, purpose="orders", actor=actor))
    return found


def wish(dispute: PaymentDispute, wished: Wish, actor: Actor, reason: str = "") -> None:
    """Have this said to the gateway after the present transaction, once. The dispute is locked by the caller.

    Refuses with NotAnswerable; also to accept a warning, which has taken nothing that one could leave to the buyer.
    """
    if not may_answer(dispute) or (wished is Wish.ACCEPT and dispute.state != DisputeState.OPEN):
        raise NotAnswerable
    dispute.wish, dispute.wishes, dispute.refusal = wished.value, dispute.wishes + 1, ""
    said = {"reason": reason} if reason else {}
    audit.record(
        actor, f"{wished.value} dispute", "payment_dispute", dispute.id, order=_order_of(dispute).number, **said
    )
    start("disputes.carry_out", dispute_id=dispute.id)


@job("disputes.carry_out", own_transactions=True)
def carry_out(dispute_id: int) -> None:
    """Say what was wished, under a key of its own, and take in the answer. Opens its own transactions.

    Where no answer comes the wish stays, and is said again under the same key.
    """
    with db.transaction(reading=True):
        dispute = get(dispute_id)
        wished, number, contest, remote = dispute.wish, dispute.wishes, _contest(dispute), _contender(dispute)
    if not wished:
        return
    with db.transaction():
        evidence = evidence_of(get(dispute_id), PROGRAM) if wished == Wish.SUBMIT else None
    if wished == Wish.SUBMIT and not evidence:
        _answered(dispute_id, number, None, "nothing to send")
        return
    key = f"{contest.remote}/{wished}/{number}"
    try:
        said = remote.submit(contest, evidence or {}, key) if wished == Wish.SUBMIT else remote.accept(contest, key)
    except AnswerLost:
        return
    except NotTaken as refused:
        _answered(dispute_id, number, None, str(refused))
        return
    _answered(dispute_id, number, said, "")


@job("disputes.look", own_transactions=True)
def look(dispute_id: int) -> None:
    """Ask how a dispute stands now. Opens its own transactions."""
    with db.transaction(reading=True):
        dispute = get(dispute_id)
        contest, remote, name = _contest(dispute), _contender(dispute), _gateway_of(dispute)
    try:
        said = remote.look(contest)
    except AnswerLost:
        return
    except NotTaken:
        said = None
    with db.transaction():
        if said is not None:
            disputes.receive(name, said)
        lock(dispute_id).looked_at = clock.now()


@job("disputes.look_all", own_transactions=True)
def look_all() -> None:
    """Ask for the latest disputes, also those of which no message ever came. Opens its own transactions."""
    if not web.settings().takes_cards:
        return
    try:
        latest = CONTENDERS[Stripe.name].latest()
    except (AnswerLost, NotTaken):
        return
    for said in latest:
        with db.transaction():
            disputes.receive(Stripe.name, said)


@job("disputes.keep_up", every=30)
def keep_up() -> None:
    """Say again what was not answered, and ask about what has been without news for some hours."""
    for dispute_id in session.scalars(select(PaymentDispute.id).where(PaymentDispute.wish != "")):
        start("disputes.carry_out", dispute_id=dispute_id)
    stale = or_(PaymentDispute.looked_at.is_(None), PaymentDispute.looked_at < clock.now() - STALE)
    going_on = PaymentDispute.state.not_in([state.value for state in ENDED])
    found = list(
        session.scalars(select(PaymentDispute.id).where(stale, going_on).order_by(PaymentDispute.id).limit(200))
    )
    for dispute_id in found:
        start("disputes.look", dispute_id=dispute_id)
    if clock.now().hour % 6 == 0 and clock.now().minute < 30:
        start("disputes.look_all")


def _answered(dispute_id: int, number: int, said: Said | None, refusal: str) -> None:
    with db.transaction():
        dispute = lock(dispute_id)
        if dispute.wishes != number or not dispute.wish:
            return  # the same wish was said twice at once, and the other one was the faster
        if dispute.wish == Wish.SUBMIT and not refusal:
            dispute.submitted_at = clock.now()
        dispute.wish, dispute.refusal, dispute.looked_at = "", refusal[:60], clock.now()
        session.flush()
        if said is not None:
            disputes.receive(_gateway_of(dispute), said)


def _order_of(dispute: PaymentDispute) -> Order:
    return session.get_one(Order, session.get_one(PaymentIntent, dispute.intent_id).order_id)


def _gateway_of(dispute: PaymentDispute) -> str:
    return session.get_one(PaymentIntent, dispute.intent_id).gateway


def _contender(dispute: PaymentDispute) -> Contender:
    return CONTENDERS.get(_gateway_of(dispute), PretendDisputes())


def _contest(dispute: PaymentDispute) -> Contest:
    return Contest(
        remote=dispute.remote,
        payment=session.get_one(PaymentIntent, dispute.intent_id).remote or "",
        state=DisputeState(dispute.state),
        amount=dispute.amount,
        currency=dispute.currency,
        reason=dispute.reason,
    )
