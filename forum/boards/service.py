"""What can be done with boards: open them, and leaf through their topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, tuple_

from core import db
from core.db import Big, Moment, session
from core.errors import Invalid
from forum.boards.models import Board
from forum.boards.rules import PAGE, Cursor, write_cursor
from forum.reading import given, lines, topic_lines
from forum.seen import Kind, Reader, TopicLine
from forum.topics.models import Topic

RESERVED = frozenset(
    {"t", "search", "feed.atom", "preview", "view", "report", "follow", "moderation", "topics", "read", "tags", "feeds"}
)
"""What stands right after /forum/ and therefore cannot be a board."""


@dataclass(frozen=True, kw_only=True)
class BoardDraft:
    """A board to be opened; small ranks come first, and a category stands where its first board does."""

    slug: str
    name: str
    sentence: str
    category: str
    product_id: int | None = None
    holders_only: bool = False
    own_topics_only: bool = False
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    """A page of a board's topics. `newer` and `older` are cursors, empty where there is nothing more."""

    topics: tuple[TopicLine, ...]
    newer: str
    older: str


def open_boards(drafts: Iterable[BoardDraft]) -> dict[str, int]:
    """Open boards; their numbers by slug. Raises Invalid for reserved addresses and for holders of no product."""
    boards = [_board(draft) for draft in drafts]
    session.add_all(boards)
    session.flush()
    return {board.slug: board.id for board in boards}


def page_after(reader: Reader, board_id: int, cursor: Cursor | None) -> TopicPage:
    """The topics behind that place, or the first ones."""
    found = _lines(reader, board_id, "after" if cursor else "first", cursor)
    shown = found[:PAGE]
    return TopicPage(
        topics=shown, newer=_cursor(shown[:1]) if cursor else "", older=_cursor(shown[-1:]) if found[PAGE:] else ""
    )


def page_before(reader: Reader, board_id: int, cursor: Cursor) -> TopicPage:
    """The topics right before that place."""
    found = _lines(reader, board_id, "before", cursor)
    shown = found[:PAGE][::-1]
    return TopicPage(topics=shown, newer=_cursor(shown[:1]) if found[PAGE:] else "", older=_cursor(shown[-1:]))


def latest(reader: Reader, most: int = 8) -> tuple[TopicLine, ...]:
    """The topics of all boards that were written in last."""
    return lines(reader, db.rows(_latest(reader.kind), given(reader, most=most)))


_PLACE: tuple[Any, ...] = (Topic.pinned, Topic.last_at, Topic.id)
_place: Any = tuple_(*_PLACE)
_cursor_place: Any = tuple_(bindparam("pinned"), bindparam("last_at", type_=Moment()), bindparam("id", type_=Big))


@lru_cache
def _paged(kind: Kind, way: str, *, own: bool) -> Select[Any]:
    falling = [column.desc() for column in _PLACE]
    wanted = topic_lines(kind, of_board=True, own=own).limit(PAGE + 1)
    wanted = wanted.order_by(*(_PLACE if way == "before" else falling))
    if way == "first":
        return wanted
    return wanted.where(_place > _cursor_place if way == "before" else _place < _cursor_place)


@lru_cache
def _latest(kind: Kind) -> Select[Any]:
    falling = (Topic.last_at.desc(), Topic.id.desc())
    return topic_lines(kind, of_board=False).order_by(*falling).limit(bindparam("most"))


def _lines(reader: Reader, board_id: int, way: str, cursor: Cursor | None) -> tuple[TopicLine, ...]:
    place = {"pinned": cursor.pinned, "last_at": cursor.last_at, "id": cursor.id} if cursor else {}
    wanted = _paged(reader.kind, way, own=board_id in reader.own)
    return lines(reader, db.rows(wanted, given(reader, board_id, **place)))


def _cursor(at: tuple[TopicLine, ...]) -> str:
    return write_cursor(Cursor(pinned=at[0].pinned, last_at=at[0].last_at, id=at[0].id)) if at else ""


def _board(draft: BoardDraft) -> Board:
    if draft.slug in RESERVED:
        raise Invalid(f"A board cannot stand at /forum/{draft.slug}: the forum needs that address itself.")
    if draft.holders_only and draft.product_id is None:
        raise Invalid("A board for holders names the product whose license they hold.")
    return Board(**{name: getattr(draft, name) for name in draft.__dataclass_fields__})
