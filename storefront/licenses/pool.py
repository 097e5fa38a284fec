"""Pools of resold keys. A key is claimed by one conditional update, so that no two orders ever get the same one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, or_, select, update

from core import clock, db, keys
from core.access import PROGRAM
from core.db import session
from core.errors import Conflict
from privacy import gate
from storefront.licenses import rules
from storefront.licenses.models import PoolKey
from storefront.orders.models import Order, OrderLine
from storefront.pools import rules as stock
from storefront.pools.models import KeyPool, KeyStep
from storefront.pools.rules import KeyVerb, PoolState


class SoldOut(Conflict):
    """The pool has fewer keys than the order needs. Nothing was reserved or charged, and the cart is as it was."""

    code = "sold_out"
    title = "Sold out just now"


def key_hash(key: str) -> str:
    """What a key is found by, however it was typed."""
    return keys.keyed_hash("license.key", rules.lookup_form(key))


def free_in_pool(edition_ids: Iterable[int], country: str = "") -> dict[int, int]:
    """How many keys each of these editions' pools could still give to a buyer of that country ("": of any).

    An edition without any is not in the answer.
    """
    free = select(PoolKey.edition_id, KeyPool.regions, func.count()).join(KeyPool, KeyPool.id == PoolKey.pool_id)
    counted = free.where(PoolKey.edition_id.in_(set(edition_ids)), _is_free())
    found: dict[int, int] = {}
    for edition_id, regions, count in session.execute(counted.group_by(PoolKey.edition_id, KeyPool.regions)):
        if stock.covers(regions, country):
            found[edition_id] = found.get(edition_id, 0) + count
    return found


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
    """Put as many keys aside as the line has pieces, for the country of its bill. Raises SoldOut, which undoes it all."""
    country = session.scalar(select(Order.country).where(Order.id == line.order_id)) or ""
    pools = _pools_for(line.edition_id, country)
    kept = {"order_line_id": line.id, "reserved_until": until}
    claimed = list(islice(_claims(pools, kept), line.quantity))
    if len(claimed) < line.quantity:
        raise sold_out(f"{line.title}, {line.edition_title},", len(claimed))
    note(claimed, KeyVerb.RESERVE, "buyer")


def release(line_ids: Sequence[int]) -> None:
    """Let reserved keys go back into their pools: their order was cancelled or expired."""
    mine = update(PoolKey).where(PoolKey.order_line_id.in_(line_ids), can_take(KeyVerb.RELEASE))
    back = mine.values(state=PoolState.IMPORTED.value, order_line_id=None, reserved_until=None)
    note(list(session.scalars(back.returning(PoolKey.id))), KeyVerb.RELEASE, "program")


def claim(old: PoolKey, country: str) -> PoolKey | None:
    """Another key of the same edition for that country, put aside in place of one that does not work; None if none is left."""
    kept = {"order_line_id": old.order_line_id, "reserved_until": clock.now()}
    found = next(_claims(_pools_for(old.edition_id, country), kept), None)
    if found is None:
        return None
    note([found], KeyVerb.RESERVE, "program")
    return session.get_one(PoolKey, found, with_for_update=True, populate_existing=True)


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
    step(kept, KeyVerb.DELIVER, "program")
    kept.license_id, kept.reserved_until, kept.delivered_at = license_id, None, clock.now()


def step(kept: PoolKey, verb: KeyVerb, by: str) -> None:
    """Let one key take a step, and write it into the key's history. Refuses with KeyConflict."""
    kept.state = stock.check_step(PoolState(kept.state), verb).value
    note([kept.id], verb, by)


def note(key_ids: Sequence[int], verb: KeyVerb, by: str) -> None:
    """Write a step of these keys into their histories."""
    state, now = stock.state_after(verb).value, clock.now()
    if key_ids:
        rows = [{"pool_key_id": id_, "verb": verb.value, "state": state, "by": by, "at": now} for id_ in key_ids]
        session.execute(insert(KeyStep), rows)


def can_take(verb: KeyVerb) -> ColumnElement[bool]:
    """Keys that can take this step, as a condition of a statement."""
    return PoolKey.state.in_([state.value for state in stock.states_before(verb)])


def lapse() -> int:
    """Keys whose maker takes them no longer are not sold any more; how many."""
    over = update(PoolKey).where(PoolKey.redeem_by < clock.now().date(), can_take(KeyVerb.LAPSE))
    gone = list(session.scalars(over.values(state=PoolState.LAPSED.value).returning(PoolKey.id)))
    note(gone, KeyVerb.LAPSE, "program")
    return len(gone)


def _is_free() -> ColumnElement[bool]:
    return PoolKey.state == PoolState.IMPORTED.value


def _pools_for(edition_id: int, country: str) -> list[int]:
    """The pools that may serve this country, those with named countries first: keys for everywhere are kept for last."""
    found = session.execute(select(KeyPool.id, KeyPool.regions).where(KeyPool.edition_id == edition_id))
    fitting = [(regions == stock.EVERYWHERE, id_) for id_, regions in found if stock.covers(regions, country)]
    return [id_ for _last, id_ in sorted(fitting)]


def _claims(pools: Sequence[int], kept: Mapping[str, object]) -> Iterator[int]:
    """One key after the other, each taken by one conditional update, until the pools are empty."""
    for pool_id in pools:
        claimed = update(PoolKey).where(PoolKey.id == _next_free(pool_id), _is_free())
        taking = claimed.values(state=PoolState.RESERVED.value, **kept).returning(PoolKey.id)
        while (found := session.execute(taking).scalar()) is not None:
            yield found


def _next_free(pool_id: int) -> ScalarSelect[int]:
    """The key that lapses first, before those that never do."""
    sold = or_(PoolKey.redeem_by.is_(None), PoolKey.redeem_by >= clock.now().date())
    wanted = select(PoolKey.id).where(PoolKey.pool_id == pool_id, _is_free(), sold)
    wanted = wanted.order_by(PoolKey.redeem_by.asc().nulls_last(), PoolKey.id).limit(1)
    if db.current().dialect == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    return wanted.scalar_subquery()
