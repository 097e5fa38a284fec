"""Publishing a version, and reading what was published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock, snapshot
from core.db import session
from core.errors import Conflict, NotFound
from privacy.policies import hearing, rules
from privacy.policies.models import PolicyVersion

NOTICE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A version as it was published: frozen, so that it may be kept and shared."""

    number: int
    text: str
    posted_at: datetime
    effective_at: datetime
    chain: str


class NotNewer(Conflict):
    """A version is published once, and only after the one before it."""

    code = "version_not_newer"
    sentence = "This version has been published already, or one before it is missing. Nothing was changed."


def versions() -> tuple[Published, ...]:
    """All published versions, oldest first."""
    return snapshot.keep("policy versions", _load, tables=("policy_version",))


def current() -> Published:
    """The version in force. Raises NotFound on a database without one."""
    now = clock.now()
    in_force = [version for version in versions() if version.effective_at <= now]
    if not in_force:
        raise NotFound("No privacy policy has been published yet.")
    return in_force[-1]


def current_version() -> int:
    """The number of the version in force: what people accept when they sign up."""
    return current().number


def posted_version() -> int:
    """The number of the latest version posted, in force or not: its new uses have their switches from then on."""
    posted = versions()
    return posted[-1].number if posted else 0


def is_in_force(number: int) -> bool:
    """True if that version, or a later one, has taken effect: before, no new use of it may start (clause P12)."""
    return current().number >= number


def coming() -> Published | None:
    """The version that is posted and not in force yet, or None."""
    latest = versions()[-1] if versions() else None
    return latest if latest is not None and latest.effective_at > clock.now() else None


def has_been_told(account_id: int, number: int) -> bool:
    """True if the notice of that version reached the person: no new use of it starts for them before (clause P12)."""
    return hearing.has_been_told(account_id, number)


def see_all(account_id: int, *, at_sign_up: bool = False) -> None:
    """The person has seen every version posted so far."""
    hearing.see(account_id, [one.number for one in versions()], at_sign_up=at_sign_up)


def version_given_under() -> int:
    """The version under which something that is given now is given; before the first one it is the first."""
    now = clock.now()
    return max((version.number for version in versions() if version.effective_at <= now), default=1)


def get(number: int) -> Published:
    """That version. Raises NotFound."""
    for version in versions():
        if version.number == number:
            return version
    raise NotFound


def publish(number: int, text: str, notice: timedelta = NOTICE) -> Published:
    """Post the next version; it takes effect after the time of notice (the first one at once). Raises NotNewer."""
    before = _load()
    if number != len(before) + 1:
        raise NotNewer
    posted = clock.now().replace(microsecond=0)
    effective = posted + notice if before else posted
    chain = rules.fingerprint(before[-1].chain if before else rules.START, text, posted, effective)
    session.add(PolicyVersion(number=number, text=text, posted_at=posted, effective_at=effective, chain=chain))
    session.flush()
    return _load()[-1]


def first_broken() -> int | None:
    """The first version that is not what was published, or None."""
    return rules.first_broken((one.number, one.text, one.posted_at, one.effective_at, one.chain) for one in _load())


def _load() -> tuple[Published, ...]:
    rows = session.execute(
        select(
            PolicyVersion.number,
            PolicyVersion.text,
            PolicyVersion.posted_at,
            PolicyVersion.effective_at,
            PolicyVersion.chain,
        ).order_by(PolicyVersion.number)
    )
    return tuple(Published(**row._mapping) for row in rows)
