"""Issues: written, tried on oneself, sent in steps that may be interrupted, and kept for everybody to read."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select, update

from core import clock, web
from core.access import PROGRAM, Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotAllowed, NotFound
from core.jobs.service import start
from privacy.consent.models import ConsentEntry
from privacy.contact import service as contact
from privacy.contact.service import Letter
from privacy.gate import disclose_all
from privacy.newsletter import rules
from privacy.newsletter.models import NewsletterIssue, NewsletterReader, NewsletterRun
from privacy.newsletter.service import PURPOSE

SEND = "newsletter.send"
STEP = 50


class OnItsWay(Conflict):
    code = "issue_on_its_way"
    sentence = "This issue is on its way, or has arrived. It stays as it was sent."


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What an issue says."""

    title: str
    text: str


def write(texts: Texts, actor: Actor) -> NewsletterIssue:
    """A new draft."""
    taken = frozenset(session.scalars(select(NewsletterIssue.slug))) | rules.RESERVED
    slug = rules.free_slug(rules.slug_of(texts.title), taken)
    issue = NewsletterIssue(slug=slug, title=texts.title, text=texts.text, written_at=clock.now())
    session.add(issue)
    session.flush()
    audit.record(actor, "write issue", "newsletter_issue", issue.id)
    return issue


def edit(issue_id: int, texts: Texts, actor: Actor) -> None:
    """Change a draft. Raises OnItsWay."""
    issue = _lock_draft(issue_id)
    issue.title, issue.text = texts.title, texts.text
    audit.record(actor, "edit issue", "newsletter_issue", issue.id)


def try_on(issue_id: int, account_id: int) -> None:
    """Mail the issue to whoever writes it, as their readers will see it."""
    issue = get(issue_id)
    once = f"newsletter:{issue.id}:try:{account_id}:{int(clock.now().timestamp())}"
    contact.send(account_id, "account", Letter(name="newsletter", context=context(issue), once=once))


def release(issue_id: int, actor: Actor) -> None:
    """Publish the issue and start sending it. Raises OnItsWay: an issue goes out once."""
    issue = _lock_draft(issue_id)
    issue.state, issue.sent_at = "sending", clock.now()
    session.add(NewsletterRun(issue_id=issue.id, finished_at=None))
    session.flush()
    audit.record(actor, "send issue", "newsletter_issue", issue.id)
    start(SEND)


def send_step() -> bool:
    """Put down the next mails of the oldest issue on its way, within one transaction; False when nothing is left.

    Each mail names its issue and reader as its cause, so that a step which is repeated mails nobody twice.
    """
    oldest = select(NewsletterRun).where(NewsletterRun.finished_at.is_(None)).order_by(NewsletterRun.issue_id)
    run = session.scalar(oldest.limit(1).with_for_update())
    if run is None:
        return False
    issue = get(run.issue_id)
    if not (_to_accounts(issue, run) or _to_readers(issue, run)):
        run.finished_at = clock.now()
        session.execute(update(NewsletterIssue).where(NewsletterIssue.id == issue.id).values(state="sent"))
    session.flush()
    return True


def get(issue_id: int) -> NewsletterIssue:
    """An issue, for staff. Raises NotFound."""
    found = session.get(NewsletterIssue, issue_id)
    if found is None:
        raise NotFound
    return found


def get_public(slug: str) -> NewsletterIssue:
    """An issue that was sent, for everybody. Raises NotFound."""
    found = session.scalar(
        select(NewsletterIssue).where(NewsletterIssue.slug == slug, NewsletterIssue.state != "draft")
    )
    if found is None:
        raise NotFound
    return found


def archive(most: int = 100) -> list[NewsletterIssue]:
    """Issues that were sent, the latest first."""
    sent = select(NewsletterIssue).where(NewsletterIssue.state != "draft")
    return list(session.scalars(sent.order_by(NewsletterIssue.id.desc()).limit(most)))


def for_staff(most: int = 100) -> list[tuple[NewsletterIssue, NewsletterRun | None]]:
    """All issues with how far they are, the latest first."""
    both = select(NewsletterIssue, NewsletterRun).outerjoin(NewsletterRun, NewsletterRun.issue_id == NewsletterIssue.id)
    return [(issue, run) for issue, run in session.execute(both.order_by(NewsletterIssue.id.desc()).limit(most))]


def find_run(issue_id: int) -> NewsletterRun | None:
    """How far an issue is, None for a draft."""
    return session.get(NewsletterRun, issue_id)


def audience() -> int:
    """How many would be mailed now: accounts whose last word is yes, and readers who confirmed."""
    accounts = session.scalar(select(func.count()).select_from(_willing(0).subquery())) or 0
    wanted = select(func.count()).where(NewsletterReader.confirmed_at.is_not(None))
    return accounts + (session.scalar(wanted) or 0)


def context(issue: NewsletterIssue) -> dict[str, object]:
    """What the mail's templates need."""
    address = f"{web.settings().base_url.rstrip('/')}/newsletter/{issue.slug}"
    return {"title": issue.title, "text": issue.text, "parts": rules.paragraphs(issue.text), "address": address}


def _lock_draft(issue_id: int) -> NewsletterIssue:
    wanted = select(NewsletterIssue).where(NewsletterIssue.id == issue_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if found.state != "draft":
        raise OnItsWay
    return found


def _to_accounts(issue: NewsletterIssue, run: NewsletterRun) -> bool:
    accounts = list(session.scalars(_willing(run.last_account).limit(STEP)))
    for account_id in accounts:
        once = f"newsletter:{issue.id}:account:{account_id}"
        run.mails += _put(account_id, Letter(name="newsletter", context=context(issue), once=once))
        run.last_account = account_id
    return bool(accounts)


def _put(account_id: int, letter: Letter) -> int:
    """One mail put down, or none: they allow original purposes only, or have left since."""
    try:
        return int(contact.send(account_id, PURPOSE, letter))
    except (NotAllowed, NotFound):
        return 0


def _to_readers(issue: NewsletterIssue, run: NewsletterRun) -> bool:
    wanted = select(NewsletterReader).where(
        NewsletterReader.confirmed_at.is_not(None), NewsletterReader.id > run.last_reader
    )
    readers = list(session.scalars(wanted.order_by(NewsletterReader.id).limit(STEP)))
    for reader in readers:
        (address,) = disclose_all([reader.address], purpose=PURPOSE, actor=PROGRAM, stranger_said_yes=True)
        once = f"newsletter:{issue.id}:reader:{reader.public_id}"
        letter = Letter(name="newsletter", context=context(issue), once=once)
        run.mails += int(contact.send_to_stranger(address, PURPOSE, letter))
        run.last_reader = reader.id
    return bool(readers)


def _willing(after: int) -> Select[int]:
    """Accounts above a number whose last word on the newsletter is yes, in order."""
    own = (ConsentEntry.purpose == PURPOSE, ConsentEntry.account_id > after)
    last = select(func.max(ConsentEntry.id)).where(*own).group_by(ConsentEntry.account_id)
    willing = select(ConsentEntry.account_id).where(ConsentEntry.id.in_(last), ConsentEntry.given)
    return willing.order_by(ConsentEntry.account_id)
