"""The last mail to somebody who is being erased: it belongs to no account, and its copy goes as soon as it was sent."""

from datetime import timedelta

from sqlalchemy import delete

from core import clock
from core.db import session
from core.events import on
from core.jobs.service import job, start
from core.outbox import service as outbox
from core.outbox.models import Mail
from core.outbox.service import MailLeft
from privacy.contact.service import JOB, Letter, writer

PURPOSE = "privacy_requests"
NAME = "erased"
LONGEST_WAIT = {NAME: timedelta(days=3), "change_email": timedelta(days=1)}
"""Mails to addresses that are no account's, and how long a copy stays at most."""


def send(address: str, letter: Letter) -> None:
    """Queue it with the present transaction, for an address that is known nowhere else any more."""
    written = writer()(letter, "")
    draft = outbox.Draft(
        account_id=None,
        purpose=PURPOSE,
        name=letter.name,
        address=address,
        subject=" ".join(written.subject.split()),
        text=written.text,
        html=written.html,
        once=letter.once,
    )
    outbox.put(draft)
    start(JOB)


def listen() -> None:
    """Forget the copy when the mail has left, or could not."""
    on(MailLeft, _forget)


@job("contact.forget_farewells", every=60)
def forget_old() -> None:
    """A mail server that takes no mail for days does not keep an address alive, nor does a link that is over."""
    for name, longest in LONGEST_WAIT.items():
        old = (Mail.name == name, Mail.account_id.is_(None), Mail.created_at < clock.now() - longest)
        session.execute(delete(Mail).where(*old))


def _forget(event: MailLeft) -> None:
    session.execute(delete(Mail).where(Mail.id == event.number, Mail.name == NAME))
