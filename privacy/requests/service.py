"""What can be done with requests. Every change of state goes through `_change`, which leaves an event behind.

Areas say how a kind is carried out: `fulfil("access", begin)`. The function gets a Granted and answers one sentence that
the person reads; it runs in the transaction that grants the request.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select

from core import clock
from core.access import PROGRAM, Actor
from core.accounts import service as accounts
from core.audit import service as audit
from core.db import session
from core.errors import Invalid, NotFound
from core.sealed import Sealed, seal
from privacy.gate import disclose
from privacy.requests import letters, rules
from privacy.requests.models import Request, RequestEvent
from privacy.requests.rules import STOPS, Door, Kind, State, Verb

GRANTED, DECLINED = "granted", "declined"
LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Granted:
    """A request that was just granted, as the area that carries it out needs it. wish: what exactly, if it says so."""

    request_id: int
    account_id: int
    door: str
    actor: Actor
    wish: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What comes in. proof: by what a letter or call is known. received_at: when it came, if not just now."""

    kind: str
    door: str
    text: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)
    wish: Mapping[str, str] = field(default_factory=dict, repr=False)
    received_at: datetime | None = None


Handler = Callable[[Granted], str]
_handlers: dict[Kind, Handler] = {}


def fulfil(kind: str, handler: Handler) -> None:
    """Say how requests of this kind are carried out once they are granted."""
    _handlers[Kind(kind)] = handler


def open(account_id: int, *, kind: str, door: str, text: str = "", actor: Actor = PROGRAM) -> Request:  # noqa: A001
    """Take a request in; `enter` knows more about it. What only stops something is carried out at once."""
    return enter(account_id, Opening(kind=kind, door=door, text=text), actor)


def enter(account_id: int, opening: Opening, actor: Actor) -> Request:
    """Take a request in. Refuses with NotYetReceived and Invalid; raises NotFound for nobody's account."""
    accounts.get(account_id)
    kind, door, now = Kind(opening.kind), Door(opening.door), clock.now()
    received = opening.received_at or now
    rules.check_received(received, now)
    _check_texts(opening)
    request = Request(
        number=secrets.token_hex(12),
        account_id=account_id,
        kind=kind.value,
        door=door.value,
        state=State.RECEIVED.value,
        outcome="",
        received_at=received,
        due_at=rules.first_due(received),
        text=_sealed(opening.text, "request.text", account_id),
        proof=_sealed(opening.proof, "request.proof", account_id),
        wish=_sealed(_written(opening.wish), "request.wish", account_id),
    )
    session.add(request)
    session.flush()
    request.number = rules.request_number(now.year, request.id)
    _note(request, "open", actor)
    _begin(request, kind, door, actor)
    return request


def identify(request: Request, actor: Actor, proof: str = "") -> None:
    """It is really them: signed in, by their one-time link, or as staff saw otherwise (then the proof says how)."""
    if proof:
        known = disclose(request.proof, purpose="privacy_requests", actor=PROGRAM) if request.proof else ""
        request.proof = _sealed(f"{known}\n{proof}".strip(), "request.proof", request.account_id)
    _change(request, Verb.IDENTIFY, actor)


def grant(request: Request, actor: Actor, answer: str = "") -> None:
    """Decide in favor, carry it out, tell the person. Refuses with NotNow and whatever the carrying out refuses with."""
    handler = _handlers.get(Kind(request.kind))
    is_plain = request.kind == Kind.CORRECTION and request.wish is None
    if (handler is None or is_plain) and not answer:
        raise Invalid("Please say in a sentence what was done. Nothing was changed.")
    _change(request, Verb.GRANT, actor)
    request.outcome = GRANTED
    session.flush()
    done = handler(_granted(request, actor)) if handler else ""
    if request.kind == Kind.ERASURE and handler:
        return  # the request went with the person; the record of the erasure and its last mail speak for it
    _answer(request, " ".join(part for part in (done, answer) if part), actor)


def fulfilled(request: Request, answer: str) -> None:
    """What was asked is done already, and the person was told of it otherwise: grant and answer it without a mail."""
    _change(request, Verb.GRANT, PROGRAM)
    request.outcome = GRANTED
    request.answer = _sealed(answer, "request.answer", request.account_id)
    _change(request, Verb.FINISH, PROGRAM)


def decline(request: Request, actor: Actor, answer: str) -> None:
    """Decide against it; the person is told why (GDPR Art. 12(4))."""
    if not answer:
        raise Invalid("Whoever is told no is told why. Please write a sentence; nothing was changed.")
    _change(request, Verb.DECLINE, actor)
    request.outcome = DECLINED
    _answer(request, answer, actor)


