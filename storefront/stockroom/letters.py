"""The mails of the stockroom: about keys that did not work, and to staff about pools that run low."""

from collections.abc import Sequence
from datetime import datetime

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send
from storefront.licenses.models import License
from storefront.orders.models import Order, OrderLine
from storefront.stockroom.service import Pool


def tell_replaced(order: Order, line: OrderLine, license: License, key: str, dispute_id: int) -> None:
    """Mail the new key to whoever holds its license, which need not be who ordered it."""
    context = {**_about(order, line, license), "key": key}
    _write(license, Letter(name="key_replaced", context=context, once=f"dispute:{dispute_id}:replaced"))


def tell_declined(order: Order, line: OrderLine, license: License, dispute_id: int) -> None:
    """Say that there is an answer; the sentence itself waits in the account."""
    context = _about(order, line, license)
    _write(license, Letter(name="key_declined", context=context, once=f"dispute:{dispute_id}:declined"))


def warn_low(account_id: int, pools: Sequence[Pool], now: datetime) -> None:
    """Name the pools that began to run low, with what is left."""
    context = {
        "pools": [(pool.title, pool.where, pool.free, pool.forecast.days) for pool in pools],
        "address": f"{_shop()}/staff/pools?show=low",
        "settings": f"{_shop()}/staff/pools",
    }
    send(
        account_id,
        "support",
        Letter(name="stock_low", context=context, once=f"stock:{now.isoformat()}:{account_id}"),
    )


def _write(license: License, letter: Letter) -> None:
    if session.get_one(Account, license.account_id).closed_at is None:
        send(license.account_id, "licenses", letter)


def _about(order: Order, line: OrderLine, license: License) -> dict[str, object]:
    """The order's number is for whoever ordered."""
    return {
        "number": order.number if order.account_id == license.account_id else "",
        "title": line.title,
        "edition": line.edition_title,
        "address": f"{_shop()}/account/licenses/{license.public_id}",
    }


def _shop() -> str:
    return web.settings().base_url.rstrip("/")
