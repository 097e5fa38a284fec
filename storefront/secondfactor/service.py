"""What can be done with a second factor: set up, confirm, check a code, make new recovery codes, remove."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from core import clock, db, keys
from core.access import actor_of
from core.accounts.models import RecoveryCode, SecondFactor
from core.db import session
from core.errors import Conflict
from core.inserting import insert_or
from core.sealed import seal
from privacy import gate
from privacy.contact.service import Letter, send
from storefront.secondfactor import rules


class FactorConflict(Conflict):
    """The second factor is not as this needs it; the sentence says why."""

    code = "second_factor"
    title = "That cannot be done now"


class Outcome(StrEnum):
    """What became of a code: it was right, wrong, or was not even looked at."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """seconds: how long no further code is looked at."""

    outcome: Outcome
    seconds: int = 0

    @property
    def sentence(self) -> str:
        """What to say beside the field."""
        if self.outcome is Outcome.WAIT:
            wait = f"{self.seconds} seconds" if self.seconds < 120 else f"{self.seconds // 60} minutes"
            return (
                f"Many wrong codes came one after the other. Please wait {wait}, then type the one that is shown then."
            )
        return "This code is not right, or was used already. Please type the one that your authenticator shows now."


@dataclass(frozen=True, kw_only=True)
class Status:
    """Whether it counts, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether a code is asked for at sign-in."""
        return self.since is not None


def status(account_id: int) -> Status:
    """How it stands."""
    since = session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.account_id == account_id))
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Status(since=since, codes_left=session.scalar(unused) or 0)


def is_on(account_id: int) -> bool:
    """Whether a code is asked for at sign-in."""
    on = select(SecondFactor.account_id).where(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.scalar(on) is not None


def remove_since(account_id: int, moment: datetime) -> None:
    """Remove one that was begun, or counts, only since then; one that counted before stays."""
    found = _locked(account_id)
    if found is not None and (found.confirmed_at is None or found.confirmed_at >= moment):
        remove(account_id)


def begin(account_id: int) -> str:
    """The secret to set up an authenticator with; it counts once a code confirms it, and is the same one until then.
    Refuses with FactorConflict where one counts already."""
    closed = seal(rules.make_secret(), "second_factor.secret", subject=account_id)
    fresh = insert_or(SecondFactor).values(account_id=account_id, secret=closed, made_at=clock.now())
    session.execute(fresh.on_conflict_do_nothing())
    found = _locked(account_id)
    assert found is not None
    if found.confirmed_at is not None:
        raise FactorConflict("A second factor is set up already. Remove it before you set up another one.")
    return _opened(found)


def confirm(account_id: int, typed: str) -> tuple[str, ...]:
    """Let it count, and make the recovery codes, which are shown this once; none where the code is not right."""
    found = _locked(account_id)
    if found is None or found.confirmed_at is not None:
        raise FactorConflict("There is nothing to confirm. Nothing was changed.")
    step = rules.step_of(_opened(found), typed, clock.now(), found.last_step)
    if step is None:
        return ()
    found.confirmed_at, found.last_step = clock.now(), step
    _tell(account_id, "added")
    return _fresh_codes(account_id)


def check(account_id: int, typed: str) -> Verdict:
    """Whether this code, or recovery code, is right now. Opens its own transaction: wrong ones are counted, right ones
    used up, and of the same code twice at once one is right."""
    with db.transaction():
        found, now = _locked(account_id), clock.now()
        if found is None or found.confirmed_at is None:
            return Verdict(outcome=Outcome.WRONG)
        if found.wait_until is not None and found.wait_until > now:
            return Verdict(outcome=Outcome.WAIT, seconds=int((found.wait_until - now).total_seconds()) + 1)
        if _is_right(found, typed):
            found.failed, found.wait_until = 0, None
            return Verdict(outcome=Outcome.RIGHT)
        found.failed += 1
        found.wait_until = now + rules.wait_after(found.failed) if found.failed >= rules.FREE_TRIES else None
        if found.failed == rules.FREE_TRIES:
            _tell(account_id, "guessed")
        return Verdict(outcome=Outcome.WRONG)


def renew_codes(account_id: int) -> tuple[str, ...]:
    """Ten new recovery codes, shown this once; the former ones end. Refuses with FactorConflict."""
    found = _locked(account_id)
    if found is None or found.confirmed_at is None:
        raise FactorConflict("Recovery codes come with a second factor. Set one up first.")
    _tell(account_id, "codes")
    return _fresh_codes(account_id)


def remove(account_id: int) -> None:
    """The password alone opens the account again; an unconfirmed one goes without a word."""
    found = _locked(account_id)
    if found is None:
        return
    was_on = found.confirmed_at is not None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.delete(found)
    session.flush()
    if was_on:
        _tell(account_id, "removed")


def _is_right(found: SecondFactor, typed: str) -> bool:
    step = rules.step_of(_opened(found), typed, clock.now(), found.last_step)
    if step is not None:
        found.last_step = step
        return True
    code = rules.recovery(typed)
    if not code:
        return False
    mine = (RecoveryCode.account_id == found.account_id, RecoveryCode.code_hash == _hash(found.account_id, code))
    used = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    if session.scalar(used.returning(RecoveryCode.id)) is None:
        return False
    _tell(found.account_id, "code used")
    return True


def _fresh_codes(account_id: int) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes, now = rules.make_recovery_codes(), clock.now()
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code), made_at=now) for code in codes
    )
    session.flush()
    return codes


def _locked(account_id: int) -> SecondFactor | None:
    wanted = select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def _opened(found: SecondFactor) -> str:
    return gate.disclose(found.secret, purpose="security", actor=actor_of(found.account_id))


def _hash(account_id: int, code: str) -> str:
    return keys.keyed_hash("recovery code", f"{account_id}:{code}")


def _tell(account_id: int, what: str) -> None:
    left = status(account_id).codes_left
    send(account_id, "security", Letter(name="second_factor", context={"what": what, "left": left, "at": clock.now()}))
