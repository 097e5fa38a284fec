"""Every page of the house that people read, found by its map of addresses; where a variable stands, by following links as people do."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from core.access import Door as Caller
from core.access import Mark, mark_of
from tests.shop import Shop, Visitor

PROGRAMS = {Caller.LICENSE_KEY, Caller.API}
"""Who knocks at doors that have no page: their answers are looked at where programs are tested."""
LINKS = re.compile(r'(?:href|src)="([^"#]+)|<loc>([^<]+)|(https?://(?:localhost|127.0.0.1)[:/][^\s"<>]+)')
TRIES = 12
"""How many addresses of one kind are opened before it counts as closed to this visitor."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """A page that somebody can open. rule: as the map of addresses writes it. kind: of its content; nothing where it leads on."""

    rule: str
    address: str
    mark: Mark
    kind: str


def rules(shop: Shop, fits: Callable[[Mark], bool]) -> set[str]:
    """Every kind of page that can be read and whose mark fits."""
    return {rule.rule for rule in shop.app.url_map.iter_rules() if _readable(shop, rule, fits)}


def doors(shop: Shop, visitor: Visitor, fits: Callable[[Mark], bool], known: Iterable[str] = ()) -> list[Door]:
    """One open address for each kind of page that the visitor can reach; known: addresses that no page links to."""
    wanted = rules(shop, fits)
    waiting = [*sorted(rule for rule in rules(shop, lambda _mark: True) if "<" not in rule), *known]
    seen, tried, found = set(waiting), dict.fromkeys(wanted, 0), dict[str, Door]()
    while waiting:
        address = waiting.pop(0)
        matched = _match(shop, address)
        if matched is None or matched.rule in found or tried.get(matched.rule, 0) >= TRIES:
            continue
        tried[matched.rule] = tried.get(matched.rule, 0) + 1
        answer = visitor.client.get(address)
        text = answer.text if answer.mimetype in {"text/html", "application/xml"} else ""
        answer.close()
        if answer.status_code not in {200, 302, 303, 308}:
            continue
        found[matched.rule] = Door(
            rule=matched.rule,
            address=address,
            mark=_mark(shop, matched),
            kind=answer.mimetype or "" if answer.status_code == 200 else "",
        )
        below = [address.rstrip("/") + rule.removeprefix(matched.rule) for rule in sorted(_below(wanted, matched))]
        for link in [answer.headers.get("Location", ""), *links(text), *below]:
            if link and link not in seen:
                seen.add(link)
                waiting.append(link)
    return [door for rule, door in sorted(found.items()) if rule in wanted]


def links(text: str) -> list[str]:
    """The addresses of this house that stand in a page, a map of the site or a letter."""
    found = [unescape(next(part for part in parts if part)) for parts in LINKS.findall(text)]
    return [
        f"{to.path}?{to.query}".rstrip("?")
        for to in map(urlsplit, found)
        if to.hostname in {None, "localhost", "127.0.0.1"}
    ]


def _below(wanted: set[str], matched: Rule) -> set[str]:
    """Kinds of pages that stand below this one and need no more to be known: /shop/<slug>/reviews below /shop/<slug>."""
    below = {rule for rule in wanted if "<" in matched.rule and rule.startswith(f"{matched.rule}/")}
    return {rule for rule in below if "<" not in rule.removeprefix(matched.rule)}


def _match(shop: Shop, address: str) -> Rule | None:
    try:
        matched, _ = shop.app.url_map.bind("localhost").match(address.partition("?")[0], "GET", return_rule=True)
    except (HTTPException, RequestRedirect):
        return None
    return matched if matched.endpoint != "static" else None


def _readable(shop: Shop, rule: Rule, fits: Callable[[Mark], bool]) -> bool:
    mark = _mark(shop, rule)
    return "GET" in (rule.methods or set()) and rule.endpoint != "static" and mark.door not in PROGRAMS and fits(mark)


def _mark(shop: Shop, rule: Rule) -> Mark:
    found = mark_of(shop.app.view_functions[rule.endpoint])
    assert found is not None or rule.endpoint == "static"
    return found or Mark(door="public")  # type: ignore[arg-type]
