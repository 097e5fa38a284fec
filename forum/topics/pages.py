"""A topic as its page shows it: found, leafed to the right page, and noted as read."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import NotFound
from core.sealed import Sealed
from forum.reading import find_topic, get_board_by_id, posts_between
from forum.seen import BoardSeen, PostSeen, Reader, TopicFacts
from forum.topics import marks, rules


@dataclass(frozen=True, kw_only=True)
class TopicHead:
    """A topic the reader may see, its board, and up to which number they have read."""

    topic: TopicFacts
    board: BoardSeen
    read_number: int
    is_followed: bool
    is_noted: bool
    has_same: bool
    draft: Sealed | None
    drafted_at: datetime | None
    poll_many: bool | None
    poll_closed: bool

    @property
    def address(self) -> str:
        """Where it is read."""
        return rules.topic_address(self.topic.id, self.topic.slug)

    def address_of(self, number: int, *, newest_first: bool) -> str:
        """The page on which a post stands, and its place there."""
        page = rules.page_of(number, self.topic.last_number, newest_first=newest_first)
        return f"{self.address}{f'?page={page}' if page > 1 else ''}#post-{number}"


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    """One page of a topic. `first_unread` is 0 where no line is to be drawn; `answer` is the post that solved it, for the
    first page, unless it stands there right below the question."""

    head: TopicHead
    posts: tuple[PostSeen, ...]
    answer: PostSeen | None
    page: int
    last_page: int
    newest_first: bool
    first_unread: int


def get_head(reader: Reader, topic_id: int) -> TopicHead:
    """The topic of that number. Raises NotFound."""
    found = find_head(reader, topic_id)
    if found is None:
        raise NotFound
    return found


def find_head(reader: Reader, topic_id: int) -> TopicHead | None:
    """The topic of that number, or None."""
    found = find_topic(reader, topic_id)
    if found is None:
        return None
    read = marks.noted_read(reader.account_id, topic_id) if found.is_noted else 0
    return TopicHead(
        topic=found.topic,
        board=get_board_by_id(reader, found.topic.board_id),
        read_number=max(found.read_number, read),
        is_followed=found.is_followed,
        is_noted=found.is_noted,
        has_same=found.has_same,
        draft=found.draft if isinstance(found.draft, Sealed) else None,
        drafted_at=found.drafted_at,
        poll_many=found.poll_many,
        poll_closed=found.poll_closed,
    )


def read_page(reader: Reader, head: TopicHead, page: int, *, newest_first: bool) -> TopicPage:
    """That page's posts; that they were seen is noted. Raises NotFound behind the last page."""
    last_number = head.topic.last_number
    last = rules.last_page(last_number)
    if not 1 <= page <= last:
        raise NotFound
    first, final = rules.numbers_on(page, last_number, newest_first=newest_first)
    answer = head.topic.answer_number if page == 1 else None
    found = posts_between(reader, head.topic.id, first, final, also=answer)
    posts = tuple([post for post in found if first <= post.number <= final])
    shown_first = [post for post in found if post.number == answer and not post.hidden_at]
    if reader.account_id is not None and head.is_noted and min(final, last_number) > head.read_number:
        marks.note_read(reader.account_id, head.topic.id, min(final, last_number))
    return TopicPage(
        head=head,
        posts=posts[::-1] if newest_first else posts,
        answer=shown_first[0] if shown_first and (newest_first or answer != 2) else None,
        page=page,
        last_page=last,
        newest_first=newest_first,
        first_unread=0 if newest_first else rules.first_unread([post.number for post in posts], head.read_number),
    )
