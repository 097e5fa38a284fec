"""Switches and the one deletion for what a browser remembers: plain forms that lead back to where they stood."""

from flask import Blueprint, Response, request

from core.access import public
from core.asking import NEXT, nothing, takes
from core.errors import Invalid, NextStep
from core.limits import limited
from core.web import drop_cookie, local_path, person, see_other
from privacy.lately import browser
from privacy.pageviews import service as pageviews

pages = Blueprint("privacy_lately", __name__)

_WISH = nothing("a wish that stays in this browser, in the cookie lp_visit")
HERE = "/privacy/preferences#page-history"


@pages.post("/privacy/preferences/page-history")
@limited("form")
@public
@takes(purpose=_WISH, on=_WISH, next=NEXT)
def page_history_submit() -> Response:
    """Switch this browser's own list on or off; a signed-in person's switch is in their panel."""
    if person() is not None:
        return _in_the_panel()
    if request.form.get("on") != "1":
        pageviews.end_trail(request.cookies.get(pageviews.COOKIE))
        answer = see_other(_back(), "Off. The list of this browser was deleted, and what it looked at was forgotten.")
        drop_cookie(answer, pageviews.COOKIE)
        return answer
    answer = see_other(_back(), "On. This browser keeps a list of the pages it opens.")
    browser.start(answer, None)
    return answer


@pages.post("/privacy/preferences/suggestions")
@limited("form")
@public
@takes(purpose=_WISH, on=_WISH, next=NEXT)
def suggestions_submit() -> Response:
    """The same for suggestions, which follow that list. Raises Invalid while there is none."""
    if person() is not None:
        return _in_the_panel()
    trail, on = pageviews.find_trail(request.cookies.get(pageviews.COOKIE)), request.form.get("on") == "1"
    if trail is None or trail.account_id is not None:
        raise Invalid(
            "Suggestions follow the list of pages you visit, and this browser keeps none. Nothing was changed.",
            next_steps=(NextStep(label="Switch the list on first", address=HERE),),
        )
    answer = see_other(_back(), f"Suggestions are {'on' if on else 'off'} in this browser, effective now.")
    browser.suggest(answer, on)
    return answer


@pages.post("/privacy/preferences/looked-at/forget")
@limited("form")
@public
@takes(next=NEXT)
def looked_at_forget() -> Response:
    """Take what was looked at out of this browser's cookie, signed in or not."""
    answer = see_other(_back(), "Forgotten. This browser remembers no program that you looked at.")
    browser.forget(answer)
    return answer


def _back() -> str:
    return local_path(request.form.get("next"), HERE)


def _in_the_panel() -> Response:
    return see_other("/account/privacy#choices", "Your own switch for this is here.", "info")
