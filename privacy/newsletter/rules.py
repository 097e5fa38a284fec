"""How an issue is named and read. Pure."""

import re
import unicodedata

TITLE, TEXT = 120, 8_000
RESERVED = frozenset({"asked", "confirm"})
"""Addresses under /newsletter that are pages of their own."""


def slug_of(title: str) -> str:
    """The issue's address: letters and digits of its title, in ASCII; "issue" where nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "issue"


def free_slug(wanted: str, taken: frozenset[str]) -> str:
    """The address, or the first one with a number that nobody has."""
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def paragraphs(text: str) -> list[str]:
    """The text by its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
