"""The invoice: frozen, numbered without gaps, with the right sums, readable by machines and in any script."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from core.access import Permission
from storefront.catalogue.models import Product
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.papers import drawing
from storefront.papers import service as papers
from storefront.papers.models import Invoice
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, place, put_into_cart, refund, ware


def read(visitor: Visitor, number: str, name: str = "invoice.pdf") -> str:
    """The text of a paper, as a reader selects it."""
    answer = visitor.get(f"/account/orders/{number}/{name}")
    assert answer.mimetype == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


def test_an_invoice_says_who_what_and_how_much(shop: Shop) -> None:
    ada = shop.member()
    put_into_cart(ada, ware(shop), quantity=2)
    number = buy(
        ada,
        ware(shop, "claybook", price=4900),
        country="AT",
        company="Töpferei Łódź",
        vat_id="ATU13585627",
        wants_address="y",
        address="Weg 1\n1010 Wien",
    )
    text = read(ada, number)
    for words in (
        "Invoice", "INV-", number, "LicensePal Trading Ltd", "ATU00000024", "Töpferei Łódź", "ATU13585627", "1010 Wien",
        "Kilnwatch", "Claybook", "238.00 EUR", "287.00 EUR", "Net at 20 %", "239.17 EUR", "47.83 EUR", "Paid in full",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(
    ("country", "tax"), [("AT", "19.83 EUR"), ("HU", "25.30 EUR"), ("FI", "24.18 EUR"), ("US", "")]
)
def test_tax_follows_the_buyers_country_inside_one_price(sqlite_shop: Shop, country: str, tax: str) -> None:
    ada = sqlite_shop.member()
    text = read(ada, buy(ada, ware(sqlite_shop), country=country))
    assert "Total 119.00 EUR" in text
    assert tax in text if tax else "the buyer is outside of it" in text


def test_an_invoice_does_not_change_when_the_world_does(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), company="Before Ltd")
    before = read(ada, number)
    with shop.transaction() as session:
        session.scalars(select(Product)).one().name = "Renamed"
        session.scalars(select(Order)).one().company = None
    assert read(ada, number) == before


def test_numbers_have_no_gaps(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    for card in ("paid", "declined", "paid", "confirm", "paid"):
        buy(ada, kiln, card=card)
    with shop.transaction() as session:
        numbers = sorted(session.scalars(select(Invoice.number)))
    year = datetime.now(UTC).year
    for series in ("INV", "RC"):
        own = [number for number in numbers if number.startswith(series)]
        assert own == [f"{series}-{year}-{count:06d}" for count in (1, 2, 3)]


def test_a_number_is_not_lost_when_settling_fails(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    number = place(ada, kiln)
    with pytest.raises(ZeroDivisionError), shop.transaction():
        order = orders.get_by_number(number)
        papers.issue(order)
        raise ZeroDivisionError
    buy(ada, kiln)
    with shop.transaction() as session:
        assert session.scalars(select(Invoice.number).where(Invoice.kind == "invoice")).one().endswith("-000001")


def test_an_unpaid_order_has_no_invoice(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    number = place(ada, ware(sqlite_shop))
    assert ada.get(f"/account/orders/{number}/invoice.pdf").status_code == 404


def test_a_credit_note_takes_the_invoice_back(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    number = buy(ada, ware(shop))
    refund(clerk, number)
    text = read(ada, number, "credit-note.pdf")
    assert "Credit note" in text and "-119.00 EUR" in text and "Corrects" in text
    assert "-" not in read(ada, number).split("Total")[1].split("EUR")[0]


@pytest.mark.parametrize(
    "name",
    [
        "株式会社テスト",
        "Ελληνικά Α.Ε.",
        "ООО «Печь»",
        "דוגמה בעמ",
        "شركة المثال",
        "บริษัท",
        "उदाहरण",
        "😀 Ltd",
        "<b>x</b>",
    ],
)
def test_names_in_any_script_are_drawn(name: str) -> None:
    said = {
        "order": "LP-2026-000001",
        "paid_on": "2026-01-01",
        "currency": "EUR",
        "seller": {"name": "S", "address": "A, B", "vat_id": "V", "email": "e@example.com", "shop": "Shop"},
        "buyer": {"customer": "C-1", "name": "Ada", "country": "DE", "company": name, "vat_id": "", "address": ""},
        "lines": [
            {"title": f"T{n}", "edition": "E", "unit": 1000, "quantity": 1, "amount": 1000, "tax_permille": 0}
            for n in range(40)
        ],
        "groups": [{"rate_permille": 0, "net": 40_000, "tax": 0, "gross": 40_000}],
        "total": 40_000,
        "tax": 0,
        "engraving": "kilnwatch",
    }
    drawn = drawing.draw(
        papers.Paper(number="INV-1", kind="invoice", issued_at=datetime(2026, 1, 1, tzinfo=UTC), said=said)
    )
    reader = PdfReader(io.BytesIO(drawn))
    assert len(reader.pages) == 3
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    letters = {letter for letter in name if letter.isalpha() and ord(letter) < 0x590}
    assert letters <= set(text)
