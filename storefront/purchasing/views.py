"""What an organization wants to buy, and the form below the cart that asks for it."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import signed_in
from core.asking import kept, nothing, takes
from core.limits import limited
from storefront.cart.contents import CartView
from storefront.checkout.reviewing import Review
from storefront.money import Money, total
from storefront.orders.models import Order
from storefront.orders.views import word
from storefront.organizations import service as organizations
from storefront.organizations.service import Seat
from storefront.prices import service as prices
from storefront.purchasing import leaving, ordering, rules, service
from storefront.purchasing.rules import State

pages = Blueprint("purchasing", __name__)
WHICH = nothing("which of one's own organizations, as the page itself sent it")
CENTRE = kept("requisition.cost_centre")


@pages.post("/cart/ask")
@limited("form")
@signed_in
@takes(organization=WHICH, cost_centre=CENTRE)
def ask_submit() -> Response:
    """Ask an organization to buy what is in the cart."""
    seat = organizations.seat_in(web.me().id, request.form.get("organization", "")[:32])
    count = service.ask(seat, _typed("cost_centre"))
    said = "It waits for a yes." if count == 1 else f"These {count} lines wait for a yes."
    return web.see_other(_at(seat), f"{seat.organization.name} was asked. {said} Your cart is empty again.")


@pages.get("/account/organizations/<public_id>/purchases")
@signed_in
def purchases(public_id: str) -> Response:
    """What waits, what is approved, what was ordered."""
    seat = _seat(public_id)
    waiting = service.waiting_of(seat.organization.id)
    approved = [one.amount for one in waiting if one.state is State.APPROVED and one.amount]
    return web.render(
        "storefront/purchasing/purchases.html",
        seat=seat,
        waiting=waiting,
        approved=total(approved, prices.chosen_currency()) if approved else None,
        latest=service.latest_of(seat.organization.id),
        orders=[(order, *word(order), Money(order.total, order.currency)) for order, _one in _orders(seat)],
        ordering=ordering.find_open(seat.organization.id),
        words=rules.WORDS,
    )


@pages.post("/account/organizations/<public_id>/purchases/<int:number>/approve")
@signed_in
@takes(cost_centre=CENTRE)
def approve_submit(public_id: str, number: int) -> Response:
    """Yes."""
    seat = _seat(public_id)
    service.approve(seat, number, _typed("cost_centre"))
    return web.see_other(_at(seat), "Approved. It is ordered with everything else that is.")


@pages.post("/account/organizations/<public_id>/purchases/<int:number>/decline")
@signed_in
@takes(reason=kept("requisition.reason"))
def decline_submit(public_id: str, number: int) -> Response:
    """No."""
    seat = _seat(public_id)
    service.decline(seat, number, _typed("reason"))
    return web.see_other(_at(seat), "Declined. Whoever asked was told by mail.")


@pages.post("/account/organizations/<public_id>/purchases/<int:number>/withdraw")
@signed_in
def withdraw_submit(public_id: str, number: int) -> Response:
    """Not needed any more."""
    seat = _seat(public_id)
    service.withdraw(seat, number)
    return web.see_other(_at(seat), "Withdrawn.")


@pages.post("/account/organizations/<public_id>/purchases/order")
@limited("form")
@signed_in
def order_submit(public_id: str) -> Response:
    """Put all that is approved into one's own cart."""
    seat = _seat(public_id)
    ordering.check_out(seat)
    return web.see_other("/cart", f"Everything that {seat.organization.name} approved is in your cart.")


@pages.post("/account/organizations/<public_id>/purchases/give-up")
@signed_in
def give_up_submit(public_id: str) -> Response:
    """Not now."""
    seat = _seat(public_id)
    ordering.give_up(seat)
    return web.see_other(
        _at(seat),
        "Nothing was ordered. Everything is approved as before; take out of the cart what you do not want for yourself.",
    )


def on_organization(seat: Seat) -> str:
    """The way there from the organization's page."""
    return render_template("storefront/purchasing/_on_organization.html", seat=seat, at=_at(seat))


def below_cart(cart: CartView) -> str:
    """Ask for it, or for whom it is ordered."""
    person = web.person()
    if person is None or not cart.lines:
        return ""
    begun, mine = ordering.about_cart(person.id)
    if begun is None and not mine:
        return ""
    return render_template("storefront/purchasing/_below_cart.html", organizations=mine, begun=begun)


def below_review(review: Review) -> str:
    """Whether the order would be the organization's."""
    begun = ordering.find_bought_by(web.me().id)
    if begun is None:
        return ""
    is_theirs = ordering.would_fulfil(begun[0], review.pieces)
    return render_template("storefront/purchasing/_below_review.html", organization=begun[1], is_theirs=is_theirs)


def install() -> None:
    """Where it is found."""
    menus.fill("organization", on_organization)
    menus.fill("cart.below", below_cart)
    menus.fill("review.above", below_review)
    ordering.listen()
    leaving.listen()


def _orders(seat: Seat) -> list[tuple[Order, object]]:
    return list(ordering.orders_of(seat.organization.id))


def _seat(public_id: str) -> Seat:
    return organizations.seat_in(web.me().id, public_id)


def _at(seat: Seat) -> str:
    return f"/account/organizations/{seat.organization.public_id}/purchases"


def _typed(field: str) -> str:
    return request.form.get(field, "")[:1000]
