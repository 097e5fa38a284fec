"""Choosing another plan: see what each costs now, look once more, pay or have it come with the next period."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import signed_in
from core.asking import SEARCH, kept, nothing, takes
from core.errors import Refusal
from core.limits import limited
from storefront.licenses import service as licenses
from storefront.licenses.service import Held
from storefront.plans import offering, service
from storefront.plans.rules import PlanRefused
from storefront.renewals import service as renewals

pages = Blueprint("plans", __name__)


@pages.get("/account/licenses/<public_id>/plan")
@signed_in
def choose(public_id: str) -> Response:
    """What the license can become, and what that costs now."""
    held = licenses.get_for(web.me().id, public_id)
    return web.render("storefront/plans/choose.html", held=held, plans=offering.plans_of(held.license))


@pages.get("/account/licenses/<public_id>/plan/review")
@signed_in
@takes(edition=SEARCH, seats=SEARCH)
def review(public_id: str) -> Response:
    """One plan, with its sums; a wrong number comes back with a sentence."""
    held = licenses.get_for(web.me().id, public_id)
    try:
        plan = offering.plan_of(held.license, _number("edition"), _number("seats"))
    except PlanRefused as refused:
        return web.render(
            "storefront/plans/choose.html",
            status=refused.status,
            held=held,
            plans=offering.plans_of(held.license),
            refused=refused.sentence,
        )
    subscription = renewals.find_for(held.license.id)
    return web.render("storefront/plans/review.html", held=held, plan=plan, subscription=subscription)


@pages.post("/account/licenses/<public_id>/plan")
@signed_in
@limited("checkout")
@takes(
    edition=kept("plan_change.to_seats"),
    seats=kept("plan_change.to_seats"),
    seen=nothing("the price that was shown, to compare"),
)
def choose_submit(public_id: str) -> Response:
    """Take it: on to paying, or back to the license where nothing is to be paid now."""
    held = licenses.get_for(web.me().id, public_id)
    plan = offering.plan_of(held.license, _number("edition"), _number("seats"))
    order = service.choose(held.license, plan, _number("seen"))
    if order is not None:
        return web.see_other(f"/checkout/pay/{order.number}")
    return web.see_other(f"/account/licenses/{public_id}", "Done. The page says from when on your new plan holds.")


@pages.post("/account/licenses/<public_id>/plan/keep")
@signed_in
def keep_submit(public_id: str) -> Response:
    """Stay with the present plan after all."""
    service.keep_present(licenses.get_for(web.me().id, public_id).license)
    return web.see_other(f"/account/licenses/{public_id}", "Your license stays on its present plan.")


def below_license(held: Held) -> str:
    """The way to another plan, and what was chosen already."""
    if not held.is_live:
        return ""
    try:
        others = [plan for plan in offering.plans_of(held.license) if not plan.is_present or plan.edition.per_seat]
    except Refusal:
        others = []
    coming = service.find_coming(held.license)
    if not others and coming is None:
        return ""
    return render_template("storefront/plans/_below_license.html", held=held, coming=coming)


def install() -> None:
    """Where it is found."""
    menus.fill("license.below", below_license)


def _number(name: str) -> int:
    typed = request.values.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0
