"""What becomes of what is typed into a form, field by field: the column that keeps it, or why nothing personal is kept.

A form class says it of its fields, a view of all that its form may bring, and hands the form class on:

    ties = {"email": kept("account.email"), "next": nothing("where to go on from here")}

    @takes(SignInForm)
    @takes(text=kept("request.text"), door=noted("request.door"))

A view is given nothing but what is tied (clause P3c): a field that nobody answers for never reaches the program.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
EVERY = "*"
"""At the end of a name: every field that begins like this, such as the questions of a survey."""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """columns: "table.column" where it is kept, the lasting one first. own: the person says it about themselves.
    why_not: why nothing personal is kept, where there are no columns."""

    columns: tuple[str, ...] = ()
    own: bool = True
    why_not: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """The columns that keep what people say about themselves, which a form explains to them."""
        return self.columns if self.own else ()


Ties = Mapping[str, Tie]


class Asks(Protocol):
    """A form class, as far as its ties go."""

    ties: Ties


@dataclass(frozen=True, kw_only=True)
class Door:
    """An address that takes a form, and what becomes of each field. page: where the way to the form begins."""

    address: str
    page: str
    ties: Ties


def kept(*columns: str) -> Tie:
    """The person says it about themselves, and it is kept there."""
    return Tie(columns=columns)


def noted(*columns: str) -> Tie:
    """Somebody else, our staff as a rule, writes it down about a person, and it is kept there."""
    return Tie(columns=columns, own=False)


def nothing(why: str) -> Tie:
    """Nothing about a person is kept of it. why: what becomes of it instead, or what it is."""
    return Tie(why_not=why)


BUTTON = nothing("which button was pressed")
CHECKED = nothing("compared with the fingerprint of the password, and forgotten")
GOODS = nothing("a thing of the shop's, or what is said about it")
NEXT = nothing("where in the shop to go on")
SURE = nothing("a word that it is meant; without it nothing is done")
SEARCH = nothing("what is searched for; answered, and forgotten")


def takes(*forms: type[Asks], **fields: Tie) -> Callable[[View], View]:
    """Say what a view reads from a form that is sent to it. Stands directly on the view, below every mark."""
    ties = {name: tie for form in forms for name, tie in form.ties.items()} | fields

    def put(view: View) -> View:
        view.__ties__ = ties  # type: ignore[attr-defined]
        return view

    return put


def ties_of(view: object) -> Ties:
    """What a view takes; nothing where it does not say."""
    found: Ties = getattr(view, "__ties__", {})
    return found


def tie_for(ties: Ties, name: str) -> Tie | None:
    """What becomes of that field, or None where nobody answers for it."""
    if name in ties:
        return ties[name]
    return next((tie for known, tie in ties.items() if known.endswith(EVERY) and name.startswith(known[:-1])), None)


def doors(rules: Iterable[Any], views: Mapping[str, object]) -> list[Door]:
    """Every address of the program that takes a form with fields, by address."""
    known = list(rules)
    pages = {rule.rule.rstrip("/") for rule in known if "GET" in rule.methods and not rule.arguments}
    found = [
        Door(address=rule.rule, page=_page_of(rule.rule, pages), ties=ties)
        for rule in known
        if (ties := ties_of(views[rule.endpoint]))
    ]
    return sorted(found, key=lambda door: door.address)


def _page_of(address: str, pages: set[str]) -> str:
    """The nearest page above that needs no number or word in its address."""
    while address and address not in pages:
        address = address.rpartition("/")[0]
    return address or "/"
