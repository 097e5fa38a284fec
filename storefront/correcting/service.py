"""Correcting what a paper says (clauses P17b, P17c): asked, decided by staff, recorded, and written anew."""

import dataclasses
from dataclasses import dataclass

from sqlalchemy import select

from core.access import PROGRAM, Actor
from core.db import session
from core.errors import Invalid
from privacy.requests import corrections as records
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.requests.service import Granted, Opening
from storefront.correcting import targets
from storefront.correcting.targets import FIELDS, Target
from storefront.licenses import certificates
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.papers import service as papers

LONGEST = 400
ON_CERTIFICATES = {"name": "holder", "company": "company"}
"""What the invoice says about its buyer, and where the certificates of the order say it, too."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which field shall say what, and why. `should` may be empty: then it says nothing any more."""

    field: str
    should: str = dataclasses.field(repr=False)
    why: str = dataclasses.field(repr=False)


def ask(target: Target, wanted: Wanted, actor: Actor) -> Request:
    """The person asks for a correction. Refuses with Invalid, OrderClosed and LicenseConflict."""
    opening = Opening(kind="correction", door="panel", wish=_wish(target, wanted))
    return requests.enter(target.account_id, opening, actor)


def specify(request: Request, paper: str, wanted: Wanted, actor: Actor) -> None:
    """Staff write down what exactly a letter, a mail or a call asks for; the program reads the paper, not they.

    Refuses with Invalid for a paper that is not this person's latest, as `ask` does, and with the request's NotNow.
    """
    target = targets.find(request.account_id, paper.strip().upper())
    requests.set_wish(request, _wish(target, wanted), actor)


def correct(granted: Granted) -> str:
    """Carry a granted correction out; the numbers of what was written anew. Refuses with OrderClosed, LicenseConflict."""
    wish = granted.wish
    if not wish:
        return ""
    if wish.get("license"):
        license = licenses.get_for(granted.account_id, wish["license"]).license
        return _correct_certificate(granted, license.id, wish["field"])
    order = orders.lock(orders.get_for(granted.account_id, wish["order"]).id)
    return " ".join([_correct_invoice(granted, order), *_correct_certificates(granted, order)])


def _correct_invoice(granted: Granted, order: Order) -> str:
    """The record, a credit note over the whole, a new invoice."""
    targets.check_invoice(order)
    wish, earlier = granted.wish, papers.get_paper(order, "invoice", PROGRAM)
    before = str(earlier.said["buyer"].get(wish["field"], ""))
    note, invoice = papers.reissue(order, {wish["field"]: wish["should"]})
    records.record(granted, invoice.number, wish["field"], old=before, new=wish["should"])
    return f"Invoice {invoice.number} replaces {earlier.number}; credit note {note.number} takes the earlier one back."


def _correct_certificates(granted: Granted, order: Order) -> list[str]:
    """Whatever certificate of the order says the same wrong thing is written anew with the invoice."""
    field = ON_CERTIFICATES.get(granted.wish["field"])
    if field is None or (field == "holder" and not granted.wish["should"]):
        return []
    own = (
        select(License.id).join(OrderLine, OrderLine.id == License.order_line_id).where(OrderLine.order_id == order.id)
    ).where(License.account_id == granted.account_id)
    done = [_correct_certificate(granted, number, field) for number in session.scalars(own.order_by(License.id))]
    return [sentence for sentence in done if sentence]


def _correct_certificate(granted: Granted, license_id: int, field: str) -> str:
    """The record, and a new certificate that replaces the one that stood; "" where that says so already."""
    license = session.scalars(select(License).where(License.id == license_id).with_for_update()).one()
    targets.check_certificate(license)
    before, should = certificates.sheet_of(license, PROGRAM).said[field], granted.wish["should"]
    if before == should:
        return ""
    earlier, anew = certificates.reissue(license, {field: should})
    records.record(granted, anew.number, field, old=before, new=should)
    return f"Certificate {anew.number} replaces {earlier.number}."


def _wish(target: Target, wanted: Wanted) -> dict[str, str]:
    """What a request keeps of it, with what the paper says now."""
    _check(target, wanted)
    return {
        "paper": target.paper,
        "order": target.order,
        "license": target.license,
        "field": wanted.field,
        "label": FIELDS[wanted.field],
        "said": target.says[wanted.field],
        "should": wanted.should,
        "why": wanted.why,
    }


def _check(target: Target, wanted: Wanted) -> None:
    if target.license:
        targets.check_certificate(licenses.get_for(target.account_id, target.license).license)
    else:
        targets.check_invoice(orders.get_for(target.account_id, target.order))
    if wanted.field not in target.says:
        raise Invalid("This paper does not say that. Please choose what is wrong.")
    if len(wanted.should) > LONGEST or len(wanted.why) > LONGEST:
        raise Invalid(f"Please keep each to {LONGEST} letters.")
    if wanted.should == target.says[wanted.field]:
        raise Invalid("That is what it says already.")
    if wanted.field in {"holder", "edition"} and not wanted.should:
        raise Invalid("A certificate cannot leave this empty. Please say what it should say.")
