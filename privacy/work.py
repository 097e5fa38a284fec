"""What this area does by the clock."""

from core import clock
from core.jobs.service import job
from privacy.retention import scrubbing, service

NIGHT = (2, 3)


@job("privacy.sweep", every=30, own_transactions=True)
def sweep() -> None:
    """Discard what is past its last day, then take it out of the store's bytes: at night more thoroughly."""
    if any(service.sweep().values()):
        scrubbing.scrub(deep=clock.now().hour in NIGHT)
