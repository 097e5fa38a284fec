"""What papers say in words beside their numbers."""

from datetime import datetime

from storefront.money import Money
from storefront.papers.rules import Kind, Said


def numbers(kind: str, number: str, issued_at: datetime, said: Said) -> list[tuple[str, str]]:
    """Terms and values at the head of a paper, without those that are empty."""
    pairs = [
        ("Number", number),
        ("Date", issued_at.date().isoformat()),
        ("Stands until", said.get("valid_until", "")),
        ("Order", said["order"] if said["order"] != number else ""),
        ("Your reference", said["buyer"].get("purchase_order", "")),
        ("Paid on", said["paid_on"]),
        ("Customer", said["buyer"]["customer"]),
        ("For invoice", said.get("invoice", "")),
        ("Corrects", said.get("corrects", "")),
        ("Replaces", said.get("replaces", "") if kind == Kind.INVOICE else ""),
    ]
    return [pair for pair in pairs if pair[1]]


def closing(kind: str, said: Said) -> list[str]:
    """The sentences below the sums."""
    tax = said.get("note", "")
    if not tax and not any(group["rate_permille"] for group in said["groups"]):
        tax = "Not subject to value added tax in the European Union: the buyer is outside of it."
    return [sentence for sentence in (_main(kind, said), tax) if sentence]


def _main(kind: str, said: Said) -> str:
    total = Money(said["total"], said["currency"]).format()
    if kind == Kind.CREDIT_NOTE:
        return _credit(said)
    return {
        Kind.CONFIRMATION: "Thank you. This is what you ordered and what it costs. It is no invoice: that one is "
        "written when the order is paid.",
        Kind.PROFORMA: f"Not an invoice, and nothing that tax can be deducted with. Please pay {total} and name the order "
        f"{said['order']}; the invoice is written when the money is here.",
        Kind.INVOICE: "Paid in full. Delivered by electronic means on the day of payment.",
        Kind.QUOTE: f"These prices stand until {said.get('valid_until', '')}. Order at them from your account until then; a "
        "resold key is put aside only when you do.",
        Kind.RECEIPT: f"We received {total} on {said['paid_on']}. Thank you.",
    }[Kind(kind)]


def _credit(said: Said) -> str:
    invoice = said["corrects"]
    if said.get("because") == "correction":
        return (
            f"This credit note takes back invoice {invoice} as a whole, because what it said about the buyer was "
            "corrected. A new invoice over the same amount replaces it: nothing is to be paid or paid back."
        )
    if said.get("because") == "moved":
        return (
            f"This credit note repeats, for the corrected invoice {invoice}, what was taken back of the one before. "
            "Nothing is to be paid or paid back."
        )
    if any("part_of" in line for line in said["lines"]) or said.get("is_part"):
        return f"This credit note takes back a part of invoice {invoice}. The money is on its way."
    return f"This credit note takes back invoice {invoice} as a whole. The money is on its way."
