"""One live figure for each clause, from what the program wrote down while it kept it: `flask policy check` prints them.

A figure is a sentence with numbers counted now; "this month" is the last 30 days. None names anybody.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core import clock
from core.db import session
from core.outbox.models import Mail
from privacy import register
from privacy.consent import service as consent
from privacy.consent.models import ConsentEntry
from privacy.contact.models import StoppedNumber, Suppression
from privacy.looks.models import AccessEntry
from privacy.pageviews.models import PageCount, Visit, VisitTrail
from privacy.policies import service as policies
from privacy.tickets.models import Ticket

MONTH = timedelta(days=30)

Such = ColumnElement[bool] | InstrumentedAttribute[bool]
Figure = Callable[[], str]
FIGURES: dict[str, Figure] = {}


def figure(*clauses: str) -> Callable[[Figure], Figure]:
    """Let this function say the figure of these clauses."""

    def keep(said: Figure) -> Figure:
        FIGURES.update(dict.fromkeys(clauses, said))
        return said

    return keep


def of(clause: str) -> str:
    """The figure of a clause, counted now."""
    return FIGURES[clause]()


@figure("P1", "P18")
def _written_to() -> str:
    return f"messages to the support address this month: {_count(Ticket.id, Ticket.created_at > _since())} tickets"


@figure("P2", "P4b")
def _counted() -> str:
    opened = _openings(AccessEntry.purpose == "measurement", AccessEntry.allowed)
    return f"values about a person opened to measure or improve pages this month: {opened} of {_openings()} openings"


@figure("P3a")
def _pages() -> str:
    pages = select(func.coalesce(func.sum(PageCount.times), 0)).where(PageCount.day > _since().date())
    return f"pages counted this month: {session.scalar(pages)}, none with a visitor"


@figure("P3b", "P5c")
def _listed() -> str:
    trails = {
        row
        for row in session.scalars(select(VisitTrail.account_id).where(VisitTrail.account_id.is_not(None)).distinct())
    }
    without = sum(not consent.is_given(account_id, "page_history") for account_id in trails if account_id)
    return f"lists of visited pages kept without a yes: {without} of {len(trails)}"


@figure("P3c", "P15a", "P15b")
def _declared() -> str:
    tables = register.holdings().values()
    return (
        f"columns about people in the register: {sum(len(table.columns) for table in tables)} in {len(tables)} tables"
    )


@figure("P4a")
def _overdue() -> str:
    late = _count(Visit.id, Visit.discard_at < clock.now())
    return f"visits kept beyond their last day, waiting for tonight's sweep and readable by nobody: {late}"


@figure("P4c")
def _to_taste() -> str:
    both = _count(
        VisitTrail.account_id.distinct(),
        consent.last_word(VisitTrail.account_id, "page_history"),
        consent.last_word(VisitTrail.account_id, "suggestions"),
    )
    return f"people with an account to whom suggestions may be shown: {both}, of {_given('suggestions')} who switched them on"


@figure("P4d", "P9")
def _shared() -> str:
    commercial = sum(recipient.commercial for recipient in register.recipients.values())
    return f"recipients who do business with what they receive: {commercial} of {len(register.recipients)}"


@figure("P5a", "P5b", "P5d")
def _cookies() -> str:
    names = sorted(register.cookies)
    return f"cookies that may ever be set: {len(names)} ({', '.join(names)})"


@figure("P6")
def _stopped() -> str:
    return f"wishes to get no more mail that are kept and honored: {_count(Suppression.id)}"


@figure("P7")
def _postal() -> str:
    return _misused("postal", "postal addresses opened for anything but what they were given for")


@figure("P8")
def _called() -> str:
    return _misused("telephone", "telephone numbers opened for anything but orders")


@figure("P10")
def _never_called() -> str:
    return f"numbers that nobody calls any more: {_count(StoppedNumber.id)}"


@figure("P11")
def _newer() -> str:
    refused = _openings(AccessEntry.reason == "newer_purpose")
    return f"openings refused this month because the use is newer than the datum: {refused}"


@figure("P12", "P13")
def _versions() -> str:
    broken = policies.first_broken()
    state = "all of them as published" if broken is None else f"version {broken} was altered"
    return f"versions published: {len(policies.versions())}, {state}"


@figure("P14")
def _original() -> str:
    refused = _openings(AccessEntry.reason == "original_only")
    return (
        f"people with original purposes only: {_given(consent.ORIGINAL_ONLY)}; openings refused this month: {refused}"
    )


@figure("P15c")
def _letters() -> str:
    return f"mails kept for the people they went to: {_count(Mail.id)}, passwords kept: 0"


@figure("P16")
def _seen_by_others() -> str:
    others = _openings(AccessEntry.allowed, AccessEntry.actor_kind == "person")
    return f"values shown to another person than the one they are about, this month: {others}"


@figure("P17a", "P17b", "P17c")
def _corrected() -> str:
    ways = [column.correct for table in register.holdings().values() for column in table.columns.values()]
    return f"columns that say how they are corrected: {sum(bool(way) for way in ways)} of {len(ways)}"


@figure("P19")
def _encrypted() -> str:
    return f"mails handed over this month, by TLS or in a demonstration: {_count(Mail.id, Mail.sent_at > _since())}"


def _misused(category: str, words: str) -> str:
    """How many openings of that kind of value served a purpose for which it was not collected."""
    labels = {
        f"{table.name}.{name}": column.collected
        for table in register.holdings().values()
        for name, column in table.columns.items()
        if column.category == category
    }
    misuse = wrong = 0
    for label, collected in labels.items():
        about = or_(AccessEntry.labels == label, AccessEntry.labels.contains(label))
        wrong += _openings(about, AccessEntry.allowed, AccessEntry.purpose.not_in(collected))
        misuse += _openings(about, AccessEntry.allowed)
    return f"{words}: {wrong} of {misuse} this month"


def _openings(*such: Such) -> int:
    return _count(AccessEntry.id, AccessEntry.at > _since(), *such)


def _given(purpose: str) -> int:
    latest = select(func.max(ConsentEntry.id)).where(ConsentEntry.purpose == purpose).group_by(ConsentEntry.account_id)
    return _count(ConsentEntry.id, ConsentEntry.id.in_(latest), ConsentEntry.given)


def _count(column: Any, *such: Such) -> int:
    return session.scalar(select(func.count(column)).where(*such)) or 0


def _since() -> Any:
    return clock.now() - MONTH
