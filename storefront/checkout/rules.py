"""What a buyer may write at checkout, each detail read into one form or refused with a sentence for its field."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import phonenumbers
from stdnum.ch import uid as swiss_uid
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british_vat
from stdnum.no import mva as norwegian_mva

from core.errors import Invalid
from core.text import clean_line, clean_lines
from storefront.tax.rates import FISCAL

COMPANY_MOST, ADDRESS_MOST, ADDRESS_LINES, PURCHASE_ORDER_MOST = 120, 400, 8, 60
EU_COUNTRIES = frozenset(code.upper() for code in eu_vat.MEMBER_STATES) - {"XI"}


class BuyerRefused(Invalid):
    """Something in the buyer's details cannot be used; `errors` has one sentence per field."""

    code = "buyer_refused"

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


class CountryRefused(Invalid):
    code = "country_refused"
    sentence = "Please choose the country in which you buy."


class CompanyRefused(Invalid):
    code = "company_refused"
    sentence = f"A company's name has at most {COMPANY_MOST} characters here."


class AddressRefused(Invalid):
    code = "address_refused"
    sentence = f"A postal address has at most {ADDRESS_LINES} lines and {ADDRESS_MOST} characters."


class PurchaseOrderRefused(Invalid):
    code = "purchase_order_refused"
    sentence = f"A purchase order number has at most {PURCHASE_ORDER_MOST} characters."


class VatIdRefused(Invalid):
    code = "vat_id_refused"
    sentence = "This VAT id has a typing error, or is not one of the country chosen. It may also be left empty."


class PhoneRefused(Invalid):
    code = "phone_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Details in the forms in which they are kept: `vat_id` with its country, `phone` in E.164; "" for not given."""

    country: str
    company: str = ""
    vat_id: str = ""
    phone: str = ""
    address: str = ""
    purchase_order: str = ""


def read_buyer(typed: Mapping[str, str], countries: Collection[str]) -> Buyer:
    """Read a whole form with the fields of Buyer. Refuses with BuyerRefused, which has a sentence for each field."""
    errors: dict[str, str] = {}
    kept: dict[str, str] = {}
    country = clean_line(typed.get("country", "")[:10]).upper()
    readers = {
        "country": lambda text: read_country(text, countries),
        "company": read_company,
        "vat_id": lambda text: read_vat_id(text, country),
        "phone": lambda text: read_phone(text, country),
        "address": read_address,
        "purchase_order": read_purchase_order,
    }
    for field, read in readers.items():
        try:
            kept[field] = read(typed.get(field, ""))
        except Invalid as refusal:
            errors[field] = refusal.sentence
    if errors:
        raise BuyerRefused(errors)
    return Buyer(**kept)


def read_country(text: str, countries: Collection[str]) -> str:
    """A code of two letters (ISO 3166) among those we sell to. Refuses with CountryRefused."""
    code = clean_line(text[:10]).upper()
    if code not in countries:
        raise CountryRefused
    return code


def read_company(text: str) -> str:
    """One line without controls. Refuses with CompanyRefused what is too long."""
    company = clean_line(text[: 20 * COMPANY_MOST])
    if len(company) > COMPANY_MOST:
        raise CompanyRefused
    return company


def read_address(text: str) -> str:
    """Some lines without controls, as they stand on an envelope. Refuses with AddressRefused what is too long."""
    address = clean_lines(text[: 20 * ADDRESS_MOST])
    if len(address) > ADDRESS_MOST or address.count("\n") >= ADDRESS_LINES:
        raise AddressRefused
    return address


def read_purchase_order(text: str) -> str:
    """The buyer's own number for this order, one line. Refuses with PurchaseOrderRefused what is too long."""
    number = clean_line(text[: 20 * PURCHASE_ORDER_MOST])
    if len(number) > PURCHASE_ORDER_MOST:
        raise PurchaseOrderRefused
    return number


def read_vat_id(text: str, country: str) -> str:
    """A VAT id with its country's prefix, checked by its syntax and check digits only: a service is asked after the sale.

    Of countries whose rules are not known here, any 4 to 20 letters and digits are kept. Refuses with VatIdRefused.
    """
    typed = _PUNCTUATION.sub("", clean_line(text[:80])).upper()
    if not typed:
        return ""
    if not _PLAIN.fullmatch(typed):
        raise VatIdRefused
    try:
        return _validated(typed, country)
    except (ValidationError, ValueError):
        raise VatIdRefused from None


def read_phone(text: str, country: str) -> str:
    """A number in E.164, read as dialled in the buyer's country; "" for none. Refuses with PhoneRefused.

    Numbers that charge the caller are refused, since the shop would be the caller.
    """
    typed = clean_line(text[:80])
    if not typed:
        return ""
    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise PhoneRefused(_phone_sentence(region)) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneRefused(_phone_sentence(region))
    if phonenumbers.number_type(number) in _COSTLY:
        raise PhoneRefused("We do not call numbers that charge the caller. Please give another one, or none.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_PUNCTUATION = re.compile(r"[\s./\u2010-\u2015-]+")
_PLAIN = re.compile(r"[A-Z0-9+*]{4,20}", re.ASCII)
_PREFIXES: Mapping[str, str] = MappingProxyType({"GR": "EL"})
_SWISS_SUFFIX = re.compile(r"(MWST|TVA|IVA|TPV)$")
_COSTLY = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})


def _validated(typed: str, country: str) -> str:
    """Raises stdnum's ValidationError."""
    country = FISCAL.get(country, country)
    prefix = _PREFIXES.get(country, country)
    own = typed.removeprefix(prefix)
    if country in EU_COUNTRIES:
        return str(eu_vat.validate(prefix + own))
    if country == "GB":
        return str(eu_vat.validate(typed)) if typed.startswith("XI") else prefix + british_vat.validate(own)
    if country in {"CH", "LI"}:
        return str(swiss_uid.validate("CHE" + _SWISS_SUFFIX.sub("", typed.removeprefix("CHE"))))
    if country == "NO":
        return prefix + norwegian_mva.validate(own if own.endswith("MVA") else own + "MVA")
    return typed


def _phone_sentence(region: str | None) -> str:
    example = phonenumbers.example_number(region) if region else None
    if example is None:
        return "Please write the number with its country, such as +44 121 234 5678."
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"Please write the whole number, such as {shown}. It may also be left empty."
