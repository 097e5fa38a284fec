"""The site map of the storefront area."""

from collections.abc import Callable

from flask import Flask


def register(app: Flask) -> None:
    """Give the program the pages of this area."""


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""
