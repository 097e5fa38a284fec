"""Papers of orders: what they say in any currency, and credit notes that take an invoice back in parts, to the cent."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pypdf import PdfReader

from core.access import PROGRAM, Permission
from storefront.money import EXPONENTS, Money, tax_groups, total
from storefront.orders import service as orders
from storefront.papers import drawing, rules
from storefront.papers import service as papers
from storefront.papers.rules import TooMuchCredited
from tests.shop import Shop
from tests.storefront.order_builders import has_form, place, press, refund, ware

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "JPY", "KRW", "KWD", "TND")


def text_of(drawn: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages)


def facts(lines: list[dict[str, Any]], currency: str = "EUR", *, net_prices: bool = False, **more: Any) -> rules.Said:
    """A frozen paper with these lines."""
    priced = ((Money(line["amount"], currency), line["tax_permille"]) for line in lines)
    groups = tax_groups(priced, net_prices=net_prices)
    buyer = {"customer": "C-1", "name": "Ada", "country": "DE", "company": "", "vat_id": "", "address": ""}
    seller = {"name": "S", "address": "A 1, 1010 Vienna", "country": "AT", "vat_id": "ATU00000024"}
    return {
        "order": "LP-2026-000001",
        "ordered_on": "2026-01-01",
        "paid_on": "2026-01-02",
        "currency": currency,
        "seller": {**seller, "email": "e@example.com", "shop": "Shop"},
        "buyer": {**buyer, **more.pop("buyer", {})},
        "lines": lines,
        "groups": [
            {"rate_permille": g.rate_permille, "net": g.net.amount, "tax": g.tax.amount, "gross": g.gross.amount}
            for g in groups
        ],
        "total": sum(g.gross.amount for g in groups),
        "tax": sum(g.tax.amount for g in groups),
        "discount": sum(line["discount"] for line in lines),
        "net_prices": net_prices,
        "tax_kind": "standard" if any(line["tax_permille"] for line in lines) else "outside",
        "note": "",
        "engraving": "kilnwatch",
        **more,
    }


@some.composite
def lines(draw: some.DrawFn, most: int = 10**9) -> list[dict[str, Any]]:
    """Some lines with quantities, discounts and rates."""
    made = []
    for position in range(1, draw(some.integers(1, 5)) + 1):
        unit, quantity = draw(some.integers(0, most)), draw(some.integers(1, 9))
        discount = draw(some.integers(0, unit * quantity)) if draw(some.booleans()) else 0
        rate = draw(some.sampled_from((0, 81, 190, 200, 255)))
        amount = unit * quantity - discount
        line = {"position": position, "title": f"Ware {position}", "edition": "Solo", "usual": unit, "unit": unit}
        made.append({**line, "quantity": quantity, "discount": discount, "amount": amount, "tax_permille": rate})
    return made


@settings(max_examples=10, deadline=None)
@given(lines(), some.sampled_from(CURRENCIES), some.booleans())
def test_a_paper_says_its_frozen_facts_in_every_currency(
    made: list[dict[str, Any]], currency: str, net_prices: bool
) -> None:
    said = facts(made, currency, net_prices=net_prices)
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    text = text_of(drawing.draw(papers.Paper(number="INV-2026-000001", kind="invoice", issued_at=moment, said=said)))
    assert len(EXPONENTS) > len(CURRENCIES)
    assert f"Total {Money(said['total'], currency)}" in text and "page 1 of" in text
    for line in made:
        assert Money(line["amount"], currency).format() in text
        assert not line["discount"] or f"discount of {Money(line['discount'], currency)}" in " ".join(text.split())
    for group in said["groups"]:
        assert not group["rate_permille"] or Money(group["tax"], currency).format() in text


@settings(max_examples=100, deadline=None)
@given(lines(10**6), some.booleans(), some.data())
def test_an_invoice_taken_back_in_parts_is_taken_back_to_the_cent(
    made: list[dict[str, Any]], net_prices: bool, data: some.DataObject
) -> None:
    said = facts(made, net_prices=net_prices)
    credited: list[dict[int, Money]] = []
    tax = net = 0
    while any((left := rules.rest(said, credited)).values()):
        wanted = {position: data.draw(some.integers(0, part.amount)) for position, part in left.items()}
        parts = {position: Money(part, "EUR") for position, part in wanted.items() if part}
        parts = parts if len(credited) < 4 and parts else left
        taken = rules.credit(said, credited, parts)
        assert total((group.gross for group in taken.groups), "EUR") == total(parts.values(), "EUR")
        assert total(taken.amounts.values(), "EUR") == total(
            ((group.net if net_prices else group.gross) for group in taken.groups), "EUR"
        )
        tax += sum(group.tax.amount for group in taken.groups)
        net += sum(group.net.amount for group in taken.groups)
        credited.append(dict(taken.parts))
    assert (tax, net + tax) == (said["tax"], said["total"])
    with pytest.raises(TooMuchCredited):
        rules.credit(said, credited, {1: Money(1, "EUR")})


def test_each_step_of_an_order_has_its_paper(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    kiln = ware(shop)
    number = place(ada, kiln)
    page = f"/account/orders/{number}"
    assert "It is no invoice" in text_of(ada.get(f"{page}/confirmation.pdf").data)
    assert "PF-" in press(ada, page, "/proforma") and not has_form(ada.get(page).text, f"{page}/proforma")
    assert "nothing that tax can be deducted with" in text_of(ada.get(f"{page}/proforma.pdf").data).replace("\n", " ")
    ada.submit(f"/checkout/pay/{number}", {"card": "paid"}, action=f"/checkout/pay/{number}")
    receipt = text_of(ada.get(f"{page}/receipt.pdf").data)
    assert "We received 119.00 EUR" in receipt and "INV-" in receipt
    assert ada.post(f"{page}/proforma").status_code == 200, "the one that was written stays"
    with shop.transaction():
        order = orders.lock(orders.get_by_number(number).id)
        part = papers.credit(order, {1: Money(1900, "EUR")})
        assert part and papers.creditable(order) == {1: Money(10_000, "EUR")}
        note, anew = papers.reissue(order, {"company": "Right Ltd"})
        assert papers.get_paper(order, "credit_note", PROGRAM, note.number).said["total"] == 10_000
        assert papers.get_paper(order, "credit_note", PROGRAM).said["corrects"] == anew.number
    text = " ".join(text_of(ada.get(f"{page}/papers/{part.number}.pdf").data).split())
    assert "takes back a part of invoice" in text and "-19.00 EUR" in text and "a part of 119.00 EUR" in text
    refund(clerk, number)
    with shop.transaction():
        order = orders.lock(orders.get_by_number(number).id)
        assert papers.credit(order) is None and not any(papers.creditable(order).values())
        assert papers.get_paper(order, "credit_note", PROGRAM).said["total"] == 10_000


def test_a_taken_back_invoice_over_nothing_has_one_credit_note(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    number = place(ada, ware(sqlite_shop, price=0))
    with sqlite_shop.transaction():
        order = orders.lock(orders.get_by_number(number).id)
        assert papers.credit(order) is not None and papers.credit(order) is None
