"""The site map of the privacy area."""

from collections.abc import Callable

from flask import Flask

from privacy import core_holdings as core_holdings
from privacy.contact import service as contact
from privacy.contact import work as contact_work
from privacy.contact import writing
from privacy.pageviews import models as pageviews_models

JOBS = (contact_work.send_due,)
HELD = (core_holdings, pageviews_models)


def register(app: Flask) -> None:
    """Give the program the pages of this area."""
    contact.write_with(writing.write)


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data: people make their own choices, so there is none."""


def guard(app: Flask, inner: Callable[..., object]) -> Callable[..., object]:
    """The cookie middleware around everything."""
    return inner
