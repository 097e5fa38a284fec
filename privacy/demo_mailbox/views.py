"""/demo/mailbox: where a demonstration's mails can be read. Outside a demonstration there is no such address."""

from flask import Blueprint, Response, request

from core.access import public
from core.errors import NotFound
from core.web import render, settings
from privacy.demo_mailbox import service

pages = Blueprint("privacy_demo_mailbox", __name__)

BODY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""A mail's body brings inline styles, as mail programs need them, and nothing else: no script, form or picture."""


@pages.get("/demo/mailbox")
@public
def mailbox() -> Response:
    """The latest mails, and the way to older ones."""
    _check_demo()
    typed = request.args.get("before", "")
    mails, older = service.latest(int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0)
    return render("privacy/demo_mailbox.html", mails=mails, older=older)


@pages.get("/demo/mailbox/<int:number>")
@public
def letter(number: int) -> Response:
    """One mail, its text as page text."""
    _check_demo()
    return render("privacy/demo_mailbox_letter.html", mail=service.get(number))


@pages.get("/demo/mailbox/<int:number>/html")
@public
def letter_html(number: int) -> Response:
    """Its HTML body, by itself and shut in."""
    _check_demo()
    answer = Response(service.get(number).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = BODY_POLICY
    return answer


def _check_demo() -> None:
    if not settings().demo:
        raise NotFound
