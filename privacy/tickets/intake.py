"""A letter arrives: it finds its ticket or gets one, what it asks for is done at once where nobody need be asked who they
are (clauses P6, P9, P14), and its sender hears once that it is there."""

from dataclasses import dataclass

from core import keys
from core.accounts import service as accounts
from core.accounts.models import Account
from privacy.consent import service as consent
from privacy.contact import calls, stopping
from privacy.tickets import identity, letters, rules, service
from privacy.tickets.letters import Done
from privacy.tickets.meaning import NEEDS_IDENTITY, Meaning, Wish, is_bare_stop, meaning_of
from privacy.tickets.models import Ticket
from privacy.tickets.service import Enclosed

QUESTION = "question"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A letter as it came. address: who says to have written it, "" if nobody does. to: where it was sent; mails: the
    mails of ours that it answers. automatic: a program wrote it, so nothing is answered."""

    address: str
    subject: str
    text: str
    door: str
    files: tuple[Enclosed, ...] = ()
    to: tuple[str, ...] = ()
    mails: tuple[int, ...] = ()
    identifier: str = ""
    automatic: bool = False


def take(arrival: Arrival) -> Ticket:
    """Put the letter where it belongs and do what it asks for."""
    meaning = _meaning(arrival)
    account = accounts.find_by_email(arrival.address)
    ticket = _thread(arrival, meaning, account) or service.open_ticket(
        account_id=account.id if account else None,
        address=arrival.address,
        subject=arrival.subject,
        kind=_kind(meaning),
        door=arrival.door,
    )
    service.add_letter(ticket, arrival.text, arrival.files, automatic=arrival.automatic)
    done = _act(meaning, arrival, account, ticket)
    if not arrival.automatic:
        letters.acknowledge(ticket, arrival.address, done, arrival.identifier)
    return ticket


def _meaning(arrival: Arrival) -> Meaning:
    """Of what a program wrote only a bare stop counts: mail programs have a button that writes one."""
    if not arrival.automatic:
        return meaning_of(arrival.subject, arrival.text)
    stop = is_bare_stop(arrival.subject, arrival.text)
    return Meaning(wishes=frozenset({Wish.STOP} if stop else ()))


def _thread(arrival: Arrival, meaning: Meaning, account: Account | None) -> Ticket | None:
    """The ticket it continues. What takes an identity is never put into somebody else's ticket."""
    found = _quoted(arrival)
    is_theirs = found is not None and found.account_id == (account.id if account else None)
    return found if is_theirs or meaning.wishes.isdisjoint(NEEDS_IDENTITY) else None


def _quoted(arrival: Arrival) -> Ticket | None:
    """By the address that we wrote; else by the mail or the number that it quotes, if the same person quotes it."""
    for number, proof in rules.references_in(arrival.to):
        if keys.same(proof, service.proof_of(number)) and (found := service.find(number)):
            return service.lock(found)
    found = service.by_mails(arrival.mails, arrival.address) or _by_number(arrival)
    return service.lock(found) if found else None


def _by_number(arrival: Arrival) -> Ticket | None:
    number = rules.number_in(arrival.subject)
    found = service.find(number) if number else None
    is_theirs = found is not None and found.address_hash == service.address_hash(arrival.address)
    return found if is_theirs else None


def _kind(meaning: Meaning) -> str:
    """The wish that a person should see first; a wish to be answered weighs more than one that is done already."""
    order = (Wish.ERASE, Wish.CORRECT, Wish.SEE, Wish.NO_CALLS, Wish.ORIGINAL_ONLY, Wish.STOP)
    return next((wish.value for wish in order if wish in meaning.wishes), QUESTION)


def _act(meaning: Meaning, arrival: Arrival, account: Account | None, ticket: Ticket) -> Done:
    if Wish.STOP in meaning.wishes and arrival.address:
        stopping.stop_address(arrival.address, how=_how(arrival))
    if Wish.ORIGINAL_ONLY in meaning.wishes and account is not None:
        consent.switch(account.id, consent.ORIGINAL_ONLY, True, how=_how(arrival))
    for number in meaning.numbers:
        calls.stop_calls(number, how=_how(arrival))
    asked = [wish for wish in NEEDS_IDENTITY if wish in meaning.wishes]
    if asked and account is not None:
        identity.ask(ticket, account, asked[-1])
    return Done(
        stopped=Wish.STOP in meaning.wishes,
        original_only=Wish.ORIGINAL_ONLY in meaning.wishes,
        no_calls=bool(meaning.numbers),
        asks_identity=bool(asked),
    )


def _how(arrival: Arrival) -> str:
    return {"mail": "e-mail", "form": "support form"}.get(arrival.door, arrival.door)
