"""Answers of doors that must not tell what they found leave on a grid of time."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask
from hypothesis import given
from hypothesis import strategies as st

from core import evenly
from core.access import mark_of, public
from core.settings import Environment
from tests.core.areas import program
from tests.shop import Shop

EVEN = {"/sign-in", "/sign-up", "/reset", "/support", "/newsletter", "/privacy/phone-removal", "/withdraw"}


@given(st.floats(0, 60))
def test_an_answer_rests_until_the_next_point_of_the_grid(passed: float) -> None:
    rest = evenly.rest(passed)
    assert 0 <= rest <= evenly.GRID
    assert (passed + rest) / evenly.GRID == pytest.approx(round((passed + rest) / evenly.GRID))


@pytest.mark.clause("P16", "P18")
def test_whoever_may_be_known_or_not_is_answered_on_the_grid(sqlite_shop: Shop) -> None:
    """Every door that promises the same answer for a known and an unknown address."""
    app = sqlite_shop.app
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    even = {rule.rule for rule in posts if getattr(mark_of(app.view_functions[rule.endpoint]), "even", False)}
    assert even == EVEN


def test_the_wait_comes_after_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(evenly, "sleep", waited.append)
    with program(tmp_path, two_doors, environment=Environment.DEVELOPMENT) as app:
        app.test_client().get("/quick")
        assert waited == []
        app.test_client().get("/even")
    assert len(waited) == 1 and 0 < waited[0] < evenly.GRID


def two_doors(app: Flask) -> None:
    """One that answers at once, and one whose answers leave on the grid."""
    pages = Blueprint("doors", __name__)
    pages.get("/quick")(public(lambda: "at once"))
    pages.add_url_rule("/even", "even", public(even=True)(lambda: "evenly"))
    app.register_blueprint(pages)
