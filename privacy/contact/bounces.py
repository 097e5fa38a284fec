"""Mails of ours that a server could not deliver (RFC 3464)."""

from collections.abc import Iterable

from sqlalchemy import select

from core import clock
from core.access import PROGRAM
from core.accounts.rules import normalise_email
from core.db import session
from core.inserting import insert_or
from core.outbox.models import Mail
from privacy.contact.models import Bounce
from privacy.gate import disclose


def is_ours(number: int, recipient: str) -> bool:
    """True if the mail of that number went to this address: only then a report about it is believed."""
    mail = session.scalar(select(Mail).where(Mail.id == number))
    if mail is None:
        return False
    address = disclose(mail.address, purpose=mail.purpose, actor=PROGRAM)
    return normalise_email(address) == normalise_email(recipient)


def note(number: int, *, status: str, for_good: bool) -> None:
    """The mail of that number did not arrive. Saying it again changes nothing."""
    row = {"mail_id": number, "status": status, "for_good": for_good, "at": clock.now()}
    added = insert_or(Bounce).values(row)
    session.execute(added.on_conflict_do_update(index_elements=["mail_id"], set_=row))


def undelivered(numbers: Iterable[int]) -> dict[int, str]:
    """Which of these mails will not arrive, with the server's status."""
    wanted = select(Bounce.mail_id, Bounce.status).where(Bounce.mail_id.in_(list(numbers)), Bounce.for_good)
    return {row.mail_id: row.status for row in session.execute(wanted)}
