"""What the forum tells the export of a person's data: where each post stands, in words.

Titles follow present access: of a topic that its reader may not see now, only what they wrote themselves is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from core import web
from core.db import session
from forum import reading
from forum.boards.models import Board
from forum.polls.models import PollOption
from forum.topics.models import Post, Topic
from privacy.export import telling
from privacy.export.telling import Values

GONE = "a topic that you cannot open now"
Told = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A topic as its reader may know it."""

    title: str
    board: str
    address: str


def tell() -> None:
    """Give the forum its chapter and its words."""
    telling.chapter(
        "forum",
        "Forum",
        (
            "topic",
            "post",
            "report",
            "watch",
            "topic_read",
            "board_read",
            "reading_mark",
            "same_problem",
            "feed_token",
            "draft",
            "bookmark",
            "poll_option",
            "poll_vote",
        ),
        sentence="What you wrote, with earlier versions, what you follow, and how far you have read.",
        rank=50,
    )
    telling.describe("topic", reading=_topics, unprinted=("title",), words={"title": "The title you gave it."})
    telling.describe("post", reading=_posts, also=("number",), unprinted=("html", "excerpt", "number"), words=_POST)
    telling.describe("report", reading=_at_posts, words={"outcome": "What was decided."})
    telling.describe("watch", reading=_followed, words={"since": "Since when you follow it."})
    telling.describe("topic_read", reading=_followed, words={"number": "The last post that you have seen."})
    telling.describe("board_read", reading=_boards)
    telling.describe("same_problem", reading=_followed, words={"since": "Since when you are counted."})
    telling.describe("poll_option", reading=_asked, words={"text": "The choice."})
    telling.describe("poll_vote", reading=_chosen, words={"voted_at": "When you chose it."})
    telling.describe("draft", reading=_drafts, words=_DRAFTED)
    telling.describe("bookmark", reading=_at_posts, words={"note": "What you noted.", "made_at": "When you made it."})
    telling.describe("feed_token", reading=_feeds, words={"made_at": "When you made it."})
    telling.describe("reading_mark", reading=_marks, words=_MARKED)


_MARKED = {
    "read_at": "Until when everything counts as read, because you marked it so.",
    "is_off": "Whether you want nothing to be noted about what you read.",
}
_DRAFTED = {"title": "The title you typed.", "saved_at": "When it was kept last."}
_POST = {
    "number": "Its number in the topic.",
    "html": "The same, as the forum shows it.",
    "excerpt": "Its beginning, as lists show it.",
    "edited_at": "When you last changed it.",
    "edit_reason": "Why you changed it, as you said.",
}


def _topics(account_id: int, rows: Sequence[Values]) -> Told:
    places = _places(account_id, {row["id"] for row in rows})
    return [_where(places.get(row["id"])) | {"title": str(row["title"])} for row in rows]


def _posts(account_id: int, rows: Sequence[Values]) -> Told:
    places = _places(account_id, {row["topic_id"] for row in rows})
    return [_post(places.get(row["topic_id"]), int(row["number"])) for row in rows]


def _at_posts(account_id: int, rows: Sequence[Values]) -> Told:
    wanted = select(Post.id, Post.topic_id, Post.number).where(Post.id.in_({row["post_id"] for row in rows}))
    posts = {number: (topic, place) for number, topic, place in session.execute(wanted)}
    places = _places(account_id, {topic for topic, _ in posts.values()})
    return [_post(places.get(topic), number) for topic, number in (posts.get(row["post_id"], (0, 0)) for row in rows)]


def _followed(account_id: int, rows: Sequence[Values]) -> Told:
    places = _places(account_id, {row["topic_id"] for row in rows})
    return [{"title": places[row["topic_id"]].title if row["topic_id"] in places else GONE} for row in rows]


def _boards(account_id: int, rows: Sequence[Values]) -> Told:
    names = {board.id: board.name for board in reading.boards_of(reading.reader_of_account(account_id))}
    return [{"title": names.get(row["board_id"], "a board that you cannot open now")} for row in rows]


def _asked(account_id: int, rows: Sequence[Values]) -> Told:
    places = _places(account_id, {row["topic_id"] for row in rows})
    return [_where(places.get(row["topic_id"])) | {"title": "A choice in your poll"} for row in rows]


def _chosen(account_id: int, rows: Sequence[Values]) -> Told:
    """What was chosen, where the topic may still be seen."""
    wanted = select(PollOption.id, PollOption.topic_id, PollOption.text)
    options = {
        row.id: row for row in session.execute(wanted.where(PollOption.id.in_({one["option_id"] for one in rows})))
    }
    places = _places(account_id, {one.topic_id for one in options.values()})
    return [_choice(options.get(row["option_id"]), places) for row in rows]


def _choice(option: Any, places: dict[int, Place]) -> dict[str, str]:
    place = places.get(option.topic_id) if option else None
    return {"title": f"“{option.text}” in “{place.title}”" if place else f"A choice in {GONE}"} | _where(place)


def _drafts(account_id: int, rows: Sequence[Values]) -> Told:
    places = _places(account_id, {row["topic_id"] for row in rows if row["topic_id"]})
    unsent = ("A topic that was not sent", "A reply that was not sent")
    return [_where(places.get(row["topic_id"])) | {"title": unsent[bool(row["topic_id"])]} for row in rows]


def _feeds(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": "An address at which programs read what you may read"} for _ in rows]


def _marks(_account_id: int, rows: Sequence[Values]) -> Told:
    return [{"title": "Nothing is noted" if row["is_off"] else "Everything was marked as read"} for row in rows]


def _post(place: Place | None, number: int) -> dict[str, str]:
    told = {"title": f"Post {number} in “{place.title}”" if place else f"Post {number} in {GONE}"}
    return told | _where(place, f"/{number}")


def _where(place: Place | None, rest: str = "") -> dict[str, str]:
    return {"board": place.board, "address": f"{place.address}{rest}"} if place else {}


def _places(account_id: int, topics: set[int]) -> dict[int, Place]:
    """Topics that the person may see, and those they started, whatever became of the board."""
    reader = reading.reader_of_account(account_id)
    known = or_(reading.sees_topic(reader), Topic.author_id == account_id)
    wanted = select(Topic.id, Topic.title, Topic.slug, Board.name).join(Board, Board.id == Topic.board_id)
    base = web.settings().base_url.rstrip("/")
    return {
        number: Place(title=title, board=board, address=f"{base}/forum/t/{number}/{slug}")
        for number, title, slug, board in session.execute(wanted.where(Topic.id.in_(topics), known))
    }
