"""The worker's part: take due mails one by one, open each, ask once more, hand it over outside any transaction."""

from core import db, logs, outgoing, web
from core.access import PROGRAM
from core.errors import NotAllowed
from core.events import emit
from core.jobs.service import job
from core.outbox import service as outbox
from core.outbox import transport
from core.outbox.models import Mail
from privacy.contact import service
from privacy.gate import disclose_all

MOST = 500


@job(service.JOB, own_transactions=True, every=1)
def send_due() -> None:
    """Send what is due, at most MOST mails in one run."""
    for _ in range(MOST):
        with db.transaction():
            mail = outbox.claim()
            parcel = _open(mail) if mail else None
        if mail is None:
            return
        if parcel is not None:
            _hand_over(parcel, mail)


def _open(mail: Mail) -> transport.Parcel | None:
    """The mail opened, or None if the person has stopped it since or the gate keeps it closed."""
    try:
        address, subject, text, html = disclose_all(
            [mail.address, mail.subject, mail.text, mail.html],
            purpose=mail.purpose,
            actor=PROGRAM,
            stranger_said_yes=mail.account_id is None and service.is_wanted(mail),
        )
    except NotAllowed:
        outbox.mark_suppressed(mail.id)
        return None
    except ValueError as altered:
        logs.log().error("mail_unreadable", number=mail.id, error=logs.describe(altered))
        outbox.mark_unsent(mail.id, attempts=mail.attempts, for_good=True)
        return None
    if not service.may_still_be_sent(mail, address):
        outbox.mark_suppressed(mail.id)
        return None
    return transport.Parcel(
        number=mail.id,
        purpose=mail.purpose,
        address=address,
        subject=subject,
        text=text,
        html=html,
        headers=mail.headers,
    )


def _hand_over(parcel: transport.Parcel, mail: Mail) -> None:
    try:
        transport.send(parcel, web.settings())
    except outgoing.NotTaken as refused:
        with db.transaction():
            outbox.mark_unsent(parcel.number, attempts=mail.attempts, for_good=refused.for_good)
        return
    with db.transaction():
        outbox.mark_sent(parcel.number)
        emit(service.MailSent(account_id=mail.account_id, purpose=mail.purpose, once=mail.once))
