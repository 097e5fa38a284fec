"""Filling a letter's templates: subject, text and HTML from templates/mail/<name>."""

from flask import render_template

from core import web
from privacy.contact.service import Letter, Written


def write(letter: Letter, token: str) -> Written:
    """The letter in full."""
    address = f"{web.settings().base_url.rstrip('/')}/privacy/unsubscribe/{token}" if token else ""
    context = {**letter.context, "unsubscribe_address": address}
    return Written(
        subject=render_template(f"mail/{letter.name}/subject.txt", **context).strip(),
        text=render_template(f"mail/{letter.name}/body.txt", **context).strip() + "\n",
        html=render_template(f"mail/{letter.name}/body.html", **context),
        unsubscribe_address=address,
    )
