"""The attempts themselves, each through the very door that has to refuse it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core import clock, db, later
from core.access import actor_of
from core.accounts import service as accounts
from core.db import Base, session
from core.errors import NotFound
from core.sealed import Sealed, SealedText, seal
from privacy import register
from privacy.consent import service as consent
from privacy.consent.models import ConsentEntry
from privacy.contact import calls, suppression
from privacy.cookies import Guard, fault
from privacy.gate import Closed, disclose
from privacy.looks.models import AccessEntry
from privacy.panel.service import rows_about
from privacy.policies import service as policies
from privacy.trying.rules import FORGERIES, MISUSES, Misuse, Setting


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a try. made_up: the person had no such value, so one was sealed for them. row: the line that the
    gate left in their list of who looked."""

    clause: str
    refused: bool
    sentence: str
    made_up: bool = False
    row: AccessEntry | None = None


def attempt(account_id: int, clause: str) -> Outcome:
    """Try the misuse on this person's own data and undo what was supposed for it. Opens its own transactions."""
    misuse = MISUSES[clause]
    with db.transaction():
        last = _last_look(account_id)
        last_id = last.id if last else 0
        with session.begin_nested() as supposed:
            refused, sentence, made_up = _try(account_id, misuse)
            if misuse.setting is not Setting.AS_IT_IS:
                supposed.rollback()
    later.flush()
    with db.transaction(reading=True):
        row = _last_look(account_id)
        if row is not None:
            session.expunge(row)
    shown = row if row is not None and row.id > last_id else None
    return Outcome(clause=clause, refused=refused, sentence=sentence, made_up=made_up, row=shown)


def forge(clause: str) -> Outcome:
    """Let a cookie that is not declared like this pass the guard; it does not."""
    cookie = FORGERIES[clause].cookie
    left: list[tuple[str, str]] = []

    def inner(_environ: object, start_response: object) -> Iterable[bytes]:
        start_response("200 OK", [("Set-Cookie", cookie)])  # type: ignore[operator]
        return []

    Guard(inner, strict=False, secure=False)({}, lambda _status, headers, *_rest: left.extend(headers))
    why = fault(cookie, secure=False).capitalize()
    return Outcome(clause=clause, refused=not left, sentence=f"{why}. {len(left)} cookies left the program.")


def _try(account_id: int, misuse: Misuse) -> tuple[bool, str, bool]:
    own = None if misuse.always_made_up else _own(account_id, misuse.label)
    value = own or seal(misuse.text or "made up", misuse.label, subject=account_id)
    _suppose(account_id, misuse)
    try:
        disclose(value, purpose=misuse.purpose, actor=misuse.actor)
    except Closed as closed:
        return True, closed.sentence, own is None
    return False, "The gate opened it, because you have said yes to this use and it is in force.", own is None


def _own(account_id: int, label: str) -> Sealed | None:
    """A value of the person's under that label, found along the register; the shop need not be known here."""
    name, _, column = label.partition(".")
    table, declared = Base.metadata.tables[name], register.holdings().get(name)
    if declared is None or not isinstance(table.c[column].type, SealedText):
        raise NotFound
    own = rows_about(table, declared.subject, account_id)
    found: Sealed | None = session.scalar(select(table.c[column]).where(own, table.c[column].is_not(None)).limit(1))
    return found if found is not None and found.box else None


def _suppose(account_id: int, misuse: Misuse) -> None:
    if misuse.setting is Setting.MAIL_STOPPED:
        suppression.suppress(suppression.hashes_of(_own_email(account_id)), how="panel")
    elif misuse.setting is Setting.CALLS_STOPPED:
        calls.stop_calls(calls.read_number(misuse.text), how="form")
    elif misuse.setting is Setting.ORIGINAL_ONLY:
        for purpose in (misuse.purpose, consent.ORIGINAL_ONLY):
            session.add(_word(account_id, purpose))
        session.flush()


def _own_email(account_id: int) -> str:
    sealed = accounts.get(account_id).email
    return disclose(sealed, purpose="account", actor=actor_of(account_id)) if sealed else ""


def _word(account_id: int, purpose: str) -> ConsentEntry:
    version = policies.current_version()
    return ConsentEntry(
        account_id=account_id, purpose=purpose, given=True, version=version, how="panel", at=clock.now()
    )


def _last_look(account_id: int) -> AccessEntry | None:
    own = select(AccessEntry).where(AccessEntry.account_id == account_id)
    return session.scalar(own.order_by(AccessEntry.id.desc()).limit(1))
