"""What this area does by the clock."""

from core.jobs.service import job
from privacy.pageviews import service as pageviews


@job("privacy.sweep", every=30)
def sweep() -> None:
    """Delete what is past its last day."""
    pageviews.sweep()
