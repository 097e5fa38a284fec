"""What readers of the forum see, as values: who reads, boards, topics and posts as lists and pages show them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Kind(NamedTuple):
    """What a reader's selects depend on, beside their parameters."""

    is_known: bool
    may_moderate: bool
    has_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who looks, and the numbers of the boards that exist for them. A stranger has no account_id.

    own: those of the boards on which they see only what they began themselves.
    """

    account_id: int | None
    boards: frozenset[int]
    may_moderate: bool
    may_write: bool = True
    own: frozenset[int] = frozenset()

    @property
    def kind(self) -> Kind:
        """Which selects are theirs."""
        known = self.account_id is not None
        return Kind(is_known=known, may_moderate=self.may_moderate, has_own=known and bool(self.own))

    @property
    def whole(self) -> list[int]:
        """The boards of which they see every topic, in order."""
        return sorted(self.boards - self.own)


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardSeen:
    """A board with its counters and its last visible post, as lists show it."""

    id: int
    slug: str
    name: str
    sentence: str
    category: str
    product_id: int | None
    holders_only: bool
    own_topics_only: bool
    topics: int
    posts: int
    last_at: datetime | None
    last_topic_id: int | None
    product_slug: str | None
    last_title: str | None
    last_slug: str | None
    last_number: int | None
    last_name: str | None


class TopicLine(NamedTuple):
    """A topic as lists show it."""

    id: int
    slug: str
    title: str
    board_id: int
    posts: int
    last_number: int
    last_at: datetime
    pinned: bool
    locked: bool
    hidden_at: datetime | None
    answer_number: int | None
    starter: str | None
    last_name: str | None
    is_unread: bool

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"/forum/t/{self.id}/{self.slug}"


class TopicFacts(NamedTuple):
    """A topic as its own page and its composers need it."""

    id: int
    slug: str
    title: str
    board_id: int
    posts: int
    last_number: int
    pinned: bool
    locked: bool
    hidden_at: datetime | None
    author_id: int | None
    answer_number: int | None
    same_problem: int


class TopicFound(NamedTuple):
    """A topic and what it is to its reader: up to which number they have read it (0 for not at all), whether they follow
    it, whether how far they read may be noted, and whether they have its problem, too, and the reply that they have
    begun, with when it was kept. `poll_many` is None for a topic without a poll."""

    topic: TopicFacts
    read_number: int
    is_followed: bool
    is_noted: bool
    has_same: bool
    draft: object | None
    drafted_at: datetime | None
    poll_many: bool | None
    poll_closed: bool


class PostSeen(NamedTuple):
    """A post as its page shows it; `html` is sanitized and the same for everybody. `by_staff` is what its author is now,
    `is_kept` whether its reader has bookmarked it."""

    id: int
    number: int
    author_id: int | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    edits: int
    edit_reason: str
    hidden_at: datetime | None
    name: str | None
    by_staff: bool
    is_kept: bool
