"""Keys come in: read, looked at, confirmed, made ready by the worker, and taken in by one transaction or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import insert, select, update

from core import clock, db
from core.access import PROGRAM, Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.jobs.service import job, start
from core.keys import keyed_hash
from core.sealed import seal
from privacy import gate
from storefront.licenses.models import PoolKey
from storefront.licenses.pool import key_hash
from storefront.licenses.rules import last_five
from storefront.money import Money, zero
from storefront.pools.models import KeyBatch, KeyPool
from storefront.pools.rules import PoolState
from storefront.stockroom import reading
from storefront.stockroom.reading import Entry, Fault, Given, Reading
from storefront.stockroom.service import ensure_pool, find_supplier, get_pool

Piece = TypeVar("Piece")
AT_ONCE = 500
KEPT = timedelta(days=1)


class ImportRefused(Invalid):
    """Nothing was imported; `lines` says what is wrong, line by line."""

    code = "import_refused"

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"Nothing was imported: {len(lines)} of the lines cannot be used.")


class BatchClosed(Conflict):
    """The import was confirmed or dropped already."""

    code = "batch_closed"
    sentence = "This import was confirmed or dropped already. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What somebody wants to import."""

    pool_id: int
    text: str
    given: Given
    supplier_id: int = 0
    file_name: str = ""


