"""What can be corrected: the invoice of an order, or the certificate of a license, with what each says now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from core.access import PROGRAM, Actor
from core.db import session
from core.errors import Invalid
from storefront.licenses import certificates
from storefront.licenses import service as licenses
from storefront.licenses.models import Certificate, License
from storefront.licenses.rules import LicenseConflict, LicenseState
from storefront.orders.models import Order
from storefront.orders.rules import OrderClosed, OrderState
from storefront.papers import service as papers
from storefront.papers.models import Invoice

INVOICE_FIELDS = {
    "company": "Company",
    "name": "Name on the invoice",
    "vat_id": "VAT id",
    "address": "Postal address",
}
CERTIFICATE_FIELDS = {"holder": "Name of the holder", "company": "Company", "edition": "Edition"}
FIELDS = INVOICE_FIELDS | CERTIFICATE_FIELDS
OFFERED = 50


@dataclass(frozen=True, kw_only=True)
class Target:
    """A paper that stands. says: what it says now in each field that can be corrected. license: "" for an invoice."""

    paper: str
    order: str
    license: str = ""
    account_id: int
    says: Mapping[str, str] = field(repr=False)


def invoice_of(order: Order, reader: Actor) -> Target:
    """The order's invoice; with an address it names no one else. Raises NotFound."""
    paper = papers.get_paper(order, "invoice", reader)
    buyer = paper.said["buyer"]
    fields = [field for field in INVOICE_FIELDS if field != "name" or not buyer["address"]]
    says = {field: str(buyer.get(field, "")) for field in fields}
    return Target(paper=paper.number, order=order.number, account_id=order.account_id, says=says)


def certificate_of(account_id: int, public_id: str, reader: Actor) -> Target:
    """The certificate of one's license. Raises NotFound."""
    held = licenses.get_for(account_id, public_id)
    sheet = certificates.sheet_of(held.license, reader)
    says = {field: sheet.said[field] for field in CERTIFICATE_FIELDS}
    return Target(paper=sheet.number, order=held.order_number, license=public_id, account_id=account_id, says=says)


def find(account_id: int, paper: str) -> Target:
    """The person's paper with this number, read by the program alone. Refuses with Invalid."""
    invoice = session.scalar(_invoices(account_id).where(Invoice.number == paper).with_only_columns(Order))
    if invoice is not None:
        return invoice_of(invoice, PROGRAM)
    public_id = session.scalar(_certificates(account_id).where(Certificate.number == paper))
    if public_id is None:
        raise Invalid("This person has no paper with this number that still stands. Nothing was changed.")
    return certificate_of(account_id, public_id, PROGRAM)


def offered(account_id: int) -> list[tuple[str, str]]:
    """The person's latest papers: number, and what it is."""
    papers = session.execute(
        _invoices(account_id).with_only_columns(Invoice.number, Order.number).order_by(Invoice.id.desc()).limit(OFFERED)
    )
    sheets = session.execute(
        _certificates(account_id)
        .with_only_columns(Certificate.number, License.last_five)
        .order_by(Certificate.id.desc())
        .limit(OFFERED)
    )
    return [
        *((number, f"the invoice of order {order}") for number, order in papers),
        *((number, f"the certificate of the key ending in {end}") for number, end in sheets),
    ]


def check_invoice(order: Order) -> None:
    """Refuses with OrderClosed what was taken back or never paid."""
    if order.state != OrderState.PAID:
        raise OrderClosed("Only the invoice of a paid order can be corrected. Nothing was changed.")


def check_certificate(license: License) -> None:
    """Refuses with LicenseConflict what certifies nothing any more."""
    if license.state in {LicenseState.SUSPENDED, LicenseState.REVOKED, LicenseState.TRANSFERRED}:
        raise LicenseConflict("The certificate of a suspended or revoked license is not written anew.")


def _invoices(account_id: int) -> Select[Order]:
    """Paid orders, each with the invoice that stands."""
    later = aliased(Invoice)
    newer = exists().where(later.order_id == Order.id, later.kind == "invoice", later.issue > Invoice.issue)
    of = (Order.account_id == account_id, Order.state == OrderState.PAID, Invoice.kind == "invoice", ~newer)
    return select(Order).join(Invoice, Invoice.order_id == Order.id).where(*of)


def _certificates(account_id: int) -> Select[str]:
    """Licenses by their ids on pages, each with the certificate that stands."""
    later = aliased(Certificate)
    newer = exists().where(later.license_id == License.id, later.issue > Certificate.issue)
    joined = select(License.public_id).join(Certificate, Certificate.license_id == License.id)
    return joined.where(License.account_id == account_id, ~newer)
