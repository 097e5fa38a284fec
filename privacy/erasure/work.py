"""The clock's part: what had to stay for a time goes when its time is over."""

from core import clock, db
from core.jobs.service import job
from privacy.erasure import rest, service


@job("erasure.sweep", own_transactions=True, every=60)
def sweep() -> None:
    """One transaction for each account, so that one that cannot be swept holds up nobody else."""
    today = clock.now().date()
    with db.transaction(reading=True):
        waiting, late = service.due(today), service.just_erased()
    for account_id in late:
        with db.transaction():
            rest.erase(account_id)
    for account_id in waiting:
        with db.transaction():
            service.sweep(account_id, today)
