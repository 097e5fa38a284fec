"""What the shop can say by itself to a bank: what was sold, and what it knows was delivered, looked at and used.

No name, no address, no device: only what happened, and when.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from core.db import session
from storefront.activation.models import LicenseUse
from storefront.disputes.rules import FIELDS, Fact, log
from storefront.licenses.models import License, Reveal
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.plans.models import PlanChange
from storefront.renewals.models import Renewal, Subscription

TERMS = {"perpetual": "without an end", "month": "for a month", "year": "for a year", "trial": "to try"}


def suggested(order: Order) -> Mapping[str, str]:
    """What the form begins with, by the names of Stripe's fields."""
    lines = orders.lines_of(order.id)
    licenses = _licenses(order, lines)
    texts = (
        _goods(lines),
        f"{order.paid_at:%d %B %Y}" if order.paid_at else "",
        log(list(_facts(order, licenses))),
        "",
    )
    return dict(zip(FIELDS, texts, strict=True))


def _goods(lines: Iterable[OrderLine]) -> str:
    said = [
        f"{line.quantity} × {line.title}, {line.edition_title}: a software license {TERMS.get(line.term, '')}".strip()
        for line in lines
    ]
    return "\n".join(
        [*said, "Delivered electronically: a license key in the buyer's account, and the program to download."]
    )


def _licenses(order: Order, lines: Iterable[OrderLine]) -> list[License]:
    """Those that the order brought, or the one that it paid a period or another plan of."""
    brought = select(License).where(License.order_line_id.in_([line.id for line in lines]), License.seat_of.is_(None))
    renewed = (
        select(License)
        .join(Subscription, Subscription.license_id == License.id)
        .join(Renewal, Renewal.subscription_id == Subscription.id)
        .where(Renewal.order_id == order.id)
    )
    changed = (
        select(License).join(PlanChange, PlanChange.license_id == License.id).where(PlanChange.order_id == order.id)
    )
    return [one for wanted in (brought.order_by(License.id), renewed, changed) for one in session.scalars(wanted)]


def _facts(order: Order, licenses: Iterable[License]) -> Iterable[Fact]:
    yield Fact(
        at=order.created_at, words=f"order {order.number} placed, terms of service version {order.terms_version}"
    )
    if order.paid_at:
        yield Fact(at=order.paid_at, words="order paid; confirmation and license keys sent by mail")
    for license in licenses:
        named = f"license {license.public_id}"
        yield Fact(at=license.issued_at, words=f"{named} issued into the buyer's account")
        for at in session.scalars(
            select(Reveal.at).where(Reveal.license_id == license.id).order_by(Reveal.id).limit(50)
        ):
            yield Fact(at=at, words=f"{named}: its key was looked at in the account")
        if license.downloaded_at:
            yield Fact(at=license.downloaded_at, words=f"{named}: the program was downloaded for the first time")
        used = session.get(LicenseUse, license.id)
        if used is not None and used.activated_at:
            yield Fact(at=used.activated_at, words=f"{named}: activated on a device for the first time")
        if used is not None and used.validated_at:
            yield Fact(at=used.validated_at, words=f"{named}: last checked by the program in use")
