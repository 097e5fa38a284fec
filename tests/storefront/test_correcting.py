"""A correction of an invoice: asked, decided, recorded, and written anew without moving a cent."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from core import clock
from core.access import PROGRAM, Permission, actor_of
from core.opening import reveal
from privacy.erasure import service as erasure
from privacy.requests.models import Correction
from privacy.retention import service as retention
from storefront.orders import service as orders
from storefront.papers import service as papers
from storefront.papers.models import Invoice
from tests.privacy.test_erasing import assert_as_said
from tests.privacy.test_requests import customer_of, enter
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_certificates import licenses_of, words
from tests.storefront.test_invoice import read


def ask(ada: Visitor, number: str, **typed: str) -> str:
    """Ask for a correction as the buyer does; where the request stands."""
    wish = {"field": "company", "should": "Right Ltd", "why": "A slip."}
    return ada.submit(f"/account/orders/{number}/correct", {**wish, **typed}, action="/correct").request.path


def decide(shop: Shop, asked: str, verb: str, said: str = "") -> Visitor:
    """Grant or decline it as staff do."""
    staff = shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    page = f"/staff/requests/{asked.rsplit('/', 1)[1]}"
    staff.submit(page, {"said": said}, action=f"/{verb}")
    shop.work()
    return staff


@pytest.mark.clause("P17b", "P17c")
def test_a_granted_correction_takes_the_invoice_back_and_writes_it_anew(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), company="Wrong Ltd", vat_id="ATU13585627", country="AT")
    first = read(ada, number)
    staff = decide(shop, asked := ask(ada, number), "grant")
    anew, note = read(ada, number), read(ada, number, "credit-note.pdf")
    assert "Right Ltd" in anew
    assert "Wrong Ltd" not in anew
    assert "ATU13585627" in anew
    assert "119.00 EUR" in anew
    assert "Wrong Ltd" in note
    assert "-119.00 EUR" in note
    assert "nothing is to be paid" in note
    old_number = next(word for word in first.split() if word.startswith("INV-"))
    old = read(ada, number, f"papers/{old_number}.pdf")
    assert "Wrong Ltd" in old
    assert "Corrected by" in old
    page = ada.get(asked).text
    assert "Wrong Ltd" in page
    assert "Right Ltd" in page
    assert "corrected since" in ada.get(f"/account/orders/{number}").text
    mail = shop.letters("ada@example.com", "request")[-1]
    assert old_number in mail.text
    assert "Right Ltd" not in mail.text
    with shop.transaction() as session:
        kept = session.scalars(select(Correction).where(Correction.thing.like("INV%"))).one()
        assert [reveal(kept.old), reveal(kept.new), reveal(kept.why), kept.role] == [
            "Wrong Ltd",
            "Right Ltd",
            "A slip.",
            "privacy",
        ]
    assert staff.post(f"/staff/requests/{asked.rsplit('/', 1)[1]}/grant").status_code == 409


@pytest.mark.clause("P17b", "P18")
def test_a_letter_is_made_exact_by_staff_and_granting_it_corrects_the_invoice(sqlite_shop: Shop) -> None:
    ada, bob = sqlite_shop.member(), sqlite_shop.member("bob@example.com", "Bob")
    staff = sqlite_shop.member("staff@example.com", "Staff", [Permission.PRIVACY])
    kiln = ware(sqlite_shop)
    number, others = buy(ada, kiln, company="Wrong Ltd"), buy(bob, kiln)
    page = enter(staff, customer_of(ada), kind="correction", text="The company is Right Ltd.")
    here = page.split("/identify")[0].rsplit('"', 1)[1]
    staff.submit(here, {"said": "The signature."}, action="/identify")
    paper = re.findall(r"INV-[0-9-]+", read(ada, number))[0]
    wish = {"paper": paper, "field": "company", "should": "Right Ltd", "why": "So the letter."}
    wrong = {**wish, "paper": re.findall(r"INV-[0-9-]+", read(bob, others))[0]}
    refused = staff.submit(f"{here}/specify", wrong, action="/specify").text
    assert "This person has no paper" in refused and "So the letter." in refused
    page = staff.submit(f"{here}/specify", wish, action="/specify").text
    assert "Written down" in page and "Wrong Ltd" in page
    assert "Right Ltd" in staff.get(f"{here}/specify").text
    assert "Wrong Ltd" in read(ada, number), "nothing is corrected before it is granted"
    staff.submit(here, {"said": ""}, action="/grant")
    assert "Right Ltd" in read(ada, number) and "Wrong Ltd" not in read(ada, number)
    assert "Right Ltd" in ada.get(here.replace("/staff", "/account/privacy")).text
    late = {**wish, "paper": re.findall(r"INV-[0-9-]+", read(ada, number))[0], "should": "Another Ltd"}
    assert staff.post(f"{here}/specify", late).status_code == 409
    assert ada.get(f"{here}/specify").status_code == 403


@pytest.mark.clause("P17c")
def test_a_correction_writes_the_certificates_that_say_it_anew_and_keeps_the_old(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), company="Wrong Ltd")
    [license] = licenses_of(ada)
    first = words(ada, f"{license}/certificate.pdf")
    decide(shop, asked := ask(ada, number), "grant")
    old, anew = re.findall(r"LC-[\w-]+", first)[0], words(ada, f"{license}/certificate.pdf")
    assert "Right Ltd" in anew and "Wrong Ltd" not in anew and f"No. {old}" in anew.split("Replaces")[1]
    kept = words(ada, f"{license}/certificates/{old}.pdf")
    assert "Wrong Ltd" in kept and "Replaced by" in kept
    assert "Replaced since" in ada.get(license).text
    told = shop.letters("ada@example.com", "request")[-1].text
    assert old in told and "Right Ltd" not in told
    assert "Certificate" in ada.get(asked).text
    page = ada.submit(f"{license}/correct", {"field": "holder", "should": "", "why": ""}, action="/correct").text
    assert "cannot leave this empty" in page
    wish = {"field": "holder", "should": "Ada Right", "why": "Married."}
    asked = ada.submit(f"{license}/correct", wish, action="/correct").request.path
    clerk = shop.member("second@example.com", "Second", [Permission.PRIVACY])
    clerk.submit(asked.replace("/account/privacy", "/staff"), {"said": ""}, action="/grant")
    assert "Ada Right" in words(ada, f"{license}/certificate.pdf")
    with shop.transaction() as session:
        assert [row.thing[:2] for row in session.scalars(select(Correction).order_by(Correction.id))] == [
            "IN",
            "LC",
            "LC",
        ]
        assert session.scalar(select(func.count()).where(Invoice.issue == 2)) == 1, (
            "a certificate alone moves no invoice"
        )


RECORDS = {"correction": "field", "request_event": "verb", "receipt": "purpose", "license_certificate": "number"}


@pytest.mark.clause("P17b")
def test_nobody_changes_the_record_and_it_stays_with_the_invoice(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), company="Wrong Ltd")
    ada.post("/account/privacy/switch", {"purpose": "newsletter", "on": "1"})
    decide(shop, ask(ada, number), "grant")
    for table, column in RECORDS.items():
        for change in (f"delete from {table}", f"update {table} set {column} = 'other'"):
            with pytest.raises(DatabaseError, match="is a record"), shop.transaction() as session:
                session.execute(text(change))
    for change in ("update correction set old = ''", "update correction set request_id = 99", "delete from request"):
        with pytest.raises(DatabaseError), shop.transaction() as session:
            session.execute(text(change))
    assert "Corrections of invoices" in ada.get("/account/privacy/erase").text
    with shop.transaction():
        erasure.erase(ada.account_id, posts="keep", actor=actor_of(ada.account_id))
    assert_as_said(shop, ada.account_id)
    with shop.transaction() as session:
        left = session.scalars(select(Correction)).one()
        assert (left.thing[:3], left.request_id, reveal(left.old)) == ("INV", None, "Wrong Ltd")
    with clock.moved(timedelta(days=366 * 11)), shop.transaction() as session:
        erasure.sweep(ada.account_id, clock.now().date())
        assert session.scalars(select(Correction)).all() == []


def test_a_request_can_be_read_after_its_words_were_deleted(shop: Shop) -> None:
    ada = shop.member()
    asked = ask(ada, buy(ada, ware(shop), company="Wrong Ltd"))
    staff = decide(shop, asked, "grant")
    with shop.transaction():
        for kind in ("requests", "invoice"):
            retention.destroy(ada.account_id, kind)
    for page in (ada.get(asked), staff.get(f"/staff/requests/{asked.rsplit('/', 1)[1]}")):
        assert page.status_code == 200
        assert "Wrong Ltd" not in page.text
        assert "deleted, as promised" in page.text


@pytest.mark.clause("P17b")
def test_a_declined_correction_changes_nothing_and_says_why(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    number = buy(ada, ware(sqlite_shop), company="Wrong Ltd")
    first = read(ada, number)
    decide(sqlite_shop, asked := ask(ada, number), "decline", "The register of companies says otherwise.")
    assert read(ada, number) == first
    assert "The register of companies says otherwise." in ada.get(asked).text


def test_a_refund_after_a_correction_takes_the_last_invoice_back(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    number = buy(ada, ware(sqlite_shop), company="Wrong Ltd")
    decide(sqlite_shop, ask(ada, number), "grant")
    with sqlite_shop.transaction():
        orders.refund(orders.lock(orders.get_by_number(number).id), PROGRAM)
    note = read(ada, number, "credit-note.pdf")
    assert "Right Ltd" in note
    assert "The money is on its way" in note
    assert ada.get(f"/account/orders/{number}/correct").status_code == 200
    assert ada.submit(f"/account/orders/{number}/correct", {"should": "X"}, action="/correct").status_code == 409


def test_what_was_typed_stays_and_others_orders_do_not_exist(sqlite_shop: Shop) -> None:
    ada, bob = sqlite_shop.member(), sqlite_shop.member("bob@example.com", "Bob")
    number = buy(ada, ware(sqlite_shop), company="Same Ltd")
    page = ada.submit(
        f"/account/orders/{number}/correct", {"should": "Same Ltd", "why": "Hm, yes."}, action="/correct"
    ).text
    assert "says already" in page
    assert "Hm, yes." in page
    assert bob.get(f"/account/orders/{number}/correct").status_code == 404


@pytest.mark.clause("P17b", "P17c")
def test_no_correction_moves_a_cent(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    number = buy(ada, ware(sqlite_shop, price=9_999), ware(sqlite_shop, "claybook", price=1_001))

    @settings(max_examples=12, deadline=None)
    @given(st.dictionaries(st.sampled_from(["company", "name", "vat_id", "address"]), st.text(max_size=40), min_size=1))
    def holds(buyer: dict[str, str]) -> None:
        with sqlite_shop.transaction() as session:
            note, anew = papers.reissue(orders.get_by_number(number), buyer)
            first = session.scalars(select(Invoice).order_by(Invoice.id)).first()
            said = [json.loads(reveal(one.frozen)) for one in (first, note, anew)]
            for fact in ("lines", "groups", "total", "tax", "currency", "seller", "order"):
                assert said[0][fact] == said[1][fact] == said[2][fact]
            assert said[2]["buyer"] == {**said[1]["buyer"], **buyer}
            assert (note.issue, anew.issue) == (note.issue, note.issue + 1)

    holds()
    with sqlite_shop.transaction() as session:
        for kind in ("invoice", "credit_note"):
            numbers = list(session.scalars(select(Invoice.number).where(Invoice.kind == kind).order_by(Invoice.id)))
            assert [int(one.rsplit("-", 1)[1]) for one in numbers] == list(range(1, len(numbers) + 1))
