"""What is over goes: from pages at once, from the store's bytes with the sweep, and not while a legal hold keeps it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core import clock
from core.access import PROGRAM, Actor, Permission, staff_actor
from core.datakeys import rules
from privacy.gate import Closed, disclose
from privacy.retention import holds
from privacy.retention import service as retention
from storefront.orders import service as orders
from tests.shop import Shop
from tests.storefront.order_builders import buy, place, ware

PHONE = "+4930901820"


def sweep(shop: Shop, days: int) -> None:
    """The worker's sweep, that many days from now."""
    with clock.moved(timedelta(days=days)):
        shop.database.queue.run("privacy.sweep", {})


def bytes_of(shop: Shop) -> bytes:
    """Everything that the SQLite store has on the disk."""
    folder = shop.app.extensions["settings"].instance
    return b"".join(place.read_bytes() for place in sorted(folder.glob("licensepal.sqlite3*")))


def boxes(shop: Shop) -> list[bytes]:
    """The ciphertexts of telephone numbers as they stand in the store now."""
    with shop.transaction() as session:
        kept = session.scalars(
            text('select phone from "order" where phone is not null union select phone from checkout_draft')
        )
        return [value.encode() for value in kept if value]


@pytest.mark.clause("P8")
def test_a_telephone_number_leaves_no_byte_behind(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    kiln = ware(sqlite_shop)
    buy(ada, kiln, phone="030 901820")
    kept = boxes(sqlite_shop)
    assert kept and all(box in bytes_of(sqlite_shop) for box in kept)
    assert PHONE.encode() not in bytes_of(sqlite_shop)
    sweep(sqlite_shop, 31)
    assert boxes(sqlite_shop) == []
    assert not [box for box in kept if box in bytes_of(sqlite_shop) or box[-40:] in bytes_of(sqlite_shop)]


@pytest.mark.clause("P8", "P4a")
def test_after_its_last_day_a_number_is_not_read_even_before_the_sweep(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), phone="030 901820")
    page = f"/account/orders/{number}"
    assert PHONE in ada.get(page).text
    with clock.moved(timedelta(days=31)):
        ada.sign_in(ada.account_id)
        assert PHONE not in ada.get(page).text


@pytest.mark.clause("P8")
def test_the_key_of_one_order_goes_and_that_of_another_stays(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    closed, waiting = buy(ada, kiln, phone="030 901820"), place(ada, kiln, phone="030 901821")
    with shop.transaction():
        copy = orders.get_by_number(closed).phone
    sweep(shop, 31)
    with shop.transaction():
        left = orders.get_by_number(waiting).phone
        assert left is not None and disclose(left, purpose="telephone_order", actor=PROGRAM) == "+4930901821"
        assert copy is not None and orders.get_by_number(closed).phone is None
    with pytest.raises(Closed, match="deleted"), shop.transaction():
        disclose(copy, purpose="telephone_order", actor=PROGRAM)


def test_a_legal_hold_keeps_the_kind_it_names_and_no_other(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.make_account("clerk@example.com", "Clerk")
    number = buy(ada, ware(shop), phone="030 901820", company="Ada & Co")
    with shop.transaction() as session:
        mine = session.scalar(text("select number from account where id = :id"), {"id": ada.account_id})
        hold = holds.put(staff(clerk), str(mine), "telephone", "The court asked for it on 3 May.")
        with pytest.raises(holds.OnHold):
            retention.destroy(ada.account_id, "telephone")
        assert retention.destroy(ada.account_id, "invoice") == 1
        assert orders.get_by_number(number).company is None
    sweep(shop, 31)
    with shop.transaction():
        assert orders.get_by_number(number).phone is not None
        holds.lift(staff(clerk), hold.id, "The court is done with it.")
    sweep(shop, 31)
    with shop.transaction():
        assert orders.get_by_number(number).phone is None


def staff(account_id: int) -> Actor:
    """Somebody of the privacy staff."""
    return staff_actor(account_id, Permission.PRIVACY)


def test_periods_end_where_their_sentence_says() -> None:
    assert str(rules.last_use(rules.COMMUNICATION, "2026-11")) == "2028-11-30 23:59:59+00:00"
    assert str(rules.last_use(rules.COMMUNICATION, "2028-02")) == "2030-02-28 23:59:59+00:00"
    assert str(rules.last_use(rules.kind_of("invoice"), "2026")) == "2036-12-31 23:59:59+00:00"
    assert rules.last_use(rules.ACCOUNT, "") is None


def test_a_hold_is_set_seen_by_both_sides_and_lifted_with_a_reason(shop: Shop) -> None:
    ada, pia = shop.member(), shop.member("pia@example.com", "Pia", [Permission.PRIVACY])
    with shop.transaction() as session:
        number = session.scalar(text("select number from account where id = :id"), {"id": ada.account_id})
    said = {"number": str(number).lower(), "kept_as": "telephone", "reason": "The court of Vienna asks for it."}
    assert pia.submit("/staff/holds", {**said, "reason": "so"}, action="/holds").status_code == 422
    assert "no account" in pia.submit("/staff/holds", {**said, "number": "C-1"}, action="/holds").text
    assert "The hold stands" in pia.submit("/staff/holds", said, action="/holds").text
    assert "on hold already" in pia.post("/staff/holds", said).text
    page = ada.get("/account/privacy/keeping").text
    assert "The court of Vienna" in page and "stands" in page and "Pia" not in page
    assert "1 legal hold" in ada.get("/account/privacy").text
    assert "Please say why" in pia.submit("/staff/holds", {"reason": "no"}, action="/lift").text
    assert "Lifted" in pia.submit("/staff/holds", {"reason": "The case was closed."}, action="/lift").text
    assert "The case was closed." in ada.get("/account/privacy/keeping").text
    assert ada.get("/staff/holds").status_code == 403


@pytest.mark.clause("P4a")
def test_everybody_reads_how_much_was_discarded_but_not_of_whom(shop: Shop) -> None:
    assert "fewer than 5" in shop.visitor().get("/privacy/discarded").text
    with shop.transaction():
        for _ in range(3):
            retention.count("visits", 7)
    shop.app.extensions["versions"].raise_()
    page = shop.visitor().get("/privacy/discarded").text
    assert ">21<" in page and "Pages on lists of visits" in page and "90 days after the visit" in page
