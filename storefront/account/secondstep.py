"""Signing in with a code after the password, and showing once more who one is."""

from core import db
from core.accounts import passwords
from core.accounts import service as accounts
from core.accounts.person import Person
from storefront.account import service, tickets
from storefront.account.rules import judged_part
from storefront.account.service import Browser, Opened, WrongPassword
from storefront.secondfactor import service as secondfactor
from storefront.secondfactor.service import Outcome, Verdict


def sign_in(ticket: str, typed: str, browser: Browser) -> Opened | Verdict:
    """The second step: a session of two factors, or what is wrong with the code. Raises LinkExpired."""
    with db.transaction(reading=True):
        account_id, remembered = tickets.read(ticket)
    verdict = secondfactor.check(account_id, typed)
    if verdict.outcome is not Outcome.RIGHT:
        return verdict
    with db.transaction():
        service.lock(account_id)
        return service.let_in(account_id, browser, remembered=remembered, two_factors=True)


def prove(person: Person, typed: str, *, cost: int) -> str:
    """Whoever is signed in shows once more that it is they: by a code where a second factor is set up, else by the
    password. Answers what is wrong, "" for nothing."""
    with db.transaction(reading=True):
        by_code, kept = secondfactor.is_on(person.id), accounts.get(person.id).password_hash
    if by_code:
        verdict = secondfactor.check(person.id, typed)
        if verdict.outcome is not Outcome.RIGHT:
            return verdict.sentence
    elif not passwords.matches(judged_part(typed), kept, cost=cost):
        return WrongPassword.sentence
    with db.transaction():
        accounts.prove(person.session_id, two_factors=by_code)
    return ""
