"""What can be done with bulk actions: freeze what was chosen, look at each of it, stop, drop."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.bulk import acts
from storefront.bulk.acts import Act
from storefront.bulk.models import BulkRow, BulkRun
from storefront.bulk.rules import BulkConflict, BulkRefused, Looked, RowState, RunState, Task

AT_ONCE = 500
PAGE = 100
GONE = "It is not there any more."


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many things of a run stand where."""

    ready: int
    refused: int
    done: int

    @property
    def all(self) -> int:
        return self.ready + self.refused + self.done


def prepare(listing: str, act: Act, ids: Collection[int]) -> BulkRun:
    """Freeze what was chosen in a list. Refuses with BulkRefused nothing, or more than is done at once."""
    here = acts.listing(listing)
    if not ids:
        raise BulkRefused(f"Tick at least one of the {here.many} first. Nothing was changed.")
    found = act.also_from[listing](sorted(ids)) if listing in act.also_from else sorted(ids)
    if len(found) > act.most:
        raise BulkRefused(f"At most {act.most} can be done at once. Narrow the list; nothing was changed.")
    run = BulkRun(act=act.name, given={}, met=[], state=RunState.ASKING.value, made_at=clock.now())
    session.add(run)
    session.flush()
    chosen = RowState.CHOSEN.value
    for some in _pieces(found):
        session.execute(insert(BulkRow), [{"run_id": run.id, "thing_id": one, "state": chosen} for one in some])
    if not act.fields:
        _look(run, act)
    return run


def matching(listing: str, query: Mapping[str, str], most: int) -> list[int]:
    """All that a list shows with these filters; one more than the most where there are more."""
    return list(session.scalars(acts.listing(listing).matching(query).limit(most + 1)))


def get(run_id: int, *, lock: bool = False) -> BulkRun:
    """One run. Raises NotFound."""
    wanted = select(BulkRun).where(BulkRun.id == run_id).execution_options(populate_existing=True)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no bulk action of this number. They are forgotten after a month.")
    return found


def latest(names: Collection[str], most: int = 30) -> list[BulkRun]:
    """The runs of these acts, the latest first."""
    wanted = select(BulkRun).where(BulkRun.act.in_(names), BulkRun.state != RunState.DROPPED.value)
    return list(session.scalars(wanted.order_by(BulkRun.id.desc()).limit(most)))


def rows(run_id: int, after: int = 0, most: int = PAGE + 1) -> list[BulkRow]:
    """Its things in their order, a page and one more."""
    wanted = select(BulkRow).where(BulkRow.run_id == run_id, BulkRow.id > after)
    return list(session.scalars(wanted.order_by(BulkRow.id).limit(most)))


def refused(run_id: int, most: int = PAGE + 1) -> list[BulkRow]:
    """The things that were not, or will not be, done."""
    wanted = select(BulkRow).where(BulkRow.run_id == run_id, BulkRow.state == RowState.REFUSED.value)
    return list(session.scalars(wanted.order_by(BulkRow.id).limit(most)))


def counts(run_id: int) -> Counts:
    """How far it is."""
    wanted = select(BulkRow.state, func.count()).where(BulkRow.run_id == run_id).group_by(BulkRow.state)
    found: dict[str, int] = {state: count for state, count in session.execute(wanted)}
    waiting = found.get(RowState.CHOSEN.value, 0) + found.get(RowState.READY.value, 0)
    return Counts(ready=waiting, refused=found.get(RowState.REFUSED.value, 0), done=found.get(RowState.DONE.value, 0))


def task_of(run: BulkRun) -> Task:
    """What its act is given."""
    return Task(run=run.id, at=run.made_at, given=run.given)


def give(run_id: int, typed: Mapping[str, str]) -> None:
    """What was typed for it; then each thing is looked at. Refuses with BulkRefused or BulkConflict."""
    run = in_state(run_id, RunState.ASKING)
    act = acts.get(run.act)
    run.given = {field.name: field.reads(typed.get(field.name, "")) for field in act.fields}
    _look(run, act)


def stop(run_id: int, actor: Actor) -> None:
    """Do no more of it; what is done stays. Refuses with BulkConflict."""
    run = in_state(run_id, RunState.RUNNING)
    run.state, run.finished_at = RunState.STOPPED.value, clock.now()
    audit.record(actor, "stop a bulk action", "bulk run", run.id, act=run.act)


def drop(run_id: int) -> None:
    """Forget what was chosen. Refuses with BulkConflict what was started."""
    run = get(run_id, lock=True)
    if run.state not in {RunState.ASKING.value, RunState.DRAFT.value}:
        raise BulkConflict("This was started or dropped already.")
    run.state, run.finished_at = RunState.DROPPED.value, clock.now()


def in_state(run_id: int, state: RunState) -> BulkRun:
    """The run, for this transaction alone. Refuses with BulkConflict one that stands elsewhere."""
    run = get(run_id, lock=True)
    if run.state != state:
        raise BulkConflict("This was done already, here or in another window. Look at how it stands now.")
    return run


def _look(run: BulkRun, act: Act) -> None:
    """Write down of each thing what would change, and whom all of it meets."""
    wanted = select(BulkRow.thing_id, BulkRow.id).where(BulkRow.run_id == run.id).order_by(BulkRow.id)
    ids: dict[int, int] = {thing: row for thing, row in session.execute(wanted)}
    ready = list[int]()
    for some in _pieces(list(ids)):
        found = {one.thing_id: one for one in act.look(some, task_of(run))}
        session.execute(update(BulkRow), [_judged(ids[thing], thing, found.get(thing)) for thing in some])
        ready += [thing for thing in some if thing in found and not found[thing].refusal]
    if act.met is not None:
        run.met = [[one.name, str(one.count), one.sentence] for one in act.met(ready)]
    run.state = RunState.DRAFT.value


def _judged(row_id: int, thing: int, one: Looked | None) -> dict[str, object]:
    if one is None:
        return {"id": row_id, "label": str(thing), "state": RowState.REFUSED.value, "reason": GONE}
    return {
        "id": row_id,
        "label": one.label[:200],
        "address": one.address[:200],
        "before": one.now[:400],
        "after": "" if one.refusal else one.then[:400],
        "state": (RowState.REFUSED if one.refusal else RowState.READY).value,
        "reason": one.refusal[:400],
    }


def _pieces(all_: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(all_), AT_ONCE):
        yield all_[first : first + AT_ONCE]
