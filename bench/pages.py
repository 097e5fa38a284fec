"""What is measured, against which bare page, with which mark to reach and how many statements at most."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask

from bench.data import Known
from bench.load import Request, get, post
from tests.shop import find_form


@dataclass(frozen=True, kw_only=True)
class Page:
    """A kind of request. mark: share of the bare page's throughput; budget: SQL statements; 0 and -1 for none."""

    name: str
    request: Request
    path: str
    bare: str = "jinja"
    mark: float = 0.0
    budget: int = -1
    cookie: str = ""


def pages(known: Known, app: Flask) -> list[Page]:
    """All kinds of pages, strangers' first."""
    stranger = [
        _cached("stranger · product, cached", "/shop/kilnwatch"),
        _fresh("stranger · front page", "/", 0.0, -1),
        _fresh("stranger · product list", "/shop", 0.5, 3),
        _fresh("stranger · product", "/shop/kilnwatch", 0.5, 3),
        _fresh("stranger · forum index", "/forum/", 0.5, 2),
        _fresh("stranger · board", known.board, 0.5, 2),
        _fresh("stranger · topic, first page", known.topic, 0.4, 3),
        _fresh("stranger · topic, last page of 200", f"{known.long_topic}?page={known.last_page}", 0.4, 3),
        _fresh("stranger · topic, page 100 of 200", f"{known.long_topic}?page=100", 0.4, 3),
    ]
    member = [
        _member(known, "member · product list", "/shop", 0.0, 4),
        _member(known, "member · product", "/shop/kilnwatch", 0.0, 4),
        _member(known, "member · forum index", "/forum/", 0.35, 4),
        _member(known, "member · board", known.board, 0.35, 4),
        _member(known, "member · topic, first page", known.topic, 0.3, 5),
        _member(known, "member · topic, page 100 of 200", f"{known.long_topic}?page=100", 0.3, 5),
        _member(known, "member · search", "/forum/search?q=kiln+temperature", 0.0, 3 + 1),
        _member(known, "member · cart", "/cart", 0.0, 6),
    ]
    return [*stranger, *member, reply(known, app)]


def reply(known: Known, app: Flask) -> Page:
    """A reply, each with a composer of its own, by members in turn."""
    client = app.test_client(use_cookies=False)
    tokens = []
    for cookie in known.sessions[:100]:
        form = find_form(client.get(known.topic, headers={"Cookie": cookie}).text, "/reply")
        tokens.append((cookie, form.values["form_token"]))
    turn = itertools.cycle(tokens)

    def request(number: int) -> bytes:
        cookie, token = next(turn)
        said = {"form_token": token, "submission": secrets.token_urlsafe(18), "body": f"Reply {number}, and it works."}
        return post(f"{known.topic}/reply", urlencode(said), cookie=cookie)

    return Page(name="member · reply", request=request, path=f"{known.topic}/reply", mark=0.25, budget=8)


def _cached(name: str, path: str) -> Page:
    return Page(name=name, request=lambda _n: get(path), path=path, bare="fixed", mark=0.7, budget=0)


def _fresh(name: str, path: str, mark: float, budget: int) -> Page:
    """A stranger's page that no cache knows: each request has a word of its own in the query."""
    joint = "&" if "?" in path else "?"
    run = secrets.token_hex(3)
    return Page(
        name=name, request=lambda number: get(f"{path}{joint}n={run}{number}"), path=path, mark=mark, budget=budget
    )


def _member(known: Known, name: str, path: str, mark: float, budget: int) -> Page:
    sessions: Callable[[int], str] = lambda number: known.sessions[number % len(known.sessions)]  # noqa: E731
    return Page(
        name=name,
        request=lambda number: get(path, cookie=sessions(number)),
        path=path,
        mark=mark,
        budget=budget,
        cookie=known.sessions[0],
    )
