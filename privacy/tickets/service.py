"""What can be done with tickets: open, add to, answer, assign, close, and find those that one may see."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, delete, select, update

from core import clock, keys
from core.access import Actor, actor_of
from core.accounts.rules import normalise_email
from core.db import session
from core.errors import NotFound
from core.sealed import seal
from privacy.gate import disclose, disclose_all
from privacy.retention import holds
from privacy.tickets import rules
from privacy.tickets.models import Ticket, TicketFile, TicketMessage
from privacy.tickets.rules import Direction, State, Verb

PURPOSE = "support"


class Enclosed(Protocol):
    """A file that came with a letter."""

    @property
    def name(self) -> str:
        """As its sender called it."""

    @property
    def kind(self) -> str:
        """Its media type, as its sender said."""

    @property
    def content(self) -> bytes:
        """Its bytes."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message, opened."""

    id: int
    direction: str
    text: str
    at: datetime
    automatic: bool
    mail_id: int | None
    files: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A ticket, opened for somebody who may read it. address is "" for the person themselves."""

    ticket: Ticket
    subject: str
    address: str
    letters: list[Letter]


def address_hash(address: str) -> str:
    """The keyed hash by which an address's tickets are found."""
    return keys.keyed_hash("ticket.address", normalise_email(address))


def proof_of(number: str) -> str:
    """What shows that we wrote the ticket's number into an address."""
    return keys.keyed_hash("ticket reference", number)[: rules.PROOF_LETTERS]


def open_ticket(*, account_id: int | None, address: str, subject: str, kind: str, door: str) -> Ticket:
    """A fresh ticket without letters yet."""
    now, whose = clock.now(), account_id or 0
    ticket = Ticket(
        number=f"T-{secrets.randbelow(10**8):08d}",
        account_id=account_id,
        address=seal(address, "ticket.address", subject=whose),
        address_hash=address_hash(address),
        subject=seal(subject, "ticket.subject", subject=whose),
        state=State.OPEN,
        kind=kind,
        door=door,
        created_at=now,
        changed_at=now,
    )
    session.add(ticket)
    session.flush()
    return ticket


def add_letter(ticket: Ticket, text: str, files: Iterable[Enclosed] = (), *, automatic: bool = False) -> int:
    """What the person wrote. A closed ticket opens again, unless a program wrote."""
    message = _add(ticket, Direction.IN, text, automatic=automatic)
    whose = ticket.account_id or 0
    for file in files:
        content = base64.b64encode(file.content).decode()
        session.add(
            TicketFile(
                message_id=message.id,
                name=seal(file.name, "ticket_file.name", subject=whose),
                kind=file.kind,
                size=len(file.content),
                content=seal(content, "ticket_file.content", subject=whose),
            )
        )
    if not automatic:
        _move(ticket, Verb.WRITE)
    return message.id


def add_answer(ticket: Ticket, text: str, author_id: int) -> TicketMessage:
    """What we answered. Whoever answers takes the ticket on if nobody has."""
    message = _add(ticket, Direction.OUT, text)
    message.author_id = author_id
    ticket.assigned_to = ticket.assigned_to or author_id
    _move(ticket, Verb.ANSWER)
    return message


def close(ticket: Ticket) -> None:
    """It is settled. Raises ClosedAlready."""
    _move(ticket, Verb.CLOSE)


def find(number: str) -> Ticket | None:
    """The ticket of that number, locked for whoever changes it."""
    return session.scalar(select(Ticket).where(Ticket.number == number, _is_kept()))


def get(number: str) -> Ticket:
    """The ticket of that number. Raises NotFound."""
    found = session.scalar(select(Ticket).where(Ticket.number == number, _is_kept()))
    if found is None:
        raise NotFound("There is no ticket with this number (any more).")
    return found


def get_for(account_id: int, number: str) -> Ticket:
    """One's own ticket. Raises NotFound for any other."""
    found = get(number)
    if found.account_id != account_id:
        raise NotFound("There is no ticket with this number (any more).")
    return found


