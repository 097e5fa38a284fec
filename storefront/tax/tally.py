"""Keeping the tax of each invoice and credit note beside it, in the transaction in which it is written."""

import json
from datetime import datetime

from sqlalchemy import exists, select

from core.access import PROGRAM
from core.db import session
from core.events import on
from core.sealed import Forgotten
from privacy import gate
from storefront.orders.rules import TaxKind
from storefront.papers.models import Invoice
from storefront.papers.rules import Kind, Said
from storefront.papers.service import PaperWritten
from storefront.tax import rules, service
from storefront.tax.models import PaperTax
from storefront.tax.rules import Scheme

COUNTED = (Kind.INVOICE, Kind.CREDIT_NOTE)


def listen() -> None:
    """Hear of papers."""
    on(PaperWritten, _written)


def catch_up() -> tuple[int, int]:
    """Count papers that were written before they were counted: how many were, and how many are destroyed by now."""
    kinds = [kind.value for kind in COUNTED]
    missing = ~exists().where(PaperTax.paper_id == Invoice.id)
    counted = gone = 0
    for paper in session.scalars(select(Invoice).where(Invoice.kind.in_(kinds), missing).order_by(Invoice.id)):
        try:
            said = json.loads(gate.disclose(paper.frozen, purpose="invoice", actor=PROGRAM))
        except Forgotten:
            gone += 1
            continue
        _count(paper.id, Kind(paper.kind), paper.issued_at, said)
        session.flush()
        counted += 1
    return counted, gone


def _written(event: PaperWritten) -> None:
    if event.kind in COUNTED:
        _count(event.paper_id, event.kind, event.issued_at, event.said)


def _count(paper_id: int, kind: Kind, issued_at: datetime, said: Said) -> None:
    scheme, country = _place(kind, said)
    for group in said["groups"]:
        session.add(
            PaperTax(
                paper_id=paper_id,
                rate_permille=group["rate_permille"],
                scheme=scheme.value,
                country=country,
                currency=said["currency"],
                is_credit=kind is Kind.CREDIT_NOTE,
                net=group["net"],
                tax=group["tax"],
                issued_at=issued_at,
            )
        )


def _place(kind: Kind, said: Said) -> tuple[Scheme, str]:
    """A credit note belongs where its invoice was declared, whatever the shop has registered for since."""
    if kind is Kind.CREDIT_NOTE:
        wanted = select(PaperTax.scheme, PaperTax.country).join(Invoice, Invoice.id == PaperTax.paper_id)
        found = session.execute(wanted.where(Invoice.number == said["corrects"]).limit(1)).first()
        if found:
            return Scheme(found.scheme), found.country
    has_tax = any(group["rate_permille"] for group in said["groups"])
    told = said.get("tax_kind") or (TaxKind.STANDARD if has_tax else TaxKind.OUTSIDE).value
    return rules.declared(service.seller(), TaxKind(told), said["buyer"]["country"])