def withdraw(request: Request, actor: Actor) -> None:
    """The person wants it no more, or says that it never came from them."""
    _change(request, Verb.WITHDRAW, actor)


def extend(request: Request, actor: Actor, reason: str) -> None:
    """Make the time to answer two months longer, once, and tell the person why."""
    if not reason:
        raise Invalid("The person must be told why it takes longer. Please write a sentence; nothing was changed.")
    state = State(request.state)
    request.due_at = rules.check_extension(state, request.received_at, request.due_at, clock.now())
    request.delay = _sealed(reason, "request.delay", request.account_id)
    _note(request, "extend", actor)
    letters.tell_later(request, reason)


def set_wish(request: Request, wish: Mapping[str, str], actor: Actor) -> None:
    """Write down what exactly shall be corrected, while nothing is decided yet."""
    if State(request.state) not in rules.OPEN:
        raise rules.NotNow("This request was answered already. Nothing was changed.")
    request.wish = _sealed(_written(wish), "request.wish", request.account_id)
    _note(request, "specify", actor)


def wish_of(request: Request, actor: Actor) -> dict[str, str]:
    """What exactly shall be corrected, opened for somebody who may read it."""
    if request.wish is None:
        return {}
    read: dict[str, str] = json.loads(disclose(request.wish, purpose="privacy_requests", actor=actor))
    return read


def lock_open(account_id: int, kind: Kind, door: Door) -> Request | None:
    """What the person asked through this door and nobody has answered yet, held until the transaction ends."""
    own = select(Request).where(Request.account_id == account_id, Request.kind == kind, Request.door == door)
    waiting = own.where(Request.state.in_([state.value for state in rules.OPEN])).order_by(Request.id)
    return session.scalars(waiting.limit(1).with_for_update().execution_options(populate_existing=True)).first()


def lock_for(account_id: int, number: str) -> Request:
    """One's own request, held until the transaction ends. Raises NotFound."""
    return _one(select(Request).where(Request.number == number, Request.account_id == account_id).with_for_update())


def lock(number: str) -> Request:
    """Any request, for staff, held until the transaction ends. Raises NotFound."""
    return _one(select(Request).where(Request.number == number).with_for_update())


def _one(wanted: Select[Request]) -> Request:
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no request with this number.")
    return found


def _begin(request: Request, kind: Kind, door: Door, actor: Actor) -> None:
    if rules.needs_identity(kind, door):
        _change(request, Verb.VERIFY, PROGRAM)
        if door is not Door.MAIL:
            letters.ask_whether_theirs(request)
        return
    _change(request, Verb.TAKE, PROGRAM)
    if kind in STOPS and kind in _handlers:
        grant(request, actor)


def _answer(request: Request, answer: str, actor: Actor) -> None:
    request.answer = _sealed(answer, "request.answer", request.account_id)
    _change(request, Verb.FINISH, actor)
    letters.tell_decided(request, answer)


def _change(request: Request, verb: Verb, actor: Actor) -> None:
    request.state = rules.check_verb(State(request.state), verb).value
    _note(request, verb.value, actor)


def _note(request: Request, verb: str, actor: Actor) -> None:
    session.add(
        RequestEvent(
            request_id=request.id,
            verb=verb,
            state=request.state,
            actor_kind=actor.kind,
            role=actor.role,
            at=clock.now(),
        )
    )
    session.flush()
    if actor.kind == "staff":
        audit.record(actor, verb, "request", request.id)


def _granted(request: Request, actor: Actor) -> Granted:
    return Granted(
        request_id=request.id,
        account_id=request.account_id,
        door=request.door,
        actor=actor,
        wish=wish_of(request, PROGRAM),
    )


def _check_texts(opening: Opening) -> None:
    if len(opening.text) > LONGEST or len(opening.proof) > LONGEST:
        raise Invalid(f"That is longer than {LONGEST} letters. Nothing was changed; please make it shorter.")
    if opening.door in {Door.LETTER, Door.TELEPHONE} and not opening.proof:
        raise Invalid("Please say by what this letter or call is known: where it is filed, or who took the call.")


def _written(wish: Mapping[str, str]) -> str:
    return json.dumps(dict(wish), ensure_ascii=False) if wish else ""


def _sealed(text: str, label: str, account_id: int) -> Sealed | None:
    return seal(text, label, subject=account_id) if text else None
