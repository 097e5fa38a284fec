"""Bulk actions for staff: choose in a list, see what will change, start, watch, stop, take the result along."""

import csv
import io
from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Actor, staff_any
from core.asking import BUTTON, GOODS, SEARCH, noted, takes
from core.errors import NotAllowed, Refusal
from core.text import cell
from storefront.bulk import acts, service, work
from storefront.bulk.acts import Act
from storefront.bulk.models import BulkRun
from storefront.bulk.rules import MOST, BulkRefused, RowState, RunState

pages = Blueprint("bulk", __name__)
STATES = {
    RunState.ASKING: ("Not started", "neutral"),
    RunState.DRAFT: ("Not started", "neutral"),
    RunState.RUNNING: ("Under way", "accent"),
    RunState.STOPPED: ("Stopped", "warn"),
    RunState.DONE: ("Done", "good"),
    RunState.DROPPED: ("Dropped", "neutral"),
}
ROWS = {
    RowState.CHOSEN: ("Chosen", "neutral"),
    RowState.READY: ("Will be changed", "accent"),
    RowState.REFUSED: ("Left as it is", "warn"),
    RowState.DONE: ("Done", "good"),
}
HEADS = ("what", "before", "after", "result", "reason", "at")


def install() -> None:
    """The form beside each list in which things are ticked."""
    menus.fill("staff.bulk", chooser)


def chooser(listing: str, query: str = "") -> str:
    """What can be done with what is ticked, in a list that is narrowed by this query."""
    here = acts.listing(listing)
    if here.permission not in web.me().permissions:
        return ""
    return web.part("storefront/bulk/_chooser.html", here=here, acts=acts.of_listing(listing), query=query)


@pages.get("/staff/bulk")
@staff_any
def overview() -> Response:
    """The latest bulk actions of one's own kind of work."""
    mine = [act.name for act in acts.known() if acts.permission_of(act) in web.me().permissions]
    found = [(run, acts.get(run.act), STATES[RunState(run.state)], service.counts(run.id)) for run in _latest(mine)]
    return web.render("storefront/bulk/overview.html", runs=found)


@pages.post("/staff/bulk")
@staff_any
@takes(listing=GOODS, act=BUTTON, pick=GOODS, query=SEARCH, all=BUTTON)
def choose_submit() -> Response:
    """Freeze what is ticked, or all that the list shows, for one action."""
    act, listing = acts.get(request.form.get("act", "")), request.form.get("listing", "")
    _actor(act)
    if listing != act.listing and listing not in act.also_from:
        raise BulkRefused("This action does not belong to that list. Nothing was changed.")
    query = dict(parse_qsl(request.form.get("query", "")[:400]))
    ids = service.matching(listing, query, MOST) if request.form.get("all") else _picked()
    try:
        run = service.prepare(listing, act, ids)
    except BulkRefused as refused:
        back, typed = acts.listing(listing).address, request.form.get("query", "")[:400]
        return web.see_other(f"{back}?{typed}" if typed else back, refused.sentence, "error")
    return web.see_other(f"/staff/bulk/{run.id}")


@pages.get("/staff/bulk/<int:run_id>")
@staff_any
@takes(after=SEARCH)
def show(run_id: int) -> Response:
    """What it will change, how far it is, or what became of it."""
    return _show(_mine(run_id)[0])


@pages.post("/staff/bulk/<int:run_id>/given")
@staff_any
@takes(**dict.fromkeys(("reason", "days", "percent"), noted("audit_entry.details")))
def given_submit(run_id: int) -> Response:
    """What was typed for it; then the page shows each thing."""
    run, _by = _mine(run_id)
    try:
        service.give(run_id, request.form)
    except BulkRefused as refused:
        return _show(run, status=422, refused=refused.sentence)
    return web.see_other(f"/staff/bulk/{run_id}")


@pages.post("/staff/bulk/<int:run_id>/start")
@staff_any(fresh=True)
def start_submit(run_id: int) -> Response:
    """Do it."""
    return _then(run_id, lambda by: work.begin(run_id, by), "It has begun. You may leave this page.")


@pages.post("/staff/bulk/<int:run_id>/stop")
@staff_any
def stop_submit(run_id: int) -> Response:
    """Do no more of it."""
    return _then(run_id, lambda by: service.stop(run_id, by), "Stopped. What was done already stays as it is.")


@pages.post("/staff/bulk/<int:run_id>/drop")
@staff_any
def drop_submit(run_id: int) -> Response:
    """Leave everything as it is."""
    run, _by = _mine(run_id)
    service.drop(run_id)
    return web.see_other(acts.listing(acts.get(run.act).listing).address, "Nothing was changed.")


@pages.get("/staff/bulk/<int:run_id>.csv")
@staff_any
def sheet(run_id: int) -> Response:
    """The result as a file."""
    run, _by = _mine(run_id)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    for row in service.rows(run.id, most=MOST):
        at = f"{row.done_at:%Y-%m-%dT%H:%M:%SZ}" if row.done_at else ""
        writer.writerow([cell(row.label), cell(row.before), cell(row.after), row.state, cell(row.reason), at])
    name = f"bulk-{run.id}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


def _then(run_id: int, does: Callable[[Actor], None], say: str) -> Response:
    """Do it and show the run again, also where it cannot be done any more."""
    _run, by = _mine(run_id)
    try:
        does(by)
    except Refusal as refused:
        return web.see_other(f"/staff/bulk/{run_id}", refused.sentence, "error")
    return web.see_other(f"/staff/bulk/{run_id}", say)


def _latest(names: list[str]) -> list[BulkRun]:
    return service.latest(names) if names else []


def _picked() -> set[int]:
    typed = request.form.getlist("pick")[: MOST + 1]
    if not all(one.isascii() and one.isdigit() and len(one) < 16 for one in typed):
        raise BulkRefused("What was ticked cannot be read. Nothing was changed.")
    return {int(one) for one in typed}


def _mine(run_id: int) -> tuple[BulkRun, Actor]:
    run = service.get(run_id)
    return run, _actor(acts.get(run.act))


def _actor(act: Act) -> Actor:
    """Refuses with NotAllowed."""
    wanted = acts.permission_of(act)
    if wanted not in web.me().permissions:
        raise NotAllowed
    return web.acting_staff(wanted)


def _show(run: BulkRun, status: int = 200, refused: str = "") -> Response:
    typed = request.args.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    act = acts.get(run.act)
    found = service.rows(run.id, after)
    shown = found[: service.PAGE]
    return web.render(
        "storefront/bulk/run.html",
        status,
        run=run,
        act=act,
        listing=acts.listing(act.listing),
        word=STATES[RunState(run.state)],
        counts=service.counts(run.id),
        rows=[(row, ROWS[RowState(row.state)]) for row in shown],
        given=[(field.label, run.given[field.name]) for field in act.fields if field.name in run.given],
        refused=refused,
        typed={field.name: request.form.get(field.name, "")[:200] for field in act.fields},
        older=f"/staff/bulk/{run.id}?after={shown[-1].id}" if len(found) > service.PAGE else "",
        first=f"/staff/bulk/{run.id}" if after else "",
    )