def draft(offered: Offered, actor: Actor) -> KeyBatch:
    """Keep it, sealed, for the preview. Raises NotFound, or ImportRefused where there is nothing in it."""
    pool = get_pool(offered.pool_id)
    if not offered.text.strip():
        raise ImportRefused(["There is no key in what was sent. Write one key a line, or choose a file."])
    supplier = find_supplier(offered.supplier_id) if offered.supplier_id else None
    given, cost = offered.given, offered.given.cost
    batch = KeyBatch(
        pool_id=pool.id,
        supplier_id=supplier.id if supplier else None,
        state="draft",
        name_hash=keyed_hash("key_batch.name", offered.file_name) if offered.file_name else "",
        content=seal(offered.text, "key_batch.content"),
        cost=None if cost is None else cost.amount,
        currency=given.currency,
        reference=given.reference,
        redeem_by=given.redeem_by,
        made_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    audit.record(
        actor, "prepare an import", "key batch", batch.id, product=pool.product_slug, edition=pool.edition_name
    )
    return batch


def get_batch(batch_id: int, *, lock: bool = False) -> KeyBatch:
    """One import. Raises NotFound."""
    wanted = select(KeyBatch).where(KeyBatch.id == batch_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no import of this number.")
    return found


def batches_of(pool_id: int, most: int = 10) -> list[KeyBatch]:
    """The latest imports of a pool."""
    return list(
        session.scalars(select(KeyBatch).where(KeyBatch.pool_id == pool_id).order_by(KeyBatch.id.desc()).limit(most))
    )


def look(batch: KeyBatch) -> Reading:
    """Each line of a kept import, judged now: also against what is in the pools."""
    content = session.scalar(select(KeyBatch.content).where(KeyBatch.id == batch.id))
    text = gate.disclose(content, purpose="licenses", actor=PROGRAM) if content is not None else ""
    return judge(text, _given(batch), get_pool(batch.pool_id).kept)


def judge(text: str, given: Given, pool: KeyPool) -> Reading:
    """Read a text for a pool, with a fault for each key that is in it, or in another edition's, already."""
    found = reading.read(text, given, clock.now().date())
    known = _known([key_hash(entry.key) for entry in found.entries])
    faults = list(found.faults)
    fresh = []
    for entry in found.entries:
        where = known.get(key_hash(entry.key))
        if where is None:
            fresh.append(entry)
        else:
            same = where == pool.edition_id
            faults.append(
                Fault(
                    number=entry.number, sentence=f"is in the {'pool' if same else 'pool of another edition'} already."
                )
            )
    return replace(found, entries=tuple(fresh), faults=tuple(sorted(faults, key=lambda fault: fault.number)))


def spent(found: Reading) -> list[Money]:
    """What the readable lines cost together, in each currency."""
    sums: dict[str, Money] = {}
    for entry in found.entries:
        if entry.cost is not None:
            sums[entry.cost.currency] = sums.get(entry.cost.currency, zero(entry.cost.currency)) + entry.cost
    return [sums[currency] for currency in sorted(sums)]


def confirm(batch_id: int, actor: Actor) -> KeyBatch:
    """Let the worker take it in. Refuses with ImportRefused while a line stands in the way, and with BatchClosed."""
    batch = get_batch(batch_id, lock=True)
    if batch.state != "draft":
        raise BatchClosed
    found = look(batch)
    _check(found)
    batch.state, batch.lines = "waiting", len(found.entries)
    audit.record(actor, "import keys", "key batch", batch.id, count=str(len(found.entries)))
    start("pools.import", batch=batch.id)
    return batch


def discard(batch_id: int, actor: Actor) -> KeyBatch:
    """Drop an import that was not confirmed, with its lines. Refuses with BatchClosed."""
    batch = get_batch(batch_id, lock=True)
    if batch.state != "draft":
        raise BatchClosed
    _close(batch, "discarded")
    audit.record(actor, "drop an import", "key batch", batch.id)
    return batch


def take_in(pool: KeyPool, text: str, given: Given, supplier_id: int | None = None) -> int:
    """Read and take in at once, by the present transaction: for the command line and the demonstration.

    How many keys there were. Raises ImportRefused; then there are none.
    """
    found = judge(text, given, pool)
    _check(found)
    batch = KeyBatch(
        pool_id=pool.id,
        supplier_id=supplier_id,
        state="done",
        cost=None if given.cost is None else given.cost.amount,
        currency=given.currency,
        reference=given.reference,
        redeem_by=given.redeem_by,
        lines=len(found.entries),
        done=len(found.entries),
        imported=len(found.entries),
        made_at=clock.now(),
        finished_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    for some in _pieces(found.entries):
        session.execute(insert(PoolKey), [_row(entry, batch, pool.edition_id) for entry in some])
    return len(found.entries)


def stock(edition_id: int, keys: Sequence[str]) -> int:
    """Put keys of which nothing else is known into an edition's pool for everywhere. Raises ImportRefused."""
    return take_in(ensure_pool(edition_id), "\n".join(keys), Given())


@job("pools.import", own_transactions=True)
def import_batch(batch: int) -> None:
    """Make the keys ready piece by piece, with the progress written down, then take all of them in at once.

    Before that last step nothing is in the pool; should the worker stop, the next run begins anew.
    """
    with db.transaction():
        kept = get_batch(batch)
        if kept.state != "waiting":
            return
        entries, edition_id = look(kept).entries, get_pool(kept.pool_id).kept.edition_id
    rows = []
    for some in _pieces(entries):
        rows += [_row(entry, kept, edition_id) for entry in some]
        with db.transaction():
            session.execute(update(KeyBatch).where(KeyBatch.id == batch).values(done=len(rows)))
    with db.transaction():
        _take_all(get_batch(batch, lock=True), rows)


@job("pools.catch_up", every=10)
def catch_up() -> None:
    """Confirmed imports whose job was lost begin again; drafts that nobody confirmed are dropped after a day."""
    now = clock.now()
    for waiting in session.scalars(
        select(KeyBatch).where(KeyBatch.state == "waiting", KeyBatch.made_at < now - timedelta(minutes=10))
    ):
        start("pools.import", batch=waiting.id)
    for old in session.scalars(select(KeyBatch).where(KeyBatch.state == "draft", KeyBatch.made_at < now - KEPT)):
        _close(old, "discarded")


def _take_all(batch: KeyBatch, rows: list[dict[str, object]]) -> None:
    """All rows, or none where one of the keys came in from elsewhere meanwhile."""
    if batch.state != "waiting":
        return
    session.execute(select(KeyPool.id).where(KeyPool.id == batch.pool_id).with_for_update())
    if len(rows) != batch.lines or _known([str(row["key_hash"]) for row in rows]):
        batch.done = 0
        _close(batch, "refused")
        return
    for some in _pieces(rows):
        session.execute(insert(PoolKey), some)
    batch.done = batch.imported = len(rows)
    _close(batch, "done")


def _close(batch: KeyBatch, state: str) -> None:
    batch.state, batch.content, batch.finished_at = state, None, clock.now()


def _check(found: Reading) -> None:
    if found.faults:
        raise ImportRefused([str(fault) for fault in found.faults])
    if not found.entries:
        raise ImportRefused(["There is no key in it."])


def _given(batch: KeyBatch) -> Given:
    cost = None if batch.cost is None else Money(batch.cost, batch.currency)
    return Given(currency=batch.currency, cost=cost, reference=batch.reference, redeem_by=batch.redeem_by)


def _row(entry: Entry, batch: KeyBatch, edition_id: int) -> dict[str, object]:
    return {
        "edition_id": edition_id,
        "pool_id": batch.pool_id,
        "batch_id": batch.id,
        "supplier_id": batch.supplier_id,
        "key": seal(entry.key, "pool_key.key"),
        "key_hash": key_hash(entry.key),
        "last_five": last_five(entry.key),
        "state": PoolState.IMPORTED.value,
        "cost": None if entry.cost is None else entry.cost.amount,
        "cost_currency": None if entry.cost is None else entry.cost.currency,
        "reference": entry.reference,
        "redeem_by": entry.redeem_by,
        "imported_at": clock.now(),
    }


def _pieces(all_: Sequence[Piece]) -> Iterator[list[Piece]]:
    for start_ in range(0, len(all_), AT_ONCE):
        yield list(all_[start_ : start_ + AT_ONCE])


def _known(hashes: Sequence[str]) -> dict[str, int]:
    """Which of these keys the shop has already, and in which edition's pool."""
    return dict(_ask(hashes))


def _ask(hashes: Sequence[str]) -> Iterator[tuple[str, int]]:
    for some in _pieces(hashes):
        yield from session.execute(select(PoolKey.key_hash, PoolKey.edition_id).where(PoolKey.key_hash.in_(some)))
