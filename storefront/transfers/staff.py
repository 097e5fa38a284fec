"""Payments as staff see them: transfers that are awaited, statements, and money to send back by hand."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff
from core.asking import kept, noted, nothing, takes
from storefront.money import Money
from storefront.orders.models import Order
from storefront.payments import disputes
from storefront.payments import service as payments
from storefront.payments.models import PaymentIntent
from storefront.payments.references import reference
from storefront.payments.rules import IntentState
from storefront.transfers import matching, service
from storefront.transfers.rules import Effect
from storefront.transfers.statement import NotAStatement

pages = Blueprint("transfers_staff", __name__)
SALES = Permission.SALES

BECOMES = {
    "paid": ("Pays the order", "good"),
    "part": ("A part", "warn"),
    "over": ("Pays it, and more", "accent"),
    "late": ("Not needed", "bad"),
    "repeated": ("Booked before", "neutral"),
    "unknown": ("No order found", "neutral"),
    "currency": ("Other currency", "bad"),
}
SAID = {
    Effect.PAID: "Booked. The order is paid and the keys are on their way.",
    Effect.PART: "Booked. A part is still missing; the buyer is told, and the order waits on.",
    Effect.OVER: "Booked. The order is paid; what is left over has to be sent back.",
    Effect.LATE: "Booked. The order does not need it: it has to be sent back.",
}
RETURNS = {"refund": "Refund", "late": "Came too late", "surplus": "More than was asked for"}
STATES = {
    IntentState.SUCCEEDED: "good",
    IntentState.DECLINED: "bad",
    IntentState.CANCELLED: "neutral",
    IntentState.NEEDS_CONFIRMATION: "warn",
}


def install() -> None:
    """What this room shows on pages of others."""
    menus.fill("staff.order", below_order)
    menus.add("staff", "Payments", "/staff/payments", rank=22, permission=SALES.value)


@pages.get("/staff/payments")
@staff(SALES)
def overview() -> Response:
    """Transfers that are awaited, and money to send back."""
    return _overview()


@pages.post("/staff/payments/statement")
@staff(SALES)
@takes(file=nothing("read, shown once and forgotten: names and accounts of payers are not even read"))
def statement_submit() -> Response:
    """What a bank statement would do; nothing is booked yet."""
    sent = request.files.get("file")
    try:
        found = matching.preview(sent.read() if sent else b"", web.settings().currency)
    except NotAStatement as refused:
        return _overview(status=422, refused=refused.sentence)
    return web.render("storefront/transfers/statement.html", found=found, words=BECOMES)


@pages.post("/staff/payments/statement/book")
@staff(SALES)
@takes(ticket=nothing("orders, amounts and days as they were shown, signed by ourselves"))
def book_submit() -> Response:
    """Book what was shown."""
    try:
        counts = matching.book(request.form.get("ticket", ""), web.acting_staff(SALES))
    except matching.StatementStale as refused:
        return _overview(status=422, refused=refused.sentence)
    return web.see_other("/staff/payments", _summary(counts))


@pages.post("/staff/payments/returns/<int:return_id>/sent")
@staff(SALES)
@takes(reason=noted("audit_entry.details"))
def sent_submit(return_id: int) -> Response:
    """Money was sent back by hand."""
    service.mark_sent(return_id, request.form.get("reason", ""), web.acting_staff(SALES))
    return web.see_other("/staff/payments", "Noted: it was sent back.")


@pages.post("/staff/orders/<number>/transfer")
@staff(SALES)
@takes(amount=kept("transfer_receipt.amount"), reason=noted("audit_entry.details"))
def arrived_submit(number: str) -> Response:
    """Somebody saw money arrive for this order."""
    typed, reason = request.form.get("amount", ""), request.form.get("reason", "")
    effect = service.mark_paid(number, typed, reason, web.acting_staff(SALES))
    return web.see_other(f"/staff/orders/{number}", SAID[effect])


def below_order(order: Order) -> str:
    """How an order was paid, on its page for staff."""
    transfer = service.find_transfer(order.id)
    return web.part(
        "storefront/transfers/_of_order.html",
        order=order,
        intents=[(one, STATES.get(IntentState(one.state), "accent")) for one in payments.intents_of(order.id)],
        receipts=service.receipts_of(order.id),
        returns=[(one, RETURNS[one.reason]) for one in payments.returns_of(order.id)],
        disputes=disputes.disputes_of(order.id),
        missing=Money(service.account_of(transfer).missing, order.currency) if transfer else None,
        reference=reference(order.number) if transfer else "",
    )


def _overview(status: int = 200, refused: str = "") -> Response:
    return web.render(
        "storefront/transfers/overview.html",
        status=status,
        refused=refused,
        waiting=[(order, reference(order.number), _sums(intent)) for order, intent in service.waiting()],
        returns=[
            (back, Money(back.amount, back.currency), RETURNS[back.reason], intent, order)
            for back, intent, order in service.to_send()
        ],
        has_account=bool(web.settings().bank_iban),
    )


def _sums(intent: PaymentIntent) -> Sequence[Money]:
    account = service.account_of(intent)
    return Money(account.asked, intent.currency), Money(account.arrived, intent.currency)


def _summary(counts: dict[str, int]) -> str:
    told = [f"{count} {BECOMES[name][0].lower()}" for name, count in counts.items()]
    return f"Booked: {', '.join(told)}." if told else "There was nothing to book."
