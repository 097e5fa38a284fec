"""Making, finding and destroying people's keys. Unwrapped keys live as long as one transaction and no longer, so that
a destroyed key is gone for every process at once."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Row, Table, func, select, update

from core import clock, keys
from core.datakeys import rules
from core.datakeys.models import DataKey
from core.db import session
from core.inserting import insert_or

TABLE = cast(Table, DataKey.__table__)  # plain statements: sealing a value must not flush what is half written


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """A key that was destroyed just now."""

    id: int
    mark: str
    account_id: int
    kept_as: str
    part: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many keys of a kind are in use and destroyed, and when the last one was."""

    live: int = 0
    destroyed: int = 0
    last: datetime | None = None


def key_for(account_id: int, kept_as: str, part: str = "") -> tuple[int, bytes]:
    """Number and bytes of the person's live key of this kind; made if there is none."""
    kind = rules.kind_of(kept_as)
    part = part or rules.part_of(kind, clock.now())
    wanted = (account_id, kept_as, part)
    kept = _kept()
    if wanted not in kept:
        row = _find(wanted) or _make(wanted, rules.last_use(kind, part))
        kept[wanted] = row.id
        kept[row.id] = _unwrap(row)
    return kept[wanted], kept[kept[wanted]]


def key_of(number: int) -> bytes | None:
    """The bytes of the key with that number; None if it was destroyed or its last day is over."""
    kept = _kept()
    if number not in kept:
        row = session.execute(select(TABLE).where(TABLE.c.id == number)).first()
        is_over = row is None or row.wrapped is None or (row.last_use is not None and row.last_use <= clock.now())
        kept[number] = None if row is None or is_over else _unwrap(row)
    found: bytes | None = kept[number]
    return found


def destroy(account_id: int, kept_as: str, part: str | None = None) -> list[Destroyed]:
    """Destroy a person's keys of this kind (of one part only, if that is said)."""
    own = (TABLE.c.account_id == account_id, TABLE.c.kept_as == kept_as)
    return _destroy(*own, *(() if part is None else (TABLE.c.part == part,)))


def destroy_due(free: Callable[..., ColumnElement[bool]]) -> list[Destroyed]:
    """Destroy the keys whose last day is over; free: the condition under which nothing holds an account's kind."""
    return _destroy(TABLE.c.last_use <= clock.now(), free(TABLE.c.account_id, TABLE.c.kept_as))


def keep_open(account_id: int, kept_as: str) -> None:
    """Let a person's keys of this kind be used past their last day: the law wants to be able to read it."""
    _set_last_use(account_id, kept_as, lambda _part: None)


def keep_to_period(account_id: int, kept_as: str) -> None:
    """Let them end again when their period says so."""
    kind = rules.kind_of(kept_as)
    _set_last_use(account_id, kept_as, lambda part: rules.last_use(kind, part))


def destroy_marked(marks: Sequence[str]) -> list[Destroyed]:
    """Destroy keys by their marks: what was destroyed before a backup came back."""
    return _destroy(TABLE.c.mark.in_(marks))


def counts_of(account_id: int) -> dict[str, Count]:
    """A person's keys by kind."""
    live = func.count().filter(TABLE.c.destroyed_at.is_(None))
    gone = func.count().filter(TABLE.c.destroyed_at.is_not(None))
    wanted = select(TABLE.c.kept_as, live, gone, func.max(TABLE.c.destroyed_at)).where(TABLE.c.account_id == account_id)
    rows = session.execute(wanted.group_by(TABLE.c.kept_as))
    return {kind: Count(live=live, destroyed=gone, last=last) for kind, live, gone, last in rows}


def marks_destroyed() -> list[str]:
    """The marks of all destroyed keys, in the order in which they went."""
    gone = select(TABLE.c.mark).where(TABLE.c.destroyed_at.is_not(None))
    return list(session.scalars(gone.order_by(TABLE.c.destroyed_at, TABLE.c.id)))


def _destroy(*which: Any) -> list[Destroyed]:
    gone = update(TABLE).where(TABLE.c.destroyed_at.is_(None), *which).values(wrapped=None, destroyed_at=clock.now())
    rows = session.execute(gone.returning(TABLE.c.id, TABLE.c.mark, TABLE.c.account_id, TABLE.c.kept_as, TABLE.c.part))
    _kept().clear()
    return [Destroyed(**row._mapping) for row in rows]


def _set_last_use(account_id: int, kept_as: str, ends: Callable[[str], datetime | None]) -> None:
    own = (TABLE.c.account_id == account_id, TABLE.c.kept_as == kept_as, TABLE.c.destroyed_at.is_(None))
    for row in session.execute(select(TABLE.c.id, TABLE.c.part).where(*own)).all():
        session.execute(update(TABLE).where(TABLE.c.id == row.id).values(last_use=ends(row.part)))
    _kept().clear()


def _kept() -> dict[Any, Any]:
    kept: dict[Any, Any] = session.info.setdefault("data_keys", {})
    return kept


def _find(wanted: tuple[int, str, str]) -> Row[Any] | None:
    account_id, kept_as, part = wanted
    own = (TABLE.c.account_id == account_id, TABLE.c.kept_as == kept_as, TABLE.c.part == part)
    return session.execute(select(TABLE).where(*own, TABLE.c.destroyed_at.is_(None))).first()


def _make(wanted: tuple[int, str, str], last_use: datetime | None) -> Row[Any]:
    """Of two that make the same key at once, one makes it and both use it."""
    account_id, kept_as, part = wanted
    made = {
        "account_id": account_id,
        "kept_as": kept_as,
        "part": part,
        "mark": secrets.token_hex(16),
        "wrapped": _wrap(secrets.token_bytes(32), wanted),
        "created_at": clock.now(),
        "last_use": last_use,
        "destroyed_at": None,
    }
    session.execute(insert_or(TABLE).on_conflict_do_nothing(), [made])
    found = _find(wanted)
    assert found is not None
    return found


def _wrap(key: bytes, wanted: tuple[int, str, str]) -> str:
    nonce = secrets.token_bytes(12)
    return base64.urlsafe_b64encode(nonce + _master().encrypt(nonce, key, _bound_to(*wanted))).decode()


def _unwrap(row: Row[Any]) -> bytes:
    raw = base64.urlsafe_b64decode(row.wrapped)
    return _master().decrypt(raw[:12], raw[12:], _bound_to(row.account_id, row.kept_as, row.part))


def _master() -> AESGCM:
    return AESGCM(keys.derived("data keys"))


def _bound_to(account_id: int, kept_as: str, part: str) -> bytes:
    return f"{account_id}:{kept_as}:{part}".encode()
