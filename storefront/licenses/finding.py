"""Finding the orders of a license: by its name, or by the five letters by which its holder recognizes its key."""

import re

from sqlalchemy import ColumnElement, select

from storefront.licenses.models import License
from storefront.orders import finding
from storefront.orders.finding import Hint
from storefront.orders.models import Order, OrderLine

_FIVE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_NAME = re.compile(r"[0-9A-Za-z_-]{8,32}", re.ASCII)


def offer_ways() -> None:
    """Let staff find orders by licenses."""
    finding.offer("key", Hint(reads=_read_five, finds=_by_five))
    finding.offer("license", Hint(reads=_read_name, finds=_by_name))


def _read_five(typed: str) -> str:
    last = typed.upper().lstrip("…").strip()
    return last if _FIVE.fullmatch(last) else ""


def _read_name(typed: str) -> str:
    return typed if _NAME.fullmatch(typed) else ""


def _by_five(word: str) -> ColumnElement[bool]:
    return _of(License.last_five == word)


def _by_name(word: str) -> ColumnElement[bool]:
    return _of(License.public_id == word)


def _of(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    lines = select(OrderLine.order_id).join(License, License.order_line_id == OrderLine.id)
    return Order.id.in_(lines.where(condition))
