"""/account/privacy: what we hold and why, with switches that work at once."""

from flask import Blueprint, Response, request

from core.access import signed_in
from core.errors import Invalid
from core.web import drop_cookie, me, put_cookie, render, see_other
from privacy import register
from privacy.consent import service as consent
from privacy.contact import stopping
from privacy.looks import service as looks
from privacy.pageviews import service as pageviews
from privacy.pageviews.watching import has_signal
from privacy.panel import sections, service
from privacy.policies import service as policies

pages = Blueprint("privacy_panel", __name__)

PANEL = "/account/privacy"


@pages.get("/account/privacy")
@signed_in
def panel() -> Response:
    """Everything on one page."""
    here = me()
    trail = pageviews.find_trail(request.cookies.get(pageviews.COOKIE))
    return render(
        "privacy/panel/overview.html",
        sections=sections.rows(here.id),
        held=service.held_about(here.id),
        email=service.own_email(here.id),
        switches=[one for one in register.purposes.values() if one.optional],
        needed=[one for one in register.purposes.values() if not one.optional and one.id != "demo_mailbox"],
        bases=register.BASES,
        states=consent.states(here.id),
        ledger=consent.ledger(here.id, 20),
        names=_names(),
        signal=has_signal(),
        is_listed_here=trail is not None and trail.account_id == here.id,
        visits=pageviews.visits_of(here.id),
        looked=looks.by_people(here.id),
        routines=looks.by_program(here.id),
        accepted=service.accepted_by(here.id),
        current=policies.current_version(),
        all_mail_stopped=stopping.is_all_stopped(here.id),
        cookies=[one for one in register.cookies.values() if one.name in request.cookies],
    )


@pages.post("/account/privacy/switch")
@signed_in
def switch() -> Response:
    """Switch one purpose, or "original purposes only", on or off; effective with this answer."""
    purpose, on = request.form.get("purpose", ""), request.form.get("on") == "1"
    consent.switch(me().id, purpose, on, how="panel")
    answer = see_other(f"{PANEL}#choices", _said(purpose, on))
    if purpose == pageviews.PURPOSE:
        _follow(answer, on)
    return answer


@pages.post("/account/privacy/visits/here")
@signed_in
def visits_here() -> Response:
    """Let this browser, too, add to the person's list of pages."""
    if not consent.is_given(me().id, pageviews.PURPOSE):
        raise Invalid("Switch the list of pages on first; then this browser can add to it.")
    answer = see_other(f"{PANEL}#visits", "This browser now adds to your list of pages.")
    _follow(answer, True)
    return answer


@pages.post("/account/privacy/visits/forget")
@signed_in
def visits_forget() -> Response:
    """Delete one entry of the list, or all of it."""
    which = request.form.get("visit", "")
    if which.isascii() and which.isdigit() and len(which) < 17:
        pageviews.forget_visit(me().id, int(which))
        return see_other(f"{PANEL}#visits", "Deleted.")
    pageviews.forget_visits(me().id)
    return see_other(f"{PANEL}#visits", "Your list of pages is empty now.")


@pages.post("/account/privacy/mail/stop")
@signed_in
def mail_stop() -> Response:
    """Stop all mail that can be stopped."""
    stopping.stop_all(me().id, how="panel")
    return see_other(f"{PANEL}#mail", "Stopped. Only mails about your own orders and your account still arrive.")


def _follow(answer: Response, on: bool) -> None:
    if not on:
        drop_cookie(answer, pageviews.COOKIE)
        return
    token = pageviews.start_trail(me().id)
    put_cookie(answer, pageviews.COOKIE, token, seconds=register.cookies[pageviews.COOKIE].seconds)


def _said(purpose: str, on: bool) -> str:
    if purpose == consent.ORIGINAL_ONLY:
        return (
            "On. From now on each datum serves only what you gave it for."
            if on
            else "Off. The uses that are switched on below are allowed again."
        )
    name = register.purposes[purpose].name
    if purpose == pageviews.PURPOSE and not on:
        return f"{name} is off, and the list was deleted. Nothing is recorded from now on."
    return f"{name} is {'on' if on else 'off'}, effective now."


def _names() -> dict[str, str]:
    return {consent.ORIGINAL_ONLY: "Original purposes only"} | {one.id: one.name for one in register.purposes.values()}
