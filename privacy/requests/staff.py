"""/staff/requests: the queue by deadline, one request, and the entry of what came by letter or telephone."""

from datetime import UTC, date, datetime

from flask import Blueprint, Response, request

from core import clock
from core.access import Permission, staff
from core.asking import noted, nothing, takes
from core.errors import Invalid, NotFound
from core.web import acting_staff, render, see_other
from privacy.requests import reading, rules, service, words
from privacy.requests.models import Request
from privacy.requests.rules import Door, Kind, State, Verb, can
from privacy.requests.service import Opening
from privacy.requests.views import is_open, word

pages = Blueprint("privacy_requests_staff", __name__)

HERE = "/staff/requests"
PRIVACY = Permission.PRIVACY
FIELDS = ("customer", "kind", "door", "came", "proof", "text", "posts")


@pages.get(HERE)
@staff(PRIVACY)
def queue() -> Response:
    """What waits, the most urgent first; or what was answered."""
    closed = "answered" in request.args
    found = [(one, *word(one.request)) for one in reading.queue(closed=closed)]
    return render("privacy/requests/queue.html", waiting=found, closed=closed, words=words)


@pages.get(f"{HERE}/new")
@staff(PRIVACY)
def enter() -> Response:
    """The form for a letter or a call."""
    return _ask({**dict.fromkeys(FIELDS, ""), "came": clock.now().date().isoformat()})


@pages.post(f"{HERE}/new")
@staff(PRIVACY)
@takes(
    customer=nothing("looked up"),
    kind=noted("request.kind"),
    door=noted("request.door"),
    came=noted("request.received_at"),
    proof=noted("request.proof"),
    text=noted("request.text"),
    posts=noted("request.wish"),
)
def enter_submit() -> Response:
    """Keep it; what only stops something is carried out at once."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        entered = service.enter(reading.find_customer(typed["customer"]), _opening(typed), acting_staff(PRIVACY))
    except (Invalid, NotFound) as refused:
        return _ask(typed, refused.sentence, status=422)
    return see_other(f"{HERE}/{entered.number}", f"Entered as {entered.number}.")


@pages.get(f"{HERE}/<number>")
@staff(PRIVACY)
def one(number: str) -> Response:
    """One request; opening its texts leaves a row that the person can read."""
    return _show(reading.get(number))


@pages.post(f"{HERE}/<number>/<any(identify, grant, decline, extend):verb>")
@staff(PRIVACY)
@takes(said=noted("request.answer", "request.proof", "request.delay"))
def act_submit(number: str, verb: str) -> Response:
    """Decide, or say how the person was recognized, or make the time longer."""
    found, said = service.lock(number), request.form.get("said", "").strip()
    try:
        _act(found, verb, said)
    except Invalid as refused:
        return _show(found, wrong=(verb, refused.sentence, said), status=422)
    if verb == "grant" and found.kind == Kind.ERASURE:
        return see_other(HERE, "Erased, and the person is told. The request went with them.")
    return see_other(f"{HERE}/{number}", "Done, and the person is told." if verb != "identify" else "Noted.")


def _act(found: Request, verb: str, said: str) -> None:
    actor = acting_staff(PRIVACY)
    if len(said) > service.LONGEST:
        raise Invalid(f"That is longer than {service.LONGEST} letters. Please make it shorter; nothing was changed.")
    if verb == "identify" and not said:
        raise Invalid("Please say by what the person was recognized. Nothing was changed.")
    acts = {
        "identify": lambda: service.identify(found, actor, said),
        "grant": lambda: service.grant(found, actor, said),
        "decline": lambda: service.decline(found, actor, said),
        "extend": lambda: service.extend(found, actor, said),
    }
    acts[verb]()


def _opening(typed: dict[str, str]) -> Opening:
    if typed["kind"] not in {kind.value for kind in Kind}:
        raise Invalid("Please choose what is asked for.")
    if typed["door"] not in {Door.LETTER, Door.TELEPHONE}:
        raise Invalid("Please choose whether it came by letter or by telephone.")
    came = _moment(typed["came"])
    return Opening(
        kind=typed["kind"],
        door=typed["door"],
        text=typed["text"],
        proof=typed["proof"],
        wish=_posts(typed),
        received_at=came,
    )


def _posts(typed: dict[str, str]) -> dict[str, str]:
    """What shall become of what they wrote in the forum, if they asked to be erased and said so."""
    if typed["kind"] != Kind.ERASURE or typed["posts"] not in words.POSTS:
        return {}
    return {"posts": typed["posts"]}


def _moment(typed: str) -> datetime:
    """The start of that day; today is now, because the day is not over."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Invalid("Please give the day on which it came, as 2026-11-05.") from None
    now = clock.now()
    return now if day == now.date() else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _ask(typed: dict[str, str], wrong: str = "", status: int = 200) -> Response:
    return render("privacy/requests/enter.html", status=status, typed=typed, wrong=wrong, words=words)


def _show(found: Request, wrong: tuple[str, str, str] = ("", "", ""), status: int = 200) -> Response:
    actor, state = acting_staff(PRIVACY), State(found.state)
    return render(
        "privacy/requests/staff_one.html",
        status=status,
        asked=found,
        word=word(found),
        customer=reading.customer_of(found.account_id),
        texts=reading.texts_of(found, actor),
        wish=service.wish_of(found, actor),
        corrections=reading.corrections_of(found.id, actor),
        events=reading.events_of(found.id),
        is_open=is_open(found),
        is_overdue=reading.is_overdue(found),
        can={verb.value: can(state, verb) for verb in Verb},
        may_extend=is_open(found) and found.due_at == rules.first_due(found.received_at),
        wrong=wrong,
        words=words,
    )
