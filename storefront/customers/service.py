"""What staff see of a customer. Nothing here says who it is but `look`, which leaves a row that the customer reads."""

from dataclasses import dataclass

from sqlalchemy import func, select

from core.access import Actor
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from privacy import gate
from privacy.gate import Closed
from privacy.requests.models import Request
from privacy.requests.rules import State
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License
from storefront.money import Money
from storefront.orders.given import read_reason
from storefront.orders.models import Order
from storefront.orders.rules import OrderState
from storefront.renewals.models import Subscription

SHOWN = 20
OVER = (State.DONE.value, State.WITHDRAWN.value)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer without anything that says who it is. `spent`: what was paid and did not go back, by currency."""

    account: Account
    orders: list[Order]
    licenses: list[tuple[License, str, str, str]]
    spent: list[Money]
    open_requests: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who it is, as far as the policy lets this reader know; `refused` says what it does not."""

    name: str
    email: str
    refused: str = ""


def get(number: str) -> Customer:
    """The customer of this number, with the latest orders and licenses. Raises NotFound."""
    account = session.scalar(select(Account).where(Account.number == number))
    if account is None:
        raise NotFound("There is no customer with this number.")
    orders = select(Order).where(Order.account_id == account.id).order_by(Order.id.desc()).limit(SHOWN)
    return Customer(
        account=account,
        orders=list(session.scalars(orders)),
        licenses=_licenses(account.id),
        spent=_spent(account.id),
        open_requests=_open_requests(account.id),
    )


def look(customer: Customer, actor: Actor, reason: str) -> Known:
    """Who it is, for a stated reason. Raises ReasonMissing; what the policy keeps closed is told as such."""
    audit.record(actor, "look at customer", "account", customer.account.id, reason=read_reason(reason))
    account = customer.account
    if account.email is None:
        return Known(name=account.name_shown, email="", refused="The account is closed; its address is gone.")
    try:
        email = gate.disclose(account.email, purpose="orders", actor=actor)
    except Closed as closed:
        return Known(name=account.name_shown, email="", refused=closed.sentence)
    return Known(name=account.name_shown, email=email)


def _licenses(account_id: int) -> list[tuple[License, str, str, str]]:
    """With product, edition and the state of the subscription ("" for none)."""
    wanted = (
        select(License, Product.name, Edition.name, func.coalesce(Subscription.state, ""))
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .outerjoin(Subscription, Subscription.license_id == License.id)
        .where(License.account_id == account_id)
    )
    rows = session.execute(wanted.order_by(License.id.desc()).limit(SHOWN))
    return [(license, product, edition, state) for license, product, edition, state in rows]


def _spent(account_id: int) -> list[Money]:
    paid = (OrderState.PAID.value, OrderState.REFUNDED.value)
    sums = select(Order.currency, func.sum(Order.total - Order.refunded)).group_by(Order.currency)
    rows = session.execute(sums.where(Order.account_id == account_id, Order.state.in_(paid)).order_by(Order.currency))
    return [Money(int(amount), currency) for currency, amount in rows]


def _open_requests(account_id: int) -> int:
    wanted = select(func.count()).select_from(Request).where(Request.account_id == account_id)
    return session.scalar(wanted.where(Request.state.not_in(OVER))) or 0
