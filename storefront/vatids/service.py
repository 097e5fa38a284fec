"""What invoices make us ask about VAT ids, and what was answered."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from core import clock, web
from core.access import PROGRAM
from core.db import session
from core.jobs.service import start
from core.keys import keyed_hash
from core.sealed import Forgotten
from privacy import gate
from storefront.orders.rules import TaxKind
from storefront.papers.models import Invoice
from storefront.papers.rules import Kind
from storefront.papers.service import PaperWritten
from storefront.vatids import rules
from storefront.vatids.models import VatAnswer, VatInquiry
from storefront.vatids.rules import Question, Said, Standing, State

STUCK = timedelta(minutes=5)
COUNTS = timedelta(days=30)
"""How long an answer is held against the next order with the same id."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A question that is on its way."""

    inquiry_id: int
    question: Question


def raise_question(event: PaperWritten) -> None:
    """An invoice that leaves the tax to the buyer stands on the buyer's VAT id."""
    is_net = event.kind is Kind.INVOICE and event.said.get("tax_kind") == TaxKind.REVERSE_CHARGE.value
    if is_net and event.said["buyer"]["vat_id"] and web.settings().vies_url:
        session.add(VatInquiry(paper_id=event.paper_id, state=State.OPEN.value, asked=0, due_at=clock.now()))
        start("vatids.ask")


def standing_of(vat_id: str) -> Standing:
    """What is known of an id whose syntax and check digits are right, or of none. An answer counts for COUNTS."""
    if not vat_id or not web.settings().vies_url:
        return Standing.UNKNOWN if vat_id else Standing.NONE
    mine = select(VatAnswer.standing).where(VatAnswer.id_hash == _hash(vat_id), VatAnswer.at > clock.now() - COUNTS)
    clear = mine.where(VatAnswer.standing != Standing.UNKNOWN.value)
    said = session.scalar(clear.order_by(VatAnswer.id.desc()).limit(1))
    return Standing(said) if said else Standing.UNKNOWN


def take() -> Due | None:
    """The next question that is due, so that no other worker takes it; one that got stuck is taken again later."""
    now = clock.now()
    wanted = select(VatInquiry).where(VatInquiry.due_at <= now).order_by(VatInquiry.due_at, VatInquiry.id).limit(1)
    found = session.scalar(wanted.with_for_update(skip_locked=True))
    if found is None:
        return None
    vat_id = _id_on(found.paper_id)
    if not vat_id:  # destroyed with its invoice: nobody is told of it any more
        session.delete(found)
        session.flush()
        return take()
    found.due_at, found.asked = now + STUCK, found.asked + 1
    return Due(inquiry_id=found.id, question=Question(vat_id=vat_id, own=_own()))


def note(due: Due, said: Said) -> None:
    """Keep an answer, and go on from there. What was erased meanwhile stays erased."""
    found = session.get(VatInquiry, due.inquiry_id, with_for_update=True)
    if found is None:
        return
    now = clock.now()
    session.add(
        VatAnswer(
            inquiry_id=found.id,
            id_hash=_hash(due.question.vat_id),
            standing=said.standing.value,
            consultation=said.consultation,
            at=now,
        )
    )
    if found.state != State.OPEN.value:
        return
    state, wait = rules.after(said.standing, found.asked)
    found.state, found.due_at = state.value, now + wait if wait else None
    found.closed_at = now if state is State.VALID else None


def _id_on(paper_id: int) -> str:
    try:
        paper = session.get_one(Invoice, paper_id)
        said = json.loads(gate.disclose(paper.frozen, purpose="invoice", actor=PROGRAM))
    except Forgotten:
        return ""
    return str(said["buyer"]["vat_id"])


def _own() -> str:
    """The shop's id, written as buyers' are; the service wants none but that of a member state."""
    try:
        return str(eu_vat.validate(web.settings().company_vat_id))
    except ValidationError:
        return ""


def _hash(vat_id: str) -> str:
    return keyed_hash("vat id", vat_id)
