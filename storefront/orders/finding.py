"""How staff find an order: by its number, its buyer's whole address, or what other rooms know about it.

An address is compared as a keyed hash; nobody can look for a part of one, and none stands in the address of a page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select

from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from core.errors import Invalid, NotFound
from storefront.orders import service
from storefront.orders.models import Order
from storefront.orders.rules import NotAnOrderNumber, OrderState, read_order_number

PAGE = 50
CUSTOMER = "customer"
Way = Callable[[str], ColumnElement[bool]]


class NothingFound(NotFound):
    code = "nothing_found"
    title = "Nothing found"
    sentence = "No order answers to this. Look for a number, a whole e-mail address, or the last five letters of a key."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list of orders is narrowed by: a way ("customer", "key" …) with its word, and a state; each may be empty."""

    way: str = ""
    word: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A way that a room offers: `reads` makes of what was typed the word by which it finds, "" if it is not for it."""

    reads: Callable[[str], str]
    finds: Way


_hints: dict[str, Hint] = {}


def offer(way: str, hint: Hint) -> None:
    """Let orders be found by what another room knows."""
    _hints[way] = hint


def ways() -> tuple[str, ...]:
    """The names of all ways, as they stand in addresses."""
    return (CUSTOMER, *_hints)


def find(typed: str) -> Order | Asked:
    """The order of a number, or by what the orders are found. Refuses with NothingFound."""
    typed = typed.strip()[:320]
    if "@" in typed:
        account = accounts.find_by_email(typed)
        return _any(Asked(way=CUSTOMER, word=account.number)) if account else _nothing()
    try:
        return service.get_by_number(read_order_number(typed))
    except (NotAnOrderNumber, NotFound):
        pass
    for way, hint in _hints.items():
        word = hint.reads(typed)
        if word and _has(Asked(way=way, word=word)):
            return Asked(way=way, word=word)
    return _any(Asked(way=CUSTOMER, word=typed))


def orders(asked: Asked, before: int = 0) -> list[Order]:
    """The latest of these orders, a page of PAGE and one more; one statement. Refuses with Invalid."""
    wanted = select(Order).where(*_conditions(asked)).order_by(Order.id.desc()).limit(PAGE + 1)
    return list(session.scalars(wanted.where(Order.id < before) if before else wanted))


def all_of(asked: Asked) -> Select[int]:
    """The numbers of all of them, the latest first. Refuses with Invalid."""
    return select(Order.id).where(*_conditions(asked)).order_by(Order.id.desc())


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    if asked.state and asked.state not in set(OrderState):
        raise Invalid("There is no such state of orders.")
    of_state = [Order.state == asked.state] if asked.state else []
    if asked.way == CUSTOMER:
        return [Order.account_id.in_(select(Account.id).where(Account.number == asked.word)), *of_state]
    return [*([_hints[asked.way].finds(asked.word)] if asked.way else []), *of_state]


def _any(asked: Asked) -> Asked:
    return asked if _has(asked) else _nothing()


def _has(asked: Asked) -> bool:
    return session.scalar(select(Order.id).where(*_conditions(asked)).limit(1)) is not None


def _nothing() -> Asked:
    raise NothingFound
