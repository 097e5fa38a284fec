"""Posts: numbers, counters, double sending, edits and what is taken back."""

import threading

from core import db
from forum import reading
from forum.topics import counting, hiding
from forum.topics import service as topics
from forum.topics.models import Post, Topic
from tests.forum.builders import (
    give_license,
    let_lapse,
    make_board,
    make_private_board,
    make_reply,
    make_topic,
    plant,
    writer,
)
from tests.shop import Shop


def test_counters_stay_right_through_every_verb(shop: Shop) -> None:
    """Start, reply, hide, show, move: a count finds nothing else than what is stored."""
    ada, bob = shop.make_account(), shop.make_account("bob@example.com", "Bob")
    make_board(shop)
    other = make_board(shop, "attic")
    first, second = make_topic(shop, ada), make_topic(shop, bob, title="Warm kilns")
    for _ in range(3):
        make_reply(shop, bob, first)
    with shop.transaction() as session:
        posts = list(session.query(Post).order_by(Post.id))
        hiding.hide_post(posts[-1].id)
        hiding.hide_post(posts[-1].id)
        hiding.hide_post(posts[1].id)
        hiding.move_topic(first, other)
    with shop.transaction() as session:
        assert counting.drift() == []
        assert session.get_one(Topic, second).hidden_at is not None, "a topic without a visible post goes with it"
        hiding.show_post(posts[1].id)
        hiding.hide_topic(first)
    with shop.transaction() as session:
        assert counting.drift() == []
        assert session.get_one(Topic, second).hidden_at is None
        hiding.show_topic(first)
        hiding.show_post(posts[-1].id)
        assert counting.drift() == []


def test_two_writers_at_once_get_two_numbers(shop: Shop) -> None:
    """Numbers come from the database: eight threads, eight numbers, no gap."""
    ada = shop.make_account()
    make_board(shop)
    topic_id = make_topic(shop, ada)
    got: list[int] = []

    def write(index: int) -> None:
        db.use(shop.database)
        with db.transaction():
            got.append(topics.reply(writer(ada), topic_id, f"Answer {index}", f"thread-{index}-aaaaaaaaaa").number)

    threads = [threading.Thread(target=write, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == list(range(2, 10))
    with shop.transaction():
        assert counting.drift() == []


def test_planted_topics_count_right(shop: Shop) -> None:
    """Bulk planting leaves the counters as replies would."""
    ada = shop.make_account()
    board = make_board(shop)
    assert len(plant(shop, board, ada, topics_wanted=30, posts=4)) == 30
    with shop.transaction():
        assert counting.drift() == []
        [seen] = reading.boards_of(writer(ada))
        assert (seen.topics, seen.posts, seen.last_title) == (30, 120, "Planted topic 00029")


def test_boards_for_holders_exist_for_holders_only(shop: Shop) -> None:
    """A license opens the board, its end closes it."""
    _, product = make_private_board(shop)
    ada = shop.make_account()
    give_license(shop, ada, product)
    with shop.transaction():
        assert [board.slug for board in reading.boards_of(writer(ada))] == ["cellar"]
        assert reading.boards_of(reading.reader_for(None)) == []
    let_lapse(shop, ada)
    with shop.transaction():
        assert reading.boards_of(writer(ada)) == []
