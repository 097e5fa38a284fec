"""The worker's part: reading what came in, each mail in a transaction of its own, so that one cannot hold up another."""

from core import db, logs
from core.jobs.service import job
from privacy.mailbox import service


@job(service.JOB, own_transactions=True, every=1)
def read_waiting() -> None:
    """Read all that waits."""
    with db.transaction(reading=True):
        numbers = service.waiting()
    for number in numbers:
        _read(number)


@job("mailbox.sweep", every=30)
def sweep() -> None:
    """Forget which mails were read long ago."""
    service.sweep()


def _read(number: int) -> None:
    try:
        with db.transaction():
            service.read(number)
    except Exception as failed:  # whatever it is, the mail is kept and tried again, and the next one is read
        logs.log().error("mail_not_read", number=number, error=logs.describe(failed))
        with db.transaction():
            service.give_back(number)
