"""/account/support: one's own letters and our answers; /privacy/was-it-you: the link that asks who wrote."""

from urllib.parse import quote

from flask import Blueprint, Response
from markupsafe import Markup

from core import web
from core.access import public, signed_in
from core.asking import takes
from core.limits import limited
from privacy.tickets import identity, intake, service, words
from privacy.tickets.forms import MemberForm, PostsForm, ReplyForm, StrangerForm
from privacy.tickets.meaning import Wish
from privacy.tickets.models import Ticket
from privacy.tickets.rules import State

pages = Blueprint("privacy_tickets", __name__)

PAGE = "/account/support"
TAKEN = "Your message arrived. We read every one, and the answer comes by mail."


@pages.get(PAGE)
@signed_in
def overview() -> Response:
    """One's own tickets, the latest first."""
    tickets = service.of_account(web.me().id)
    subjects = service.subjects(tickets, web.actor())
    shown = [(one, subjects[one.id], *words.STATES[State(one.state)]) for one in tickets]
    return web.render("privacy/tickets/overview.html", tickets=shown)


@pages.get(f"{PAGE}/<number>")
@signed_in
def ticket(number: str) -> Response:
    """One ticket with all its letters."""
    return _show(service.get_for(web.me().id, number), ReplyForm(formdata=None))


@pages.post(f"{PAGE}/<number>")
@signed_in
@limited("post")
@takes(ReplyForm)
def reply_submit(number: str) -> Response:
    """Add something; a closed ticket opens again."""
    found, form = service.get_for(web.me().id, number), ReplyForm()
    if not form.validate():
        return _show(found, form, status=422)
    service.add_letter(service.lock(found), form.text.data)
    return web.see_other(f"{PAGE}/{number}", "Added. We read it and answer by mail and here.")


@pages.post(f"{PAGE}/<number>/close")
@signed_in
def close_submit(number: str) -> Response:
    """It is settled."""
    service.close(service.lock(service.get_for(web.me().id, number)))
    return web.see_other(f"{PAGE}/{number}", "Closed. Writing to it opens it again.")


@pages.get(f"{PAGE}/<number>/files/<int:file>")
@signed_in
def file(number: str, file: int) -> Response:
    """What was enclosed, to be saved and not to be shown."""
    return download(*service.open_file(service.get_for(web.me().id, number), file, web.actor()))


@pages.get("/privacy/was-it-you/<token>")
@public
def was_it_you(token: str) -> Response:
    """A button; programs that open every link in a mail use nothing up."""
    return _ask(identity.check(token), PostsForm(formdata=None))


@pages.post("/privacy/was-it-you/<token>")
@limited("form")
@public
@takes(PostsForm)
def was_it_you_submit(token: str) -> Response:
    """It was: the request counts. Without the choice that an erasure needs the link stays as it was."""
    asked, form = identity.check(token), PostsForm()
    if asked is Wish.ERASE and not form.validate():
        return _ask(asked, form, status=422)
    chosen = {"posts": form.posts.data} if asked is Wish.ERASE else {}
    found, wish = identity.use(token, chosen)
    asks, number = identity.ASKS[wish], found.number
    return _secret(web.render("privacy/tickets/was_it_you.html", asks=asks, number=number, said=True))


def support_form() -> StrangerForm | MemberForm:
    """The form of /support for whoever is here."""
    return MemberForm() if web.person() else StrangerForm()


def take_form(form: StrangerForm | MemberForm) -> str:
    """Open a ticket from the form; the sentence to say, the same to everybody without an account or with one."""
    me = web.person()
    address = words.own_address(me.id) if me else form.email.data
    arrival = intake.Arrival(
        address=address, subject=form.subject.data[:150], text=form.text.data, door="panel" if me else "form"
    )
    intake.take(arrival)
    return TAKEN


def card() -> Markup:
    """The account's page leads here."""
    return Markup(web.render("privacy/tickets/_card.html").get_data(as_text=True))


def download(name: str, content: bytes) -> Response:
    """Bytes that no browser opens by itself."""
    answer = Response(content, mimetype="application/octet-stream")
    plain = "".join(one if one.isascii() and (one.isalnum() or one in " .-_") else "_" for one in name) or "file"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _show(found: Ticket, form: ReplyForm, status: int = 200) -> Response:
    opened = service.open_for(found, web.actor())
    return web.render(
        "privacy/tickets/ticket.html",
        status=status,
        form=form,
        opened=opened,
        word=words.STATES[State(found.state)],
        is_closed=found.state == State.CLOSED,
    )


def _ask(asked: Wish, form: PostsForm, status: int = 200) -> Response:
    shown = form if asked is Wish.ERASE else None
    asks = identity.ASKS[asked]
    return _secret(web.render("privacy/tickets/was_it_you.html", status=status, asks=asks, form=shown, said=False))


def _secret(answer: Response) -> Response:
    """The address of the page is a secret: browsers must not name it to the next one."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
