"""Invoices for machines: EN 16931 as CII XML (UN/CEFACT Cross Industry Invoice), from the same frozen facts as the page.

Amounts there are net and have two digits at most. The net amount of each rate is shared among its lines by largest
remainder, so that the sums hold whether or not prices include the tax (BR-CO-10, BR-CO-13 to BR-CO-17, BR-S-08).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as Tree

from storefront.money import TaxGroup, exponent_of
from storefront.orders.rules import TaxKind
from storefront.papers import rules, sentences
from storefront.papers.rules import Kind, Said
from storefront.papers.service import Paper

PROFILE = "urn:cen.eu:en16931:2017"
SPACES = {
    name: f"urn:un:unece:uncefact:data:{of}:100"
    for name, of in {
        "rsm": "standard:CrossIndustryInvoice",
        "ram": "standard:ReusableAggregateBusinessInformationEntity",
        "udt": "standard:UnqualifiedDataType",
    }.items()
}
TYPES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
CATEGORIES = {TaxKind.STANDARD: "S", TaxKind.REVERSE_CHARGE: "AE", TaxKind.OUTSIDE: "O", TaxKind.EXEMPT: "E"}
REASONS = {"AE": "VATEX-EU-AE", "O": "VATEX-EU-O"}
DISCOUNT = "95"
"""UNTDID 5189: an allowance that is a discount."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line without its tax: what it costs, and what was taken off before."""

    said: Said
    net: int
    discount: int


def is_possible(paper: Paper) -> bool:
    """Whether the paper can be said in EN 16931: an invoice or credit note of a seller with a VAT id, to two digits."""
    amounts = (amount for group in paper.said["groups"] for amount in (group["net"], group["tax"]))
    seller = paper.said["seller"]
    is_known = bool(seller["vat_id"] and _country(seller))
    return paper.kind in TYPES and is_known and is_exact(paper.said["currency"], *amounts)


def is_exact(currency: str, *amounts: int) -> bool:
    """Whether two digits after the point are enough for these amounts."""
    return not any(amount % 10 ** max(exponent_of(currency) - 2, 0) for amount in amounts)


