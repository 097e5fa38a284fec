"""Every detail at checkout is read into one form or refused beside its field; nothing typed breaks a page."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from storefront.checkout.rules import (
    EU_COUNTRIES,
    AddressRefused,
    Buyer,
    BuyerRefused,
    CompanyRefused,
    CountryRefused,
    PhoneRefused,
    VatIdRefused,
    read_address,
    read_buyer,
    read_company,
    read_country,
    read_phone,
    read_vat_id,
)

unhurried = settings(deadline=None)
any_text = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=60)
number_like = st.text("0123456789+-() /ABCDEFGHXYZ.*#٣²", max_size=30)
countries = st.sampled_from([*sorted(EU_COUNTRIES), "GB", "CH", "LI", "NO", "US", "XX", ""])


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("", "DE", ""),
        ("  ", "DE", ""),
        ("DE 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("atu-1358 5627", "AT", "ATU13585627"),
        ("094259216", "GR", "EL094259216"),
        ("EL094259216", "GR", "EL094259216"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("CHE-100.155.212 MWST", "CH", "CHE100155212"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
        ("995525828", "NO", "NO995525828MVA"),
        ("12-3456789", "US", "123456789"),
    ],
)
def test_vat_ids_have_one_form(typed: str, country: str, kept: str) -> None:
    assert read_vat_id(typed, country) == kept


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("DE136695977", "DE"),
        ("DE136695976", "FR"),
        ("ATU13585627", "DE"),
        ("<script>", "US"),
        ("12", "US"),
        ("1" * 70, "US"),
        ("²²²²²²²²²", "DE"),
        ("CHE100155213", "CH"),
    ],
)
def test_vat_ids_with_typing_errors_are_refused(typed: str, country: str) -> None:
    with pytest.raises(VatIdRefused, match="typing error"):
        read_vat_id(typed, country)


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("", "DE", ""),
        ("030 901820", "DE", "+4930901820"),
        ("+49 (0)30 901820", "US", "+4930901820"),
        ("0043 1 58858", "DE", "+43158858"),
        ("tel:+44-121-234-5678", "XX", "+441212345678"),
        ("\u202a+41 44 668 18 00\u202c", "CH", "+41446681800"),
    ],
)
def test_telephone_numbers_have_one_form(typed: str, country: str, kept: str) -> None:
    assert read_phone(typed, country) == kept


@pytest.mark.parametrize(
    ("typed", "country", "sentence"),
    [
        ("12", "DE", r"such as \+49"),
        ("call me", "DE", r"such as \+49"),
        ("030 901820", "XX", r"with its country"),
        ("+49 30 901820 ext. 5", "DE", "whole number"),
        ("0900 1 234567", "DE", "charge the caller"),
        ("9" * 79, "DE", "whole number"),
    ],
)
def test_what_cannot_be_called_is_refused(typed: str, country: str, sentence: str) -> None:
    with pytest.raises(PhoneRefused, match=sentence):
        read_phone(typed, country)


@unhurried
@given(any_text | number_like, countries)
def test_no_text_breaks_a_reader_and_reading_is_stable(text: str, country: str) -> None:
    for read in (read_vat_id, read_phone):
        with suppress(Invalid):
            kept = read(text, country)
            assert kept.isascii()
            assert read(kept, country) == kept
    for simple in (read_company, read_address):
        with suppress(Invalid):
            kept = simple(text)
            kept.encode()
            assert simple(kept) == kept


def test_companies_and_addresses_lose_what_cannot_be_seen() -> None:
    assert read_company("  Acme\u202e\u200b   Ltd\x00 ") == "Acme Ltd"
    assert read_address("Acme Ltd\r\n\r\n Some  Street 1\n") == "Acme Ltd\nSome Street 1"


def test_what_is_too_long_is_refused() -> None:
    assert read_company("x" * 120)
    with pytest.raises(CompanyRefused):
        read_company("x" * 121)
    for address in ("x" * 401, "\n".join("123456789")):
        with pytest.raises(AddressRefused):
            read_address(address)
    with pytest.raises(CompanyRefused):
        read_company("x" * 10**7)


def test_the_country_is_one_of_those_we_sell_to() -> None:
    assert read_country(" de ", {"DE", "AT"}) == "DE"
    for text in ("", "ZZ", "DEU", "Germany" * 100):
        with pytest.raises(CountryRefused):
            read_country(text, {"DE", "AT"})


def test_a_whole_form_is_read() -> None:
    typed = {"country": "de", "company": "Acme", "vat_id": "136 695 976", "phone": "030 901820"}
    assert read_buyer(typed, {"DE"}) == Buyer(
        country="DE", company="Acme", vat_id="DE136695976", phone="+4930901820", address=""
    )
    assert read_buyer({"country": "DE"}, {"DE"}) == Buyer(country="DE")


def test_a_form_is_refused_with_a_sentence_for_each_field() -> None:
    typed = {"country": "ZZ", "company": "x" * 121, "vat_id": "!", "phone": "1", "address": "x" * 401}
    with pytest.raises(BuyerRefused) as refused:
        read_buyer(typed, {"DE"})
    assert set(refused.value.errors) == set(typed)
    assert all(sentence.endswith(".") for sentence in refused.value.errors.values())
