"""The facts of a paper, gathered once from an order and frozen with it: goods, sums, tax, seller and buyer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select

from core import clock, web
from core.access import PROGRAM
from core.accounts.models import Account
from core.db import session
from core.sealed import Sealed
from privacy import gate
from storefront.catalogue.models import Product
from storefront.money import Money, TaxGroup
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine, PostalAddress
from storefront.orders.placing import Piece
from storefront.orders.rules import TaxKind
from storefront.papers import rules
from storefront.papers.rules import Credit, Said


def of_order(order: Order) -> Said:
    """What papers of the order say from now on."""
    lines = orders.lines_of(order.id)
    kind = rules.tax_kind(order.tax_kind, (line.tax_permille for line in lines))
    return {
        "order": order.number,
        "ordered_on": order.created_at.date().isoformat(),
        "paid_on": order.paid_at.date().isoformat() if order.paid_at else "",
        "currency": order.currency,
        "seller": _seller(),
        "buyer": _buyer(order),
        "lines": [_line(line) for line in lines],
        "groups": [_group(group) for group in _groups(order, lines)],
        "total": order.total,
        "tax": order.tax,
        "discount": order.discount,
        "net_prices": order.net_prices,
        "tax_kind": kind.value,
        "note": rules.NOTES[kind],
        "engraving": session.get_one(Product, lines[0].product_id).slug,
        "cost_centres": _splitting[0](order) if _splitting else [],
    }


def split_by(says: Callable[[Order], list[Said]]) -> None:
    """Let this say what each cost centre pays of an order: "name" and "amount", together the order's total, or nothing."""
    _splitting[:] = [says]


_splitting: list[Callable[[Order], list[Said]]] = []


def of_pieces(pieces: Sequence[Piece], buyer: dict[str, str], engraving: str, kind: TaxKind) -> Said:
    """What a quote says: as an order's papers, with what it takes to order just that. Discounts are left out."""
    net_prices = kind is TaxKind.REVERSE_CHARGE
    currency = pieces[0].unit.currency
    plain = [replace(piece, discount=None) for piece in pieces]
    sums = order_rules.totals([piece.priced for piece in plain], currency, net_prices=net_prices)
    return {
        "order": "",
        "ordered_on": "",
        "paid_on": "",
        "currency": currency,
        "seller": _seller(),
        "buyer": buyer,
        "lines": [_quoted(position, piece) for position, piece in enumerate(plain, start=1)],
        "groups": [_group(group) for group in sums.groups],
        "total": sums.gross.amount,
        "tax": sums.tax.amount,
        "discount": 0,
        "net_prices": net_prices,
        "tax_kind": kind.value,
        "note": rules.NOTES[kind],
        "engraving": engraving,
    }


def of_credit(said: Said, invoice: str, taken: Credit) -> Said:
    """What a credit note says that takes a part of an invoice back."""
    lines = rules.positions(said)
    return {
        **said,
        "lines": [_credited(position, lines[position], amount) for position, amount in taken.amounts.items()],
        "groups": [_group(group) for group in taken.groups],
        "total": sum((group.gross.amount for group in taken.groups), start=0),
        "tax": sum((group.tax.amount for group in taken.groups), start=0),
        "discount": 0,
        "cost_centres": [],
        "parts": {str(position): part.amount for position, part in taken.parts.items()},
        "corrects": invoice,
        "is_part": taken.parts != rules.gross_of_lines(said),
        "paid_on": said.get("paid_on", "") or clock.now().date().isoformat(),
    }


def parts_of(said: Said) -> dict[int, Money]:
    """What a credit note takes back, gross by line; those of the first days took all of it."""
    if "parts" not in said:
        return rules.gross_of_lines(said)
    return {int(position): Money(part, said["currency"]) for position, part in said["parts"].items()}


def _credited(position: int, line: Said, amount: Money) -> Said:
    """A line taken back as a whole looks as it was sold; a part of one is a line of its own."""
    if amount.amount == line["amount"]:
        return {**line, "position": position}
    part = {"unit": amount.amount, "usual": amount.amount, "quantity": 1, "discount": 0, "amount": amount.amount}
    return {**line, **part, "position": position, "part_of": line["amount"]}


def _seller() -> dict[str, str]:
    of = web.settings()
    return {
        "name": of.company_name,
        "address": of.company_address,
        "country": rules.country_of(of.company_vat_id),
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
        "purchase_order": _opened(order.purchase_order),
        "address": _opened(address.text if address else None),
    }


def _opened(value: Sealed | None) -> str:
    return gate.disclose(value, purpose="invoice", actor=PROGRAM) if value else ""


def _quoted(position: int, piece: Piece) -> Said:
    return {
        "position": position,
        "title": piece.title,
        "edition": piece.edition_title,
        "usual": (piece.usual or piece.unit).amount,
        "unit": piece.unit.amount,
        "quantity": piece.quantity,
        "discount": 0,
        "amount": piece.priced.amount.amount,
        "tax_permille": piece.tax_permille,
        "product_id": piece.product_id,
        "edition_id": piece.edition_id,
        "source": piece.source,
        "term": piece.term,
    }


def _line(line: OrderLine) -> Said:
    return {
        "position": line.position,
        "title": line.title,
        "edition": line.edition_title,
        "usual": line.usual,
        "unit": line.unit,
        "quantity": line.quantity,
        "discount": line.discount,
        "amount": line.amount,
        "tax_permille": line.tax_permille,
    }


def _groups(order: Order, lines: Sequence[OrderLine]) -> tuple[TaxGroup, ...]:
    priced = [line.priced(order.currency) for line in lines]
    return order_rules.totals(priced, order.currency, net_prices=order.net_prices).groups


def _group(group: TaxGroup) -> dict[str, int]:
    return {
        "rate_permille": group.rate_permille,
        "net": group.net.amount,
        "tax": group.tax.amount,
        "gross": group.gross.amount,
    }
