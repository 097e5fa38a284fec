"""How a board is paged: by where a page ended, never by counting."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import Invalid

PAGE = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([01])\.([0-9]{1,16})\.([0-9]{1,16})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The place of a topic in its board: pinned ones first, then the latest."""

    pinned: bool
    last_at: datetime
    id: int


def write_cursor(cursor: Cursor) -> str:
    """The place as part of an address: pinned, microseconds since 1970, number."""
    microseconds = (cursor.last_at - _EPOCH) // timedelta(microseconds=1)
    return f"{int(cursor.pinned)}.{microseconds}.{cursor.id}"


def read_cursor(text: str) -> Cursor | None:
    """The place that an address names, None for an empty text. Raises Invalid for anything else."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise Invalid("This page of the board does not exist. Begin again on its first page.")
    moment = _EPOCH + timedelta(microseconds=int(found[2]))
    return Cursor(pinned=found[1] == "1", last_at=moment, id=int(found[3]))
