"""The license certificate: frozen when the license is issued, without its key, readable in any script."""

import io
import re
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select

from storefront.catalogue.models import Product
from storefront.licenses import certificates, sheet
from storefront.licenses.certificates import Sheet
from storefront.licenses.models import Certificate, License
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware
from tests.tampering import unlock


def licenses_of(visitor: Visitor) -> list[str]:
    """The addresses of one's licenses."""
    found = re.findall(r"/account/licenses/[\w-]+(?=\")", visitor.get("/account/licenses").text)
    return list(dict.fromkeys(found))


def words(visitor: Visitor, address: str) -> str:
    """The text of a certificate, as a reader selects it."""
    answer = visitor.get(address)
    assert answer.mimetype == "application/pdf", answer.text
    return text_of(answer.data)


def text_of(file: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(file)).pages
    return " ".join(page.extract_text().split())


def test_it_says_whose_license_it_is_and_never_the_key(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    number = buy(ada, ware(shop, term="year"), company="Töpferei Łódź")
    [license] = licenses_of(ada)
    assert "/certificate.pdf" in ada.get(f"/account/orders/{number}").text
    page = ada.get(license).text
    assert "/certificate.pdf" in page
    text = words(ada, f"{license}/certificate.pdf")
    key = shop.letters(name="license_keys")[0].text.split("Your key:")[1].split()[0]
    said = ("License certificate", "Ada", "Töpferei Łódź", "Kilnwatch", "Solo", "3 devices", "until", number, key[-5:])
    assert [one for one in said if one not in text] == []
    assert re.findall(r"LC-\d{4}-\w{5}-\w{5}", text)[0] in page
    assert key not in text and key.split("-")[1] not in text
    assert bob.get(f"{license}/certificate.pdf").status_code == 404
    with shop.transaction() as session:
        session.scalars(select(Product)).one().name = "Renamed"
    assert words(ada, f"{license}/certificate.pdf") == text


def test_a_license_from_before_gets_its_certificate(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    buy(ada, ware(sqlite_shop))
    [license] = licenses_of(ada)
    with sqlite_shop.transaction() as session:
        unlock(session)
        session.execute(delete(Certificate))
    assert ada.get(f"{license}/certificate.pdf").status_code == 404
    assert "/certificate.pdf" not in ada.get(license).text
    for _ in range(2):
        with sqlite_shop.transaction():
            certificates.certify_missing()
    with sqlite_shop.transaction() as session:
        assert len(session.scalars(select(Certificate)).all()) == len(session.scalars(select(License)).all()) == 1


@pytest.mark.parametrize(
    "name", ["Donaudampfschifffahrtselektrizitätenhauptbetriebswerk " * 3, "شركة المثال", "株式会社"]
)
def test_any_name_fits_on_the_one_page(name: str) -> None:
    said = dict.fromkeys(("company", "product", "edition", "order", "license", "last_five", "shop", "seller"), "Plain")
    said |= {"holder": name, "devices": "1", "engraving": "kilnwatch", "from": "2026-01-02", "until": ""}
    drawn = sheet.draw(Sheet(number="LC-1", issued_at=datetime(2026, 1, 2, tzinfo=UTC), said=said))
    text = text_of(drawn)
    assert "one device, from 2 January 2026 without an end." in text
    if name.isascii() or "ä" in name:
        assert text.count("hauptbetriebswerk") == 3
