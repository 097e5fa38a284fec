"""What the worker does about bulk actions: each thing in a transaction of its own, which says in the same breath that it is done."""

from datetime import timedelta

from sqlalchemy import delete, select

from core import clock, db, logs
from core.access import Actor
from core.audit import service as audit
from core.audit.models import AuditEntry
from core.db import session
from core.errors import Refusal
from core.jobs.service import job, start
from storefront.bulk import acts, service
from storefront.bulk.acts import Act
from storefront.bulk.models import BulkRow, BulkRun
from storefront.bulk.rules import BulkConflict, Looked, RowState, RunState

KEPT = timedelta(days=30)
DRAFTS_KEPT = timedelta(days=1)
CHANGED = "It changed after it was shown, so it was left as it is."
FAILED = "Something went wrong with it, so it was left as it is. What went wrong stands in the program's log."


def begin(run_id: int, actor: Actor) -> None:
    """Let the worker do what was shown. Refuses with BulkConflict, also where there is nothing to do."""
    run = service.in_state(run_id, RunState.DRAFT)
    ready = service.counts(run.id).ready
    if not ready:
        raise BulkConflict("None of them can be changed. Nothing was started.")
    entry = audit.record(actor, "start a bulk action", "bulk run", run.id, act=run.act, count=str(ready), **run.given)
    run.started_id, run.state = entry.id, RunState.RUNNING.value
    start("bulk.run", run_id=run.id)


@job("bulk.run", own_transactions=True)
def run(run_id: int) -> None:
    """Go on where it stands, until all is done or somebody stops it. Two at a time do nothing twice."""
    after = 0
    while True:
        with db.transaction():
            found = _next(run_id, after)
        if found is None:
            return
        after = found
        try:
            with db.transaction():
                _do(run_id, found)
        except Exception:  # whatever it is, the others are done all the same
            logs.log().exception("bulk.row", run=run_id, row=found)
            with db.transaction():
                _refuse(run_id, found, FAILED)


@job("bulk.catch_up", every=10)
def catch_up() -> None:
    """Runs whose job was lost go on; what nobody started is forgotten after a day, what is over after a month."""
    now = clock.now()
    running = select(BulkRun.id).where(BulkRun.state == RunState.RUNNING.value)
    for run_id in session.scalars(running):
        start("bulk.run", run_id=run_id)
    drafts = (RunState.ASKING.value, RunState.DRAFT.value, RunState.DROPPED.value)
    session.execute(delete(BulkRun).where(BulkRun.state.in_(drafts), BulkRun.made_at < now - DRAFTS_KEPT))
    over = (RunState.STOPPED.value, RunState.DONE.value)
    session.execute(delete(BulkRun).where(BulkRun.state.in_(over), BulkRun.made_at < now - KEPT))


def _next(run_id: int, after: int) -> int | None:
    """The next row to do; the run is over where there is none."""
    kept = session.scalar(select(BulkRun).where(BulkRun.id == run_id, BulkRun.state == RunState.RUNNING.value))
    if kept is None:
        return None
    ready = select(BulkRow.id).where(BulkRow.run_id == run_id, BulkRow.state == RowState.READY.value)
    found = session.scalar(ready.where(BulkRow.id > after).order_by(BulkRow.id).limit(1))
    if found is None and session.scalar(ready.limit(1)) is None:
        kept.state, kept.finished_at = RunState.DONE.value, clock.now()
    return found


def _do(run_id: int, row_id: int) -> None:
    """One thing: locked, looked at again, and changed only where it is still as it was shown."""
    kept, row = service.get(run_id), _locked(row_id)
    if kept.state != RunState.RUNNING or row is None or row.state != RowState.READY:
        return
    act, task = acts.get(kept.act), service.task_of(kept)
    try:
        with session.begin_nested():
            act.lock(row.thing_id)
            reason = _reason(act, act.look([row.thing_id], task), row)
            if not reason:
                act.does(row.thing_id, task, _actor(kept))
    except Refusal as refused:
        reason = refused.sentence
    row.state, row.reason = (RowState.REFUSED if reason else RowState.DONE).value, reason[:400]
    row.done_at = clock.now()


def _reason(act: Act, looked: list[Looked], row: BulkRow) -> str:
    """Why it is not done now, "" where nothing speaks against it."""
    if not looked:
        return service.GONE
    if looked[0].refusal:
        return looked[0].refusal
    return "" if (looked[0].now[:400], looked[0].then[:400]) == (row.before, row.after) else CHANGED


def _refuse(run_id: int, row_id: int, reason: str) -> None:
    row = _locked(row_id)
    if row is not None and row.state == RowState.READY and row.run_id == run_id:
        row.state, row.reason, row.done_at = RowState.REFUSED.value, reason, clock.now()


def _locked(row_id: int) -> BulkRow | None:
    wanted = select(BulkRow).where(BulkRow.id == row_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def _actor(kept: BulkRun) -> Actor:
    """Whoever started it."""
    entry = session.get_one(AuditEntry, kept.started_id)
    return Actor(kind=entry.actor_kind, account_id=entry.actor_id or 0, role=entry.role)
