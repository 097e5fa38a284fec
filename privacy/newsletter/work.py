"""The worker's part: asking owners of addresses, sending issues step by step, forgetting who never confirmed."""

from core import db
from core.jobs.service import job
from privacy.newsletter import issues, service

MOST = 400
"""Steps in one run; what is left goes on a minute later."""


@job(service.ASK)
def ask(reader: str) -> None:
    """Ask the owner of an address; the argument is a keyed hash."""
    service.ask_owner(reader)


@job(issues.SEND, own_transactions=True, every=1)
def send() -> None:
    """Each step is stored before the next begins, so that an interrupted run goes on where it stopped."""
    for _ in range(MOST):
        with db.transaction():
            goes_on = issues.send_step()
        if not goes_on:
            return


@job("newsletter.sweep", every=60)
def sweep() -> None:
    """Forget addresses that nobody confirmed."""
    service.sweep()
