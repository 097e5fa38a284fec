"""Doors for those who want to be left alone: stop links, one-click stops, and numbers that nobody calls."""

from flask import Blueprint, Response, request
from wtforms import StringField, TelField
from wtforms.validators import DataRequired, Length

from core.access import public
from core.asking import nothing, takes
from core.forms import Form
from core.limits import limited
from core.web import render, see_other
from privacy.contact import calls, stopping

pages = Blueprint("privacy_contact", __name__)


class NumberForm(Form):
    """A number, and a name if somebody likes to give one; the name is not kept."""

    ties = {"number": nothing("kept as a keyed fingerprint only"), "name": nothing("not kept")}
    number = TelField("Telephone number", [DataRequired("Please write the number."), Length(max=60)])
    name = StringField("Your name", [Length(max=120)])


@pages.get("/privacy/unsubscribe/<token>")
@pages.get("/privacy/unsubscribe/<token>/")
@public
def unsubscribe(token: str) -> Response:
    """Show what the link would stop; looking changes nothing, so that mail scanners stop nothing."""
    return render("privacy/unsubscribe.html", wish=stopping.read(token), receipt=None, everything=False)


@pages.post("/privacy/unsubscribe/<token>")
@pages.post("/privacy/unsubscribe/<token>/")
@public(form_token=False)
@takes(
    **{
        "what": nothing("which mail is to stop; the address is kept as a fingerprint only"),
        "List-Unsubscribe": nothing("what a mail program sends"),
    }
)
def unsubscribe_submit(token: str) -> Response:
    """Stop at once (RFC 8058): no cookie, form token, redirect or limit stands in the way."""
    wish = stopping.read(token)
    everything = request.form.get("what") == "everything"
    how = "one-click" if request.form.get("List-Unsubscribe") else "link"
    receipt = stopping.stop(wish, how=how, everything=everything)
    return render("privacy/unsubscribe.html", wish=wish, receipt=receipt.public_id, everything=everything)


@pages.get("/privacy/phone-removal")
@public(cached=True)
def phone_removal() -> Response:
    """The form, open to everybody."""
    return render("privacy/phone_removal.html", form=NumberForm())


@pages.post("/privacy/phone-removal")
@limited("form")
@public(even=True)
@takes(NumberForm)
def phone_removal_submit() -> Response:
    """Stop calls to a number; the answer is the same for a known and an unknown one."""
    form = NumberForm()
    if not form.validate():
        return render("privacy/phone_removal.html", status=400, form=form)
    try:
        receipt = calls.remove(calls.read_number(form.number.data), how="form")
    except calls.NumberRefused as refused:
        form.number.errors = [refused.sentence]
        return render("privacy/phone_removal.html", status=400, form=form)
    done = "Done. This number is on no list that we share, and we will not call it. This is your receipt."
    return see_other(f"/privacy/receipts/{receipt.public_id}", done)
