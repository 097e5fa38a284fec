"""Papers of orders: numbered without gaps, frozen when made, never changed afterwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access import PROGRAM, Actor
from core.db import session
from core.errors import NotFound
from core.events import emit, on
from core.sealed import seal
from privacy import gate
from storefront.money import Money
from storefront.orders.models import Order
from storefront.orders.placing import OrderPlaced
from storefront.orders.rules import OPEN_STATES, OrderClosed, OrderKind, OrderState
from storefront.orders.service import OrderRefunded, OrderSettled
from storefront.papers import facts, rules
from storefront.papers.models import Invoice, InvoiceSeries
from storefront.papers.rules import PREFIX, Kind, Said
from storefront.refunds.service import PartRefunded


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A frozen paper, opened for somebody who may read it."""

    number: str
    kind: str
    issued_at: datetime
    said: Said
    corrected_by: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperWritten:
    """A paper was written just now, and says this."""

    paper_id: int
    kind: Kind
    issued_at: datetime
    said: Said


def listen() -> None:
    """Write papers in the transactions in which orders are placed, paid and taken back."""
    on(OrderPlaced, _placed)
    on(OrderSettled, _paid)
    on(PartRefunded, _part_taken_back)
    on(OrderRefunded, _taken_back)


def confirm(order: Order) -> Invoice:
    """Confirm an order that was just placed."""
    return _write(order, Kind.CONFIRMATION, facts.of_order(order))


def proforma(order: Order) -> Invoice:
    """An open order as a company's books ask for it before they pay; one per order. Refuses with OrderClosed."""
    made = _find(order.id, Kind.PROFORMA)
    if made is None and OrderState(order.state) not in OPEN_STATES:
        raise OrderClosed("A proforma invoice is written while an order waits for its payment. Nothing was written.")
    return made or _write(order, Kind.PROFORMA, facts.of_order(order))


def issue(order: Order) -> Invoice:
    """Write invoice and receipt of an order that was just paid, in its transaction."""
    said = facts.of_order(order)
    invoice = _write(order, Kind.INVOICE, said)
    _write(order, Kind.RECEIPT, {**said, "invoice": invoice.number})
    return invoice


def creditable(order: Order) -> dict[int, Money]:
    """What is left of the order's invoice by the position of its lines, tax included; nothing where there is none."""
    invoice = _find(order.id, Kind.INVOICE)
    return rules.rest(_said(invoice), _credited(invoice)) if invoice else {}


def credit(order: Order, parts: Mapping[int, Money] | None = None) -> Invoice | None:
    """Take the order's invoice back: all that is left of it, or parts by the position of lines, tax included.

    None where there is no invoice or nothing is left. Refuses with TooMuchCredited. The order is locked by the caller.
    """
    invoice = _find(order.id, Kind.INVOICE)
    left = creditable(order)
    wanted = {position: part for position, part in (left if parts is None else parts).items() if part}
    is_free = parts is None and invoice is not None and not any(left.values()) and not _credited(invoice)
    return _credit(order, invoice, wanted) if invoice and (wanted or is_free) else None


def reissue(order: Order, buyer: dict[str, str]) -> tuple[Invoice, Invoice]:
    """Take what is left of the order's invoice back and write it anew for the corrected buyer: credit note, new invoice.

    What was bought, the amounts and the tax stay to the cent; parts that were taken back before are taken back from the
    new invoice, too. Raises NotFound where there is no invoice.
    """
    invoice = _find(order.id, Kind.INVOICE)
    if invoice is None:
        raise NotFound("This order has no invoice. One is written when an order is paid.")
    said, earlier = _said(invoice), _credited(invoice)
    note = _credit(order, invoice, rules.rest(said, earlier), because="correction")
    anew = {**said, "buyer": {**said["buyer"], **buyer}, "replaces": invoice.number}
    written = _write(order, Kind.INVOICE, anew, invoice.issue + 1)
    for parts in earlier:
        _credit(order, written, parts, because="moved")
    return note, written


def get_paper(order: Order, kind: str, actor: Actor, number: str = "") -> Paper:
    """An order's paper (the latest of its kind, or the one with a number), opened for this reader. Raises NotFound."""
    found = _numbered(order.id, number) if number else _find(order.id, kind)
    if found is None:
        raise NotFound("This order has no such paper. An invoice is written when an order is paid.")
    later = _find(order.id, Kind.INVOICE) if found.kind == Kind.INVOICE else None
    return opened(found, actor, later.number if later and later.issue > found.issue else "")


