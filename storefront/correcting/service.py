"""Correcting what an invoice says about its buyer (clauses P17b, P17c): asked, decided by staff, recorded, re-issued."""

import dataclasses
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from core.access import PROGRAM, Actor
from core.db import session
from core.errors import Invalid
from privacy.requests import corrections as records
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.requests.service import Granted, Opening
from storefront.orders import invoices
from storefront.orders import service as orders
from storefront.orders.models import Invoice, Order
from storefront.orders.rules import OrderClosed, OrderState

FIELDS = {
    "company": "Company",
    "name": "Name on the invoice",
    "vat_id": "VAT id",
    "address": "Postal address",
}
LONGEST, OFFERED = 400, 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which field shall say what, and why. `should` may be empty: then it says nothing any more."""

    field: str
    should: str = dataclasses.field(repr=False)
    why: str = dataclasses.field(repr=False)


def present(order: Order, actor: Actor) -> dict[str, str]:
    """What the order's invoice says about its buyer now; with an address it names no one else. Raises NotFound."""
    buyer = invoices.get_paper(order, "invoice", actor).said["buyer"]
    return {field: str(buyer.get(field, "")) for field in FIELDS if field != "name" or not buyer["address"]}


def ask(order: Order, wanted: Wanted, actor: Actor) -> Request:
    """The buyer asks for a correction. Refuses with Invalid and OrderClosed."""
    wish = _wish(order, wanted, actor)
    return requests.enter(order.account_id, Opening(kind="correction", door="panel", wish=wish), actor)


def specify(request: Request, paper: str, wanted: Wanted, actor: Actor) -> None:
    """Staff write down what exactly a letter, a mail or a call asks for; the program reads the paper, not they.

    Refuses with Invalid for a paper that is not this person's latest, OrderClosed and the request's NotNow.
    """
    order = session.scalar(_latest(request.account_id).where(Invoice.number == paper.strip().upper()))
    if order is None:
        raise Invalid("This person has no invoice with this number that still stands. Nothing was changed.")
    requests.set_wish(request, _wish(order, wanted, PROGRAM), actor)


def offered(account_id: int) -> list[tuple[str, str]]:
    """The person's latest papers that can be corrected: number, and of which order."""
    wanted = _latest(account_id).with_only_columns(Invoice.number, Order.number).order_by(Invoice.id.desc())
    return [(paper, f"of order {number}") for paper, number in session.execute(wanted.limit(OFFERED))]


def correct(granted: Granted) -> str:
    """Carry a granted correction out: the record, a credit note over the whole, a new invoice. Refuses with OrderClosed."""
    wish = granted.wish
    if not wish:
        return ""
    order = orders.lock(orders.get_for(granted.account_id, wish["order"]).id)
    _check_paid(order)
    earlier = invoices.get_paper(order, "invoice", PROGRAM)
    before = str(earlier.said["buyer"].get(wish["field"], ""))
    note, invoice = invoices.reissue(order, {wish["field"]: wish["should"]})
    records.record(granted, invoice.number, wish["field"], old=before, new=wish["should"])
    return f"Invoice {invoice.number} replaces {earlier.number}; credit note {note.number} takes the earlier one back."


def _latest(account_id: int) -> Select[Order]:
    """Paid orders with the invoice that stands."""
    later = aliased(Invoice)
    newer = exists().where(later.order_id == Order.id, later.kind == "invoice", later.issue > Invoice.issue)
    of = (Order.account_id == account_id, Order.state == OrderState.PAID, Invoice.kind == "invoice", ~newer)
    return select(Order).join(Invoice, Invoice.order_id == Order.id).where(*of)


def _wish(order: Order, wanted: Wanted, reader: Actor) -> dict[str, str]:
    """What a request keeps of it, with what the paper says now."""
    _check_paid(order)
    paper, says = invoices.get_paper(order, "invoice", reader).number, present(order, reader)
    if wanted.field not in says:
        raise Invalid("Please choose what is wrong.")
    if len(wanted.should) > LONGEST or len(wanted.why) > LONGEST:
        raise Invalid(f"Please keep each to {LONGEST} letters.")
    if wanted.should == says[wanted.field]:
        raise Invalid("That is what it says already.")
    return {
        "paper": paper,
        "order": order.number,
        "field": wanted.field,
        "label": FIELDS[wanted.field],
        "said": says[wanted.field],
        "should": wanted.should,
        "why": wanted.why,
    }


def _check_paid(order: Order) -> None:
    if order.state != OrderState.PAID:
        raise OrderClosed("Only the invoice of a paid order can be corrected. Nothing was changed.")
