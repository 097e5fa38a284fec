"""Receipts for people: their own, those of choices made without signing in, and a page on which anybody checks one."""

from flask import Blueprint, Response, jsonify, request
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from core.access import public, signed_in
from core.asking import nothing, takes
from core.forms import Form
from core.limits import limited
from core.web import me, render
from privacy.consent.rules import how
from privacy.receipts import rules, service
from privacy.receipts.models import Receipt

pages = Blueprint("privacy_receipts", __name__)

OWN = "/account/privacy/receipts"
VERIFY = "/privacy/receipts/verify"


class VerifyForm(Form):
    """A receipt, pasted as it was downloaded; looked at once and not kept."""

    ties = {"receipt": nothing("looked at once, and forgotten")}
    receipt = TextAreaField("The receipt", [DataRequired("Please paste a receipt."), Length(max=rules.LONGEST)])


@pages.get(OWN)
@signed_in
def own() -> Response:
    """Everything the person said and accepted, the latest first."""
    before = request.args.get("before", default=0, type=int)
    shown = service.page_of(me().id, before=before)
    rows = [(one, service.content(one)["event"]) for one in shown.receipts]
    return render(
        "privacy/receipts/own.html",
        rows=rows,
        older=shown.older,
        is_first=not before,
        words=rules.WORDS,
        how=how,
    )


@pages.get(f"{OWN}/<number>")
@signed_in
def one(number: str) -> Response:
    """One receipt to read and print."""
    return _show(service.get_for(me().id, number), OWN)


@pages.get(f"{OWN}/<number>.json")
@signed_in
def one_json(number: str) -> Response:
    """The same, signed, to keep."""
    return _download(service.get_for(me().id, number))


@pages.get("/privacy/receipts/<number>")
@public
def outside(number: str) -> Response:
    """The receipt of a choice that was made without signing in."""
    return _show(service.get_outside(number), "/privacy/receipts")


@pages.get("/privacy/receipts/<number>.json")
@public
def outside_json(number: str) -> Response:
    """The same, signed, to keep."""
    return _download(service.get_outside(number))


@pages.get(VERIFY)
@public(cached=True)
def verify() -> Response:
    """A field for a receipt."""
    return render("privacy/receipts/verify.html", form=VerifyForm(), checked=False, document=None)


@pages.post(VERIFY)
@limited("form")
@public
@takes(VerifyForm)
def verify_submit() -> Response:
    """Say whether this shop signed exactly that."""
    form = VerifyForm()
    if not form.validate():
        return render("privacy/receipts/verify.html", status=400, form=form, checked=False, document=None)
    document = service.genuine(form.receipt.data)
    return render("privacy/receipts/verify.html", form=form, checked=True, document=document)


@pages.get("/.well-known/receipt-keys.json")
@public(cached=True)
def receipt_keys() -> Response:
    """The key with which anybody checks receipts without asking us (a JSON Web Key Set, RFC 7517)."""
    return jsonify(keys=[service.public_key()])


def _show(receipt: Receipt, base: str) -> Response:
    return render(
        "privacy/receipts/receipt.html",
        number=receipt.public_id,
        document=service.content(receipt),
        deed=rules.WORDS[rules.Deed(receipt.deed)],
        at=receipt.given_at,
        how=how(receipt.how),
        address=f"{base}/{receipt.public_id}.json",
        is_own=base == OWN,
    )


def _download(receipt: Receipt) -> Response:
    answer = jsonify(service.signed(receipt))
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{receipt.public_id[:8]}.json"'
    return answer
