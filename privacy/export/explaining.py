"""The words around the data: why each table is held, what each field means, and a JSON Schema that says so to programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer

from core.db import Moment
from privacy import register
from privacy.export import rules, telling
from privacy.export.walking import Node
from privacy.terms import Holding

MEANINGS = {
    "id": "A number that ties entries together.",
    "created_at": "When it was made.",
    "at": "When it happened.",
    "state": "Where it stands.",
    "purpose": "What it was for.",
    "number": "The number by which it is quoted.",
    "amount": "An amount in the smallest unit of its currency (cents).",
    "total": "The amount to pay, tax included, in the smallest unit of its currency (cents).",
    "tax": "The tax in it, in the smallest unit of its currency (cents).",
    "unit": "The price of one, in the smallest unit of its currency (cents).",
    "quantity": "How many.",
    "text": "The text.",
    "body": "What you typed.",
    "reason": "Why.",
    "actor_kind": "Who acted: a person, a member of staff, or the program.",
    "role": "The role in which it was done.",
    "expires_at": "When it ends.",
    "version": "The version of the text at that time.",
}


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a table is held, as a page says it."""

    purposes: str
    keep: str
    readers: str
    erase: str
    kept_back: tuple[str, ...]


def why(entry: register.Table) -> Why:
    """The declarations of all columns as one answer."""
    held = list(entry.columns.values())
    readers = _each(_reader(one) for each in held for one in each.read_by if one != "self")
    return Why(
        purposes=_each(register.purposes[one].name for each in held for one in each.purposes),
        keep=_each(each.keep for each in held),
        readers=readers or "nobody",
        erase=_each(each.erase for each in held),
        kept_back=tuple(
            f"{rules.label(name)}: {rules.reason_kept_back(each)}"
            for name, each in entry.columns.items()
            if rules.is_kept_back(each)
        ),
    )


def meaning(node: Node, column: Column[Any]) -> str:
    """What a field means, in a sentence."""
    said = telling.of(node.name).words.get(column.name)
    if column.foreign_keys and not said:
        return f"Ties it to an entry of {next(iter(column.foreign_keys)).column.table.name}."
    return said or MEANINGS.get(column.name) or f"{rules.label(column.name)}, of: {node.entry.title}."


def schema(nodes: Iterable[Node], site: str) -> dict[str, Any]:
    """A JSON Schema (2020-12) of data.json; what the register says about a field stands under "x-held"."""
    tables = {node.name: {"type": "array", "items": _rows(node), "title": node.entry.title} for node in nodes}
    for one in telling.computed.values():
        fields = {name: {"type": "string", "description": text} for name, text in one.words.items()}
        tables[one.id] = {
            "type": "array",
            "title": one.title,
            "items": {"type": "object", "properties": fields},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Everything that {site} keeps about one person",
        "description": "Times are ISO 8601 in UTC. Terms that begin with dpv are those of the W3C Data Privacy Vocabulary.",
        "type": "object",
        "properties": {
            "made_at": {"type": "string", "format": "date-time", "description": "When this export was begun."},
            "customer_number": {"type": "string", "description": "The number that you quote to the shop."},
            "policy_version": {"type": "integer", "description": "The policy in force at that time."},
            "password": {"type": "object", "description": "That there is one and since when. It cannot be shown."},
            "not_included": {"type": "object", "description": "What is not in here, and why."},
            "data": {"type": "object", "properties": tables},
        },
    }


def readme(nodes: Iterable[Node], site: str) -> str:
    """The same for people, as a text."""
    lines = [
        f"Everything that {site} keeps about you",
        "",
        "Open index.html in a browser: that is the readable copy, and it needs no connection.",
        "data.json holds the same for programs, schema.json documents it as a JSON Schema.",
        "Times in data.json are ISO 8601 in UTC; amounts are whole numbers of the smallest unit (cents).",
        "",
    ]
    for node in nodes:
        lines += _lines(node, "")
    for one in telling.computed.values():
        lines += [f"{one.id}: {one.title}", *(f"  {name}: {text}" for name, text in one.words.items()), ""]
    return "\n".join(lines)


def _lines(node: Node, before: str) -> list[str]:
    path = f"{before}{node.name}"
    found = [f"{path}: {node.entry.title}"]
    for column in node.columns:
        held = node.entry.columns.get(column.name)
        found.append(f"  {column.name}: {meaning(node, column)}{_facts(held)}")
    found.append("")
    for part in node.parts:
        found += _lines(part, f"{path}.")
    return found


def _facts(held: Holding | None) -> str:
    if held is None:
        return ""
    purposes = ", ".join(register.purposes[one].name for one in held.purposes)
    return f" [{held.category}, {_term(held)}; for: {purposes}; kept: {held.keep}]"


def _rows(node: Node) -> dict[str, Any]:
    fields: dict[str, Any] = {column.name: _field(node, column) for column in node.columns}
    if telling.of(node.name).reading is not None:
        fields["readable"] = {"type": "object", "description": "The same, put so that it reads well."}
    for part in node.parts:
        fields[part.name] = {"type": "array", "items": _rows(part), "title": part.entry.title}
    return {"type": "object", "properties": fields}


def _field(node: Node, column: Column[Any]) -> dict[str, Any]:
    held = node.entry.columns.get(column.name)
    said = {"title": rules.label(column.name), "description": meaning(node, column), **_type(column)}
    return said if held is None else said | {"x-held": _held(held)}


def _held(held: Holding) -> dict[str, Any]:
    return {
        "category": held.category,
        "dpv": _term(held),
        "collected_for": [{"id": one, "dpv": register.purposes[one].dpv} for one in held.collected],
        "also_for": [{"id": one, "dpv": register.purposes[one].dpv} for one in held.also_for],
        "kept": held.keep,
        "read_by": list(held.read_by),
        "corrected": held.correct,
        "erased": held.erase,
    }


def _type(column: Column[Any]) -> dict[str, Any]:
    if isinstance(column.type, JSON):
        return {}
    name = "string"
    if isinstance(column.type, Boolean):
        name = "boolean"
    elif isinstance(column.type, Integer | BigInteger):
        name = "integer"
    kind: dict[str, Any] = {"type": [name, "null"] if column.nullable else name}
    return kind | {"format": "date-time"} if isinstance(column.type, Moment) else kind


def _reader(read_by: str) -> str:
    kind, _, role = read_by.partition(":")
    return f"our {role} staff" if role else kind


def _each(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _term(held: Holding) -> str:
    """The vocabulary's word for the kind of data, the widest one where none fits."""
    return register.CATEGORIES.get(held.category, "dpv:PersonalData")
