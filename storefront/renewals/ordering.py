"""The order of a subscription's next period: at the agreed price, with the details of the order before it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.access import PROGRAM
from core.db import session
from core.sealed import Sealed
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License
from storefront.licenses.rules import Term, ends_at
from storefront.money import Money
from storefront.orders import placing
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.orders.placing import Piece, Placing
from storefront.orders.rules import OrderKind
from storefront.pages.rules import TERMS_VERSION
from storefront.payments import service as payments
from storefront.renewals import letters, service
from storefront.renewals.models import Renewal, Subscription
from storefront.renewals.rules import Step
from storefront.tax import service as tax


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Whom the next order is for, as the last one said."""

    country: str
    company: str = ""
    vat_id: str = ""
    purchase_order: str = ""
    terms_version: int = TERMS_VERSION


def prepare(subscription: Subscription) -> Order:
    """The order of the next period: the one that waits already, or a new one. The subscription is locked."""
    opened = service.find_open(subscription.id)
    if opened is not None:
        return opened
    number, license = service.next_number(subscription.id), session.get_one(License, subscription.license_id)
    order = place(license, _piece(subscription, license), f"renewal:{subscription.id}:{number}", OrderKind.RENEWAL)
    session.add(Renewal(subscription_id=subscription.id, number=number, order_id=order.id))
    session.flush()
    orders.wait_until(order, service.moment(subscription, Step.END))
    if not order.total:
        orders.settle(order)
    return order


def place(license: License, piece: Piece, token: str, kind: OrderKind) -> Order:
    """An order about a license that is there already, taxed as its holder's last one would be today."""
    buyer = buyer_of(license)
    taxed = tax.treatment(buyer.country, buyer.vat_id)
    return placing.create(
        Placing(
            account_id=license.account_id,
            token=token,
            pieces=tax.applied((piece,), taxed),
            currency=piece.unit.currency,
            terms_version=buyer.terms_version,
            country=buyer.country,
            company=buyer.company,
            vat_id=buyer.vat_id,
            purchase_order=buyer.purchase_order,
            net_prices=taxed.net_prices,
            tax_kind=taxed.kind,
            kind=kind,
        )
    )


def charge(subscription: Subscription, *, is_asked: bool) -> None:
    """Have the next period paid: by the card that its holder let be kept, else by asking (where `is_asked`)."""
    order = prepare(subscription)
    if order.closed_at is None and not payments.charge_kept(order) and is_asked:
        letters.ask(subscription, order)


def price_of(subscription: Subscription, license: License) -> Money:
    """What the next period costs, tax included."""
    return Money(subscription.coming_unit, subscription.currency) * (subscription.next_seats or license.seats)


def buyer_of(license: License) -> Buyer:
    """The details of the license's last order, or of its holder's, should it have come from somebody else."""
    mine = select(Order).where(Order.account_id == license.account_id)
    renewed = mine.join(Renewal, Renewal.order_id == Order.id).join(
        Subscription, Subscription.id == Renewal.subscription_id
    )
    bought = mine.join(OrderLine, OrderLine.order_id == Order.id)
    ways = (
        renewed.where(Subscription.license_id == license.id),
        bought.where(OrderLine.id == license.order_line_id),
        mine,
    )
    for way in ways:
        order = session.scalar(way.order_by(Order.id.desc()).limit(1))
        if order is not None:
            return _buyer(order)
    return Buyer(country=tax.seller().country)


def _buyer(order: Order) -> Buyer:
    return Buyer(
        country=order.country,
        company=_opened(order.company),
        vat_id=_opened(order.vat_id),
        purchase_order=_opened(order.purchase_order),
        terms_version=order.terms_version,
    )


def _opened(value: Sealed | None) -> str:
    return gate.disclose(value, purpose="invoice", actor=PROGRAM) if value else ""


def _ends(subscription: Subscription, term: Term) -> datetime | None:
    """When the period ends that is paid next."""
    if term == subscription.term:
        return ends_at(term, subscription.anchor_at, subscription.periods + 1)
    return ends_at(term, subscription.due_at)


def _piece(subscription: Subscription, license: License) -> Piece:
    edition = session.get_one(Edition, subscription.next_edition_id or license.edition_id)
    product = session.get_one(Product, license.product_id)
    ends = _ends(subscription, Term(edition.term))
    return Piece(
        product_id=product.id,
        edition_id=edition.id,
        title=product.name,
        edition_title=f"{edition.name[:48]}, {subscription.due_at:%Y-%m-%d} to {ends:%Y-%m-%d}",
        source=product.source,
        term=edition.term,
        unit=Money(subscription.coming_unit, subscription.currency),
        quantity=subscription.next_seats or license.seats,
        tax_permille=0,
    )
