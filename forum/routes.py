"""The site map of the forum."""

from collections.abc import Callable

from flask import Flask

from forum.boards import models as _board_tables  # noqa: F401  (tables must be known before the first page)
from forum.moderation import models as _report_tables  # noqa: F401
from forum.notifications import models as _watch_tables  # noqa: F401
from forum.topics import models as _topic_tables  # noqa: F401


def register(app: Flask) -> None:
    """Give the program the pages of this area."""


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""
