"""Which kinds of browsers somebody signs in with, and the mail about one of another kind. No address is looked at or kept."""

from datetime import timedelta

from sqlalchemy import delete, select

from core import clock
from core.accounts.models import KnownBrowser
from core.db import session
from core.inserting import insert_or
from core.jobs.service import job
from privacy.contact.service import Letter, send

KEPT = timedelta(days=365)


def note(account_id: int, browser: str) -> None:
    """Somebody signed in with such a browser. They hear of it if others are known of them, and this one is not."""
    mine = select(KnownBrowser.browser).where(KnownBrowser.account_id == account_id)
    known, now = set(session.scalars(mine)), clock.now()
    fresh = insert_or(KnownBrowser).values(account_id=account_id, browser=browser[:80], seen_at=now)
    session.execute(fresh.on_conflict_do_update(index_elements=["account_id", "browser"], set_={"seen_at": now}))
    if known and browser[:80] not in known:
        send(account_id, "security", Letter(name="new_browser", context={"browser": browser[:80], "at": now}))


@job("account.forget_browsers", every=1440)
def forget() -> None:
    """Forget the kinds that nobody signed in with for a year."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.seen_at < clock.now() - KEPT))
