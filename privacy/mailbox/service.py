"""Taking mail so that none is lost, and reading each one once."""

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from core import clock, keys, web
from core.access import PROGRAM
from core.db import session
from core.errors import Refusal
from core.inserting import insert_or
from core.jobs.service import start
from core.sealed import seal
from privacy.contact import bounces
from privacy.gate import disclose
from privacy.mailbox import rules
from privacy.mailbox.models import ReceivedMail
from privacy.mailbox.reports import Report
from privacy.mailbox.rules import Incoming
from privacy.tickets import intake

JOB = "mailbox.read"
PURPOSE = "support"
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)
REMEMBERED = timedelta(days=14)
_OURS = re.compile(r"^mail-(\d{1,15})@(.+)$")


class TooLarge(Refusal):
    """A mail above the limit is refused as a whole, so that its sender knows."""

    status = 413
    code = "mail_too_large"
    sentence = "The mail is larger than 10 MB, so it was not taken. Please send large files in another way."


def receive(raw: bytes, *, returns_nowhere: bool = False) -> bool:
    """Keep the mail, sealed; what it says is done afterwards. False if it is here already. Raises TooLarge."""
    if len(raw) > rules.MOST_BYTES:
        raise TooLarge
    now = clock.now()
    row = {
        "digest_hash": keys.keyed_hash("received mail", rules.digest(raw)),
        "raw": seal(raw.decode("latin-1"), "received_mail.raw"),
        "returns_nowhere": returns_nowhere,
        "state": "waiting",
        "attempts": 0,
        "received_at": now,
        "due_at": now,
    }
    added = insert_or(ReceivedMail).values(row).on_conflict_do_nothing(index_elements=["digest_hash"])
    is_new = session.execute(added.returning(ReceivedMail.id)).scalar() is not None
    start(JOB)
    return is_new


def waiting(most: int = 100) -> Sequence[int]:
    """The numbers of mails whose turn it is."""
    due = (ReceivedMail.state == "waiting", ReceivedMail.due_at <= clock.now())
    return session.scalars(select(ReceivedMail.id).where(*due).order_by(ReceivedMail.id).limit(most)).all()


def read(number: int) -> None:
    """Read one mail: a report, or a letter. Read twice, it is put down once."""
    found = session.scalar(select(ReceivedMail).where(ReceivedMail.id == number).with_for_update())
    if found is None or found.state != "waiting" or found.raw is None:
        return
    raw = disclose(found.raw, purpose=PURPOSE, actor=PROGRAM).encode("latin-1")
    own = web.settings().support_email
    incoming = rules.read(raw, own=own, returns_nowhere=found.returns_nowhere)
    if incoming.report is None or not _is_noted(incoming.report):
        intake.take(_arrival(incoming, own))
    found.state, found.raw = "done", None


def give_back(number: int) -> None:
    """It could not be read now: later, with growing waits; in the end a person gets it as it came."""
    found = session.scalars(select(ReceivedMail).where(ReceivedMail.id == number).with_for_update()).one()
    found.attempts += 1
    found.due_at = clock.now() + FIRST_WAIT * 2**found.attempts
    if found.attempts >= MOST_ATTEMPTS and found.raw is not None:
        _keep_whole(found, disclose(found.raw, purpose=PURPOSE, actor=PROGRAM).encode("latin-1"))


def sweep() -> None:
    """Forget which mails were read long ago."""
    old = (ReceivedMail.received_at < clock.now() - REMEMBERED, ReceivedMail.state == "done")
    session.execute(delete(ReceivedMail).where(*old))


def _keep_whole(found: ReceivedMail, raw: bytes) -> None:
    whole = rules.File(name=rules.ORIGINAL, kind="message/rfc822", content=raw)
    text = "(This mail could not be read by the program. It is enclosed as it came.)"
    arrival = intake.Arrival(
        address="", subject="A mail to look at", text=text, door="mail", files=(whole,), automatic=True
    )
    intake.take(arrival)
    found.state, found.raw = "done", None


def _arrival(incoming: Incoming, own: str) -> intake.Arrival:
    return intake.Arrival(
        address=incoming.sender,
        subject=incoming.subject,
        text=incoming.text or "(The mail had no text.)",
        door="mail",
        files=incoming.files,
        to=incoming.to,
        mails=_own_numbers(incoming.answers, own),
        identifier=incoming.message_id,
        automatic=incoming.automatic,
    )


def _own_numbers(answers: Sequence[str], own: str) -> tuple[int, ...]:
    domain = own.rpartition("@")[2].casefold()
    found = (_OURS.match(one) for one in answers)
    return tuple(int(one.group(1)) for one in found if one and one.group(2).casefold() == domain)


def _is_noted(report: Report) -> bool:
    """True for a report about one of our mails, which is all there is to say about it."""
    if not bounces.is_ours(report.mail, report.recipient):
        return False
    if report.failed:
        bounces.note(report.mail, status=report.status, for_good=report.for_good)
    return True
