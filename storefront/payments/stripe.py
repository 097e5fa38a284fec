"""Stripe: the buyer types a card into Stripe's own form in the browser, and the shop asks Stripe how it went.

Stripe is told the amount, the currency and the order's number, and says neither name nor card to us. Whatever it tells
by itself is a reason to ask, so old, late and mixed-up messages all lead to the same answer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core import logs, outgoing, web
from core.settings import Settings
from storefront.money import Money
from storefront.payments.gateways import AnswerLost, Card, Charge, Message, Return, ReturnRefused, Saved
from storefront.payments.rules import EventKind

SCRIPT = "https://js.stripe.com/v3/"
HOSTS = {
    "script_src": "https://js.stripe.com",
    "frame_src": "https://js.stripe.com https://hooks.stripe.com",
    "connect_src": "https://api.stripe.com",
}
"""What a browser needs for Stripe's form, and nothing beside it."""
HUNDREDTHS = frozenset({"ISK"})
"""Currencies that Stripe counts in hundredths, though they have none."""
KINDS = {
    "succeeded": EventKind.SUCCEEDED,
    "canceled": EventKind.CANCELLED,
    "processing": EventKind.PROCESSING,
    "requires_action": EventKind.CONFIRMATION_ASKED,
    "requires_confirmation": EventKind.CONFIRMATION_ASKED,
    "requires_payment_method": EventKind.CONFIRMATION_ASKED,
}


class Stripe:
    """The gateway as the shop calls it."""

    name = "stripe"
    cards: tuple[Card, ...] = ()
    page = "storefront/payments/stripe.html"
    hosts: Mapping[str, str] = HOSTS
    waits_elsewhere = True

    def days(self, settings: Settings) -> int:
        """The money is here or not within minutes."""
        return 0

    def part(self, charge: Charge, settings: Settings) -> Mapping[str, str]:
        """The script, and the key that says for which shop it works; both are public."""
        return {"script": SCRIPT, "key": settings.stripe_publishable_key}

    def is_offered(self, settings: Settings, currency: str) -> bool:
        """Where the operator set it up."""
        return settings.takes_cards

    def charge(self, charge: Charge) -> Message:
        """Let Stripe wait for the buyer's card, or say how it stands; what it will not take at all ends the attempt."""
        try:
            with _service() as service:
                return _message(_find(service, charge))
        except outgoing.NotDone as refused:
            logs.log().error("stripe_refused", code=str(refused))
            return _ended(charge)

    def confirm(self, charge: Charge) -> Message:
        """The buyer confirms at Stripe; here only the answer is read."""
        return self.charge(charge)

    def cancel(self, charge: Charge) -> Message:
        """Give up; what was paid meanwhile, or is on its way, is told instead."""
        try:
            with _service() as service:
                return _message(service.v1.payment_intents.cancel(_find(service, charge).id))
        except outgoing.NotDone:
            return self.charge(charge)

    def give_back(self, back: Return) -> None:
        """Refund the charge behind the payment, whole or in part."""
        try:
            with _service() as service:
                charged = _find(service, back.charge).latest_charge
                wanted: Any = {"charge": charged.id, "amount": _units(back.amount), "metadata": {"return": back.id}}
                service.v1.refunds.create(wanted, {"idempotency_key": back.id})
        except outgoing.NotDone:
            raise ReturnRefused from None

    def look(self, remote: str) -> Message | None:
        """How a payment stands that Stripe names; None for one that it does not know."""
        try:
            with _service() as service:
                return _message(service.v1.payment_intents.retrieve(remote, EXPANDED))
        except outgoing.NotDone:
            return None

    def forget(self, customer: str) -> None:
        """Keep that buyer's card no longer."""
        try:
            with _service() as service:
                service.v1.customers.delete(customer)
        except outgoing.NotDone:
            return  # it was forgotten already

    def secret(self, charge: Charge) -> str:
        """What lets the buyer's browser pay this payment and no other; never kept. "" where there is nothing to pay."""
        try:
            with _service() as service:
                return str(_find(service, charge).client_secret)
        except outgoing.NotDone:
            return ""


EXPANDED: Any = {"expand": ["latest_charge", "payment_method"]}


@contextmanager
def _service() -> Iterator[outgoing.PaymentService]:
    try:
        with outgoing.payment_service(web.settings(), purpose="orders") as service:
            yield service
    except outgoing.NoAnswer:
        raise AnswerLost from None


def _find(service: outgoing.PaymentService, charge: Charge) -> Any:
    """The payment at Stripe: made when it is first asked for, under a key that makes it once."""
    if charge.remote:
        return service.v1.payment_intents.retrieve(charge.remote, EXPANDED)
    wanted: Any = {
        "amount": _units(charge.amount),
        "currency": charge.amount.currency.lower(),
        "metadata": {"order": charge.key},
        "expand": ["latest_charge", "payment_method"],
    }
    if charge.saved is not None:
        wanted |= {"customer": charge.saved.customer, "payment_method": charge.saved.method}
        wanted |= {"confirm": True, "off_session": True}
    elif charge.keeps:
        wanted["customer"] = service.v1.customers.create({}, {"idempotency_key": f"{charge.key}/customer"}).id
    return service.v1.payment_intents.create(wanted, {"idempotency_key": charge.key})


def _message(found: Any) -> Message:
    """A payment as it stands at Stripe."""
    kind, error = KINDS[found.status], getattr(found, "last_payment_error", None)
    if found.status == "requires_payment_method" and error is not None:
        kind = EventKind.REFUSED
    currency = found.currency.upper()
    charged = getattr(found.latest_charge, "id", "") if found.latest_charge else ""
    return Message(
        event_id=f"{found.id}:{found.status}:{charged}",
        key=getattr(found.metadata, "order", ""),
        sequence=0,
        kind=kind,
        amount=found.amount // 100 if currency in HUNDREDTHS else found.amount,
        currency=currency,
        remote=found.id,
        saved=_saved(found),
    )


def _saved(found: Any) -> Saved | None:
    """The card of a payment that was made to keep it."""
    method, customer = getattr(found, "payment_method", None), getattr(found, "customer", None)
    card = getattr(method, "card", None)
    if not customer or method is None or card is None:
        return None
    return Saved(customer=str(customer), method=method.id, label=f"{card.brand.capitalize()} ending in {card.last4}")


def _ended(charge: Charge) -> Message:
    return Message(
        event_id=f"{charge.key}:refused",
        key=charge.key,
        sequence=0,
        kind=EventKind.DECLINED if charge.saved else EventKind.CANCELLED,
        amount=charge.amount.amount,
        currency=charge.amount.currency,
    )


def _units(amount: Money) -> int:
    return amount.amount * 100 if amount.currency in HUNDREDTHS else amount.amount
