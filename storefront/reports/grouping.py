"""Grouping by calendar month, in UTC, in both databases."""

from typing import Any

from sqlalchemy import ColumnElement, func

from core import db


def month_of(moment: Any) -> ColumnElement[str]:
    """The month of a column with moments, as "2026-11"."""
    if db.current().dialect == "sqlite":
        return func.strftime("%Y-%m", moment)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM")
