"""Disputes as staff meet them: the list with its deadlines, and a page for each with what can be said to the bank."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import Permission, staff
from core.asking import BUTTON, SEARCH, SURE, noted, takes
from core.errors import Invalid, NotFound
from core.jobs.service import start
from storefront.disputes import evidence, reading
from storefront.disputes.forms import EvidenceForm
from storefront.disputes.reading import Seen
from storefront.orders import service as orders
from storefront.payments import contending
from storefront.payments.rules import DisputeState, Wish

pages = Blueprint("disputes_staff", __name__)
SALES = Permission.SALES
REASON = (8, 200)
STATES: Mapping[DisputeState, tuple[str, str]] = {
    DisputeState.WARNING: ("Warning: answer it", "warn"),
    DisputeState.WARNING_REVIEW: ("Warning: with the bank", "neutral"),
    DisputeState.WARNING_CLOSED: ("Warning closed", "good"),
    DisputeState.OPEN: ("Answer it", "bad"),
    DisputeState.REVIEW: ("With the bank", "accent"),
    DisputeState.WON: ("Won", "good"),
    DisputeState.LOST: ("Lost", "bad"),
}


class NotSure(Invalid):
    code = "not_sure"
    sentence = "Please tick that you mean it, and write why in eight to 200 characters. Nothing was sent."


@pages.get("/staff/disputes")
@staff(SALES)
@takes(before=SEARCH)
def overview() -> Response:
    """What goes on, the nearest deadline first; then what is over."""
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    over = reading.ended(before)
    shown = over[: reading.PAGE]
    return web.render(
        "storefront/disputes/overview.html",
        going_on=[] if before else reading.going_on(),
        over=shown,
        states=STATES,
        older=f"/staff/disputes?before={shown[-1].dispute.id}" if len(over) > reading.PAGE else "",
        newest="/staff/disputes" if before else "",
        takes_cards=web.settings().takes_cards,
    )


@pages.post("/staff/disputes/look")
@staff(SALES)
@takes()
def look_all_submit() -> Response:
    """Ask for the latest, also those of which no message came."""
    start("disputes.look_all")
    return web.see_other("/staff/disputes", "Asked. What is new stands here in a moment: open the page again.")


@pages.get("/staff/disputes/<int:dispute_id>")
@staff(SALES)
def dispute(dispute_id: int) -> Response:
    """One dispute."""
    return _show(_get(dispute_id))


@pages.post("/staff/disputes/<int:dispute_id>/look")
@staff(SALES)
@takes()
def look_submit(dispute_id: int) -> Response:
    """Ask how it stands now."""
    start("disputes.look", dispute_id=contending.get(dispute_id).id)
    return web.see_other(
        f"/staff/disputes/{dispute_id}", "Asked. What is new stands here in a moment: open the page again."
    )


@pages.post("/staff/disputes/<int:dispute_id>/evidence")
@staff(SALES)
@takes(EvidenceForm, act=BUTTON)
def evidence_submit(dispute_id: int) -> Response:
    """Keep what was written, or send it to the bank."""
    found, form = contending.lock(dispute_id), EvidenceForm()
    if not form.validate():
        return _show(_get(dispute_id), form, status=422)
    actor, written = web.acting_staff(SALES), form.evidence()
    contending.keep_evidence(found, written, actor)
    if request.form.get("act") != "send":
        return web.see_other(f"/staff/disputes/{dispute_id}", "Kept. The bank has seen nothing of it yet.")
    if not written:
        form.form_errors.append("Please write something first: the bank takes evidence once. Nothing was sent.")
        return _show(_get(dispute_id), form, status=422)
    contending.wish(found, Wish.SUBMIT, actor)
    return web.see_other(f"/staff/disputes/{dispute_id}", "On its way to the bank.")


@pages.post("/staff/disputes/<int:dispute_id>/accept")
@staff(SALES)
@takes(reason=noted("audit_entry.details"), sure=SURE)
def accept_submit(dispute_id: int) -> Response:
    """Give in."""
    found, reason = contending.lock(dispute_id), request.form.get("reason", "").strip()
    if not request.form.get("sure") or not REASON[0] <= len(reason) <= REASON[1]:
        return _show(_get(dispute_id), reason=reason[:200], refused=NotSure.sentence, status=422)
    contending.wish(found, Wish.ACCEPT, web.acting_staff(SALES), reason)
    return web.see_other(f"/staff/disputes/{dispute_id}", "On its way to the bank: the money stays with the buyer.")


def on_start() -> str:
    """What waits, on the staff's start page."""
    many, first, undecided = reading.waiting()
    if SALES not in web.me().permissions or not (many or undecided):
        return ""
    return render_template("storefront/disputes/_on_start.html", many=many, first=first, undecided=undecided)


def install() -> None:
    """Where it is found."""
    menus.add("staff", "Disputes", "/staff/disputes", rank=23, permission=SALES.value)
    menus.fill("staff.start", on_start)


def _get(dispute_id: int) -> Seen:
    found = reading.get(dispute_id)
    if found is None:
        raise NotFound("There is no such dispute.")
    return found


def _form(seen: Seen) -> EvidenceForm | None:
    """What was kept, or what the shop can say by itself; nothing where no answer is taken."""
    if not contending.may_answer(seen.dispute):
        return None
    kept = contending.evidence_of(seen.dispute, web.acting_staff(SALES))
    given = kept if kept is not None else evidence.suggested(orders.get_by_number(seen.number))
    return EvidenceForm(formdata=None, data=dict(given))


def _show(
    seen: Seen, form: EvidenceForm | None = None, *, reason: str = "", refused: str = "", status: int = 200
) -> Response:
    return web.render(
        "storefront/disputes/dispute.html",
        status=status,
        seen=seen,
        one=seen.dispute,
        order=orders.get_by_number(seen.number),
        state=STATES[DisputeState(seen.dispute.state)],
        events=reading.events_of(seen.dispute),
        form=form or _form(seen),
        reason=reason,
        refused=refused,
    )
