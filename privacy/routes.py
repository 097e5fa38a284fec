"""The site map of the privacy area."""

from collections.abc import Callable

from flask import Flask


def register(app: Flask) -> None:
    """Give the program the pages of this area."""


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""


def guard(app: Flask, inner: Callable[..., object]) -> Callable[..., object]:
    """The cookie middleware around everything."""
    return inner
