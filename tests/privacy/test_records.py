"""Who looked is written down whatever becomes of the transaction, and nobody changes or deletes what is written."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core import clock
from core.access import Permission, staff_actor
from core.accounts import service as accounts
from core.audit import service as audit
from privacy.consent import service as consent
from privacy.gate import disclose
from privacy.looks import service as looks
from tests.shop import Shop

CHANGES = ("delete from {}", "update {} set {} = 'other'")
COLUMNS = {"access_entry": "purpose", "audit_entry": "verb", "consent_entry": "purpose"}


def look_at(shop: Shop, account_id: int, clerk: int) -> None:
    """Somebody of the support staff opens an address, staff's deed is noted, and the person says yes to something."""
    with shop.transaction():
        sealed = accounts.get(account_id).email
        assert sealed is not None
        disclose(sealed, purpose="support", actor=staff_actor(clerk, Permission.SUPPORT))
        audit.record(staff_actor(clerk, Permission.SUPPORT), "look", "account", account_id)
        consent.switch(account_id, "newsletter", True, how="panel")


@pytest.mark.clause("P15c")
def test_records_are_neither_changed_nor_deleted(shop: Shop) -> None:
    ada, clerk = shop.make_account(), shop.make_account("clerk@example.com", "Clerk")
    look_at(shop, ada, clerk)
    for table, column in COLUMNS.items():
        for change in CHANGES:
            with pytest.raises(DatabaseError, match="is a record"), shop.transaction() as session:
                session.execute(text(change.format(table, column)))


def test_the_number_of_staff_goes_when_their_account_is_closed_and_not_before(shop: Shop) -> None:
    ada, clerk = shop.make_account(), shop.make_account("clerk@example.com", "Clerk")
    look_at(shop, ada, clerk)
    names = "update access_entry set actor_id = null"
    with pytest.raises(DatabaseError, match="is a record"), shop.transaction() as session:
        session.execute(text(names))
    with shop.transaction() as session:
        accounts.get(clerk).closed_at = clock.now()
        session.flush()
        session.execute(text(names))
        assert looks.by_people(ada)[0].actor_id is None


def test_an_opening_that_is_undone_is_still_written_down(shop: Shop) -> None:
    ada, clerk = shop.make_account(), shop.make_account("clerk@example.com", "Clerk")

    def open_and_fail() -> None:
        look_at(shop, ada, clerk)
        with shop.transaction():
            sealed = accounts.get(ada).email
            assert sealed is not None
            disclose(sealed, purpose="support", actor=staff_actor(clerk, Permission.SUPPORT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_and_fail()
    shop.work()
    with shop.transaction():
        assert [one.allowed for one in looks.by_people(ada)] == [True, True]