def lock(ticket: Ticket) -> Ticket:
    """The same ticket, for changing: of two at once one waits."""
    fresh = select(Ticket).where(Ticket.id == ticket.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(fresh).one()


def of_account(account_id: int, most: int = 100) -> list[Ticket]:
    """The person's tickets, the latest first."""
    own = select(Ticket).where(Ticket.account_id == account_id, _is_kept())
    return list(session.scalars(own.order_by(Ticket.changed_at.desc(), Ticket.id.desc()).limit(most)))


def queue(states: Sequence[State], most: int = 100) -> list[Ticket]:
    """Tickets in these states: where it is our turn, those that wait longest first."""
    wanted = select(Ticket).where(Ticket.state.in_(states), _is_kept())
    ours = set(states) <= set(rules.OURS)
    order = (Ticket.changed_at, Ticket.id) if ours else (Ticket.changed_at.desc(), Ticket.id.desc())
    return list(session.scalars(wanted.order_by(*order).limit(most)))


def by_mails(mails: Sequence[int], address: str) -> Ticket | None:
    """The ticket of which one of these mails of ours was a part, if this address writes in it."""
    if not mails:
        return None
    wanted = select(Ticket).join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
    own = (TicketMessage.mail_id.in_(mails), Ticket.address_hash == address_hash(address), _is_kept())
    return session.scalar(wanted.where(*own).order_by(Ticket.id.desc()).limit(1))


def open_for(ticket: Ticket, actor: Actor) -> Opened:
    """The ticket with its letters, opened at the gate: one row for all of it, none for the person themselves."""
    letters, files = _letters(ticket.id)
    sealed = [ticket.subject, ticket.address, *(one.text for one in letters), *(file.name for file in files)]
    subject, address, *texts = disclose_all(sealed, purpose=PURPOSE, actor=actor)
    names = dict(zip((file.id for file in files), texts[len(letters) :], strict=True))
    opened = [
        Letter(
            id=one.id,
            direction=one.direction,
            text=text,
            at=one.at,
            automatic=one.automatic,
            mail_id=one.mail_id,
            files=tuple((file.id, names[file.id], file.size) for file in files if file.message_id == one.id),
        )
        for one, text in zip(letters, texts, strict=False)
    ]
    return Opened(ticket=ticket, subject=subject, address=address, letters=opened)


def subjects(tickets: Sequence[Ticket], actor: Actor) -> dict[int, str]:
    """The subjects of one person's own tickets."""
    if not tickets:
        return {}
    told = disclose_all([one.subject for one in tickets], purpose=PURPOSE, actor=actor)
    return {one.id: subject for one, subject in zip(tickets, told, strict=True)}


def open_file(ticket: Ticket, number: int, actor: Actor) -> tuple[str, bytes]:
    """Name and bytes of a file of this ticket. Raises NotFound."""
    wanted = select(TicketFile).join(TicketMessage, TicketFile.message_id == TicketMessage.id)
    own = (TicketFile.id == number, TicketMessage.ticket_id == ticket.id)
    found = session.scalar(wanted.where(*own))
    if found is None:
        raise NotFound
    name, content = disclose_all([found.name, found.content], purpose=PURPOSE, actor=actor)
    return name, base64.b64decode(content)


def files_of(account_id: int) -> list[tuple[int, str]]:
    """Numbers and names of all files that the person enclosed."""
    wanted = select(TicketFile).join(TicketMessage, TicketFile.message_id == TicketMessage.id).join(Ticket)
    own = session.scalars(wanted.where(Ticket.account_id == account_id, _is_kept()))
    return [(one.id, disclose(one.name, purpose=PURPOSE, actor=actor_of(account_id))) for one in own]


def file_of(account_id: int, number: int) -> bytes:
    """The bytes of one of the person's own files. Raises NotFound."""
    owner = select(Ticket).join(TicketMessage).join(TicketFile).where(TicketFile.id == number)
    ticket = session.scalar(owner.where(Ticket.account_id == account_id, _is_kept()))
    if ticket is None:
        raise NotFound
    return open_file(ticket, number, actor_of(account_id))[1]


def address_of(ticket: Ticket, actor: Actor) -> str:
    """Where answers to a ticket without an account go."""
    return disclose(ticket.address, purpose=PURPOSE, actor=actor)


def discard() -> int:
    """Delete what is over two years old, unless a legal hold keeps the person's letters; how many tickets."""
    over = (Ticket.created_at <= _oldest(), holds.is_free(Ticket.account_id, "communication"))
    return len(session.scalars(delete(Ticket).where(*over).returning(Ticket.id)).all())


def assign(ticket: Ticket, account_id: int | None) -> None:
    """Somebody takes it on, or gives it back."""
    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(assigned_to=account_id))


def _add(ticket: Ticket, direction: Direction, text: str, *, automatic: bool = False) -> TicketMessage:
    sealed = seal(text, "ticket_message.text", subject=ticket.account_id or 0)
    message = TicketMessage(ticket_id=ticket.id, direction=direction, text=sealed, at=clock.now(), automatic=automatic)
    session.add(message)
    session.flush()
    return message


def _move(ticket: Ticket, verb: Verb) -> None:
    ticket.state = rules.after(State(ticket.state), verb)
    ticket.changed_at = clock.now()
    ticket.closed_at = clock.now() if ticket.state == State.CLOSED else None


def _letters(ticket_id: int) -> tuple[list[TicketMessage], list[TicketFile]]:
    own = TicketMessage.ticket_id == ticket_id
    letters = list(session.scalars(select(TicketMessage).where(own).order_by(TicketMessage.id)))
    enclosed = select(TicketFile).join(TicketMessage, TicketFile.message_id == TicketMessage.id)
    return letters, list(session.scalars(enclosed.where(own).order_by(TicketFile.id)))


def _oldest() -> datetime:
    return clock.now() - rules.LIVES


def _is_kept() -> ColumnElement[bool]:
    return Ticket.created_at > _oldest()
