"""What a buyer gave with an order, opened for whoever may read it and for nothing else."""

from dataclasses import dataclass

from sqlalchemy import select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid
from core.sealed import Sealed
from privacy import gate
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
    sentence = "There is no call to make: the order is not open, or came without a number. Nothing was opened."


@dataclass(frozen=True, kw_only=True)
class Given:
    """Plain texts, "" for what was not given."""

    country: str
    company: str = ""
    vat_id: str = ""
    address: str = ""
    phone: str = ""


def given_of(order: Order, actor: Actor) -> Given:
    """Everything the buyer gave, for the buyer."""
    return Given(
        country=order.country,
        company=_opened(order.company, "orders", actor),
        vat_id=_opened(order.vat_id, "orders", actor),
        address=_opened(_address(order), "invoice", actor),
        phone=_opened(order.phone, "telephone_order", actor),
    )


def look(order: Order, actor: Actor, reason: str) -> Given:
    """What staff may read about the buyer; the telephone is not among it. Raises ReasonMissing."""
    _record(order, actor, "look at buyer", reason)
    return Given(
        country=order.country,
        company=_opened(order.company, "orders", actor),
        vat_id=_opened(order.vat_id, "orders", actor),
        address=_opened(_address(order), "invoice", actor),
    )


def call_sheet(order: Order, actor: Actor, reason: str) -> str:
    """The number to call about an open order, logged with its reason. Raises NoCall, ReasonMissing."""
    if OrderState(order.state) not in OPEN_STATES or order.phone is None:
        raise NoCall
    _record(order, actor, "open call sheet", reason)
    return gate.disclose(order.phone, purpose="telephone_order", actor=actor)


def _record(order: Order, actor: Actor, verb: str, reason: str) -> None:
    said = reason.strip()
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise ReasonMissing
    audit.record(actor, verb, "order", order.id, reason=said)


def _address(order: Order) -> Sealed | None:
    wanted = select(PostalAddress).where(PostalAddress.order_id == order.id, PostalAddress.given_for == "invoice")
    found = session.scalar(wanted)
    return found.text if found else None


def _opened(value: Sealed | None, purpose: str, actor: Actor) -> str:
    return gate.disclose(value, purpose=purpose, actor=actor) if value else ""
