"""Giving a license to somebody: the giver's form and offers, and the page that the mailed link opens."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core import clock, menus, web
from core.access import public, signed_in
from core.accounts.rules import read_email
from core.asking import kept, takes
from core.errors import Invalid, NotAllowed, Refusal
from core.forms import Form
from core.limits import limited
from storefront.handover import rules, service
from storefront.handover.rules import OfferRefused
from storefront.handover.service import Offer
from storefront.licenses import service as licenses
from storefront.licenses.service import Held

pages = Blueprint("handover", __name__)
SENT = "Offered. We tell you by mail what becomes of it; until it is accepted you can take it back here."


class OfferForm(Form):
    """To whom, with which words, and when."""

    ties = {"address": kept("handover.address"), "words": kept("handover.words"), "day": kept("handover.deliver_at")}
    address = StringField(
        "E-mail address of whoever gets it",
        validators=[InputRequired("Please write the address."), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    words = TextAreaField("Some words with it", render_kw={"maxlength": rules.LONGEST_WORDS, "rows": 4})
    day = StringField("Mail it on", render_kw={"type": "date"})


@pages.get("/account/licenses/<public_id>/pass-on")
@signed_in
def offer(public_id: str) -> Response:
    """What passing it on means, and the form."""
    held = licenses.get_for(web.me().id, public_id)
    service.check_passable(held.license)
    return _show(held, OfferForm(formdata=None))


@pages.post("/account/licenses/<public_id>/pass-on")
@limited("form")
@signed_in
@takes(OfferForm)
def offer_submit(public_id: str) -> Response:
    """Offer it; what was typed stays where something is wrong."""
    held, form = licenses.get_for(web.me().id, public_id), OfferForm()
    if not form.validate():
        return _show(held, form, status=422)
    try:
        service.offer(held.license, _read(form), web.actor())
    except OfferRefused as refused:
        form[refused.field].errors = [refused.sentence]
        return _show(held, form, status=422)
    return web.see_other(f"/account/licenses/{public_id}", SENT)


@pages.post("/account/licenses/<public_id>/pass-on/take-back")
@signed_in
def take_back_submit(public_id: str) -> Response:
    """Keep it after all."""
    service.take_back(licenses.get_for(web.me().id, public_id).license)
    return web.see_other(f"/account/licenses/{public_id}", "Taken back. The link in the mail no longer works.")


@pages.get("/handover/<token>")
@public
def offered(token: str) -> Response:
    """What is offered to whoever has the link."""
    return web.render("storefront/handover/offered.html", seen=service.see(service.read_link(token)), token=token)


@pages.post("/handover/<token>")
@limited("form")
@signed_in
def accept_submit(token: str) -> Response:
    """Yes: into the account of whoever is signed in."""
    if not web.me().confirmed:
        raise NotAllowed(
            "Please confirm your e-mail address first, by the link that we mailed to it. The offer waits for you."
        )
    license = service.accept(service.read_link(token), web.me().id)
    return web.see_other(f"/account/licenses/{license.public_id}", "It is yours. Nobody has seen its key.")


@pages.post("/handover/<token>/decline")
@limited("form")
@public
def decline_submit(token: str) -> Response:
    """No, thank you."""
    service.decline(service.read_link(token))
    return web.see_other("/", "You declined. The license stays with whoever offered it, and your address is forgotten.")


def below_license(held: Held) -> str:
    """The way to pass it on, or the offer that stands."""
    found = service.find_open(held.license.id)
    if found is None and not _may_be_passed_on(held):
        return ""
    address = service.opened_address(found, web.actor()) if found else ""
    return render_template("storefront/handover/_below_license.html", held=held, offered=found, address=address)


def install() -> None:
    """Where it is found."""
    menus.fill("license.below", below_license)


def _may_be_passed_on(held: Held) -> bool:
    try:
        service.check_passable(held.license)
    except Refusal:
        return False
    return True


def _read(form: OfferForm) -> Offer:
    """Refuses with OfferRefused."""
    try:
        address = read_email(form.address.data or "")
    except Invalid as refused:
        raise OfferRefused("address", refused.sentence) from None
    now = clock.now()
    day = rules.read_day(form.day.data or "", now.date())
    at = now if day == now.date() else datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return Offer(address=address, words=rules.read_words(form.words.data or ""), deliver_at=at)


def _show(held: Held, form: OfferForm, status: int = 200) -> Response:
    return web.render("storefront/handover/offer.html", status=status, held=held, form=form, days=rules.STANDS.days)
