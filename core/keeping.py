"""`{% keep a, b %} … {% endkeep %}`: a part of a page that is drawn once for the values it names, and kept.

What stands inside must follow from these values alone (and from the visitor's wishes, which always count): a house test
reads every template and refuses any other name. So a kept part can be old, but never wrong, and never somebody else's.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from core.wishes import Wishes

ROOM = 12_000_000


class Keeping(Extension):
    """The tag. Its place in the templates and the named values are the key."""

    tags = {"keep"}

    def parse(self, parser: Parser) -> nodes.Node:
        """A call block, whose body is drawn only when nothing is kept for the values."""
        line = next(parser.stream).lineno
        named: list[nodes.Expr] = []
        while parser.stream.current.type != "block_end":
            if named:
                parser.stream.expect("comma")
            named.append(parser.parse_postfix(parser.parse_primary()))
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{line}:{parser.free_identifier().name}")  # a line may hold several
        return nodes.CallBlock(self.call_method("_kept", [place, *named]), [], [], body).set_lineno(line)

    def _kept(self, *values: Any, caller: Callable[[], str]) -> Markup:
        return drawn((wished.get(), *values), caller)


class Drawer:
    """What was drawn lately, in two generations: what nobody asked for during a whole one is gone with it.

    A generation has room for that many characters.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._young: dict[tuple[Any, ...], Markup] = {}
        self._old: dict[tuple[Any, ...], Markup] = {}

    def __call__(self, key: tuple[Any, ...], draw: Callable[[], str]) -> Markup:
        """What is kept under the key, or what is drawn now."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            self._put(key, found := Markup(draw()) if found is None else found)
        return found

    def _put(self, key: tuple[Any, ...], part: Markup) -> None:
        if self._used >= self._room:
            self._old, self._young, self._used = self._young, {}, 0
        self._young[key] = part
        self._used += len(part)

    def clear(self) -> None:
        """Forget everything."""
        self._old, self._young, self._used = {}, {}, 0


drawn = Drawer()
wished: ContextVar[Wishes | None] = ContextVar("wished", default=None)
"""What the visitor of this request wishes: every kept part depends on it, since language and time zone are everywhere."""
