"""Topics and posts: their addresses, pages and limits, and what is told about them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, Invalid, NotAllowed
from core.text import clean_line, without_controls
from forum.seen import Reader, TopicFacts

PAGE = 25
SHORTEST_TITLE, LONGEST_TITLE = 5, 150
LONGEST_BODY = 32_000
LONGEST_REASON = 160
MOST_MOVED = 100
"""How many posts a moderator takes into a topic of their own by one act."""
WARMS, WARMEST = 6 * 60, 7 * 24 * 60
"""For how many minutes a post keeps its topic warm, and for how many a topic is warm at most."""


@dataclass(frozen=True, kw_only=True)
class PostWritten:
    """A post was stored; number 1 began its topic."""

    topic_id: int
    post_id: int
    number: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited:
    """A post's text, or with number 1 its topic's title, was replaced."""

    topic_id: int
    post_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PostHidden:
    """A post is not to be seen any more: it leaves the index, and nobody is told of it."""

    topic_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostShown:
    """A hidden post is to be seen again."""

    topic_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class TopicMerged:
    """All posts of a topic went to the end of another one."""

    topic_id: int
    into_id: int


@dataclass(frozen=True, kw_only=True)
class PlannedPost:
    """A post of a planted topic."""

    author_id: int
    body: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlannedTopic:
    """A topic to be planted whole; its first post begins it. Numbers are given in the posts' order."""

    board_id: int
    title: str
    posts: tuple[PlannedPost, ...]
    product_id: int | None = None
    locked: bool = False
    pinned: bool = False
    answer_number: int | None = None


class TopicLocked(Conflict):
    """Nobody but moderators may write in a locked topic."""

    code = "topic_locked"
    title = "This topic is locked"
    sentence = "This topic was locked, so your reply was not posted. Your text is kept below: copy it if you need it."


class NotConfirmed(NotAllowed):
    """Only people whose address is confirmed may write."""

    code = "not_confirmed"
    title = "Confirm your address first"
    sentence = "Posting begins once you followed the link that we mailed to you. Your text was not posted yet."


def may_choose(reader: Reader, topic: TopicFacts) -> bool:
    """Who says what solved a topic: who began it, and moderators."""
    begun = reader.account_id is not None and topic.author_id == reader.account_id
    return topic.hidden_at is None and (begun or reader.may_moderate)


def may_say_same(reader: Reader, topic: TopicFacts) -> bool:
    """Who says that they have the problem, too: whoever is signed in, but not who began the topic."""
    return reader.account_id is not None and topic.author_id != reader.account_id and topic.hidden_at is None


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return int(moment.timestamp()) // 60


def warmed(warm_until: int, minute: int) -> int:
    """Until which minute a topic is warm after one more post: what is left, and WARMS more, WARMEST from now at most.

    Warmth runs out by itself, so that the warmest topics are a list in an index and nothing is ever counted again.
    """
    return min(max(warm_until, minute) + WARMS, minute + WARMEST)


def warmth_of(posts: Iterable[PlannedPost]) -> int:
    """What `warmed` comes to over a whole topic; a post right after another of the same author warms nothing."""
    warm, before = 0, 0
    for post in posts:
        warm, before = warm if post.author_id == before else warmed(warm, minute_of(post.at)), post.author_id
    return warm


def check_title(typed: str) -> str:
    """The title as it is stored. Raises Invalid outside of 5 to 150 characters."""
    title = clean_line(typed)
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"A title has {SHORTEST_TITLE} to {LONGEST_TITLE} characters; this one has {len(title):,}.")
    return title


def check_body(typed: str) -> str:
    """The text as it is stored, with plain line ends. Raises Invalid if it is empty or longer than 32,000."""
    body = without_controls(typed.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if not body.strip():
        raise Invalid("Please write something: the text is empty.")
    if len(body) > LONGEST_BODY:
        raise Invalid(f"A post has at most {LONGEST_BODY:,} characters; this one has {len(body):,}. Split it in two.")
    return body


def numbers_in(typed: str) -> list[int]:
    """The numbers that "3, 5-7" names, rising. Raises Invalid for anything else, and for more than MOST_MOVED."""
    pieces = [piece.strip() for piece in typed.replace("–", "-").replace("#", "").split(",") if piece.strip()]
    found: set[int] = set()
    for piece in pieces:
        ends = re.fullmatch(r"([0-9]{1,7})(?:\s*-\s*([0-9]{1,7}))?", piece, re.ASCII)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if last < first or last - first >= MOST_MOVED:
            raise Invalid(f"Name posts by their numbers, as in 3, 5-7; at most {MOST_MOVED}. Nothing was changed.")
        found.update(range(first, last + 1))
    if not 0 < len(found) <= MOST_MOVED:
        raise Invalid(f"Name 1 to {MOST_MOVED} posts by their numbers, as in 3, 5-7. Nothing was changed.")
    return sorted(found)


def slug_of(title: str) -> str:
    """The title as part of an address: plain letters, digits and dashes, at most 80; "topic" where none are left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-") or "topic"


def topic_address(topic_id: int, slug: str) -> str:
    """Where a topic is read."""
    return f"/forum/t/{topic_id}/{slug}"


def post_address(topic_id: int, slug: str, number: int) -> str:
    """The permalink of a post; it leads to the right page, whatever the reader's order."""
    return f"/forum/t/{topic_id}/{slug}/{number}"


def last_page(last_number: int) -> int:
    """How many pages a topic has."""
    return max(1, -(-last_number // PAGE))


def page_of(number: int, last_number: int, *, newest_first: bool) -> int:
    """The page on which the post of this number stands."""
    inside = min(max(number, 1), max(last_number, 1))
    return (last_number - inside) // PAGE + 1 if newest_first and last_number else (inside - 1) // PAGE + 1


def numbers_on(page: int, last_number: int, *, newest_first: bool) -> tuple[int, int]:
    """First and last number on a page: numbers never move, so a page is a range and nothing is counted."""
    if newest_first:
        high = last_number - (page - 1) * PAGE
        return max(1, high - PAGE + 1), high
    return (page - 1) * PAGE + 1, page * PAGE


def first_unread(numbers: list[int], read_number: int) -> int:
    """Above which post of a page a line parts the read from the new; 0 where all or nothing is new to the reader."""
    new = [number for number in numbers if number > read_number]
    return new[0] if read_number and new and new != numbers else 0
