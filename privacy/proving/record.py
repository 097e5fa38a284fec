"""The record of processing (GDPR Art. 30(1)) from the register, as Markdown and as HTML with a drawing of what flows
where. Pure: the same register gives the same record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import escape

from core import outgoing
from privacy import register

SAFEGUARDS = (
    "Names, addresses, numbers and letters are encrypted in the database, under keys of each person and kind of record.",
    "They are opened in one place, for a declared purpose and by a declared role, and each opening is written down.",
    "Everything between people and the shop is encrypted on the way (clause P19).",
    "Logs, counters and limits hold no address, name or search word (clause P2).",
    "Staff see what their permission names; what they do is in a log that cannot be changed.",
)


class Column(NamedTuple):
    """A column of boxes in the drawing."""

    x: int
    width: int


LEFT, MIDDLE, RIGHT = Column(10, 150), Column(400, 220), Column(730, 330)


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Who answers for all of it."""

    name: str
    address: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One purpose with what serves it: tables by title, kinds of data, how long, who receives it."""

    purpose: register.Purpose
    tables: tuple[str, ...]
    categories: tuple[str, ...]
    keep: tuple[str, ...]
    readers: tuple[str, ...]
    recipients: tuple[str, ...]


def activities() -> list[Activity]:
    """Every purpose of the register, in its order."""
    return [_activity(purpose) for purpose in register.purposes.values()]


def markdown(controller: Controller) -> str:
    """The record as Markdown."""
    return "\n".join(_lines(controller)) + "\n"


def html(controller: Controller) -> str:
    """The record as one HTML file that needs nothing else."""
    body = "\n".join(_blocks(controller))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Record of processing · {escape(controller.name)}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2430;background:#fff}}
h1,h2{{line-height:1.2}} dt{{font-weight:600}} dd{{margin:0 0 .6rem}} svg{{width:100%;height:auto}}</style></head>
<body><h1>Record of processing</h1>
{body}
</body></html>
"""


def drawing() -> str:
    """What flows where, as SVG: kinds of data on the left, what they serve in the middle, who receives them on the right."""
    found = activities()
    kinds = _each(kind for one in found for kind in one.categories)
    receivers = [recipient.name for recipient in register.recipients.values()]
    rows = max(len(kinds), len(found), len(receivers))
    left, middle, right = _places(kinds, rows), _places(_names(found), rows), _places(receivers, rows)
    flows = [_flow(LEFT, left[kind], MIDDLE, middle[one.purpose.name]) for one in found for kind in one.categories]
    flows += [_flow(MIDDLE, middle[one.purpose.name], RIGHT, right[to]) for one in found for to in one.recipients]
    columns = ((LEFT, left), (MIDDLE, middle), (RIGHT, right))
    boxes = [_box(name, column, y) for column, places in columns for name, y in places.items()]
    label = "Kinds of data, the purposes they serve, and who receives them"
    return (
        f'<svg viewBox="0 0 1070 {rows * 44 + 20}" role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="system-ui, sans-serif" font-size="13">{"".join(flows)}{"".join(boxes)}</svg>'
    )


def _activity(purpose: register.Purpose) -> Activity:
    tables = [table for table in register.holdings().values() if _serving(table, purpose.id)]
    columns = [column for table in tables for column in _serving(table, purpose.id)]
    return Activity(
        purpose=purpose,
        tables=tuple(f"{table.title} ({table.name})" for table in tables),
        categories=_each(column.category for column in columns),
        keep=_each(column.keep for column in columns),
        readers=_each(reader for column in columns for reader in column.read_by),
        recipients=tuple(one.name for one in register.recipients.values() if purpose.id in one.purposes),
    )


def _serving(table: register.Table, purpose: str) -> list[register.Holding]:
    return [column for column in table.columns.values() if purpose in column.purposes]


