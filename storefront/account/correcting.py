"""Correcting one's contact data (clause P17a): an address is asked for, confirmed from its own mailbox, and can be
given back from the former one; a name is another one at once.

Whether somebody else has the new address shows nowhere: not in the answer, and not in what the person holds afterwards.
Either way one link is kept and one mail goes to that address, as to a stranger.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from core import db
from core.access import actor_of
from core.accounts import closing, correcting, passwords, rules
from core.accounts import service as accounts
from core.accounts.correcting import AddressTaken
from core.accounts.models import Account
from core.accounts.person import Person
from core.errors import Invalid
from core.sealed import Sealed
from privacy.contact.service import Letter, send, send_to_stranger
from privacy.gate import disclose
from storefront.account.rules import judged_part
from storefront.account.service import ChangedMeanwhile, NameTaken, WrongPassword, email_of
from storefront.secondfactor import service as secondfactor

SUSPECT = timedelta(days=1)


class SameAddress(Invalid):
    code = "same_address"
    sentence = "This is your address already."


def ask_email(person: Person, email: str, password: str, *, cost: int) -> None:
    """Mail a link to the new address; nothing changes before it is opened. Refuses with WrongPassword, SameAddress."""
    with db.transaction(reading=True):
        account = accounts.get(person.id)
        kept, is_same = account.password_hash, account.email_hash == accounts.email_hash(email)
    if not passwords.matches(judged_part(password), kept, cost=cost):
        raise WrongPassword
    if is_same:
        raise SameAddress
    with db.transaction():
        if closing.hold(person.id).password_hash != kept:
            raise ChangedMeanwhile
        _mail_asked(person.id, email)


def confirm_email(token: str) -> None:
    """The new address is the account's. Raises LinkExpired, AddressTaken; of two accounts at once one gets it."""
    try:
        with db.transaction():
            account, sealed, _link = correcting.take(token, correcting.CHANGE)
            _tell_former(account)
            correcting.give_address(account, _opened(account, sealed))
    except IntegrityError:
        raise AddressTaken from None


def undo_email(token: str) -> str:
    """Give the former address back and end all sessions; the token with which its owner chooses a new password.

    A second factor that came with the change, or up to a day before it, goes: whoever took the account would otherwise
    keep its owner out with it. An older one stays, since a former mailbox alone must not open the account.
    Raises LinkExpired, AddressTaken.
    """
    try:
        with db.transaction():
            account, sealed, number = correcting.take(token, correcting.UNDO)
            correcting.give_back(account, _opened(account, sealed), number)
            secondfactor.remove_since(account.id, correcting.changed_at(number) - SUSPECT)
            return accounts.make_link(account.id, "reset")
    except IntegrityError:
        raise AddressTaken from None


def rename(person: Person, name: str) -> None:
    """Show another name from now on, on what was written before, too. Refuses with NameTaken."""
    try:
        with db.transaction():
            if not correcting.is_name_free(person.id, name):
                raise NameTaken
            correcting.rename(person.id, rules.read_name(name))
    except IntegrityError:
        raise NameTaken from None


def _mail_asked(account_id: int, email: str) -> None:
    token, holder = correcting.ask_change(account_id, email), accounts.find_by_email(email)
    if holder is None:
        send_to_stranger(email, "account", Letter(name="change_email", context={"token": token}))
    else:
        send(holder.id, "account", Letter(name="address_in_use"))


def _tell_former(account: Account) -> None:
    """Mail the way back to the present address, unless nobody ever confirmed it: then it may be a stranger's."""
    if account.confirmed_at is not None and account.email is not None:
        token = correcting.keep_way_back(account, email_of(account))
        send(account.id, "security", Letter(name="email_changed", context={"token": token}))


def _opened(account: Account, address: Sealed) -> str:
    """The address inside a link, for the person who holds the link."""
    return disclose(address, purpose="account", actor=actor_of(account.id))