def write(paper: Paper) -> bytes:
    """The paper as XML; only where `is_possible`."""
    said, kind = paper.said, Kind(paper.kind)
    top = Tree.Element(_name("rsm:CrossIndustryInvoice"))
    _add(top, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", PROFILE)
    document = _add(top, "rsm:ExchangedDocument")
    _add(document, "ram:ID", paper.number)
    _add(document, "ram:TypeCode", TYPES[kind])
    _day(document, "ram:IssueDateTime", paper.issued_at.date())
    for sentence in sentences.closing(paper.kind, said):
        _add(document, "ram:IncludedNote/ram:Content", sentence)
    deal = _add(top, "rsm:SupplyChainTradeTransaction")
    lines = _lines(said)
    for place, line in enumerate(lines, start=1):
        _line(deal, place, line, said)
    _agreement(deal, said)
    delivery = _add(deal, "ram:ApplicableHeaderTradeDelivery")
    _day(delivery, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime", date.fromisoformat(said["paid_on"]))
    _settlement(deal, paper, lines)
    Tree.indent(top)
    return bytes(Tree.tostring(top, encoding="utf-8", xml_declaration=True))


def _lines(said: Said) -> list[Line]:
    """Net amounts and discounts by line, counted in the smallest amount that has two digits."""
    unit, lines = _unit(said), rules.positions(said)
    nets = rules.net_of_lines(said, unit)
    made = []
    for position, line in lines.items():
        whole = 1000 if said.get("net_prices") else 1000 + line["tax_permille"]
        off = (2 * line.get("discount", 0) * 1000 + whole * unit) // (2 * whole * unit) * unit
        made.append(Line(said=line, net=nets[position].amount, discount=off))
    return made


def _line(deal: Tree.Element, place: int, line: Line, said: Said) -> None:
    item = _add(deal, "ram:IncludedSupplyChainTradeLineItem")
    _add(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(place))
    product = _add(item, "ram:SpecifiedTradeProduct")
    _add(product, "ram:Name", line.said["title"])
    _add(product, "ram:Description", line.said["edition"])
    price = _add(item, "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    quantity = str(line.said["quantity"])
    _add(price, "ram:ChargeAmount", _amount(line.net + line.discount, said))
    _add(price, "ram:BasisQuantity", quantity, unitCode="C62")
    _add(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", quantity, unitCode="C62")
    settled = _add(item, "ram:SpecifiedLineTradeSettlement")
    tax = _add(settled, "ram:ApplicableTradeTax")
    _add(tax, "ram:TypeCode", "VAT")
    _rate(tax, _category(said, line.said["tax_permille"]), line.said["tax_permille"])
    if line.discount:
        allowance = _add(settled, "ram:SpecifiedTradeAllowanceCharge")
        _add(allowance, "ram:ChargeIndicator/udt:Indicator", "false")
        _add(allowance, "ram:ActualAmount", _amount(line.discount, said))
        _add(allowance, "ram:ReasonCode", DISCOUNT)
        _add(allowance, "ram:Reason", "Discount")
    _add(settled, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", _amount(line.net, said))


def _agreement(deal: Tree.Element, said: Said) -> None:
    """Seller, buyer and the orders of both. Outside the scope of the tax nobody's VAT id may stand there (BR-O-02)."""
    seller, buyer = said["seller"], said["buyer"]
    is_outside = _kind(said) is TaxKind.OUTSIDE
    agreement = _add(deal, "ram:ApplicableHeaderTradeAgreement")
    sells = _add(agreement, "ram:SellerTradeParty")
    if is_outside:
        _add(sells, "ram:ID", seller["vat_id"])
    _add(sells, "ram:Name", seller["name"])
    _address(sells, seller["address"].split(", "), _country(seller))
    _add(sells, "ram:URIUniversalCommunication/ram:URIID", seller["email"], schemeID="EM")
    buys = _add(agreement, "ram:BuyerTradeParty")
    _add(buys, "ram:ID", buyer["customer"])
    _add(buys, "ram:Name", buyer["company"] or buyer["name"])
    _address(buys, buyer["address"].split("\n"), buyer["country"])
    for party, number in ((sells, seller["vat_id"]), (buys, buyer["vat_id"])):
        if number and not is_outside:
            _add(party, "ram:SpecifiedTaxRegistration/ram:ID", number, schemeID="VA")
    _add(agreement, "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", said["order"])
    if buyer.get("purchase_order"):
        _add(agreement, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", buyer["purchase_order"])


def _settlement(deal: Tree.Element, paper: Paper, lines: Iterable[Line]) -> None:
    """Tax by rate, sums, and the invoice that a credit note takes back. What was invoiced is paid already."""
    said, groups = paper.said, rules.groups_of(paper.said)
    settled = _add(deal, "ram:ApplicableHeaderTradeSettlement")
    _add(settled, "ram:InvoiceCurrencyCode", said["currency"])
    for group in groups:
        _tax(settled, group, said)
    is_paid = paper.kind == Kind.INVOICE
    words = "Paid in full." if is_paid else "Paid back the way it was paid, where something is to be paid back."
    _add(settled, "ram:SpecifiedTradePaymentTerms/ram:Description", words)
    sums = _add(settled, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    net = sum(group.net.amount for group in groups)
    _add(sums, "ram:LineTotalAmount", _amount(sum(line.net for line in lines), said))
    _add(sums, "ram:TaxBasisTotalAmount", _amount(net, said))
    _add(sums, "ram:TaxTotalAmount", _amount(said["tax"], said), currencyID=said["currency"])
    _add(sums, "ram:GrandTotalAmount", _amount(said["total"], said))
    _add(sums, "ram:TotalPrepaidAmount", _amount(said["total"] if is_paid else 0, said))
    _add(sums, "ram:DuePayableAmount", _amount(0 if is_paid else said["total"], said))
    if said.get("corrects") or said.get("replaces"):
        earlier = said["corrects"] if not is_paid else said["replaces"]
        _add(settled, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID", earlier)


def _tax(settled: Tree.Element, group: TaxGroup, said: Said) -> None:
    category = _category(said, group.rate_permille)
    tax = _add(settled, "ram:ApplicableTradeTax")
    _add(tax, "ram:CalculatedAmount", _amount(group.tax.amount, said))
    _add(tax, "ram:TypeCode", "VAT")
    if category not in {"S", "Z"}:
        _add(tax, "ram:ExemptionReason", said.get("note") or rules.NOTES[_kind(said)])
    _add(tax, "ram:BasisAmount", _amount(group.net.amount, said))
    _rate(tax, category, group.rate_permille, REASONS.get(category, ""))


def _rate(tax: Tree.Element, category: str, permille: int, reason: str = "") -> None:
    """What is outside of the tax has no rate, not even none (BR-O-05)."""
    _add(tax, "ram:CategoryCode", category)
    if reason:
        _add(tax, "ram:ExemptionReasonCode", reason)
    if category != "O":
        _add(tax, "ram:RateApplicablePercent", f"{permille / 10:g}")


def _address(party: Tree.Element, lines: list[str], country: str) -> None:
    """As many lines as there are places for; the rest stands in the last."""
    address = _add(party, "ram:PostalTradeAddress")
    kept = [*lines[:2], ", ".join(lines[2:])]
    for name, text in zip(("LineOne", "LineTwo", "LineThree"), kept, strict=False):
        if text:
            _add(address, f"ram:{name}", text)
    _add(address, "ram:CountryID", country)


def _kind(said: Said) -> TaxKind:
    return rules.tax_kind(said.get("tax_kind", "standard"), (group["rate_permille"] for group in said["groups"]))


def _category(said: Said, permille: int) -> str:
    kind = _kind(said)
    return "Z" if kind is TaxKind.STANDARD and not permille else CATEGORIES[kind]


def _country(seller: Mapping[str, str]) -> str:
    """Papers of the first days did not say it; the VAT id does."""
    return seller.get("country") or rules.country_of(seller["vat_id"])


def _unit(said: Said) -> int:
    """How many of the smallest units make the second digit: ten fils, one cent, one yen."""
    return int(10 ** max(exponent_of(said["currency"]) - 2, 0))


def _amount(amount: int, said: Said) -> str:
    digits = min(exponent_of(said["currency"]), 2)
    whole, part = divmod(amount // _unit(said), 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def _day(parent: Tree.Element, path: str, day: date) -> None:
    _add(parent, f"{path}/udt:DateTimeString", day.strftime("%Y%m%d"), format="102")


def _add(parent: Tree.Element, path: str, text: str = "", **marks: str) -> Tree.Element:
    """A new element below others that are made with it; the last one."""
    for step in path.split("/"):
        parent = Tree.SubElement(parent, _name(step))
    parent.text = text or None
    parent.attrib.update(marks)
    return parent


def _name(short: str) -> str:
    space, _, name = short.partition(":")
    return f"{{{SPACES[space]}}}{name}"


for _space, _address_of in SPACES.items():
    Tree.register_namespace(_space, _address_of)