def _lines(controller: Controller) -> Iterator[str]:
    yield f"# Record of processing of {controller.name}\n"
    yield f"Controller: {controller.name}, {controller.address or 'no postal address'}, {controller.email}\n"
    yield "Whose data: visitors, customers, forum members, staff.\n"
    yield "Transfers to countries outside the European Union: none is part of this program.\n"
    for one in activities():
        yield f"## {one.purpose.name}\n"
        yield from (f"- {term}: {said}" for term, said in _facts(one))
        yield ""
    yield "## Who receives data\n"
    yield from (f"- {one.name} receives {one.receives}." for one in register.recipients.values())
    yield "\n## What leaves the shop by itself\n"
    yield from (f"- {said}" for said in _ways_out())
    yield "\n## How it is kept safe\n"
    yield from (f"- {sentence}" for sentence in SAFEGUARDS)


def _blocks(controller: Controller) -> Iterator[str]:
    yield f"<p>Controller: {escape(controller.name)}, {escape(controller.address or 'no postal address')}, {escape(controller.email)}</p>"
    yield "<p>Whose data: visitors, customers, forum members, staff. Transfers to countries outside the European Union: none is part of this program.</p>"
    yield f"<h2>What flows where</h2>{drawing()}"
    for one in activities():
        facts = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in _facts(one))
        yield f"<h2>{escape(one.purpose.name)}</h2><dl>{facts}</dl>"
    receivers = "".join(
        f"<li>{escape(one.name)} receives {escape(one.receives)}.</li>" for one in register.recipients.values()
    )
    yield f"<h2>Who receives data</h2><ul>{receivers}</ul>"
    yield f"<h2>What leaves the shop by itself</h2><ul>{''.join(f'<li>{escape(said)}</li>' for said in _ways_out())}</ul>"
    yield f"<h2>How it is kept safe</h2><ul>{''.join(f'<li>{escape(said)}</li>' for said in SAFEGUARDS)}</ul>"


def _facts(one: Activity) -> Iterator[tuple[str, str]]:
    dpv, words = register.BASES[one.purpose.basis]
    yield "Purpose", f"{one.purpose.sentence} ({one.purpose.dpv or one.purpose.id})"
    yield "Basis", f"{words} ({dpv})"
    yield "Kinds of data", ", ".join(one.categories) or "sums only, nobody's data"
    yield "Where", "; ".join(one.tables) or "no table about people"
    yield "Kept", "; ".join(one.keep) or "not at all"
    yield "Read by", ", ".join(one.readers) or "nobody"
    yield "Received by", ", ".join(one.recipients) or "nobody"


def _ways_out() -> Iterator[str]:
    """Each connection that the program opens to somebody else."""
    for way in outgoing.WAYS:
        yield f"To {register.recipients[way.recipient].name}: {way.carries}. {way.encrypted}."


def _names(found: list[Activity]) -> list[str]:
    return [one.purpose.name for one in found]


def _places(names: Iterable[str], rows: int) -> dict[str, int]:
    listed = list(names)
    gap = rows * 44 / max(len(listed), 1)
    return {name: int(10 + gap * (place + 0.5)) for place, name in enumerate(listed)}


def _flow(start: Column, y: int, end: Column, to_y: int) -> str:
    x, to_x = start.x + start.width, end.x
    bend = (x + to_x) // 2
    return (
        f'<path d="M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}" fill="none" stroke="#6f88a5" stroke-opacity=".6"/>'
    )


def _box(name: str, column: Column, y: int) -> str:
    room = column.width // 7
    shown = name if len(name) <= room else f"{name[: room - 1]}…"
    return (
        f'<g><title>{escape(name)}</title><rect x="{column.x}" y="{y - 15}" width="{column.width}" height="30" rx="6" '
        f'fill="#f4f1ea" stroke="#5b6b7f"/><text x="{column.x + 12}" y="{y + 4}" fill="#1d2430">{escape(shown)}</text></g>'
    )


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
