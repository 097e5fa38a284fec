"""/account/privacy/requests: what one asked for, where it stands, and by when it is answered."""

from flask import Blueprint, Response, request

from core.access import signed_in
from core.asking import kept, takes
from core.errors import Invalid
from core.limits import limited
from core.web import actor, me, render, see_other
from privacy.panel import sections
from privacy.requests import reading, service, words
from privacy.requests.models import Request
from privacy.requests.rules import OPEN, State, Verb, can

pages = Blueprint("privacy_requests", __name__)

HERE = "/account/privacy/requests"
ASKABLE = ("correction", "objection", "original_purposes")


def install() -> None:
    """Put the section into the panel."""
    sections.add("Your requests", HERE, _line, rank=15)


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """All requests, the latest first, and the ways to make one."""
    return _show()


@pages.post(HERE)
@signed_in
@limited("form")
@takes(kind=kept("request.kind"), text=kept("request.text"))
def ask_submit() -> Response:
    """A new request; what only stops something is done with this answer."""
    kind, text = request.form.get("kind", ""), request.form.get("text", "").strip()
    if kind not in ASKABLE:
        return _show(typed=text, wrong="Please choose what you ask for.", status=422)
    if kind == "correction" and not text:
        return _show(kind=kind, wrong="Please say what is wrong and what is right.", status=422)
    try:
        asked = service.open(me().id, kind=kind, door="panel", text=text, actor=actor())
    except Invalid as refused:
        return _show(kind=kind, typed=text, wrong=refused.sentence, status=422)
    return see_other(f"{HERE}/{asked.number}", f"Your request {asked.number} is here.")


@pages.get(f"{HERE}/<number>")
@signed_in
def one(number: str) -> Response:
    """One request with its steps."""
    found = reading.get_for(me().id, number)
    return render(
        "privacy/requests/one.html",
        asked=found,
        word=word(found),
        texts=reading.texts_of(found, actor()),
        wish=service.wish_of(found, actor()),
        events=reading.events_of(found.id),
        corrections=reading.corrections_of(found.id, actor()),
        is_open=is_open(found),
        may_withdraw=can(State(found.state), Verb.WITHDRAW),
        may_identify=can(State(found.state), Verb.IDENTIFY),
        words=words,
    )


@pages.post(f"{HERE}/<number>/withdraw")
@signed_in
def withdraw_submit(number: str) -> Response:
    """Want it no more."""
    service.withdraw(service.lock_for(me().id, number), actor())
    return see_other(f"{HERE}/{number}", "Withdrawn. Nothing was changed because of it.")


@pages.post(f"{HERE}/<number>/mine")
@signed_in
def mine_submit(number: str) -> Response:
    """Signed in, the person says that the letter or call was theirs."""
    service.identify(service.lock_for(me().id, number), actor())
    return see_other(f"{HERE}/{number}", "Thank you. We go on with it now.")


def word(found: Request) -> tuple[str, str]:
    """Its state in words, and the tone of its badge."""
    return words.word(found.state, found.outcome)


def is_open(found: Request) -> bool:
    """True while somebody waits for an answer."""
    return State(found.state) in OPEN


def _show(kind: str = "", typed: str = "", wrong: str = "", status: int = 200) -> Response:
    before = request.args.get("before", default=0, type=int)
    found = reading.requests_of(me().id, before)
    shown = found[: reading.PAGE]
    return render(
        "privacy/requests/overview.html",
        status=status,
        requests=[(one, *word(one), is_open(one)) for one in shown],
        older=f"{HERE}?before={shown[-1].id}" if len(found) > reading.PAGE else "",
        newer=HERE if before else "",
        kind=kind,
        typed=typed,
        wrong=wrong,
        words=words,
    )


def _line(account_id: int) -> str:
    waiting = [one for one in reading.requests_of(account_id) if is_open(one)]
    if not waiting:
        return "None waits for an answer"
    soonest = min(one.due_at for one in waiting).date().isoformat()
    return f"{len(waiting)} in work, answered by {soonest}"
