"""/account/privacy: the overview with switches that work at once, what we hold, and the cookies of this browser."""

from flask import Blueprint, Response, current_app, request

from core.access import signed_in
from core.asking import NEXT, doors, kept, takes
from core.web import drop_cookie, local_path, me, render, see_other
from privacy import register
from privacy.asking import volunteered_at
from privacy.consent import rules as words
from privacy.consent import service as consent
from privacy.lately import browser
from privacy.pageviews import service as pageviews
from privacy.pageviews.watching import has_signal
from privacy.panel import sections, service

pages = Blueprint("privacy_panel", __name__)

PANEL = "/account/privacy"


@pages.get("/account/privacy")
@signed_in
def panel() -> Response:
    """Each section with its line, and every choice with its switch."""
    here = me()
    return render(
        "privacy/panel/overview.html",
        sections=sections.rows(here.id),
        switches=consent.switches(),
        needed=[one for one in register.purposes.values() if not one.optional and one.id != "demo_mailbox"],
        bases=register.BASES,
        states=consent.states(here.id),
        latest=consent.latest(here.id),
        how=words.how,
        signal=has_signal(),
    )


@pages.post("/account/privacy/switch")
@signed_in
@takes(purpose=kept("consent_entry.purpose"), on=kept("consent_entry.given"), next=NEXT)
def switch() -> Response:
    """Switch one purpose, or "original purposes only", on or off; effective with this answer. The same switch stands
    beside what a purpose shows: then `next` says where that is."""
    purpose, on, back = request.form.get("purpose", ""), request.form.get("on") == "1", request.form.get("next")
    consent.switch(me().id, purpose, on, how="beside" if back else "panel")
    answer = see_other(local_path(back, f"{PANEL}#choices"), _said(purpose, on))
    if purpose == pageviews.PURPOSE:
        follow(answer, on)
    return answer


@pages.get("/account/privacy/held")
@signed_in
def held() -> Response:
    """What each table holds about the person: how many, from when to when, what for, how long."""
    at = volunteered_at(doors(current_app.url_map.iter_rules(), current_app.view_functions))
    return render("privacy/panel/held.html", held=service.held_about(me().id), typed_at=at)


@pages.get("/account/privacy/cookies")
@signed_in
def cookies() -> Response:
    """The cookies that this browser sent, and all that there may ever be."""
    declared = list(register.cookies.values())
    sent = [one for one in declared if one.name in request.cookies]
    others = [one for one in declared if one not in sent]
    return render("privacy/panel/cookies.html", sent=sent, others=others, version=register.VERSION)


def follow(answer: Response, on: bool) -> None:
    """Let this browser add to the person's list of pages, or no longer."""
    if on:
        browser.start(answer, me().id)
    else:
        drop_cookie(answer, pageviews.COOKIE)


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
