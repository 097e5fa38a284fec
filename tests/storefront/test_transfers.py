"""Money that comes by itself: found by its reference, booked once, and never kept beyond what was asked for."""

import io
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
import stdnum.iban
import stdnum.iso11649
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access import Permission
from core.audit.models import AuditEntry
from core.settings import Environment, MissingSetting, read
from storefront.licenses.models import PoolKey
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import service as payments
from storefront.payments.models import PaymentReturn
from storefront.payments.references import numbers_in, reference
from storefront.payments.rules import IntentState
from storefront.transfers import rules, service, statement
from storefront.transfers.models import TransferReceipt
from storefront.transfers.rules import Account
from storefront.transfers.statement import NotAStatement
from tests.shop import PageForm, Shop, Visitor, find_form
from tests.storefront.order_builders import has_form, place, press, refund, ware

IBAN = "AT61 1904 3002 3457 3201"
CANARY = "Zacharias Quillfeather"


def banking(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop has an account."""
    known = shop.app.extensions["settings"]
    monkeypatch.setitem(shop.app.extensions, "settings", replace(known, bank_iban=IBAN, bank_bic="BKAUATWW"))


def announce(visitor: Visitor, number: str) -> str:
    """Choose “by transfer” on the payment page; the page with the account."""
    page = PageForm()
    page.feed(visitor.get(f"/checkout/pay/{number}").text)
    form = next(one.values for one in page.forms if one.values.get("gateway") == "transfer")
    return visitor.client.post(f"/checkout/pay/{number}", data=form, follow_redirects=True).text


def look(staff: Visitor, *lines: str) -> str:
    """Send a statement; the preview."""
    content = "\n".join(["Buchungstag;Auftraggeber;Verwendungszweck;Betrag;Währung", *lines]).encode()
    form = find_form(staff.get("/staff/payments").text, "/statement")
    sent = {**form.values, "file": (io.BytesIO(content), "statement.csv")}
    return staff.client.post(form.action, data=sent, content_type="multipart/form-data").text


def line(number: str, amount: str, day: str = "23.11.2026") -> str:
    return f"{day};{CANARY};Rechnung {reference(number)} danke;{amount};EUR"


def book(staff: Visitor, preview: str) -> str:
    form = find_form(preview, "/statement/book")
    return staff.client.post(form.action, data=form.values, follow_redirects=True).text


def stands(shop: Shop, number: str) -> tuple[str, list[int], list[tuple[int, bool]]]:
    """The order's state, what arrived, and what goes back (and whether it was sent)."""
    with shop.transaction() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        arrived = [one.amount for one in service.receipts_of(order.id)]
        return order.state, arrived, [(one.amount, one.done_at is not None) for one in payments.returns_of(order.id)]


def test_a_transfer_in_two_parts_by_a_statement_that_comes_three_times(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    banking(shop, monkeypatch)
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    number = place(ada, ware(shop, keys=1))
    page = announce(ada, number)
    mail = shop.letters(name="transfer_asked")[0].text
    for wanted in (IBAN, "BKAUATWW", reference(number)):
        assert wanted in page and wanted in mail
    with clock.moved(timedelta(days=10)), shop.transaction() as session:
        orders.expire_due()
        assert session.scalars(select(PoolKey.state)).one() == "reserved"
    first = [line(number, "100,00"), f"23.11.2026;{CANARY};no idea;5,00;EUR", "23.11.2026;Us;rent;-900,00;EUR", "x;y"]
    preview = look(sam, *first)
    assert "€19.00 missing" in preview and "No order found" in preview and "Line 5" in preview
    assert "no idea" in preview and CANARY not in preview
    assert stands(shop, number) == ("awaiting_payment", [], [])
    assert "Booked: 1 a part" in book(sam, preview)
    assert "Booked: 1 booked before" in book(sam, preview)
    assert "€19.00 are still missing" in shop.letters(name="transfer_arrived")[0].subject
    second = look(sam, *first, line(number, "19.00", "2026-11-24"))
    assert "Booked before" in second and "Pays the order" in second
    assert "Booked: 1 pays the order" in book(sam, second)
    shop.work()
    assert stands(shop, number) == ("paid", [10_000, 1_900], [])
    assert len(shop.letters(name="order_paid")) == len(shop.letters(name="license_keys")) == 1
    assert not has_form(look(sam, *first, line(number, "19.00", "2026-11-24")), "/statement/book")
    with shop.transaction() as session:
        kept = [
            repr(one.__dict__)
            for one in [*session.scalars(select(TransferReceipt)), *session.scalars(select(AuditEntry))]
        ]
    assert CANARY not in " ".join(kept)


def test_two_equal_transfers_are_two_and_what_is_too_much_goes_back_by_hand(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    banking(shop, monkeypatch)
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    number = place(ada, ware(shop))
    announce(ada, number)
    preview = look(sam, line(number, "100.00"), line(number, "100.00"), line(number, "1.00"))
    assert "€81.00 to send back" in preview and "Not needed" in preview
    book(sam, preview)
    shop.work()
    assert stands(shop, number) == ("paid", [10_000, 10_000, 100], [(8_100, False), (100, False)])
    assert "We send €81.00" in shop.letters(name="transfer_arrived")[1].subject
    refund(sam, number)
    shop.work()
    assert stands(shop, number)[2] == [(8_100, False), (100, False), (11_900, False)]
    for _ in range(3):
        assert "Noted" in press(sam, "/staff/payments", "/sent", reason="by online banking")
    assert not has_form(sam.get("/staff/payments").text, "/sent")
    assert stands(shop, number) == ("refunded", [10_000, 10_000, 100], [(8_100, True), (100, True), (11_900, True)])


def test_money_in_parts_goes_back_when_the_order_closes_or_is_paid_in_another_way(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    banking(shop, monkeypatch)
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    number = place(ada, ware(shop))
    announce(ada, number)
    for reason, amount, status in [
        ("", "10", 400),
        ("seen in the bank", "nothing", 400),
        ("seen in the bank", "-3", 400),
    ]:
        form = find_form(sam.get(f"/staff/orders/{number}").text, "/transfer")
        sent = {**form.values, "amount": amount, "reason": reason}
        assert sam.client.post(form.action, data=sent).status_code == status
    assert "A part is still missing" in press(
        sam, f"/staff/orders/{number}", "/transfer", amount="10", reason="seen in the bank"
    )
    assert "Choose a test card" in press(ada, f"/checkout/pay/{number}", "/confirm", answer="no")
    ada.submit(f"/checkout/pay/{number}", {"card": "paid"}, action=f"/checkout/pay/{number}")
    with shop.transaction():
        service.return_leftovers()
    book(sam, look(sam, line(number, "119.00")))
    shop.work()
    assert stands(shop, number) == ("paid", [1_000, 11_900], [(1_000, False), (11_900, False)])


def test_who_may_and_for_which_orders(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = sqlite_shop
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    number = place(ada, ware(shop))
    assert "by transfer" not in ada.get(f"/checkout/pay/{number}").text
    sent = {"amount": "10", "reason": "seen in the bank"}
    assert ada.post(f"/staff/orders/{number}/transfer", sent).status_code in {403, 404}
    assert sam.post(f"/staff/orders/{number}/transfer", sent).status_code == 409
    assert "too old" in sam.post("/staff/payments/statement/book", {"ticket": "x"}).text
    assert "no table" in look(sam).replace("Buchungstag", "") or "nothing to book" in look(sam)
    with shop.transaction() as session:
        assert session.scalars(select(PaymentReturn.id)).all() == []
    monkeypatch.setenv("LICENSEPAL_INSTANCE", str(shop.app.extensions["settings"].instance))
    monkeypatch.setenv("LICENSEPAL_BANK_IBAN", IBAN.replace("61", "16", 1))
    with pytest.raises(MissingSetting, match="LICENSEPAL_BANK_IBAN"):
        read()


def test_the_gateway_that_only_pretends_is_offered_in_the_demonstration_alone(sqlite_shop: Shop) -> None:
    known = replace(sqlite_shop.app.extensions["settings"], environment=Environment.PRODUCTION)
    pretend = payments.gateway("pretend")
    assert not pretend.is_offered(known, "EUR") and pretend.is_offered(replace(known, demo=True), "EUR")


@given(st.integers(2000, 2099), st.integers(1, 10**9), st.sampled_from(["", " ", "\n", "-"]), st.data())
def test_a_reference_finds_its_order_however_banks_break_it_and_a_slip_of_the_pen_finds_no_other(
    year: int, sequence: int, gap: str, data: st.DataObject
) -> None:
    number = f"LP-{year}-{sequence:06d}"
    right = reference(number)
    assert stdnum.iso11649.is_valid(right)
    assert number in numbers_in(f"invoice {gap.join(right)} thanks")
    digits = right.replace(" ", "")
    place_ = data.draw(st.integers(2, len(digits) - 1))
    wrong = digits[:place_] + str((int(digits[place_]) + data.draw(st.integers(1, 9))) % 10) + digits[place_ + 1 :]
    assert number not in numbers_in(wrong)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_file_gives_a_report_or_is_refused(content: bytes) -> None:
    for given_ in (content, b"date,amount,text\n" + content):
        try:
            found = statement.read(given_, "EUR")
        except NotAStatement:
            continue
        assert len({one.identity for one in found.lines}) == len(found.lines)


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), max_size=9))
def test_what_arrives_is_kept_up_to_what_was_asked_and_the_rest_is_over(asked: int, parts: list[int]) -> None:
    account, steps = Account(state=IntentState.NEEDS_CONFIRMATION, asked=asked, arrived=0), []
    for part in parts:
        account, effect = rules.credit(account, part)
        steps.append(effect)
    assert account.arrived == sum(parts)
    assert (account.state is IntentState.SUCCEEDED) == (sum(parts) >= asked)
    assert account.surplus == max(sum(parts) - asked, 0) and account.missing == max(asked - sum(parts), 0)
    assert sum(effect in {"paid", "over"} for effect in steps) == (1 if sum(parts) >= asked else 0)
    assert all(later == "late" for earlier, later in pairwise(steps) if earlier != "part")


def test_the_planted_iban_is_one() -> None:
    assert stdnum.iban.is_valid(IBAN)
