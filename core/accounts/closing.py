"""Closing an account: the row stays behind its orders, empty; nobody can sign in with it, and its address is free again."""

from sqlalchemy import delete, select

from core import clock, db
from core.accounts.models import (
    Account,
    AccountSession,
    ApiToken,
    KnownBrowser,
    MailedLink,
    RecoveryCode,
    SecondFactor,
    StaffGrant,
)
from core.db import session
from core.errors import NotFound

FORMER = "A former member"


def hold(account_id: int) -> Account:
    """The account, locked against everything its owner may be doing in other windows. Raises NotFound if it is closed.

    Whoever acts for a signed-in person holds the account for reading (`person_for`), and so waits for this one or is
    waited for.
    """
    wanted = select(Account).where(Account.id == account_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def stay(account_id: int) -> None:
    """Keep the account from being closed while a job writes about its owner. Raises NotFound if it is closed.

    SQLite has one writer at a time, so that looking is enough there.
    """
    if db.current().dialect == "sqlite":
        return
    wanted = select(Account.id).where(Account.id == account_id, Account.closed_at.is_(None))
    if session.scalar(wanted.with_for_update(read=True, key_share=True)) is None:
        raise NotFound


def close(account: Account) -> None:
    """Empty the row and end every way in. The customer number stays, so that papers can still be found.

    No name has an equals sign, so nobody can ever take the key that is left."""
    account.email = account.email_hash = account.confirmed_at = None
    account.name_shown, account.name_key = FORMER, f"= {account.id}"
    account.password_hash = ""
    account.closed_at = clock.now()
    session.flush()
    for table in (AccountSession, ApiToken, KnownBrowser, MailedLink, RecoveryCode, SecondFactor, StaffGrant):
        session.execute(delete(table).where(table.account_id == account.id))
