"""The policy in public: the version in force, all earlier ones, changes, cookies, lists, and the register for programs."""

from flask import Blueprint, Response, current_app, jsonify, request

from core import asking, web, wishes
from core.access import public
from core.web import render
from privacy import register
from privacy.asking import why
from privacy.consent import service as consent
from privacy.policies import service
from privacy.reading import machine
from privacy.reading.changing import history
from privacy.reading.showing import show
from privacy.reports import service as reports

pages = Blueprint("privacy_reading", __name__)
pages.add_app_template_global(why, "why")  # stands beside every field that keeps something (clause P3c)


@pages.get("/privacy")
@public(cached=True)
def policy() -> Response:
    """The version in force."""
    return _version(service.current(), "/privacy")


@pages.get("/privacy/v<int:number>")
@public(cached=True)
def version(number: int) -> Response:
    """A version for good: this address never shows another text."""
    return _version(service.get(number), f"/privacy/v{number}")


@pages.get("/privacy/changes")
@public(cached=True)
def changes() -> Response:
    """All versions, the latest first, sentence by sentence, and which are new since the reader's last visit."""
    here, current = web.person(), service.current()
    return render(
        "privacy/changes/overview.html",
        changes=history(service.versions(), _ways()),
        current=current.number,
        days=(service.versions()[-1].effective_at - service.versions()[-1].posted_at).days
        or web.settings().notice_days,
        seen=wishes.read(request.cookies.get(web.PREFS_COOKIE, "")).policy_seen,
        states=consent.states(here.id) if here else None,
    )


@pages.get("/privacy/changes.atom")
@public(cached=True)
def changes_feed() -> Response:
    """The same as an Atom feed."""
    answer = render("privacy/changes/feed.xml", changes=history(service.versions(), _ways()))
    answer.mimetype = "application/atom+xml"
    return answer


@pages.get("/privacy/cookies")
@public(cached=True)
def cookies() -> Response:
    """Every cookie that may ever be set."""
    return render("privacy/cookies.html", cookies=list(register.cookies.values()), version=register.VERSION)


@pages.get("/privacy/lists")
@public(cached=True)
def lists() -> Response:
    """Which lists are shared with whom, live from the register, and the sums that are all we know of visits."""
    return render(
        "privacy/lists.html",
        commercial=[one for one in register.recipients.values() if one.commercial],
        recipients=list(register.recipients.values()),
        uses=register.purposes,
        sums=[(line.route, line.now.said) for line in reports.lately()],
    )


@pages.get("/privacy/register.json")
@public(cached=True)
def register_json() -> Response:
    """The register for programs, in the terms of W3C's Data Privacy Vocabulary."""
    base = web.settings().base_url.rstrip("/")
    doors = asking.doors(current_app.url_map.iter_rules(), current_app.view_functions)
    return jsonify(machine.describe(base, service.versions(), service.current().number, doors))


@pages.get("/.well-known/gpc.json")
@public(cached=True)
def gpc() -> Response:
    """We honor Global Privacy Control (its specification, section 4.2)."""
    return jsonify(gpc=True, lastUpdate=service.versions()[0].posted_at.date().isoformat())


def _ways() -> dict[str, str]:
    settings = web.settings()
    return {
        "site_name": settings.site_name,
        "support_email": settings.support_email,
        "company_address": settings.company_address,
        "company_phone": settings.company_phone,
    }


def _version(version: service.Published, address: str) -> Response:
    here = web.person()
    return render(
        "privacy/policy.html",
        version=version,
        address=address,
        parts=show(version.text, _ways(), consent.states(here.id) if here else None),
        current=service.current().number,
    )
