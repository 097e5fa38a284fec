"""/account/privacy/contact: every way in which the shop may reach a person, with its state and its stop."""

from flask import Blueprint, Response

from core.access import signed_in
from core.web import me, render, see_other
from privacy.consent import service as consent
from privacy.contact import stopping
from privacy.panel import service

pages = Blueprint("privacy_reach", __name__)

HERE = "/account/privacy/contact"


@pages.get(HERE)
@signed_in
def reach() -> Response:
    """E-mail here; telephone and post are drawn by the shop, which was given them."""
    states = consent.states(me().id)
    mailed = [(one, states.get(one.id, False)) for one in consent.switches() if one.by_mail]
    return render(
        "privacy/panel/reach.html",
        email=service.own_email(me().id),
        mailed=mailed,
        all_mail_stopped=stopping.is_all_stopped(me().id),
    )


@pages.post("/account/privacy/mail/stop")
@signed_in
def mail_stop() -> Response:
    """Stop all mail that can be stopped."""
    stopping.stop_all(me().id, how="panel")
    return see_other(f"{HERE}#mail", "Stopped. Only mails about your own orders and your account still arrive.")
