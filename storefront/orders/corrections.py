"""Correcting what an invoice says about its buyer (clauses P17b, P17c): asked, decided by staff, recorded, re-issued."""

from dataclasses import dataclass

from core.access import PROGRAM, Actor
from core.errors import Invalid
from privacy.requests import corrections as records
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.requests.service import Granted, Opening
from storefront.orders import invoices, service
from storefront.orders.models import Order
from storefront.orders.rules import OrderClosed, OrderState

FIELDS = {
    "company": "Company",
    "name": "Name on the invoice",
    "vat_id": "VAT id",
    "address": "Postal address",
}
LONGEST = 400


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which field shall say what, and why. `should` may be empty: then it says nothing any more."""

    field: str
    should: str
    why: str


def present(order: Order, actor: Actor) -> dict[str, str]:
    """What the order's invoice says about its buyer now; with an address it names no one else. Raises NotFound."""
    buyer = invoices.get_paper(order, "invoice", actor).said["buyer"]
    return {field: str(buyer.get(field, "")) for field in FIELDS if field != "name" or not buyer["address"]}


def ask(order: Order, wanted: Wanted, actor: Actor) -> Request:
    """Ask for a correction. Refuses with Invalid and OrderClosed."""
    _check_paid(order)
    says = present(order, actor)
    if wanted.field not in says:
        raise Invalid("Please choose what is wrong.")
    if len(wanted.should) > LONGEST or len(wanted.why) > LONGEST:
        raise Invalid(f"Please keep each to {LONGEST} letters.")
    if wanted.should == says[wanted.field]:
        raise Invalid("That is what it says already.")
    wish = {
        "paper": invoices.get_paper(order, "invoice", actor).number,
        "order": order.number,
        "field": wanted.field,
        "label": FIELDS[wanted.field],
        "said": says[wanted.field],
        "should": wanted.should,
        "why": wanted.why,
    }
    return requests.enter(order.account_id, Opening(kind="correction", door="panel", wish=wish), actor)


def correct(granted: Granted) -> str:
    """Carry a granted correction out: the record, a credit note over the whole, a new invoice. Refuses with OrderClosed."""
    wish = granted.wish
    if not wish:
        return ""
    order = service.lock(service.get_for(granted.account_id, wish["order"]).id)
    _check_paid(order)
    earlier = invoices.get_paper(order, "invoice", PROGRAM)
    before = str(earlier.said["buyer"].get(wish["field"], ""))
    note, invoice = invoices.reissue(order, {wish["field"]: wish["should"]})
    records.record(granted, invoice.number, wish["field"], old=before, new=wish["should"])
    return f"Invoice {invoice.number} replaces {earlier.number}; credit note {note.number} takes the earlier one back."


def _check_paid(order: Order) -> None:
    if order.state != OrderState.PAID:
        raise OrderClosed("Only the invoice of a paid order can be corrected. Nothing was changed.")
