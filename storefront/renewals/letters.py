"""The mails of a subscription. Each has its cause, so that none goes out twice."""

from collections.abc import Sequence
from datetime import datetime

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send
from storefront.catalogue.models import Product
from storefront.licenses.models import License
from storefront.licenses.rules import Term
from storefront.money import Money
from storefront.orders.models import Order
from storefront.payments import saved
from storefront.renewals import rules
from storefront.renewals.models import Subscription
from storefront.renewals.rules import Step, SubscriptionState


def remind(subscription: Subscription, price: Money) -> None:
    """The period ends soon: what happens then, and how to have it otherwise."""
    license, due = _license(subscription), subscription.due_at
    card = saved.find(license.account_id)
    first = (
        f"On {_day(due - rules.CHARGE_BEFORE)} we charge {price} to {card.label}, the card that you let be kept. To have "
        "it end instead, cancel it with two clicks on its page."
        if card
        else f"It goes on if you pay {price} for the next {subscription.term}, which you can do on its page now. Nothing "
        "is charged by itself. If you let it end, you need not do anything."
    )
    _write(
        subscription,
        f"remind:{due:%Y%m%d}:{subscription.steps_done}",
        f"ends its {subscription.term} on {_day(due)}",
        [first],
    )


def ask(subscription: Subscription, order: Order) -> None:
    """No card is kept: where the next period is paid."""
    said = [
        f"The next {subscription.term} costs {Money(order.total, order.currency)}. No card of yours is kept for it, so "
        "nothing is charged by itself.",
        _until(subscription),
    ]
    _write(subscription, f"ask:{order.id}:{subscription.steps_done}", "can be paid for its next period", said, order)


def tell_failed(subscription: Subscription, order: Order, attempt: int, now: datetime) -> None:
    """The card said no: when it is asked again, and what happens meanwhile."""
    again = rules.next_try(Term(subscription.term), subscription.due_at, subscription.tried_at, now)
    said = [
        f"The bank declined {Money(order.total, order.currency)} for the next {subscription.term}. Nothing was charged."
    ]
    if again:
        said.append(f"We ask your card again on {_day(again)}. You can pay before that, also with another card.")
    _write(
        subscription, f"failed:{order.id}:{attempt}", "could not be renewed yet", [*said, _until(subscription)], order
    )


def tell_overdue(subscription: Subscription, order: Order | None) -> None:
    """The grace begins."""
    said = [
        "The next period is not paid yet. So that nothing stops in the middle of your work, it goes on working.",
        _until(subscription),
    ]
    _write(subscription, f"overdue:{subscription.due_at:%Y%m%d}", "works on for some days", said, order)


def tell_suspended(subscription: Subscription, order: Order | None) -> None:
    """The grace is over."""
    ends = _day(rules.moment_of(Step.END, Term(subscription.term), subscription.due_at, subscription.tried_at))
    said = [
        f"It rests from now on, because its next period was not paid. Pay until {ends} and it works again at once, with "
        "the same key; a new period begins on the day on which you pay. After that day it ends.",
    ]
    _write(subscription, f"suspended:{subscription.due_at:%Y%m%d}", "rests now", said, order)


def tell_ended(subscription: Subscription) -> None:
    """It is over."""
    said = [
        "It has ended. Nothing more is asked for and nothing is charged. Should you miss it, it can be bought anew."
    ]
    _write(subscription, f"ended:{subscription.due_at:%Y%m%d}", "has ended", said)


def tell_price(subscription: Subscription, before: Money, after: Money, first: datetime, why: str) -> None:
    """Another price comes: from when, why, and that nobody has to take it."""
    said = [
        f"From the {subscription.term} that begins on {_day(first)} on it costs {after} instead of {before}. What is paid "
        "already, and every period before that day, stays as it was.",
        f"Why: {why}",
        f"If you would rather let it end, cancel it with two clicks on its page before {_day(first)}. Then nothing more is "
        "charged, and it works to the end of what is paid.",
    ]
    _write(subscription, f"price:{first:%Y%m%d}:{after.amount}", f"will cost {after} a {subscription.term}", said)


def tell_cancelled(subscription: Subscription) -> None:
    """Confirmed: nothing more is charged."""
    if subscription.state == SubscriptionState.CANCELLING:
        said = [
            f"You cancelled it. It works until {_day(subscription.due_at)}, which is paid, then it ends. Nothing more is "
            "charged. Until then you can have it go on with one click on its page."
        ]
    else:
        said = ["You cancelled it. Its last paid day is over, so it has ended. Nothing more is charged."]
    _write(subscription, f"cancelled:{subscription.changed_at.isoformat()}", "was cancelled", said)


def tell_resumed(subscription: Subscription) -> None:
    """Confirmed: it goes on."""
    said = [f"You had it go on. Its present period ends on {_day(subscription.due_at)}; we write to you before that."]
    _write(subscription, f"resumed:{subscription.changed_at.isoformat()}", "goes on", said)


def _until(subscription: Subscription) -> str:
    until = rules.moment_of(Step.SUSPEND, Term(subscription.term), subscription.due_at, subscription.tried_at)
    return f"It works until {_day(until)} in any case."


def _write(
    subscription: Subscription, cause: str, title: str, sentences: Sequence[str], order: Order | None = None
) -> None:
    license = _license(subscription)
    if session.get_one(Account, license.account_id).closed_at is not None:
        return
    shop = web.settings().base_url.rstrip("/")
    name = session.get_one(Product, license.product_id).name
    context = {
        "subject": f"Your license of {name} {title}",
        "sentences": list(sentences),
        "last_five": license.last_five,
        "address": f"{shop}/checkout/pay/{order.number}" if order else f"{shop}/account/licenses/{license.public_id}",
        "label": "Pay the next period" if order else "To the license",
        "schedule": f"{shop}/renewals",
    }
    send(
        license.account_id,
        "licenses",
        Letter(name="renewal", context=context, once=f"subscription:{subscription.id}:{cause}"),
    )


def _license(subscription: Subscription) -> License:
    return session.get_one(License, subscription.license_id)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
