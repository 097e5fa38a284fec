"""What the shop tells the export of a person's data: orders with their amounts, licenses by name, papers as files."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from core.access import actor_of
from core.db import session
from core.errors import NotFound
from privacy.export import telling
from privacy.export.telling import Values
from storefront.catalogue.models import Edition, Product
from storefront.catalogue.service import product_names
from storefront.licenses import certificates, sheet
from storefront.licenses import service as licenses
from storefront.licenses.models import Certificate, License
from storefront.licenses.views import ENDED
from storefront.money import Money
from storefront.orders.models import Order
from storefront.orders.views import STEPS, WORDS
from storefront.papers import drawing
from storefront.papers.models import Invoice
from storefront.papers.rules import TITLES
from storefront.papers.service import opened
from storefront.vouchers.models import Voucher

Told = list[dict[str, str]]


def tell() -> None:
    """Give orders and licenses their chapters, words and files."""
    telling.chapter(
        "orders",
        "Orders, invoices and payments",
        ("order", "postal_address", "postal_grant", "correction", "saved_method", "checkout_draft", "cart"),
        sentence="What you bought and when, what it cost, and the papers that belong to it.",
        rank=20,
    )
    telling.describe("order", reading=_orders, also=("currency",), unprinted=("currency", "number"), words=_ORDER)
    telling.describe("order_line", reading=_lines, unprinted=("title", "edition_title", "quantity"), words=_LINE)
    telling.describe("order_step", reading=_steps, unprinted=("verb", "state"))
    telling.describe("invoice", reading=_invoices, unprinted=("frozen", "kind", "number"), words=_INVOICE)
    telling.describe("payment_intent", reading=_payments, unprinted=("attempt", "currency"))
    telling.describe("refund", reading=_refunds, unprinted=("currency",))
    telling.describe("refund_part")
    telling.describe("withdrawal")
    telling.describe("withdrawal_answer", unprinted=("verdict",))
    telling.describe("payment_return", reading=_returns, unprinted=("currency",))
    telling.describe("transfer_receipt", reading=_transfers, unprinted=("currency", "effect"), words=_TRANSFER)
    telling.describe("payment_dispute", reading=_disputes, unprinted=("currency",))
    telling.describe("dispute_evidence")
    telling.describe("voucher_claim", unprinted=("label",), reading=_vouchers)
    telling.describe("cart_voucher", unprinted=("voucher_id",), reading=_cart_voucher)
    telling.describe("cart_line", reading=_cart, unprinted=("quantity", "currency_seen"))
    _tell_licenses()
    telling.enclose("invoices", _papers, _draw)
    telling.enclose("certificates", _sheets, _draw_sheet)


def _tell_licenses() -> None:
    telling.chapter(
        "licenses",
        "Licenses",
        (
            "license",
            "subscription",
            "handover",
            "license_rest",
            "license_device",
            "license_use",
            "license_event",
            "license_refusal",
            "license_certificate",
            "license_reveal",
        ),
        sentence="Your licenses with their keys, the devices they run on, and what happened to them.",
        rank=30,
    )
    telling.describe("license", reading=_licenses, unprinted=("last_five",), words=_LICENSE)
    telling.describe("license_reveal", reading=_reveals)
    telling.describe("license_certificate", reading=_certificates, unprinted=("frozen", "number"), words=_CERTIFICATE)
    telling.describe("license_device", unprinted=("locked",), words=_DEVICE)
    telling.describe("license_rest")
    telling.describe("license_use")
    telling.describe("license_event", unprinted=("details",))
    telling.describe("license_refusal")


_ORDER = {
    "country": "Where you buy from, as two letters (ISO 3166).",
    "waiver_version": "The version of the words on beginning at once that you ticked with it.",
    "terms_version": "The version of the Terms of Service that you accepted with it.",
    "phone": "The telephone number you gave for questions about this order.",
    "paid_at": "When the money arrived.",
    "refunded": "How much of it went back to you.",
    "closed_at": "When nothing more was to be done.",
}
_TRANSFER = {
    "booked_on": "The day on which your bank's transfer was on our account.",
    "effect": "Whether it was what was asked for, a part of it, more, or came when nothing was to be paid any more.",
}
_LINE = {"title": "The product, as it was sold.", "edition_title": "The edition, as it was sold."}
_INVOICE = {
    "kind": "A confirmation, a proforma invoice, an invoice, a receipt, or a credit note that takes an invoice back.",
    "frozen": "Everything that the paper says, as JSON.",
    "issued_at": "When it was written.",
}
_CERTIFICATE = {
    "frozen": "Everything that the certificate says, as JSON.",
    "issue": "Which writing of it this is: a correction writes the next.",
    "issued_at": "When it was written.",
}
_DEVICE = {
    "locked": "What the device is known by, closed with your license key: we cannot read it without that.",
    "name": "The name that the program gave it, or you.",
    "platform": "The kind of system, as the program told it.",
    "seen_at": "When it was last heard of.",
    "beat_at": "Its last sign of life, where the program sends them.",
    "revived_at": "When it came back after having been silent for long.",
    "checked_out_at": "When an offline file was last made for it.",
}
_LICENSE = {
    "public_id": "The number by which the license is quoted.",
    "key": "The key itself.",
    "last_five": "The last letters of the key, by which you recognize it.",
    "issued_at": "Since when it is yours.",
    "downloaded_at": "When you first loaded its program down.",
    "returned_at": "When its money went back to you.",
}


def _orders(_account_id: int, rows: Sequence[Values]) -> Told:
    return [
        {
            "title": f"Order {row['number']}",
            "state": WORDS[row["state"]][0] if row["state"] in WORDS else row["state"],
            "total": _money(row["total"], row["currency"]),
            "tax": _money(row["tax"], row["currency"]),
            "refunded": _money(row["refunded"], row["currency"]),
        }
        for row in rows
    ]


def _lines(_account_id: int, rows: Sequence[Values]) -> Told:
    wanted = select(Order.id, Order.currency).where(Order.id.in_({row["order_id"] for row in rows}))
    currencies = {number: currency for number, currency in session.execute(wanted)}
    return [
        {
            "title": f"{row['quantity']} × {row['title']}, {row['edition_title']}",
            "unit": _money(row["unit"], currencies[row["order_id"]]),
            "amount": _money(row["amount"], currencies[row["order_id"]]),
        }
        for row in rows
    ]


def _vouchers(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": f"Voucher {row['label']}"} for row in rows]


def _cart_voucher(_account_id: int, rows: Sequence[Values]) -> Told:
    wanted = select(Voucher.id, Voucher.label).where(Voucher.id.in_({row["voucher_id"] for row in rows}))
    labels = {voucher_id: label for voucher_id, label in session.execute(wanted)}
    return [{"title": f"Voucher {labels.get(row['voucher_id'], 'that is gone')}"} for row in rows]


def _steps(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": str(STEPS.get(row["verb"], row["verb"]))} for row in rows]


def _invoices(_account_id: int, rows: Sequence[Values]) -> Told:
    return [
        {
            "title": f"{TITLES.get(row['kind'], row['kind'])} {row['number']}",
            "file": f"invoices/{row['number']}.pdf",
        }
        for row in rows
    ]


def _payments(_account_id: int, rows: Sequence[Values]) -> Told:
    return [
        {"title": f"Payment, attempt {row['attempt']}", "amount": _money(row["amount"], row["currency"])}
        for row in rows
    ]


def _returns(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": "Money sent back", "amount": _money(row["amount"], row["currency"])} for row in rows]


def _transfers(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": "Bank transfer that arrived", "amount": _money(row["amount"], row["currency"])} for row in rows]


def _refunds(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": "Refund", "amount": _money(row["amount"], row["currency"])} for row in rows]


def _disputes(_account_id: int, rows: Sequence[Values]) -> Told:
    return [
        {
            "title": f"Dispute with your bank, {row['state'].replace('_', ' ')}",
            "amount": _money(row["amount"], row["currency"]),
        }
        for row in rows
    ]


def _cart(_account_id: int, rows: Sequence[Values]) -> Told:
    names = _editions(row["edition_id"] for row in rows)
    return [
        {
            "title": f"{row['quantity']} × {names.get(row['edition_id'], 'an edition')}",
            "price_seen": _money(row["price_seen"], row["currency_seen"]),
        }
        for row in rows
    ]


def _licenses(_account_id: int, rows: Sequence[Values]) -> Told:
    names = _editions(row["edition_id"] for row in rows)
    return [{"title": names.get(row["edition_id"], "A license")} for row in rows]


def _reveals(_account_id: int, rows: Sequence[Values]) -> Told:
    wanted = select(License.id, License.product_id).where(License.id.in_({row["license_id"] for row in rows}))
    products = {number: product for number, product in session.execute(wanted)}
    names = product_names(products.values())
    return [{"title": names.get(products.get(row["license_id"], 0), ("", "A license"))[1]} for row in rows]


def _certificates(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": f"No. {row['number']}", "file": f"certificates/{row['number']}.pdf"} for row in rows]


def _editions(ids: Iterable[int]) -> dict[int, str]:
    """Product and edition by name."""
    wanted = select(Edition.id, Product.name, Edition.name).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Edition.id.in_(set(ids))))
    return {number: f"{product}, {edition}" for number, product, edition in rows}


def _money(amount: int, currency: str) -> str:
    return Money(amount, currency).format()


def _papers(account_id: int) -> list[str]:
    wanted = select(Invoice.number).join(Order, Order.id == Invoice.order_id).where(Order.account_id == account_id)
    return [f"{number}.pdf" for number in session.scalars(wanted.order_by(Invoice.id))]


def _draw(account_id: int, name: str) -> bytes:
    whose = (Invoice.number == name.removesuffix(".pdf"), Order.account_id == account_id)
    found = session.scalar(select(Invoice).join(Order, Order.id == Invoice.order_id).where(*whose))
    if found is None:
        raise NotFound
    return drawing.draw(opened(found, actor_of(account_id)))


def _sheets(account_id: int) -> list[str]:
    wanted = select(Certificate.number).join(License, License.id == Certificate.license_id)
    own = wanted.where(License.account_id == account_id).order_by(Certificate.id)
    return [f"{number}.pdf" for number in session.scalars(own)]


def _draw_sheet(account_id: int, name: str) -> bytes:
    """As the page of the license gives it: one that was corrected, or counts no longer, says so."""
    number = name.removesuffix(".pdf")
    wanted = select(License.public_id).join(Certificate, Certificate.license_id == License.id)
    public_id = session.scalar(wanted.where(Certificate.number == number, License.account_id == account_id))
    held = licenses.get_for(account_id, public_id or "")
    found = certificates.sheet_of(held.license, actor_of(account_id), number)
    return sheet.draw(found, ENDED.get(held.state, ""))
