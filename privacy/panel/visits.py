"""/account/privacy/visits: the list of pages that a person asked for, deleted one by one or as a whole."""

from flask import Blueprint, Response, request

from core.access import signed_in
from core.asking import nothing, takes
from core.errors import Invalid
from core.web import me, render, see_other
from privacy.consent import service as consent
from privacy.lately import browser
from privacy.pageviews import service as pageviews
from privacy.panel.views import follow

pages = Blueprint("privacy_visits", __name__)

HERE = "/account/privacy/visits"


@pages.get(HERE)
@signed_in
def visits() -> Response:
    """The list, and whether this browser adds to it."""
    trail = pageviews.find_trail(request.cookies.get(pageviews.COOKIE))
    return render(
        "privacy/panel/visits.html",
        is_on=consent.is_given(me().id, pageviews.PURPOSE),
        is_listed_here=trail is not None and trail.account_id == me().id,
        visits=pageviews.visits_of(me().id),
        looks=browser.lately().looks,
    )


@pages.post(f"{HERE}/here")
@signed_in
def visits_here() -> Response:
    """Let this browser, too, add to the person's list of pages."""
    if not consent.is_given(me().id, pageviews.PURPOSE):
        raise Invalid("Switch the list of pages on first; then this browser can add to it.")
    answer = see_other(HERE, "This browser now adds to your list of pages.")
    follow(answer, True)
    return answer


@pages.post(f"{HERE}/forget")
@signed_in
@takes(visit=nothing("which entry is to go"))
def visits_forget() -> Response:
    """Delete one entry of the list, or all of it."""
    which = request.form.get("visit", "")
    if which.isascii() and which.isdigit() and len(which) < 17:
        pageviews.forget_visit(me().id, int(which))
        return see_other(HERE, "Deleted.")
    pageviews.forget_visits(me().id)
    answer = see_other(HERE, "Your list of pages is empty now.")
    browser.forget(answer)
    return answer
