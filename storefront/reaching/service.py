"""Numbers and addresses of orders: who may use them for what, asking for more, and taking it back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core import clock
from core.access import Actor, actor_of
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotFound
from core.sealed import Sealed, seal
from privacy import gate
from privacy.contact import calls, reaching
from privacy.contact.rules import Way
from privacy.contact.service import Letter, send
from privacy.receipts import service as receipts
from privacy.receipts.rules import Deed
from storefront.orders.models import Order, PostalAddress
from storefront.orders.rules import OPEN_STATES
from storefront.reaching import rules
from storefront.reaching.models import PostalGrant


class NoAddress(Conflict):
    code = "no_address"
    sentence = "The buyer gave no address with this order, so there is none to write to and none to ask about."


@dataclass(frozen=True, kw_only=True)
class Number:
    """A telephone number as its owner sees it."""

    order: str
    number: str
    is_open: bool
    is_removed: bool


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address as its owner sees it: given for one use, asked for, or refused (text is empty then)."""

    id: int
    order: str
    words: str
    question: str
    text: str
    at: datetime
    answered: bool


def numbers_of(account_id: int) -> list[Number]:
    """The person's own numbers that are still kept, the latest order first."""
    own = select(Order).where(Order.account_id == account_id, Order.phone.is_not(None)).order_by(Order.id.desc())
    return [_number(order, order.phone) for order in session.scalars(own) if order.phone]


def stop_number(account_id: int, order_number: str) -> None:
    """Delete the number of one's own order and never call it, whatever order it came with. Raises NotFound."""
    own = select(Order).where(Order.account_id == account_id, Order.number == order_number).with_for_update()
    order = session.scalar(own)
    if order is None or order.phone is None:
        raise NotFound
    number = gate.disclose(order.phone, purpose="telephone_order", actor=actor_of(account_id))
    calls.stop_calls(calls.read_number(number), how="panel")
    order.phone = None
    choice = receipts.Choice(
        deed=Deed.REMOVED,
        purpose="telephone_order",
        how="panel",
        name=f"Telephone number of order {order.number}",
        sentence="Deleted here, and never called again.",
    )
    receipts.give(account_id, choice)


def addresses_of(account_id: int) -> list[Address]:
    """The person's own addresses with what each may be used for, the latest order first."""
    given = session.execute(
        select(PostalAddress, Order.number)
        .join(Order, Order.id == PostalAddress.order_id)
        .where(PostalAddress.account_id == account_id)
        .order_by(PostalAddress.id.desc())
    )
    return [_given(row, number) for row, number in given]


def grants_of(account_id: int) -> list[Address]:
    """What the person was asked about their addresses, and what they answered, the latest first."""
    asked = session.execute(
        select(PostalGrant, Order.number)
        .join(Order, Order.id == PostalGrant.order_id)
        .where(PostalGrant.account_id == account_id)
        .order_by(PostalGrant.id.desc())
    )
    return [_asked(row, number) for row, number in asked]


def open_calls(most: int = 100) -> list[Order]:
    """Open orders that came with a number, the oldest first: the call sheet, closed."""
    states = [state.value for state in OPEN_STATES]
    wanted = select(Order).where(Order.state.in_(states), Order.phone.is_not(None))
    return list(session.scalars(wanted.order_by(Order.id).limit(most)))


def label(order: Order, use: str, actor: Actor) -> str:
    """The address to write to, for a use it was given for. Raises NoContact, NoAddress, UnknownUse."""
    wanted = rules.use_of(use)
    text, given_for = _address_for(order, use)
    asked = reaching.Use(value=text, way=Way.POST, purpose=wanted.purpose, actor=actor)
    address = reaching.address_for(asked, given_for=rules.USES[given_for].purpose)
    audit.record(actor, "print label", "order", order.id, use=use)
    return address


def ask(order: Order, use: str, actor: Actor) -> None:
    """Ask the buyer for one more use, once, by mail and in their panel. Raises NoAddress, AskedBefore, UnknownUse."""
    rules.use_of(use)
    _given_address(order)
    if use == rules.COLLECTED or find_grant(order, use) is not None:
        raise rules.AskedBefore
    session.add(PostalGrant(account_id=order.account_id, order_id=order.id, given_for=use, asked_at=clock.now()))
    session.flush()
    audit.record(actor, "ask about address", "order", order.id, use=use)
    question = {"number": order.number, "question": rules.use_of(use).question}
    letter = Letter(name="postal_question", context=question, once=f"order:{order.id}:postal:{use}")
    send(order.account_id, "privacy_requests", letter)


def answer(account_id: int, grant_id: int, *, yes: bool) -> None:
    """The buyer's answer, or a later no that takes a yes back; each gives its receipt. Raises NotFound."""
    own = select(PostalGrant).where(PostalGrant.id == grant_id, PostalGrant.account_id == account_id)
    grant = session.scalar(own.with_for_update())
    if grant is None:
        raise NotFound
    had, order = grant.text is not None, session.get_one(Order, grant.order_id)
    grant.text, grant.answered_at = _copied(order, account_id) if yes else None, clock.now()
    deed = Deed.GIVEN if yes else Deed.WITHDRAWN if had else Deed.REFUSED
    use = rules.USES[grant.given_for]
    name = f"Postal address of order {order.number}"
    choice = receipts.Choice(deed=deed, purpose=use.purpose, how="panel", name=name, sentence=use.question)
    receipts.give(account_id, choice)


def find_grant(order: Order, use: str) -> PostalGrant | None:
    """What was asked about this order's address, if it was."""
    return session.scalar(select(PostalGrant).where(PostalGrant.order_id == order.id, PostalGrant.given_for == use))


def _address_for(order: Order, use: str) -> tuple[Sealed, str]:
    """The row that was given for the use; without one the address as it was collected, which the gate will refuse."""
    grant = find_grant(order, use)
    if grant is not None and grant.text is not None:
        return grant.text, use
    return _given_address(order).text, rules.COLLECTED


def _given_address(order: Order) -> PostalAddress:
    wanted = select(PostalAddress).where(PostalAddress.order_id == order.id, PostalAddress.given_for == rules.COLLECTED)
    found = session.scalar(wanted)
    if found is None:
        raise NoAddress
    return found


def _copied(order: Order, account_id: int) -> Sealed:
    text = gate.disclose(_given_address(order).text, purpose=rules.COLLECTED, actor=actor_of(account_id))
    return seal(text, "postal_grant.text", subject=account_id)


def _number(order: Order, phone: Sealed) -> Number:
    number = gate.disclose(phone, purpose="telephone_order", actor=actor_of(order.account_id))
    return Number(
        order=order.number,
        number=number,
        is_open=order.state in OPEN_STATES,
        is_removed=not calls.may_call_as_written(number),
    )


def _given(row: PostalAddress, number: str) -> Address:
    use = rules.USES[row.given_for]
    text = gate.disclose(row.text, purpose=use.purpose, actor=actor_of(row.account_id))
    return Address(id=row.id, order=number, words=use.words, question="", text=text, at=row.created_at, answered=True)


def _asked(row: PostalGrant, number: str) -> Address:
    use = rules.USES[row.given_for]
    text = gate.disclose(row.text, purpose=use.purpose, actor=actor_of(row.account_id)) if row.text else ""
    return Address(
        id=row.id,
        order=number,
        words=use.words,
        question=use.question,
        text=text,
        at=row.answered_at or row.asked_at,
        answered=row.answered_at is not None,
    )
