"""Invoices and credit notes: numbered without gaps, frozen when made, never changed afterwards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core import clock, web
from core.access import PROGRAM, Actor
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.events import on
from core.sealed import Sealed, seal
from privacy import gate
from storefront.catalogue.models import Product
from storefront.orders import rules
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine, PostalAddress
from storefront.orders.service import OrderRefunded, OrderSettled
from storefront.papers.models import Invoice, InvoiceSeries

PREFIX = {"invoice": "INV", "credit_note": "CN"}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A frozen paper, opened for somebody who may read it."""

    number: str
    kind: str
    issued_at: datetime
    said: dict[str, Any]
    corrected_by: str = ""


def listen() -> None:
    """Write papers in the transactions in which orders are paid and taken back."""
    on(OrderSettled, _paid)
    on(OrderRefunded, _taken_back)


def issue(order: Order) -> Invoice:
    """Write the invoice of an order that was just paid, in its transaction."""
    return _write(order, "invoice", _facts(order, orders.lines_of(order.id)))


def credit(order: Order) -> Invoice | None:
    """Write the credit note that takes the order's invoice back; None where no invoice was written."""
    invoice = _find(order.id, "invoice")
    if invoice is None:
        return None
    said = json.loads(gate.disclose(invoice.frozen, purpose="invoice", actor=PROGRAM))
    return _write(order, "credit_note", {**said, "corrects": invoice.number}, invoice.issue)


def reissue(order: Order, buyer: dict[str, str]) -> tuple[Invoice, Invoice]:
    """Take the order's invoice back and write it anew for the corrected buyer: credit note and new invoice.

    What was bought, the amounts and the tax stay to the cent. Raises NotFound where there is no invoice.
    """
    invoice = _find(order.id, "invoice")
    if invoice is None:
        raise NotFound("This order has no invoice. One is written when an order is paid.")
    said = json.loads(gate.disclose(invoice.frozen, purpose="invoice", actor=PROGRAM))
    back = {**said, "corrects": invoice.number, "because": "correction"}
    anew = {**said, "buyer": {**said["buyer"], **buyer}, "replaces": invoice.number}
    return (
        _write(order, "credit_note", back, invoice.issue),
        _write(order, "invoice", anew, invoice.issue + 1),
    )


def get_paper(order: Order, kind: str, actor: Actor, number: str = "") -> Paper:
    """An order's paper (the latest of its kind, or the one with a number), opened for this reader. Raises NotFound."""
    found = _numbered(order.id, number) if number else _find(order.id, kind)
    if found is None:
        raise NotFound("This order has no such paper. An invoice is written when an order is paid.")
    said = json.loads(gate.disclose(found.frozen, purpose="invoice", actor=actor))
    later = _find(order.id, "invoice") if found.kind == "invoice" else None
    return Paper(
        number=found.number,
        kind=found.kind,
        issued_at=found.issued_at,
        said=said,
        corrected_by=later.number if later and later.issue > found.issue else "",
    )


def papers_of(order_id: int) -> list[tuple[str, str]]:
    """Kind and number of the papers of an order."""
    wanted = select(Invoice.kind, Invoice.number).where(Invoice.order_id == order_id).order_by(Invoice.id)
    return [(kind, number) for kind, number in session.execute(wanted)]


def _paid(event: OrderSettled) -> None:
    issue(session.get_one(Order, event.order_id))


def _taken_back(event: OrderRefunded) -> None:
    credit(session.get_one(Order, event.order_id))


def _find(order_id: int, kind: str) -> Invoice | None:
    own = select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == kind)
    return session.scalar(own.order_by(Invoice.issue.desc()).limit(1))


def _numbered(order_id: int, number: str) -> Invoice | None:
    return session.scalar(select(Invoice).where(Invoice.order_id == order_id, Invoice.number == number))


def _write(order: Order, kind: str, said: dict[str, Any], issue: int = 1) -> Invoice:
    now = clock.now()
    invoice = Invoice(
        order_id=order.id,
        kind=kind,
        issue=issue,
        number=f"{PREFIX[kind]}-{now.year}-{_next(f'{kind}-{now.year}'):06d}",
        frozen=seal(json.dumps(said, ensure_ascii=False), "invoice.frozen", subject=order.account_id),
        issued_at=now,
    )
    session.add(invoice)
    session.flush()
    return invoice


def _next(series: str) -> int:
    """The next number of a series. Raised inside the paper's transaction: undone with it, so no number is lost."""
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


def _facts(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    return {
        "order": order.number,
        "ordered_on": order.created_at.date().isoformat(),
        "paid_on": clock.now().date().isoformat(),
        "currency": order.currency,
        "seller": _seller(),
        "buyer": _buyer(order),
        "lines": [_line(line) for line in lines],
        "groups": _groups(order, lines),
        "total": order.total,
        "tax": order.tax,
        "engraving": session.get_one(Product, lines[0].product_id).slug,
    }


def _seller() -> dict[str, str]:
    of = web.settings()
    return {
        "name": of.company_name,
        "address": of.company_address,
        "vat_id": of.company_vat_id,
        "email": of.support_email,
        "shop": of.site_name,
    }


def _buyer(order: Order) -> dict[str, str]:
    account = session.get_one(Account, order.account_id)
    address = session.scalar(
        select(PostalAddress).where(PostalAddress.order_id == order.id, PostalAddress.given_for == "invoice")
    )
    return {
        "customer": account.number,
        "name": account.name_shown,
        "country": order.country,
        "company": _opened(order.company),
        "vat_id": _opened(order.vat_id),
        "address": _opened(address.text if address else None),
    }


def _opened(value: Sealed | None) -> str:
    return gate.disclose(value, purpose="invoice", actor=PROGRAM) if value else ""


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "edition": line.edition_title,
        "unit": line.unit,
        "quantity": line.quantity,
        "amount": line.amount,
        "tax_permille": line.tax_permille,
    }


def _groups(order: Order, lines: Sequence[OrderLine]) -> list[dict[str, int]]:
    priced = [line.priced(order.currency) for line in lines]
    return [
        {
            "rate_permille": group.rate_permille,
            "net": group.net.amount,
            "tax": group.tax.amount,
            "gross": group.gross.amount,
        }
        for group in rules.totals(priced, order.currency, net_prices=order.net_prices).groups
    ]
