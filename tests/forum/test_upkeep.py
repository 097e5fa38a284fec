"""Counters that went wrong are found at night and set right by a command."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from core import clock
from core.db import session
from forum import upkeep
from forum.boards.models import Board
from forum.topics import counting
from forum.topics.models import Topic
from tests.forum.builders import make_board, plant
from tests.shop import Shop


@pytest.fixture
def drifted(shop: Shop) -> Shop:
    """A forum in which two counters are wrong."""
    board = make_board(shop)
    [topic] = plant(shop, board, shop.make_account(), posts=3)
    with shop.transaction():
        session.execute(update(Topic).where(Topic.id == topic).values(posts=7))
        session.execute(update(Board).values(topics=5))
    return shop


def test_a_check_names_what_is_wrong_and_changes_nothing(drifted: Shop) -> None:
    run = drifted.app.test_cli_runner().invoke(args=["forum", "recount", "--check"])
    assert run.exit_code == 0
    assert "posts was 7, counted 3" in run.output and "topics was 5, counted 1" in run.output
    with drifted.transaction():
        assert counting.drift() != []


def test_a_recount_sets_everything_right(drifted: Shop) -> None:
    run = drifted.app.test_cli_runner().invoke(args=["forum", "recount"])
    assert run.exit_code == 0 and "now right" in run.output
    with drifted.transaction():
        assert counting.drift() == []
    assert "all are right" in drifted.app.test_cli_runner().invoke(args=["forum", "recount"]).output


@pytest.mark.parametrize(("hour", "times"), [(upkeep.NIGHT, 1), (upkeep.NIGHT + 1, 0)])
def test_the_night_reports_what_drifted(sqlite_shop: Shop, hour: int, times: int) -> None:
    board = make_board(sqlite_shop)
    plant(sqlite_shop, board, sqlite_shop.make_account())
    with sqlite_shop.transaction():
        session.execute(update(Board).values(posts=9))
    until = timedelta(hours=(hour - clock.now().hour) % 24)
    with clock.moved(until), capture_logs() as said:
        sqlite_shop.database.queue.run("forum.drift", {})
    drifted = [one for one in said if one["event"] == "counters_drifted"]
    assert len(drifted) == times
    assert all((one["count"], one["kind"]) == (1, "posts") for one in drifted)
