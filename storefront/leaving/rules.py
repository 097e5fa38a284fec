"""How long the papers of somebody who is gone have to stay."""

from datetime import date, timedelta

TAX_YEARS = 10
LATE_PAYMENT = timedelta(days=90)


def papers_until(written_in: int) -> date:
    """The last day of the tenth year after the one in which a paper was written."""
    return date(written_in + TAX_YEARS, 12, 31)


def attempts_until(closed: date) -> date:
    """Until when money may still arrive for an order that was given up, and would have to be sent back."""
    return closed + LATE_PAYMENT
