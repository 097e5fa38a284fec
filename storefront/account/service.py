"""Opening an account, signing in, and passwords.

bcrypt is slow, so it works between two transactions: the first reads what it needs, the second stores the outcome and
looks again whether it still holds. The same work is done whether an address has an account or not.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from core import clock, db
from core.access import actor_of
from core.accounts import passwords
from core.accounts import rules as people
from core.accounts import service as accounts
from core.accounts.models import Account, AccountSession, MailedLink
from core.accounts.person import Person
from core.db import session
from core.errors import Conflict, Invalid, NotSignedIn
from core.events import emit
from core.jobs.service import job, start
from privacy.contact.service import Letter, send
from privacy.gate import disclose
from privacy.policies import service as policies
from storefront.account import browsers, tickets
from storefront.account.rules import judged_part
from storefront.cart import service as cart
from storefront.pages.rules import TERMS_VERSION
from storefront.secondfactor import service as secondfactor

JUST_NOW = timedelta(minutes=2)


class NameTaken(people.NameRefused):
    code = "name_taken"
    sentence = "Somebody already goes by this name, or by one that looks the same. Please choose another one."


class SignInRefused(Invalid):
    """Says neither whether the address is known nor which of the two was wrong."""

    code = "sign_in_refused"
    sentence = "This address and this password do not belong together. Please check both."


class WrongPassword(Invalid):
    code = "wrong_password"
    sentence = "This is not your present password."


class ChangedMeanwhile(Conflict):
    code = "password_changed_meanwhile"
    sentence = "Your password was changed in another window a moment ago. Nothing was changed here."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Somebody signed in, or confirmed their address and is signed in with that. cart_token: what lp_cart held, or ""."""

    account_id: int
    cart_token: str


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Who opens an account: everything as read by the rules."""

    email: str
    name_shown: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Browser:
    """The browser that asks: what its owner would call it, who was signed in with it, and its cart's token."""

    label: str
    person: Person | None = None
    cart_token: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class HalfOpened:
    """The password was right, and a code is still to come; ticket: what brings this here again, for ten minutes."""

    ticket: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A fresh session: the text for its cookie, and what to say about the cart ("" for nothing)."""

    token: str = field(repr=False)
    remembered: bool
    sentence: str = ""


def sign_up(newcomer: Newcomer, *, cost: int) -> None:
    """Open an account and mail its link; to an address that has one, mail that instead. Refuses with NameTaken."""
    with db.transaction(reading=True):
        _check_name(newcomer)
    hashed = passwords.make(newcomer.password, cost=cost)
    try:
        with db.transaction():
            _enter(newcomer, hashed)
    except IntegrityError:  # somebody took the name or the address in between: now the checks see them
        with db.transaction():
            _enter(newcomer, hashed)


def sign_in(email: str, password: str, browser: Browser, *, remembered: bool, cost: int) -> Opened | HalfOpened:
    """Check the pair and open a session, or ask for the second factor; the session this browser had ends. Refuses with
    SignInRefused."""
    account_id, kept = _read_pair(email)
    if not passwords.matches(judged_part(password), kept or None, cost=cost):
        raise SignInRefused
    fresh = passwords.make(password, cost=cost) if passwords.is_outdated(kept, cost=cost) else kept
    with db.transaction():
        account = lock(account_id)
        if account.password_hash == kept:
            account.password_hash = fresh
            if secondfactor.is_on(account_id):
                return HalfOpened(ticket=tickets.write(account_id, fresh, remembered))
            return let_in(account_id, browser, remembered=remembered)
    return sign_in(email, password, browser, remembered=remembered, cost=cost)


def let_in(account_id: int, browser: Browser, *, remembered: bool, two_factors: bool = False) -> Opened:
    """Open a session in the present transaction and bring the browser's cart along."""
    if browser.person:
        end_quietly(browser.person)
    sentence = cart.merge_at_sign_in(account_id, browser.cart_token or None)
    token = accounts.open_session(account_id, remembered=remembered, browser=browser.label, two_factors=two_factors)
    browsers.note(account_id, browser.label)
    emit(SignedIn(account_id=account_id, cart_token=browser.cart_token))
    return Opened(token=token, remembered=remembered, sentence=sentence)


def end_quietly(person: Person) -> None:
    """End the session that somebody is here with; one that was ended already is no matter."""
    session.execute(delete(AccountSession).where(AccountSession.id == person.session_id))


def end_others(person: Person) -> int:
    """End all other sessions of the account; answers how many."""
    others = (AccountSession.account_id == person.id, AccountSession.id != person.session_id)
    return len(session.scalars(delete(AccountSession).where(*others).returning(AccountSession.id)).all())


