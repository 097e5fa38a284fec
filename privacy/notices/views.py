"""The banner on every page while the policy changes, and the button that says "I have seen it"."""

from dataclasses import replace

from flask import Blueprint, Response, request

from core import clock, db, web, wishes
from core.access import public, signed_in
from core.asking import NEXT, kept, takes
from core.errors import NotFound
from core.forms import form_token
from core.keeping import drawn, wished
from core.web import PREFS_COOKIE, local_path, me, person, put_cookie, see_other
from privacy import register
from privacy.consent import service as consent
from privacy.notices import rules
from privacy.policies import hearing
from privacy.policies import service as policies

pages = Blueprint("privacy_notices", __name__)

SEEN = "Noted: you have seen it. What comes later will be announced again."


@pages.post("/privacy/changes/seen")
@public
@takes(next=NEXT)
def changes_seen() -> Response:
    """Remember what has been seen: for a person in their record, and in the preferences cookie (clause P13)."""
    answer = see_other(local_path(request.form.get("next"), "/privacy/changes"), SEEN)
    here = person()
    if here is not None:
        policies.see_all(here.id)
    now = replace(_present(), policy_seen=policies.posted_version())
    put_cookie(answer, PREFS_COOKIE, wishes.write(now), seconds=register.cookies[PREFS_COOKIE].seconds)
    return answer


@pages.post("/privacy/changes/switch")
@signed_in
@takes(purpose=kept("consent_entry.purpose"), on=kept("consent_entry.given"))
def switch() -> Response:
    """Decide on a use that came with a version, from the day on which it is posted. Raises NotFound for another one."""
    purpose, on = register.purposes.get(request.form.get("purpose", "")), request.form.get("on") == "1"
    if purpose is None or purpose.since <= hearing.FIRST:
        raise NotFound
    consent.switch(me().id, purpose.id, on, how="changes")
    return see_other("/privacy/changes#uses", _said(purpose, on))


def banner() -> str:
    """The announcement for every page; empty once the reader has seen it. The same for all strangers."""
    if not db.in_transaction() or request.path == "/privacy/changes":
        return ""
    latest = policies.versions()[-1:]
    if not latest or not _is_new_to_reader(latest[0]):
        return ""
    starts = latest[0].effective_at > clock.now()
    said = {"number": latest[0].number, "effective_at": latest[0].effective_at, "starts": starts}
    said |= {"path": request.path, "token": form_token()}
    return drawn(("banner", wished.get(), *said.values()), lambda: web.part("privacy/notices/banner.html", **said))


def _said(purpose: register.Purpose, on: bool) -> str:
    if on and not policies.is_in_force(purpose.since):
        return f"{purpose.name} is on. It starts with version {purpose.since} of the policy, and not before."
    return f"{purpose.name} is {'on' if on else 'off'}, effective now."


def _is_new_to_reader(latest: policies.Published) -> bool:
    if latest.number <= hearing.FIRST or _present().policy_seen >= latest.number:
        return False
    here = person()
    if here is None:
        return rules.is_news(latest.effective_at, clock.now())
    return here.policy_seen < latest.number


def _present() -> wishes.Wishes:
    return wishes.read(request.cookies.get(web.PREFS_COOKIE, ""))
