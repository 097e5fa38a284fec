"""The worker's part: mail a notice to everybody, some people per transaction, and go on where it stopped."""

from core import db
from core.jobs.service import job
from privacy.notices import service

BATCH = 50
MOST_BATCHES = 200


@job(service.JOB, own_transactions=True, every=10)
def tell() -> None:
    """Take turns until nobody waits, or until the clock starts this again."""
    for _ in range(MOST_BATCHES):
        with db.transaction():
            told = service.tell_some(BATCH)
        if told < BATCH:
            return
