"""What a sign-in carries from its password to its code: signed, for ten minutes, and void with another password."""

from datetime import timedelta
from typing import Any, cast

from core import keys, tokens
from core.accounts.models import Account
from core.db import session
from core.tokens import LinkExpired

HALF = "second step"
HALF_OPEN = timedelta(minutes=10)


def write(account_id: int, password_hash: str, remembered: bool) -> str:
    """The ticket of somebody whose password was right. `remembered`: they want to stay signed in."""
    return tokens.sign(HALF, [account_id, _mark(password_hash), remembered])


def read(ticket: str) -> tuple[int, bool]:
    """Whose password was right, and whether they stay signed in. Raises LinkExpired after ten minutes, or where the
    password was changed since."""
    said = tokens.read(HALF, ticket, within=HALF_OPEN)
    account_id, mark, remembered = cast("list[Any]", said)
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None or not keys.same(mark, _mark(account.password_hash)):
        raise LinkExpired
    return account_id, bool(remembered)


def _mark(password_hash: str) -> str:
    return keys.keyed_hash(HALF, password_hash)[:24]
