"""Mails about pools that run low, to members of staff who asked for them: one for each time that a pool crosses the line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from core import clock
from core.access import Actor, Permission
from core.accounts.models import StaffGrant
from core.audit import service as audit
from core.db import session
from core.jobs.service import job
from storefront.pools.models import KeyPool, StockWatch
from storefront.stockroom import letters, service
from storefront.stockroom.service import Pool


def is_asked(account_id: int) -> bool:
    """Whether this member of staff gets the mails."""
    return session.get(StockWatch, account_id) is not None


def ask(actor: Actor, *, wanted: bool) -> None:
    """Begin or stop to mail whoever asks; the second time changes nothing."""
    if is_asked(actor.account_id) == wanted:
        return
    if wanted:
        session.add(StockWatch(account_id=actor.account_id, asked_at=clock.now()))
    else:
        session.execute(delete(StockWatch).where(StockWatch.account_id == actor.account_id))
    audit.record(actor, "ask for stock warnings" if wanted else "stop stock warnings", "account", actor.account_id)


@job("stock.warn", every=15)
def warn() -> None:
    """Tell of pools that run low since the last look; a pool that was filled is looked at afresh."""
    now, seen = clock.now(), service.pools()
    filled = [pool.id for pool in seen if pool.kept.warned_at is not None and not pool.is_low]
    session.execute(update(KeyPool).where(KeyPool.id.in_(filled)).values(warned_at=None))
    crossed = _mark([pool for pool in seen if pool.is_low], now)
    if crossed:
        for account_id in _watchers():
            letters.warn_low(account_id, crossed, now)


def _mark(low: Sequence[Pool], now: datetime) -> list[Pool]:
    """Those of which nobody else told meanwhile."""
    fresh = update(KeyPool).where(KeyPool.id.in_([pool.id for pool in low]), KeyPool.warned_at.is_(None))
    marked = set(session.scalars(fresh.values(warned_at=now).returning(KeyPool.id)))
    return [pool for pool in low if pool.id in marked]


def _watchers() -> list[int]:
    """Who asked, and still keeps the stock."""
    may = select(StaffGrant.account_id).where(StaffGrant.permission == Permission.CATALOGUE.value)
    wanted = select(StockWatch.account_id).where(StockWatch.account_id.in_(may))
    return list(session.scalars(wanted.order_by(StockWatch.account_id)))
