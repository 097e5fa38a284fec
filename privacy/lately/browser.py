"""The cookie of the present visitor: what it may be asked, and how it changes with the answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, Response, g, request

from core import clock, web
from privacy import register
from privacy.lately import rules, service
from privacy.pageviews import service as pageviews
from privacy.pageviews.watching import has_signal


@dataclass(frozen=True, kw_only=True)
class Lately:
    """What may be shown again to the present visitor: ids, the newest first. wants_suggestions: both yeses are there."""

    looks: tuple[rules.Look, ...] = ()
    wants_suggestions: bool = False

    @property
    def things(self) -> tuple[int, ...]:
        """The ids alone."""
        return tuple(look.thing for look in self.looks)


NOTHING = Lately()


def lately() -> Lately:
    """What this visitor looked at, as far as they want it shown: nothing without their yes, nothing against a signal."""
    said, leave = _said(), _leave()
    if said is None or leave is None or leave.since is None:
        return NOTHING
    kept = rules.kept(said, leave.since, clock.now())
    return Lately(looks=kept.looks, wants_suggestions=said.suggests if leave.suggests is None else leave.suggests)


def look_at(thing: int) -> None:
    """The visitor opens this now: it is added to their own cookie, if they want that."""
    g.looked_at = thing


def wants_suggestions_here() -> bool:
    """What a signed-out browser says about suggestions."""
    said = _said()
    return said is not None and said.suggests


def put(answer: Response, said: rules.Remembered) -> None:
    """Give the browser its cookie."""
    seconds = register.cookies[pageviews.COOKIE].seconds
    web.put_cookie(answer, pageviews.COOKIE, rules.write(said), seconds=seconds)


def start(answer: Response, account_id: int | None) -> None:
    """Begin a list in this browser, its cookie included; one that belonged to nobody we know ends with that."""
    pageviews.end_trail(request.cookies.get(pageviews.COOKIE))
    put(answer, rules.Remembered(token=pageviews.start_trail(account_id)))


def suggest(answer: Response, wanted: bool) -> None:
    """Let a signed-out browser say whether it wants suggestions."""
    said = _said()
    if said is not None:
        put(answer, replace(said, is_told=True, suggests=wanted))


def forget(answer: Response) -> None:
    """Take what was looked at out of this browser's cookie; the list of pages goes on."""
    said = _said()
    if said is not None and said.looks:
        put(answer, replace(said, looks=()))


def install(app: Flask) -> None:
    """Let the cookie change with the answers."""
    app.after_request(_change)


def _change(answer: Response) -> Response:
    thing = g.get("looked_at")
    said, leave = (_said(), _leave()) if thing is not None and answer.status_code == 200 else (None, None)
    if said is None or leave is None:
        return answer
    if leave.is_gone:
        web.drop_cookie(answer, pageviews.COOKIE)
    elif leave.since is not None and said.is_told:
        now: datetime = clock.now()
        put(answer, rules.with_look(rules.kept(said, leave.since, now), thing, now))
    return answer


def _said() -> rules.Remembered | None:
    text = request.cookies.get(pageviews.COOKIE)
    return rules.read(text) if text else None


def _leave() -> service.Leave | None:
    """Asked once for each request."""
    if "leave" not in g:
        said, person = _said(), web.person()
        may_ask = said is not None and not has_signal()
        g.leave = service.leave_for(said.token, person.id if person else None) if said and may_ask else None
    found: service.Leave | None = g.leave
    return found
