"""What tickets are called on pages and in exports."""

from collections.abc import Sequence

from core.access import actor_of
from core.accounts import service as accounts
from privacy.export import telling
from privacy.export.telling import Values
from privacy.gate import disclose
from privacy.panel import sections
from privacy.retention.service import Expiry, expires
from privacy.tickets import service
from privacy.tickets.models import Ticket
from privacy.tickets.rules import OURS, State

STATES = {
    State.OPEN: ("Arrived", "accent"),
    State.WAITING: ("Waits for us", "accent"),
    State.ANSWERED: ("Answered", "good"),
    State.CLOSED: ("Closed", "neutral"),
}
KINDS = {
    "question": "Question",
    "stop": "No more mail",
    "original_only": "Original purposes only",
    "no_calls": "No more calls",
    "access": "Wants to see data",
    "correction": "Wants a correction",
    "erasure": "Wants to be erased",
}
DOORS = {"mail": "by e-mail", "form": "by the support page", "panel": "by the support page, signed in"}


def tell() -> None:
    """Give the panel its line, the export its words and the sweep its end."""
    sections.add("What you wrote to us", "/account/support", _line, rank=45)
    telling.describe(
        "ticket",
        reading=_tickets,
        words={
            "number": "Its number.",
            "address": "Where our answers go.",
            "subject": "What it is about.",
            "kind": "What it asks for.",
            "door": "How it came.",
            "acknowledged_at": "When we said that it arrived.",
            "verified_at": "When you said that it was you.",
        },
    )
    expires(
        Expiry(
            kind="tickets",
            title="Letters to us, and our answers",
            after="two years after the first letter",
            discard=service.discard,
        )
    )
    telling.describe("ticket_message", words={"direction": "in: you wrote; out: we answered."})
    telling.enclose("enclosed", _file_names, _file)


def own_address(account_id: int) -> str:
    """The address of the signed-in person."""
    sealed = accounts.get(account_id).email
    return disclose(sealed, purpose="support", actor=actor_of(account_id)) if sealed else ""


def is_ours(ticket: Ticket) -> bool:
    """True if it waits for us."""
    return ticket.state in OURS


def _line(account_id: int) -> str:
    found = service.of_account(account_id)
    return f"{len(found)}, the last: {STATES[State(found[0].state)][0].lower()}" if found else "Nothing yet"


def _tickets(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": f"{row['number']}: {row['subject']}"} for row in rows]


def _file_names(account_id: int) -> list[str]:
    return [f"{number} {name}" for number, name in service.files_of(account_id)]


def _file(account_id: int, name: str) -> bytes:
    return service.file_of(account_id, int(name.partition(" ")[0]))
