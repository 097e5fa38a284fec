"""The lists. Each walks an index from its newest end and stops after a page, however many topics there are."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select, true, tuple_

from core import clock, db
from core.db import Big, Moment
from forum import watermarks
from forum.boards.rules import PAGE, Cursor, write_cursor
from forum.boards.service import TopicPage
from forum.reading import ME, given, lines, topic_lines
from forum.seen import Kind, Reader, TopicLine
from forum.tabs import List
from forum.topics import rules
from forum.topics.models import Post, Topic

_PLACE: tuple[Any, ...] = (Topic.last_at, Topic.id)
_cursor_place: Any = tuple_(bindparam("last_at", type_=Moment()), bindparam("id", type_=Big))


def page(reader: Reader, which: List, *, before: Cursor | None, after: Cursor | None) -> TopicPage:
    """A page of a list: its first, or what stands right before or after a place. The warmest topics are one page."""
    if which is List.HOT:
        return TopicPage(topics=_found(reader, which, "first", None)[:PAGE], newer="", older="")
    if before:
        found = _found(reader, which, "before", before)
        shown = found[:PAGE][::-1]
        return TopicPage(topics=shown, newer=_cursor(shown[:1]) if found[PAGE:] else "", older=_cursor(shown[-1:]))
    found = _found(reader, which, "after" if after else "first", after)
    shown = found[:PAGE]
    return TopicPage(
        topics=shown, newer=_cursor(shown[:1]) if after else "", older=_cursor(shown[-1:]) if found[PAGE:] else ""
    )


def _found(reader: Reader, which: List, way: str, cursor: Cursor | None) -> tuple[TopicLine, ...]:
    place: dict[str, Any] = {"last_at": cursor.last_at, "id": cursor.id} if cursor else {}
    if which is List.HOT:
        place = {"minute": rules.minute_of(clock.now())}
    found = lines(reader, db.rows(_select(reader.kind, which, way), given(reader, **place)))
    return tuple(line for line in found if line.is_unread) if which is List.UNREAD else found


@lru_cache
def _select(kind: Kind, which: List, way: str) -> Select[Any]:
    place = (Topic.warm_until, Topic.id) if which is List.HOT else _PLACE
    order = place if way == "before" else [column.desc() for column in place]
    wanted = topic_lines(kind, of_board=False).where(_condition(which)).order_by(*order).limit(PAGE + 1)
    if way == "first":
        return wanted
    return wanted.where(tuple_(*_PLACE) > _cursor_place if way == "before" else tuple_(*_PLACE) < _cursor_place)


def _condition(which: List) -> ColumnElement[bool]:
    """Conditions of the small indexes are written as those are, or they would not be used."""
    wrote = select(Post.topic_id).where(Post.author_id == ME)
    conditions: dict[List, ColumnElement[bool]] = {
        List.UNREAD: watermarks.may_be_unread(ME) & watermarks.is_unread(ME),
        List.UNANSWERED: (Topic.posts == literal_column("1")) & ~Topic.locked,
        List.SOLVED: Topic.answer_number.is_not(None),
        List.HOT: Topic.warm_until > bindparam("minute") + rules.WARMS,
        List.MINE: Topic.id.in_(wrote),
    }
    return conditions.get(which, true())


def _cursor(at: tuple[TopicLine, ...]) -> str:
    return write_cursor(Cursor(pinned=False, last_at=at[0].last_at, id=at[0].id)) if at else ""
