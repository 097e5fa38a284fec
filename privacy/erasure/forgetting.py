"""What makes an erasure final: the person's keys are destroyed, and the ledger beside the database does it again should a
backup come back that is older."""

from core import forgotten
from core.accounts.models import Account
from core.datakeys import rules as kinds
from core.keys import keyed_hash
from privacy.erasure.rules import Posts, Share
from privacy.retention import holds
from privacy.retention import service as retention

LEDGER = "erasure"
PAPERS = "invoice"


def obstacles(account_id: int) -> Share:
    """A hold stands in the way only where it keeps something that would go: papers stay anyway, and what was never
    given needs no keeping."""
    held = sorted(name for name in holds.held(account_id) - {PAPERS} if retention.is_there(account_id, name))
    named = (kinds.kind_of(name).title for name in held)
    return Share(obstacles=tuple(f"{title}: a legal hold keeps this until it is lifted." for title in named))


def destroy_keys(account_id: int, *, papers_stay: bool) -> None:
    """Let nothing of this person be read any more, in no copy of the database, but what stays."""
    kept = holds.held(account_id) | ({PAPERS} if papers_stay else set())
    for kind in kinds.kinds():
        if kind.name not in kept:
            retention.destroy(account_id, kind.name)


def note(account: Account, posts: Posts) -> None:
    """Write it into the ledger: whoever has only the ledger learns nothing about whom."""
    forgotten.note(LEDGER, mark=mark_of(account.number), posts=posts.value)


def mark_of(number: str) -> str:
    """By what the ledger knows an account: customer numbers are drawn at random and never given twice."""
    return keyed_hash("erased account", number)
