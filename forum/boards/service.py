"""What can be done with boards: open them, and leaf through their topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from core.db import Big, Moment, session
from core.errors import Invalid
from forum.boards.models import Board
from forum.boards.rules import PAGE, Cursor, write_cursor
from forum.reading import Reader, TopicLine, lines, topic_lines
from forum.topics.models import Topic

RESERVED = frozenset({"t", "search", "feed.atom", "preview", "view", "report", "follow", "moderation"})
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
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    """A page of a board's topics. `newer` and `older` are cursors, empty where there is nothing more."""

    topics: list[TopicLine]
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
    wanted = topic_lines(reader, board_id).order_by(*(column.desc() for column in _PLACE)).limit(PAGE + 1)
    found = lines(session.execute(wanted.where(_place < _values(cursor)) if cursor else wanted))
    shown = found[:PAGE]
    return TopicPage(
        topics=shown, newer=_cursor(shown[:1]) if cursor else "", older=_cursor(shown[-1:]) if found[PAGE:] else ""
    )


def page_before(reader: Reader, board_id: int, cursor: Cursor) -> TopicPage:
    """The topics right before that place."""
    wanted = topic_lines(reader, board_id).order_by(*_PLACE).limit(PAGE + 1).where(_place > _values(cursor))
    found = lines(session.execute(wanted))
    shown = found[:PAGE][::-1]
    return TopicPage(topics=shown, newer=_cursor(shown[:1]) if found[PAGE:] else "", older=_cursor(shown[-1:]))


def latest(reader: Reader, most: int = 8) -> list[TopicLine]:
    """The topics of all boards that were written in last."""
    return lines(session.execute(topic_lines(reader).order_by(Topic.last_at.desc(), Topic.id.desc()).limit(most)))


_PLACE: tuple[Any, ...] = (Topic.pinned, Topic.last_at, Topic.id)
_place: Any = tuple_(*_PLACE)


def _values(cursor: Cursor) -> ColumnElement[Any]:
    return tuple_(literal(cursor.pinned), literal(cursor.last_at, Moment()), literal(cursor.id, Big))


def _cursor(at: list[TopicLine]) -> str:
    return write_cursor(Cursor(pinned=at[0].pinned, last_at=at[0].last_at, id=at[0].id)) if at else ""


def _board(draft: BoardDraft) -> Board:
    if draft.slug in RESERVED:
        raise Invalid(f"A board cannot stand at /forum/{draft.slug}: the forum needs that address itself.")
    if draft.holders_only and draft.product_id is None:
        raise Invalid("A board for holders names the product whose license they hold.")
    return Board(**{name: getattr(draft, name) for name in draft.__dataclass_fields__})