def confirm(token: str, browser: Browser) -> Opened | None:
    """Confirm the address and sign in, unless that person is here already, or has a second factor. Raises LinkExpired."""
    account_id = accounts.use_link(token, "confirm")
    accounts.confirm(account_id)
    is_here = browser.person is not None and browser.person.id == account_id
    if is_here or secondfactor.is_on(account_id):
        return None
    return let_in(account_id, browser, remembered=False)


def confirm_again(account_id: int) -> None:
    """Mail a fresh link to an address that is not confirmed yet."""
    if accounts.get(account_id).confirmed_at is None:
        _mail_confirm(account_id)


def ask_reset(email: str) -> None:
    """Let the worker mail a link, if there is somebody: here the same is done for every address."""
    start("account.mail_reset", email_hash=accounts.email_hash(email))


@job("account.mail_reset")
def mail_reset(email_hash: str) -> None:
    """Mail the link with which a new password is chosen."""
    whose = (Account.email_hash == email_hash, Account.closed_at.is_(None))
    account_id = session.scalar(select(Account.id).where(*whose))
    if account_id is not None:
        token = accounts.make_link(account_id, "reset")
        send(account_id, "security", Letter(name="reset", context={"token": token}))


def reset_password(token: str, password: str, *, cost: int) -> None:
    """Use the link up and keep the new password; whoever can read the mail has confirmed the address, too.

    Raises LinkExpired. All sessions end.
    """
    hashed = passwords.make(password, cost=cost)
    with db.transaction():
        account_id = accounts.use_link(token, "reset")
        accounts.confirm(account_id)
        _replace_password(account_id, hashed)


def change_password(person: Person, current: str, password: str, browser: Browser, *, cost: int) -> Opened:
    """Keep a new password, end all sessions and open a fresh one here. Refuses with WrongPassword."""
    with db.transaction(reading=True):
        kept = accounts.get(person.id).password_hash
    if not passwords.matches(judged_part(current), kept, cost=cost):
        raise WrongPassword
    hashed = passwords.make(password, cost=cost)
    with db.transaction():
        if lock(person.id).password_hash != kept:
            raise ChangedMeanwhile
        remembered = _was_remembered(person)
        _replace_password(person.id, hashed)
        token = accounts.open_session(
            person.id, remembered=remembered, browser=browser.label, two_factors=person.two_factors
        )
    return Opened(token=token, remembered=remembered)


def known_about(account_id: int) -> tuple[str, ...]:
    """What others could know about a person and would try as a password."""
    account = accounts.get(account_id)
    return account.name_shown, email_of(account)


def email_of(account: Account) -> str:
    """The address, for the person whose it is."""
    return disclose(account.email, purpose="account", actor=actor_of(account.id)) if account.email else ""


def _read_pair(email: str) -> tuple[int, str]:
    with db.transaction(reading=True):
        account = accounts.find_by_email(email)
        return (account.id, account.password_hash) if account else (0, "")


def _check_name(newcomer: Newcomer) -> None:
    if accounts.is_name_taken(newcomer.name_shown) and not _is_repeated(newcomer):
        raise NameTaken


def _is_repeated(newcomer: Newcomer) -> bool:
    """True if this very form was sent a moment ago: a double click is no stranger who took the name."""
    account = accounts.find_by_email(newcomer.email)
    if account is None or clock.now() - account.created_at > JUST_NOW:
        return False
    return account.name_key == people.name_key(newcomer.name_shown)


def _enter(newcomer: Newcomer, hashed: str) -> None:
    _check_name(newcomer)
    known = accounts.find_by_email(newcomer.email)
    if known is not None:
        if not _is_repeated(newcomer):
            token = accounts.make_link(known.id, "reset")
            send(known.id, "account", Letter(name="already_registered", context={"token": token}))
        return
    account = accounts.register(email=newcomer.email, name_shown=newcomer.name_shown, password_hash=hashed)
    accounts.accept(account.id, "terms", TERMS_VERSION, place="sign-up")
    accounts.accept(account.id, "policy", policies.current_version(), place="sign-up")
    policies.see_all(account.id, at_sign_up=True)
    _mail_confirm(account.id)


def _mail_confirm(account_id: int) -> None:
    token = accounts.make_link(account_id, "confirm")
    send(account_id, "account", Letter(name="confirm", context={"token": token}))


def lock(account_id: int) -> Account:
    """The account, held until the transaction ends: nobody changes its password or opens a session meanwhile."""
    account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None or account.closed_at is not None:
        raise SignInRefused
    return account


def _was_remembered(person: Person) -> bool:
    held = session.get(AccountSession, person.session_id)
    if held is None:
        raise NotSignedIn
    return held.remembered


def _replace_password(account_id: int, hashed: str) -> None:
    """Keep the hash; every session ends, and every link for a password or an address; its owner hears of it."""
    accounts.set_password(account_id, hashed)
    accounts.end_links(account_id, MailedLink.purpose.in_(("reset", "change_email")))
    send(account_id, "security", Letter(name="password_changed", context={"at": clock.now()}))
