"""What staff have to look at about VAT ids, and what they do about it. No paper is changed by this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid
from core.jobs.service import start
from storefront.orders.models import Order
from storefront.papers.models import Invoice
from storefront.vatids.models import VatAnswer, VatInquiry
from storefront.vatids.rules import NEEDS_STAFF, Standing, State

MOST = 100
SHORTEST, LONGEST = 8, 200
_UNSETTLED = VatInquiry.state.in_([state.value for state in NEEDS_STAFF])
_OPEN = (VatInquiry.closed_at.is_(None), _UNSETTLED)


class NothingToLookAt(Conflict):
    """Somebody was faster, or the answer has come."""

    code = "nothing_to_look_at"
    sentence = "There is nothing left to do about this VAT id. Nothing was changed."


class NoteMissing(Invalid):
    """Whoever closes a question says how it ended."""

    code = "note_missing"
    sentence = f"Please say how it ended, in {SHORTEST} to {LONGEST} characters. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Task:
    """An invoice without tax whose VAT id is not valid, or about which nobody could say anything."""

    order_number: str
    paper_number: str
    country: str
    state: State
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer."""

    standing: Standing
    consultation: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked about the id on one invoice, with the answers, the latest first."""

    paper_number: str
    state: State
    due_at: datetime | None
    is_task: bool
    may_ask: bool
    answers: tuple[Answered, ...]


def tasks() -> list[Task]:
    """What staff have to look at, the oldest first."""
    wanted = select(Order.number, Invoice.number, Order.country, VatInquiry.state, Invoice.issued_at)
    joined = wanted.join(Invoice, Invoice.id == VatInquiry.paper_id).join(Order, Order.id == Invoice.order_id)
    return [
        Task(order_number=order, paper_number=paper, country=country, state=State(state), issued_at=at)
        for order, paper, country, state, at in session.execute(
            joined.where(*_OPEN).order_by(VatInquiry.id).limit(MOST)
        )
    ]


def asked_about(order_id: int) -> list[Asked]:
    """A question for each of an order's invoices."""
    wanted = select(VatInquiry, Invoice.number, VatAnswer).join(Invoice, Invoice.id == VatInquiry.paper_id)
    joined = wanted.outerjoin(VatAnswer, VatAnswer.inquiry_id == VatInquiry.id).where(Invoice.order_id == order_id)
    found: dict[int, tuple[VatInquiry, str, list[Answered]]] = {}
    for inquiry, number, answer in session.execute(joined.order_by(VatInquiry.id, VatAnswer.id.desc())):
        answers = found.setdefault(inquiry.id, (inquiry, number, []))[2]
        if answer is not None:
            standing = Standing(answer.standing)
            answers.append(Answered(standing=standing, consultation=answer.consultation, at=answer.at))
    return [_asked(*one) for one in found.values()]


def ask_again(order: Order, actor: Actor) -> None:
    """Begin anew with what was not confirmed, closed or not. Refuses with NothingToLookAt."""
    for inquiry in _of(order, _UNSETTLED):
        inquiry.state, inquiry.asked, inquiry.due_at, inquiry.closed_at = State.OPEN.value, 0, clock.now(), None
    audit.record(actor, "ask about VAT id again", "order", order.id)
    start("vatids.ask")


def close(order: Order, actor: Actor, words: str) -> None:
    """Say how it ended. Refuses with NothingToLookAt or NoteMissing."""
    said = words.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise NoteMissing
    for inquiry in _of(order, *_OPEN):
        inquiry.closed_at = clock.now()
    audit.record(actor, "close VAT id", "order", order.id, reason=said)


def _asked(inquiry: VatInquiry, number: str, answers: list[Answered]) -> Asked:
    state = State(inquiry.state)
    return Asked(
        paper_number=number,
        state=state,
        due_at=inquiry.due_at,
        may_ask=state in NEEDS_STAFF,
        is_task=state in NEEDS_STAFF and inquiry.closed_at is None,
        answers=tuple(answers),
    )


def _of(order: Order, *conditions: ColumnElement[bool]) -> Sequence[VatInquiry]:
    papers = select(Invoice.id).where(Invoice.order_id == order.id)
    wanted = select(VatInquiry).where(VatInquiry.paper_id.in_(papers), *conditions).order_by(VatInquiry.id)
    found = session.scalars(wanted.with_for_update()).all()
    if not found:
        raise NothingToLookAt
    return found