def opened(row: Invoice, actor: Actor, corrected_by: str = "") -> Paper:
    """A paper for this reader."""
    said = _said(row, actor)
    return Paper(number=row.number, kind=row.kind, issued_at=row.issued_at, said=said, corrected_by=corrected_by)


def papers_of(order_id: int) -> list[tuple[str, str]]:
    """Kind and number of the papers of an order."""
    wanted = select(Invoice.kind, Invoice.number).where(Invoice.order_id == order_id).order_by(Invoice.id)
    return [(kind, number) for kind, number in session.execute(wanted)]


def next_number(prefix: str, series: str, year: int) -> str:
    """The next number of a series in a year. Raised inside the paper's transaction: undone with it, so none is lost."""
    return f"{prefix}-{year}-{_next(f'{series}-{year}'):06d}"


def _placed(event: OrderPlaced) -> None:
    order = session.get_one(Order, event.order_id)
    if order.kind != OrderKind.GIVEN:  # what is given is not supplied for a consideration: no paper says so
        confirm(order)


def _paid(event: OrderSettled) -> None:
    if event.kind != OrderKind.GIVEN:
        issue(session.get_one(Order, event.order_id))


def _part_taken_back(event: PartRefunded) -> None:
    order = session.get_one(Order, event.order_id)
    left = creditable(order)
    credit(order, {place: min(part, left[place]) for place, part in event.parts.items() if place in left})


def _taken_back(event: OrderRefunded) -> None:
    credit(session.get_one(Order, event.order_id))


def _credit(order: Order, invoice: Invoice, parts: Mapping[int, Money], because: str = "") -> Invoice:
    said, earlier = _said(invoice), _credited(invoice)
    taken = rules.credit(said, earlier, parts) if any(parts.values()) else rules.nothing_of(said)
    note = facts.of_credit(said, invoice.number, taken)
    return _write(order, Kind.CREDIT_NOTE, {**note, "because": because}, invoice.issue, part=len(earlier))


def _credited(invoice: Invoice) -> list[dict[int, Money]]:
    """What earlier credit notes took back from this invoice."""
    notes = (Invoice.order_id == invoice.order_id, Invoice.kind == Kind.CREDIT_NOTE, Invoice.issue == invoice.issue)
    rows = session.scalars(select(Invoice).where(*notes).order_by(Invoice.part))
    return [facts.parts_of(_said(row)) for row in rows]


def _said(row: Invoice, actor: Actor = PROGRAM) -> Said:
    said: Said = json.loads(gate.disclose(row.frozen, purpose="invoice", actor=actor))
    return said


def _find(order_id: int, kind: str) -> Invoice | None:
    own = select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == kind)
    return session.scalar(own.order_by(Invoice.issue.desc(), Invoice.part.desc()).limit(1))


def _numbered(order_id: int, number: str) -> Invoice | None:
    return session.scalar(select(Invoice).where(Invoice.order_id == order_id, Invoice.number == number))


def _write(order: Order, kind: Kind, said: Said, issue: int = 1, part: int = 0) -> Invoice:
    now = clock.now()
    number = order.number if kind is Kind.CONFIRMATION else next_number(PREFIX[kind], kind.value, now.year)
    paper = Invoice(
        order_id=order.id,
        kind=kind.value,
        issue=issue,
        part=part,
        number=number,
        frozen=seal(json.dumps(said, ensure_ascii=False), "invoice.frozen", subject=order.account_id),
        issued_at=now,
    )
    session.add(paper)
    session.flush()
    emit(PaperWritten(paper_id=paper.id, kind=kind, issued_at=now, said=said))
    return paper


def _next(series: str) -> int:
    raise_ = update(InvoiceSeries).where(InvoiceSeries.name == series).values(last=InvoiceSeries.last + 1)
    number = session.execute(raise_.returning(InvoiceSeries.last)).scalar()
    if number is not None:
        return number
    try:
        with session.begin_nested():
            session.add(InvoiceSeries(name=series, last=0))
    except IntegrityError:
        pass  # somebody else began the year at this moment: theirs counts
    return session.execute(raise_.returning(InvoiceSeries.last)).scalar_one()
