"""What a buyer gave with an order, opened for whoever may read it and for nothing else."""

from dataclasses import dataclass

from sqlalchemy import select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid
from core.sealed import Sealed
from privacy import gate
from privacy.contact import reaching
from privacy.contact.rules import Way
from storefront.orders import telephones
from storefront.orders.models import Order, PostalAddress
from storefront.orders.rules import OPEN_STATES, OrderState

SHORTEST_REASON, LONGEST_REASON = 8, 200


class ReasonMissing(Invalid):
    """Staff look at a buyer's data for a stated reason only."""

    code = "reason_missing"
    sentence = (
        f"Please say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters. The buyer can read that you looked."
    )


class NoCall(Conflict):
    """Clause P8: a telephone number is opened only about an order that is open."""

    code = "no_call"
    sentence = "There is no call to make: the order came without a number. Nothing was opened."


@dataclass(frozen=True, kw_only=True)
class Given:
    """Plain texts, "" for what was not given."""

    country: str
    company: str = ""
    vat_id: str = ""
    address: str = ""
    phone: str = ""
    purchase_order: str = ""


def given_of(order: Order, actor: Actor) -> Given:
    """Everything the buyer gave, for the buyer."""
    return Given(
        country=order.country,
        company=_opened(order.company, "orders", actor),
        vat_id=_opened(order.vat_id, "orders", actor),
        address=_opened(_address(order), "invoice", actor),
        purchase_order=_opened(order.purchase_order, "orders", actor),
        phone=_opened(order.phone, "telephone_order", actor) if not telephones.is_over(order) else "",
    )


def look(order: Order, actor: Actor, reason: str) -> Given:
    """What staff may read about the buyer; the telephone is not among it. Raises ReasonMissing."""
    _record(order, actor, "look at buyer", reason)
    return Given(
        country=order.country,
        company=_opened(order.company, "orders", actor),
        vat_id=_opened(order.vat_id, "orders", actor),
        address=_opened(_address(order), "invoice", actor),
        purchase_order=_opened(order.purchase_order, "orders", actor),
    )


def call_sheet(order: Order, actor: Actor, reason: str, way: Way = Way.TELEPHONE) -> str:
    """The number to call, or to text, about an open order; logged with its reason. Raises NoContact, NoCall, ReasonMissing."""
    said = read_reason(reason)
    if order.phone is None:
        raise NoCall
    use = reaching.Use(value=order.phone, way=way, purpose="telephone_order", actor=actor)
    number = reaching.number_for(use, is_open=OrderState(order.state) in OPEN_STATES)
    audit.record(actor, "open call sheet", "order", order.id, reason=said, way=way.value)
    return number


def _record(order: Order, actor: Actor, verb: str, reason: str) -> None:
    audit.record(actor, verb, "order", order.id, reason=read_reason(reason))


def read_reason(reason: str) -> str:
    """Why staff look. Refuses with ReasonMissing."""
    said = reason.strip()
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise ReasonMissing
    return said


def _address(order: Order) -> Sealed | None:
    wanted = select(PostalAddress).where(PostalAddress.order_id == order.id, PostalAddress.given_for == "invoice")
    found = session.scalar(wanted)
    return found.text if found else None


def _opened(value: Sealed | None, purpose: str, actor: Actor) -> str:
    return gate.disclose(value, purpose=purpose, actor=actor) if value else ""
