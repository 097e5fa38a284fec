"""The house's own pages: the front page, who we are, our terms, and the addresses that machines ask for."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response, redirect, request

from core import clock, web
from core.access import public
from core.asking import takes
from core.errors import NotFound
from core.limits import limited
from privacy.tickets import views as tickets
from privacy.tickets.forms import StrangerForm
from storefront.catalogue import listing
from storefront.pages import metrics, rules, service

pages = Blueprint("pages", __name__)

FEATURED = 8
PLAIN = "text/plain; charset=utf-8"


@pages.get("/")
@public(cached=True)
def home() -> Response:
    """The front page, or what this browser's owner wants to see first (clause P4c); `?front=1` is always the front page."""
    first = rules.start_address(web.wished().start, is_known=web.person() is not None)
    if first and "front" not in request.args:
        return web.see_other(first)
    return web.render("storefront/pages/home.html", cards=listing.featured(FEATURED))


@pages.get("/company")
@public(cached=True)
def company() -> Response:
    """Who sells here."""
    return _text("company", rules.COMPANY_VERSION, rules.COMPANY_SINCE)


@pages.get("/company/<name>")
@public(cached=True)
def company_version(name: str) -> Response:
    """A version of what we said about ourselves, for good. Raises NotFound."""
    version = rules.read_version(name, rules.COMPANY_SINCE)
    if version is None:
        raise NotFound("There is no such version of this page.")
    return _text("company", version, rules.COMPANY_SINCE)


@pages.get("/terms")
@public(cached=True)
def terms() -> Response:
    """The terms that are in force."""
    return _text("terms", rules.TERMS_VERSION, rules.TERMS_SINCE)


@pages.get("/terms/<name>")
@public(cached=True)
def terms_version(name: str) -> Response:
    """A version of the terms, for good. Raises NotFound."""
    version = rules.read_version(name, rules.TERMS_SINCE)
    if version is None:
        raise NotFound("There is no such version of our terms.")
    return _text("terms", version, rules.TERMS_SINCE)


@pages.get("/support")
@public(cached=True)
def support() -> Response:
    """How to reach us, and what to have at hand."""
    return web.render("storefront/pages/support.html", form=tickets.support_form())


@pages.post("/support")
@limited("form")
@public(even=True)
@takes(StrangerForm)
def support_submit() -> Response:
    """A letter typed here becomes a ticket, as a mailed one does; the answer is the same to everybody."""
    form = tickets.support_form()
    if not form.validate():
        return web.render("storefront/pages/support.html", status=422, form=form)
    return web.see_other("/support", tickets.take_form(form))


@pages.get("/robots.txt")
@public(own_transactions=True)
def robots() -> Response:
    """What search engines need not fetch."""
    closed = [f"Disallow: {path}" for path in ("/account", "/cart", "/checkout", "/staff", "/search", "/v1/")]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {_address('/sitemap.xml')}", ""]
    return Response("\n".join(lines), content_type=PLAIN)


@pages.get("/sitemap.xml")
@public(cached=True)
def sitemap() -> Response:
    """Every address that a stranger may read."""
    response = web.render("storefront/pages/sitemap.xml", goods=listing.addresses(), fixed=rules.SITEMAP)
    response.mimetype = "application/xml"
    return response


@pages.get("/.well-known/security.txt")
@public(own_transactions=True)
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    lines = (
        f"Contact: mailto:{web.settings().support_email}",
        f"Expires: {rules.half_a_year_on(clock.now()):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, de",
        f"Canonical: {_address('/.well-known/security.txt')}",
        "",
    )
    return Response("\n".join(lines), content_type=PLAIN)


@pages.get("/.well-known/change-password")
@public(own_transactions=True)
def change_password() -> Response:
    """Where password managers send people (W3C)."""
    return redirect("/account/security", 303)  # type: ignore[return-value]


@pages.get("/healthz")
@public(own_transactions=True)
def healthz() -> Response:
    """Alive; says nothing about the database."""
    return _said("ok", 200)


@pages.get("/readyz")
@public
def readyz() -> Response:
    """Able to serve: the database answers and is up to date."""
    return _said("ready", 200) if service.is_ready() else _said("not ready", 503)


@pages.get("/metrics")
@public(own_transactions=True)
def numbers() -> Response:
    """Numbers for Prometheus, for whoever has the token."""
    return metrics.page()


def _text(text: str, version: int, since: Mapping[int, str]) -> Response:
    return web.render(
        f"storefront/pages/{text}.html",
        version=version,
        since=datetime.fromisoformat(since[version]),
        html=service.text_html(text, version),
        fingerprint=service.fingerprint(text, version),
        newest=request.path == f"/{text}",
    )


def _said(word: str, status: int) -> Response:
    response = Response(word + "\n", status=status, content_type=PLAIN)
    response.headers["Cache-Control"] = "no-store"
    return response


def _address(path: str) -> str:
    return web.settings().base_url.rstrip("/") + path
