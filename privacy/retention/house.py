"""What the house's own tables discard by the calendar: mails, sessions, mailed links, visits, keys."""

from datetime import timedelta

from sqlalchemy import delete, or_

from core import clock
from core.accounts.models import AccountSession, ApiToken, MailedLink
from core.datakeys import service as datakeys
from core.db import session
from core.outbox.models import Mail
from privacy.pageviews import rules as visits
from privacy.pageviews import service as pageviews
from privacy.retention import holds, service
from privacy.retention.service import Expiry, expires

MAILS_KEPT = timedelta(days=2 * 365)
LINKS_KEPT = timedelta(days=3)


def say_what_ends() -> None:
    """Tell the sweep."""
    for expiry in (
        Expiry(kind="mails", title="Mails we sent", after="two years after they were written", discard=_mails),
        Expiry(kind="sessions", title="Sign-ins that ended", after="30 days at most", discard=_sessions),
        Expiry(kind="tokens", title="Tokens of programs that ended", after="a year at most", discard=_tokens),
        Expiry(kind="links", title="Links that were mailed", after="three days at most", discard=_links),
        Expiry(
            kind="visits",
            title="Pages on lists of visits",
            after=f"{visits.KEPT.days} days after the visit",
            discard=pageviews.sweep,
        ),
        Expiry(
            kind="page_counts",
            title="Counts of opened pages",
            after=f"{visits.MONTHS_COUNTED} months after the day they count",
            discard=pageviews.sweep_counts,
        ),
        Expiry(kind="keys", title="Keys of periods that are over", after="when their period ends", discard=_keys),
    ):
        expires(expiry)


def _mails() -> int:
    over = (Mail.created_at <= clock.now() - MAILS_KEPT, holds.is_free(Mail.account_id, "communication"))
    return len(session.scalars(delete(Mail).where(*over).returning(Mail.id)).all())


def _sessions() -> int:
    over = AccountSession.expires_at <= clock.now()
    return len(session.scalars(delete(AccountSession).where(over).returning(AccountSession.id)).all())


def _tokens() -> int:
    over = ApiToken.expires_at <= clock.now()
    return len(session.scalars(delete(ApiToken).where(over).returning(ApiToken.id)).all())


def _links() -> int:
    over = or_(MailedLink.expires_at <= clock.now(), MailedLink.used_at <= clock.now() - LINKS_KEPT)
    return len(session.scalars(delete(MailedLink).where(over).returning(MailedLink.id)).all())


def _keys() -> int:
    gone = datakeys.destroy_due(holds.is_free)
    service.finish(gone)
    return len(gone)
