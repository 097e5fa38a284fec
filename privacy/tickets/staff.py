"""/staff/tickets: the queue, one ticket with its letters, taking it on, answering, closing."""

from flask import Blueprint, Response, request

from core import web
from core.access import Permission, staff
from core.accounts import service as accounts
from core.asking import BUTTON, takes
from core.audit import service as audit
from privacy.contact import bounces
from privacy.tickets import letters, rules, service, words
from privacy.tickets.forms import AnswerForm
from privacy.tickets.models import Ticket
from privacy.tickets.rules import State
from privacy.tickets.views import download

pages = Blueprint("privacy_tickets_staff", __name__)

SUPPORT = Permission.SUPPORT
SHOWN = {"": rules.OURS, "answered": (State.ANSWERED,), "closed": (State.CLOSED,)}


@pages.get("/staff/tickets")
@staff(SUPPORT)
def queue() -> Response:
    """Whose turn is ours, the longest wait first; nothing personal is opened for a list."""
    chosen = request.args.get("show", "")
    found = service.queue(SHOWN.get(chosen, rules.OURS))
    names = accounts.names_shown(one.assigned_to for one in found if one.assigned_to)
    shown = [
        (one, *words.STATES[State(one.state)], words.KINDS[one.kind], names.get(one.assigned_to or 0)) for one in found
    ]
    return web.render("privacy/tickets/staff_queue.html", tickets=shown, chosen=chosen if chosen in SHOWN else "")


@pages.get("/staff/tickets/<number>")
@staff(SUPPORT)
def ticket(number: str) -> Response:
    """One ticket; opening it leaves a row that its writer can read."""
    return _show(service.get(number), AnswerForm(formdata=None))


@pages.post("/staff/tickets/<number>/assign")
@staff(SUPPORT)
@takes(act=BUTTON)
def assign_submit(number: str) -> Response:
    """Take it on, or give it back."""
    found, mine = service.get(number), request.form.get("act") != "release"
    service.assign(found, web.me().id if mine else None)
    audit.record(web.acting_staff(SUPPORT), "assign" if mine else "release", "ticket", found.id)
    return web.see_other(f"/staff/tickets/{number}", "It is yours now." if mine else "Anybody may take it on now.")


@pages.post("/staff/tickets/<number>")
@staff(SUPPORT)
@takes(AnswerForm)
def answer_submit(number: str) -> Response:
    """Answer: by mail to the ticket's own address, and on its page, signed by the shop."""
    found, form = service.get(number), AnswerForm()
    if not form.validate():
        return _show(found, form, status=422)
    message = service.add_answer(service.lock(found), form.text.data, web.me().id)
    message.mail_id = letters.answer(found, form.text.data, message.id)
    audit.record(web.acting_staff(SUPPORT), "answer", "ticket", found.id)
    return web.see_other(f"/staff/tickets/{number}", "Sent, signed by the shop.")


@pages.post("/staff/tickets/<number>/close")
@staff(SUPPORT)
def close_submit(number: str) -> Response:
    """It is settled."""
    found = service.lock(service.get(number))
    service.close(found)
    audit.record(web.acting_staff(SUPPORT), "close", "ticket", found.id)
    return web.see_other("/staff/tickets", f"{number} is closed.")


@pages.get("/staff/tickets/<number>/files/<int:file>")
@staff(SUPPORT)
def file(number: str, file: int) -> Response:
    """What was enclosed, to be saved and not to be shown."""
    return download(*service.open_file(service.get(number), file, web.acting_staff(SUPPORT)))


def _show(found: Ticket, form: AnswerForm, status: int = 200) -> Response:
    opened = service.open_for(found, web.acting_staff(SUPPORT))
    names = accounts.names_shown([found.assigned_to] if found.assigned_to else [])
    return web.render(
        "privacy/tickets/staff_ticket.html",
        status=status,
        form=form,
        opened=opened,
        word=words.STATES[State(found.state)],
        kind=words.KINDS[found.kind],
        door=words.DOORS[found.door],
        is_closed=found.state == State.CLOSED,
        is_mine=found.assigned_to == web.me().id,
        assigned=names.get(found.assigned_to or 0, ""),
        undelivered=bounces.undelivered(one.mail_id for one in opened.letters if one.mail_id),
    )
