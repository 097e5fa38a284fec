"""The history of a license: appended to, never changed, each entry chained to the one before."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.engine import Connection

from core import clock
from core.db import session
from storefront.activation import rules
from storefront.activation.models import LicenseEvent
from storefront.licenses.models import License

Teller = Callable[[Connection, int, str, dict[str, Any]], None]
_entries = LicenseEvent.__table__
_tellers: list[Teller] = []


def tell(teller: Teller) -> None:
    """Let a room hear of every entry, on the connection on which it is written."""
    if teller not in _tellers:
        _tellers.append(teller)


def note(license_id: int, verb: str, **details: Any) -> None:
    """Append an entry; the caller holds the license's row, or the one that counts its devices."""
    session.flush()
    _append(session.connection(), license_id, verb, details)


def of(license_id: int, most: int = 50, before: int = 0) -> Sequence[LicenseEvent]:
    """What happened, the latest first; those with a number below `before`, if one is given."""
    wanted = select(LicenseEvent).where(LicenseEvent.license_id == license_id)
    wanted = wanted.where(LicenseEvent.number < before) if before else wanted
    return session.scalars(wanted.order_by(LicenseEvent.number.desc()).limit(most)).all()


def head(license_id: int) -> tuple[int, str]:
    """Number and chain of the last entry: what an offline file carries, so that a history that was cut off shows."""
    wanted = select(LicenseEvent.number, LicenseEvent.chain).where(LicenseEvent.license_id == license_id)
    found = session.execute(wanted.order_by(LicenseEvent.number.desc()).limit(1)).first()
    return (found.number, found.chain) if found else (0, rules.START)


def first_broken(license_id: int) -> int | None:
    """The number of the first entry that was altered or is missing, or None."""
    before, expected = rules.START, 1
    wanted = select(LicenseEvent).where(LicenseEvent.license_id == license_id).order_by(LicenseEvent.number)
    for one in session.scalars(wanted):
        if one.number != expected or one.chain != rules.link(before, words(one)):
            return expected
        before, expected = one.chain, expected + 1
    return None


def words(entry: LicenseEvent) -> dict[str, Any]:
    """What an entry's chain is made over."""
    return _words(entry.number, entry.verb, entry.at, entry.details)


def _words(number: int, verb: str, at: datetime, details: dict[str, Any]) -> dict[str, Any]:
    when = at.astimezone(UTC).isoformat(timespec="seconds")
    return {"number": number, "verb": verb, "at": when, "details": details}


def _append(connection: Connection, license_id: int, verb: str, details: dict[str, Any]) -> None:
    last = (
        select(_entries.c.number, _entries.c.chain)
        .where(_entries.c.license_id == license_id)
        .order_by(_entries.c.number.desc())
        .limit(1)
    )
    found = connection.execute(last).first()
    number, before = (found.number + 1, found.chain) if found else (1, rules.START)
    at = clock.now().replace(microsecond=0)
    chain = rules.link(before, _words(number, verb, at, details))
    row = {"license_id": license_id, "number": number, "verb": verb, "details": details, "at": at, "chain": chain}
    connection.execute(_entries.insert(), row)  # type: ignore[attr-defined]
    for teller in _tellers:
        teller(connection, license_id, verb, details)


@event.listens_for(License, "after_insert")
def _issued(_mapper: object, connection: Connection, license: License) -> None:
    """Every license begins its history with its issue, whoever wrote it."""
    _append(connection, license.id, "issue", {"edition": license.edition_id, "seats": license.seats})


@event.listens_for(License, "after_update")
def _changed(_mapper: object, connection: Connection, license: License) -> None:
    """Whatever changes a license's state, end, edition, seats or key stands in its history, wherever it was written."""
    attributes = inspect(license).attrs
    changed = [name for name in WATCHED if attributes[name].history.has_changes()]
    if not changed:
        return
    details = {name: _plain(getattr(license, name)) for name in changed if name != "key_hash"}
    _append(connection, license.id, _verb(license, changed), details)


WATCHED = ("state", "expires_at", "updates_until", "edition_id", "seats", "key_hash")


def _verb(license: License, changed: Sequence[str]) -> str:
    if "state" in changed:
        return f"now {license.state}"
    if "key_hash" in changed:
        return "key renewed"
    return "plan changed" if {"edition_id", "seats"} & set(changed) else "renewed"


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value
