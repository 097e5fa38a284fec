"""Pools of resold keys. A key is claimed by one conditional update, so that no two orders ever get the same one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select, update

from core import clock, db, keys
from core.access import PROGRAM
from core.db import session
from core.errors import Conflict, Invalid
from core.sealed import seal
from privacy import gate
from storefront.licenses import rules
from storefront.licenses.models import PoolKey, PoolState
from storefront.orders.models import OrderLine

MOST_KEYS, LONGEST_KEY = 20_000, 200


class SoldOut(Conflict):
    """The pool has fewer keys than the order needs. Nothing was reserved or charged, and the cart is as it was."""

    code = "sold_out"
    title = "Sold out just now"


class ImportRefused(Invalid):
    """Nothing of the file was imported; `lines` says what is wrong, line by line."""

    code = "import_refused"

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"Nothing was imported: {len(lines)} of the lines cannot be used.")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did; `notes` has a sentence for each line that was passed over."""

    count: int
    notes: tuple[str, ...]


def key_hash(key: str) -> str:
    """What a key is found by, however it was typed."""
    return keys.keyed_hash("license.key", rules.lookup_form(key))


def free_in_pool(edition_ids: Iterable[int]) -> dict[int, int]:
    """How many keys each of these editions' pools could still give; an edition without any is not in the answer."""
    free = select(PoolKey.edition_id, func.count()).where(
        PoolKey.edition_id.in_(set(edition_ids)), PoolKey.state == PoolState.IMPORTED.value
    )
    return {edition_id: count for edition_id, count in session.execute(free.group_by(PoolKey.edition_id))}


def check_free(wanted: Mapping[int, int], titles: Mapping[int, str]) -> None:
    """Refuse early what cannot be reserved; the reservation itself decides. Raises SoldOut."""
    free = free_in_pool(wanted)
    for edition_id, quantity in wanted.items():
        if free.get(edition_id, 0) < quantity:
            raise sold_out(titles[edition_id], free.get(edition_id, 0))


def sold_out(title: str, free: int) -> SoldOut:
    """The polite refusal."""
    left = "none is left" if not free else f"only {free} {'is' if free == 1 else 'are'} left"
    return SoldOut(
        f"We are sorry: of {title} {left} just now. Nothing was charged and your cart is as it was. "
        "You can take it out, or come back when the vendor has sent new keys."
    )


def reserve(line: OrderLine, until: datetime) -> None:
    """Put as many keys aside as the line has pieces. Raises SoldOut, which undoes what was reserved before it."""
    for taken in range(line.quantity):
        claimed = update(PoolKey).where(PoolKey.id == _next_free(line.edition_id), _is_free())
        kept = {"state": PoolState.RESERVED.value, "order_line_id": line.id, "reserved_until": until}
        if session.execute(claimed.values(**kept).returning(PoolKey.id)).scalar() is None:
            raise sold_out(f"{line.title}, {line.edition_title},", taken)


def release(line_ids: Sequence[int]) -> None:
    """Let reserved keys go back into their pools: their order was cancelled or expired."""
    mine = update(PoolKey).where(PoolKey.order_line_id.in_(line_ids), PoolKey.state == PoolState.RESERVED.value)
    session.execute(mine.values(state=PoolState.IMPORTED.value, order_line_id=None, reserved_until=None))


def take(line: OrderLine, count: int) -> list[PoolKey]:
    """The line's reserved keys, oldest first, for delivery. Raises SoldOut should there be too few."""
    mine = select(PoolKey).where(PoolKey.order_line_id == line.id, PoolKey.state == PoolState.RESERVED.value)
    found = list(session.scalars(mine.order_by(PoolKey.id).limit(count).with_for_update()))
    if len(found) < count:
        raise sold_out(line.title, len(found))
    return found


def open_key(kept: PoolKey) -> str:
    """The text of a key that is about to be delivered."""
    return gate.disclose(kept.key, purpose="licenses", actor=PROGRAM)


def deliver(kept: PoolKey, license_id: int) -> None:
    """The key now belongs to a license, for good."""
    kept.state, kept.license_id, kept.reserved_until = PoolState.DELIVERED.value, license_id, None


def import_keys(edition_id: int, lines: Sequence[str]) -> Imported:
    """Put keys into an edition's pool, one a line: all of them or, with ImportRefused, none.

    Blank lines are passed over; a key that stands twice in the file or is in the pool already refuses the whole.
    """
    if len(lines) > MOST_KEYS:
        raise ImportRefused([f"The file has {len(lines)} lines; at most {MOST_KEYS} are read at once."])
    typed = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    blank = tuple(f"Line {number} is blank and was passed over." for number, key in typed if not key)
    fresh = _checked(edition_id, [(number, key) for number, key in typed if key])
    for key_hash_, key in fresh.items():
        session.add(
            PoolKey(
                edition_id=edition_id,
                key=seal(key, "pool_key.key"),
                key_hash=key_hash_,
                state=PoolState.IMPORTED.value,
                imported_at=clock.now(),
            )
        )
    session.flush()
    return Imported(count=len(fresh), notes=blank)


def _checked(edition_id: int, typed: Sequence[tuple[int, str]]) -> dict[str, str]:
    """Key by its hash. Raises ImportRefused with a sentence for each line that stands in the way."""
    known = set(session.scalars(select(PoolKey.key_hash).where(PoolKey.edition_id == edition_id)))
    fresh: dict[str, str] = {}
    first: dict[str, int] = {}
    wrong = []
    for number, key in typed:
        hashed = key_hash(key[:LONGEST_KEY])
        if len(key) > LONGEST_KEY or not key.isprintable():
            wrong.append(f"Line {number} is no key: it is longer than {LONGEST_KEY} characters or cannot be printed.")
        elif hashed in known:
            wrong.append(f"Line {number} is in the pool already.")
        elif hashed in fresh:
            wrong.append(f"Line {number} repeats line {first[hashed]}.")
        else:
            fresh[hashed], first[hashed] = key, number
    if wrong:
        raise ImportRefused(wrong)
    return fresh


def _is_free() -> ColumnElement[bool]:
    return PoolKey.state == PoolState.IMPORTED.value


def _next_free(edition_id: int) -> ScalarSelect[int]:
    wanted = select(PoolKey.id).where(PoolKey.edition_id == edition_id, _is_free()).order_by(PoolKey.id).limit(1)
    if db.current().dialect == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    return wanted.scalar_subquery()
