"""Correcting one's own account: another address, the former one given back, another name shown."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.accounts import closing, rules
from core.accounts import service as accounts
from core.accounts.models import Account, AccountSession, ApiToken, MailedLink
from core.accounts.service import email_hash, end_links, find_by_email
from core.db import session
from core.errors import Conflict
from core.sealed import Sealed, seal

CHANGE, UNDO = "change_email", "undo_email"


class AddressTaken(Conflict):
    """Somebody opened an account with the address before its link was."""

    code = "address_taken"
    title = "This address has an account of its own"
    sentence = "An account was opened with this address in the meantime. Nothing was changed here."


def ask_change(account_id: int, email: str) -> str:
    """The token that gives this address to the account when it comes back; nothing changes before."""
    return accounts.make_link(account_id, CHANGE, seal(email, "mailed_link.address", subject=account_id))


def take(token: str, purpose: str) -> tuple[Account, Sealed, int]:
    """Use a link up: the account, held, the address that it gives, and the link's number. Raises LinkExpired."""
    account = closing.hold(accounts.check_link(token, purpose))
    link = accounts.take_link(token, purpose)
    address, link.address = link.address, None
    assert address is not None, "a link that gives an address is made with it"
    return account, address, link.id


def keep_way_back(account: Account, email: str) -> str:
    """The token that gives this address, the present one, back."""
    return accounts.make_link(account.id, UNDO, seal(email, "mailed_link.address", subject=account.id))


def changed_at(link_id: int) -> datetime:
    """When the address was changed that this way back undoes."""
    return session.get_one(MailedLink, link_id).expires_at - timedelta(days=accounts.LINK_DAYS[UNDO])


def give_address(account: Account, email: str) -> None:
    """The address is theirs: they followed the link that was mailed to it. Raises AddressTaken.

    What was mailed to the address before opens nothing any more, but for ways back.
    """
    other = find_by_email(email)
    if other is not None and other.id != account.id:
        raise AddressTaken
    _set_address(account, email)
    end_links(account.id, MailedLink.purpose != UNDO)


def give_back(account: Account, email: str, link_id: int) -> None:
    """Give a former address back, and end all that whoever changed it may hold. Raises AddressTaken.

    An account that was opened with the address meanwhile and that nobody confirmed gives way: it could be there for
    no other reason than to keep the owner out.
    """
    other = find_by_email(email)
    if other is not None and other.id != account.id:
        _make_way(other)
    _set_address(account, email)
    end_links(account.id, (MailedLink.purpose != UNDO) | (MailedLink.id > link_id))
    for table in (AccountSession, ApiToken):
        session.execute(delete(table).where(table.account_id == account.id))


def is_name_free(account_id: int, name: str) -> bool:
    """True if nobody else shows this name, or one that looks the same."""
    whose = session.scalar(select(Account.id).where(Account.name_key == rules.name_key(name)))
    return whose in {None, account_id}


def rename(account_id: int, name: str) -> None:
    """Show another name, everywhere and at once. It must be free (a constraint says so)."""
    account = closing.hold(account_id)
    account.name_shown, account.name_key = name, rules.name_key(name)
    session.flush()


def _make_way(other: Account) -> None:
    held = closing.hold(other.id)
    if held.confirmed_at is not None:
        raise AddressTaken
    closing.close(held)


def _set_address(account: Account, email: str) -> None:
    account.email, account.email_hash = seal(email, "account.email", subject=account.id), email_hash(email)
    accounts.confirm(account.id)
    session.flush()
