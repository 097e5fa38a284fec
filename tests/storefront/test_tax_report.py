"""The return of a quarter says what invoices and credit notes say, to the cent."""

import json
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import delete, select

from core.access import PROGRAM, Permission
from privacy import gate
from storefront.orders.rules import TaxKind
from storefront.papers.models import Invoice
from storefront.tax import report, rules, tally
from storefront.tax.models import PaperTax
from storefront.tax.report import NotAQuarter, Quarter
from storefront.tax.rules import Scheme, Seller
from tests.shop import Shop
from tests.storefront.order_builders import buy, refund, ware


def test_quarters() -> None:
    assert str(report.quarter_of(date(2026, 11, 23))) == "2026-Q4"
    assert [str(Quarter(year=2026, number=4).next), str(Quarter(year=2026, number=1).before)] == ["2027-Q1", "2025-Q4"]
    for number in (1, 2, 3, 4):
        quarter = Quarter(year=2026, number=number)
        assert quarter.next.before == quarter == report.read_quarter(str(quarter)) == report.quarter_of(quarter.first)
    for wrong in ("2026-Q5", "2026", "٢٠٢٦-Q1", "2026-Q1 "):
        with pytest.raises(NotAQuarter):
            report.read_quarter(wrong)


@pytest.mark.parametrize(
    ("seller", "kind", "country", "place"),
    [
        (Seller(country="AT"), TaxKind.STANDARD, "AT", (Scheme.DOMESTIC, "AT")),
        (Seller(country="AT"), TaxKind.STANDARD, "MC", (Scheme.OSS, "FR")),
        (Seller(country="AT", oss=False), TaxKind.STANDARD, "DE", (Scheme.DOMESTIC, "AT")),
        (Seller(country="US"), TaxKind.STANDARD, "DE", (Scheme.OSS, "DE")),
        (Seller(country="AT"), TaxKind.REVERSE_CHARGE, "DE", (Scheme.REVERSE_CHARGE, "DE")),
        (Seller(country="AT"), TaxKind.OUTSIDE, "JP", (Scheme.OUTSIDE, "JP")),
    ],
)
def test_each_sale_has_its_place_in_the_return(
    seller: Seller, kind: TaxKind, country: str, place: tuple[Scheme, str]
) -> None:
    assert rules.declared(seller, kind, country) == place


def test_the_return_adds_up_what_papers_say(shop: Shop) -> None:
    clerk = shop.member("clerk@example.com", "Clara", [Permission.SALES])
    assert "Nothing was invoiced in" in clerk.get("/staff/tax").text
    ada, kiln = shop.member(), ware(shop)
    number = buy(ada, kiln, country="AT")
    for country, vat_id in (("DE", ""), ("JP", ""), ("DE", "DE136695976")):
        buy(ada, kiln, country=country, vat_id=vat_id, company="Ofen" if vat_id else "")
    refund(clerk, number, "amount-1=19.00")
    page = clerk.get("/staff/tax").text
    assert all(words in page for words in ("At home", "One Stop Shop", "Reverse charge", "Outside the Union"))
    assert "Germany" in page and "19 %" in page and "€19.00" in page and "Registered: consumers" in page
    sheet = clerk.get("/staff/tax.csv").text.splitlines()
    assert sheet[1:] == [
        "domestic,AT,20.0,EUR,1,99.17,19.83,1,15.83,3.17,83.34,16.66",
        "oss,DE,19.0,EUR,1,100.00,19.00,0,0.00,0.00,100.00,19.00",
        "reverse_charge,DE,0.0,EUR,1,100.00,0.00,0,0.00,0.00,100.00,0.00",
        "outside,JP,0.0,EUR,1,119.00,0.00,0,0.00,0.00,119.00,0.00",
    ]
    assert clerk.get("/staff/tax?quarter=soon").status_code == 400
    assert shop.member("eve@example.com", "Eve", [Permission.SUPPORT]).get("/staff/tax").status_code == 403


def test_credit_notes_are_taken_off_where_their_invoice_was_declared(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    clerk, ada = shop.member("clerk@example.com", "Clara", [Permission.SALES]), shop.member()
    number = buy(ada, ware(shop), country="DE")
    with shop.transaction() as session:
        session.execute(select(PaperTax)).scalar_one().country = "BE"
    refund(clerk, number)
    assert clerk.get("/staff/tax.csv").text.splitlines()[1:] == [
        "oss,BE,19.0,EUR,1,100.00,19.00,1,100.00,19.00,0.00,0.00"
    ]
    with shop.transaction() as session:
        papers = session.scalars(select(Invoice).where(Invoice.kind.in_(("invoice", "credit_note"))))
        said = [json.loads(gate.disclose(paper.frozen, purpose="invoice", actor=PROGRAM)) for paper in papers]
        counted = Counter({(row.net, row.tax): 1 for row in session.scalars(select(PaperTax))})
        assert set(counted) == {(group["net"], group["tax"]) for one in said for group in one["groups"]}
        session.execute(delete(PaperTax))
    with shop.transaction():
        assert (tally.catch_up(), tally.catch_up()) == ((2, 0), (0, 0))
    assert "oss,DE,19.0,EUR,1,100.00,19.00,1,100.00,19.00,0.00,0.00" in clerk.get("/staff/tax.csv").text
