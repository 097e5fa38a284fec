"""INSERT that says what happens when the row is there already."""

from core.inserting import insert_or

__all__ = ["insert_or"]
