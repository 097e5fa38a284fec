"""A new list that forgets who may see what fails here, before anybody has thought of a page to test.

Outside of `forum.reading`, a function that selects topics or posts takes its condition from there, or stands in EXCUSED
with the reason why it shows nothing to anybody.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FORUM = Path(__file__).parent.parent.parent / "forum"
OF_TOPICS = {"sees", "sees_topic", "topics_visible", "posts_visible", "topic_lines", "topic_head"}
OF_POSTS = {"sees_post", "posts_visible", "posts_between"}
READS = {"select", "get", "get_one", "query"}

EXCUSED = {
    "demo._index": "puts planted posts into the index, which is only read through `reading`",
    "demo._plant_poll": "plants, and shows nothing",
    "leaving.service._forget_earlier": "deletes",
    "leaving.service._lock_topics": "locks, and shows nothing",
    "leaving.service._remove_posts": "hides one's own posts",
    "leaving.service._traces": "one's own posts, as numbers",
    "leaving.service.preview": "counts one's own posts, and the posts in which one is named",
    "leaving.texts._rewrite_post": "takes a name out of every post, whoever may see it",
    "leaving.texts._rewrite_title": "takes a name out of every title, whoever may see it",
    "leaving.texts.mentioning": "finds where a name stands; only how often is shown",
    "leaving.texts.rewrite": "takes a name out of every text, whoever may see it",
    "lists.service._condition": "a part of a list from `topic_lines`: topics in which one wrote oneself",
    "moderation.service.queue": "moderators' own page: the mark on its view is the condition",
    "moderation.service.report": "looks for one's own report of a post that was found through `reading`",
    "notifications.service._to_be_told": "selects who follows; each is asked about before the mail",
    "notifications.service.tell": "asks `may_still_see` before each mail",
    "notifications.service._tell_one": "asks `may_still_see` first",
    "telling._at_posts": "one's own reports and bookmarks; titles come through `reading`",
    "topics.counting._board_truth": "counts",
    "topics.counting._drift": "counts",
    "topics.counting._highest": "counts",
    "topics.counting._last_post": "counts",
    "topics.counting._last_topic": "counts",
    "topics.counting._topic_truth": "counts",
    "topics.counting._same": "counts",
    "topics.counting.answer_no_more": "takes a mark off; shows nothing",
    "topics.counting.settle_last": "counts",
    "topics.marks.discard": "deletes",
    "topics.marks.mark_board_read": "deletes one's own marks on a board that was found through `reading`",
    "topics.marks.write_read": "stores a number for a topic whose page was shown before",
    "topics.moving._leave_aliases": "writes old addresses; `find_moved` asks who may see where they lead",
    "topics.moving._lock": "moderators' act on topics that were found through `reading`",
    "topics.moving._settle": "counts",
    "topics.moving.merge": "moderators' act on topics that were found through `reading`",
    "topics.moving.split": "moderators' act on a topic that was found through `reading`",
    "topics.quoting.settled": "asks of which quoted posts the author is gone; shows nothing of them",
    "topics.service.edit": "the post was found through `reading`; this is its topic",
    "topics.service.find_sent": "one's own post, found by the word of one's own composer",
    "topics.service.hide_own": "the post was found through `reading`; this is its topic",
    "topics.hiding.move_topic": "moderators' act on a topic that was found through `reading`",
    "watermarks.may_be_unread": "one's own mark, as a condition on topics",
    "watermarks.number_read": "a number for a topic that was found through `reading`",
}


def careless(name: str, code: str) -> Iterator[str]:
    """The functions of a module that select topics or posts by a condition of their own."""
    for found in ast.walk(ast.parse(code)):
        if isinstance(found, ast.FunctionDef):
            names = set(_names(found))
            forgot_topic = "Topic" in names and not names & OF_TOPICS
            forgot_post = "Post" in names and not names & OF_POSTS
            if _reads(found) and (forgot_topic or forgot_post):
                yield f"{name}.{found.name}"


def _names(found: ast.AST) -> Iterator[str]:
    for node in ast.walk(found):
        if isinstance(node, ast.Name):
            yield node.id
        if isinstance(node, ast.Attribute):
            yield node.attr


def _reads(found: ast.AST) -> bool:
    """True if a select, or a look-up by number, names a table of the forum."""
    for call in (node for node in ast.walk(found) if isinstance(node, ast.Call)):
        act = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = {name for part in call.args for name in _names(part)}
        if act in READS and (act == "select" or given & {"Topic", "Post"}):
            return True
    return False


def test_every_select_of_topics_and_posts_asks_who_may_see_them() -> None:
    """And nobody stays excused for what is gone."""
    found = set()
    for path in FORUM.rglob("*.py"):
        name = path.relative_to(FORUM).with_suffix("").as_posix().replace("/", ".")
        if name != "reading":
            found |= set(careless(name, path.read_text()))
    assert found == set(EXCUSED)


@pytest.mark.parametrize(
    "line",
    [
        "session.scalars(select(Topic).order_by(Topic.last_at))",
        "session.get(Post, number)",
        "session.execute(select(Post.html).join(Topic).where(sees_topic(reader)))",
    ],
    ids=["a list", "a look-up", "half a condition"],
)
def test_a_planted_select_without_the_condition_is_found(line: str) -> None:
    """A list, a look-up, and one that thinks of the topic but not of hidden posts."""
    assert list(careless("planted", f"def latest(reader):\n    return {line}\n")) == ["planted.latest"]
