"""A subscription as its holder sees it: below its license, with two clicks to cancel, two to resume, and a way to pay."""

from flask import Blueprint, Response, render_template

from core import clock, menus, web
from core.access import public, signed_in
from core.limits import limited
from storefront.licenses import service as licenses
from storefront.licenses.rules import Term
from storefront.licenses.service import Held
from storefront.payments import saved
from storefront.renewals import ordering, rules, service
from storefront.renewals.models import Subscription
from storefront.renewals.rules import RenewalConflict, Step, SubscriptionState, SubscriptionVerb

pages = Blueprint("renewals", __name__)


@pages.get("/renewals")
@public(cached=True)
def schedule() -> Response:
    """On which days we remind, charge and wait; written from what the worker does."""
    return web.render(
        "storefront/renewals/schedule.html",
        remind={term.value: days for term, days in rules.REMIND_DAYS.items()},
        charge_days=rules.CHARGE_BEFORE.days,
        retry_days=rules.RETRY_DAYS,
        grace_days=rules.GRACE.days,
        end_days=rules.ENDS_AFTER.days,
        early_days=rules.PAYS_EARLY.days,
        price_days=rules.PRICE_NOTICE.days,
    )


@pages.get("/account/licenses/<public_id>/renewal/cancel")
@signed_in
def cancel(public_id: str) -> Response:
    """What ends when, before it is cancelled."""
    held, subscription = licenses.get_for(web.me().id, public_id), service.lock_for(web.me().id, public_id)
    if not rules.can(SubscriptionState(subscription.state), SubscriptionVerb.CANCEL):
        return web.see_other(f"/account/licenses/{public_id}")
    ends_now = subscription.state in rules.UNPAID
    return web.render("storefront/renewals/cancel.html", held=held, subscription=subscription, ends_now=ends_now)


@pages.post("/account/licenses/<public_id>/renewal/cancel")
@signed_in
def cancel_submit(public_id: str) -> Response:
    """Nothing more is charged."""
    service.cancel(service.lock_for(web.me().id, public_id))
    return web.see_other(f"/account/licenses/{public_id}", "Cancelled. Nothing more is charged; a mail confirms it.")


@pages.post("/account/licenses/<public_id>/renewal/resume")
@signed_in
def resume_submit(public_id: str) -> Response:
    """It goes on after all."""
    service.resume(service.lock_for(web.me().id, public_id))
    return web.see_other(f"/account/licenses/{public_id}", "It goes on. A mail confirms it.")


@pages.post("/account/licenses/<public_id>/renewal/pay")
@signed_in
@limited("checkout")
def pay_submit(public_id: str) -> Response:
    """On to paying the next period."""
    subscription = service.lock_for(web.me().id, public_id)
    service.check_payable(subscription)
    return web.see_other(f"/checkout/pay/{ordering.prepare(subscription).number}")


def below_license(held: Held) -> str:
    """How it goes on, below a license that does."""
    subscription = service.find_for(held.license.id)
    if subscription is None:
        return ""
    return render_template(
        "storefront/renewals/_below_license.html",
        held=held,
        subscription=subscription,
        price=ordering.price_of(subscription, held.license),
        card=saved.find(held.license.account_id),
        charges_at=subscription.due_at - rules.CHARGE_BEFORE,
        suspends_at=service.moment(subscription, Step.SUSPEND),
        ends_at=service.moment(subscription, Step.END),
        next_try=rules.next_try(Term(subscription.term), subscription.due_at, subscription.tried_at, clock.now()),
        is_payable=_is_payable(subscription),
        is_held=service.is_held(subscription) and subscription.state != SubscriptionState.ENDED,
        renewed=[one for one in service.paid_renewals(subscription.id) if not service.has_gone_back(one[1])],
    )


def install() -> None:
    """Where it is found."""
    menus.fill("license.below", below_license)
    menus.add("footer", "How renewals work", "/renewals", rank=72)


def _is_payable(subscription: Subscription) -> bool:
    try:
        service.check_payable(subscription)
    except RenewalConflict:
        return False
    return SubscriptionState(subscription.state) is not SubscriptionState.CANCELLING
