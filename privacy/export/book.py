"""The ZIP: an index and chapters to read and print, data for programs, and the files that come along."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app
from markupsafe import Markup
from sqlalchemy import JSON, Column, Text

from core import clock, db, engraving, web
from core.accounts import service as accounts
from core.sealed import SealedText
from privacy.export import explaining, rules, telling
from privacy.export.telling import Chapter
from privacy.export.walking import Entry, Node, count, entries, trees
from privacy.panel.service import own_email
from privacy.policies import service as policies

MOST_HEADS = 6
LONG = 90
HEADING = {"title", "file"}
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whose export it is, as its cover says."""

    account_id: int
    number: str
    name: str
    email: str
    since: str
    password_since: str
    policy_version: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table on a chapter's page. heads: the columns of a table, empty where each row stands for itself; titled: its
    rows begin with a heading. facts: rows of what was found by asking."""

    id: str
    title: str
    rows: int
    why: explaining.Why | None
    heads: tuple[str, ...]
    titled: bool = False
    entries: Iterable[Entry] = ()
    facts: tuple[tuple[str, ...], ...] = ()


class Book:
    """One export while it is written. `steps` is how many entries will be told to `progress` in the end."""

    def __init__(self, account_id: int) -> None:
        self.nodes = {node.name: node for node in trees()}
        with db.transaction(reading=True):
            self.person = _person(account_id)
            self.rows = count(self.nodes.values(), account_id)
            self.found = {one.id: list(one.find(account_id)) for one in telling.computed.values()}
            self.files = {one.folder: _named(one.names(account_id)) for one in telling.enclosures.values()}
        self.made_at = clock.now()
        self.steps = 2 * sum(self.rows.values()) + sum(map(len, self.files.values())) + 1

    def write(self, out: Any, progress: Progress) -> None:
        """Write all of it into a stream."""
        with ZipFile(out, "w", ZIP_DEFLATED) as pack:
            self._write_index(pack)
            for chapter in self.chapters():
                self._write_chapter(pack, chapter, progress)
            self._write_data(pack, progress)
            _put(pack, "schema.json", _json(explaining.schema(self.nodes.values(), web.settings().site_name)))
            _put(pack, "README.txt", explaining.readme(self.nodes.values(), web.settings().site_name))
            self._enclose(pack, progress)
        progress(1)

    def chapters(self) -> list[Chapter]:
        """The pages that have something on them, in their order; what no area gave a place stands on the last."""
        placed = {name for chapter in telling.chapters.values() for name in chapter.tables}
        rest = tuple(name for name in (*self.nodes, *self.found) if name not in placed)
        more = Chapter(id="more", title="More", sentence="", tables=rest, rank=99)
        ranked = sorted((*telling.chapters.values(), more), key=lambda one: (one.rank, one.title))
        return [chapter for chapter in ranked if self.count(chapter)]

    def count(self, chapter: Chapter) -> int:
        """How many entries a chapter has."""
        return sum(self._count(name) for name in chapter.tables)

    def _count(self, name: str) -> int:
        return self.rows.get(name, 0) + len(self.found.get(name, ()))

    def _write_index(self, pack: ZipFile) -> None:
        empty = [node.entry.title for node in self.nodes.values() if not self.rows[node.name]]
        _draw(
            pack,
            "index.html",
            "privacy/export/index.html",
            self._words() | {"empty": sorted(empty), "files": self.files, "left_out": rules.NOT_INCLUDED},
        )

    def _write_chapter(self, pack: ZipFile, chapter: Chapter, progress: Progress) -> None:
        parts = [self._part(name, progress) for name in chapter.tables if self._count(name)]
        words = self._words() | {
            "chapter": chapter,
            "parts": parts,
            "fields": fields,
            "cells": cells,
            "heads_of": heads_of,
        }
        _draw(pack, f"{chapter.id}.html", "privacy/export/chapter.html", words)

    def _part(self, name: str, progress: Progress) -> Part:
        if name in self.found:
            return _computed_part(telling.computed[name], self.found[name])
        node = self.nodes[name]
        return Part(
            id=name,
            title=node.entry.title,
            rows=self.rows[name],
            why=explaining.why(node.entry),
            heads=heads_of(node),
            titled=telling.of(name).reading is not None,
            entries=self._walk(node, progress),
        )

    def _walk(self, node: Node, progress: Progress) -> Iterator[Entry]:
        for lot in entries(node, self.person.account_id):
            yield from lot
            progress(len(lot))

    def _write_data(self, pack: ZipFile, progress: Progress) -> None:
        with _text(pack, "data.json") as out:
            out.write("{\n")
            for name, value in self._head().items():
                out.write(f" {json.dumps(name)}: {_json(value)},\n")
            out.write(' "data": {')
            for place, (name, rows) in enumerate(self._all_rows(progress)):
                out.write(f"{',' if place else ''}\n  {json.dumps(name)}: [")
                for number, row in enumerate(rows):
                    out.write(f"{',' if number else ''}\n   {_json(row)}")
                out.write("]")
            out.write("\n }\n}\n")

    def _all_rows(self, progress: Progress) -> Iterator[tuple[str, Iterable[Any]]]:
        for name, node in self.nodes.items():
            yield name, (entry.as_data() for entry in self._walk(node, progress))
        yield from self.found.items()

    def _head(self) -> dict[str, Any]:
        return {
            "made_at": rules.plain(self.made_at),
            "site": web.settings().site_name,
            "customer_number": self.person.number,
            "policy_version": self.person.policy_version,
            "password": {"exists": True, "since": self.person.password_since, "kept_as": "a one-way fingerprint"},
            "not_included": dict(rules.NOT_INCLUDED),
        }

    def _enclose(self, pack: ZipFile, progress: Progress) -> None:
        for folder, names in self.files.items():
            for safe, name in names.items():
                with db.transaction(reading=True):
                    content = telling.enclosures[folder].load(self.person.account_id, name)
                pack.writestr(f"{folder}/{safe}", content)
                progress(1)

    def _words(self) -> dict[str, Any]:
        settings = web.settings()
        return {
            "site_name": settings.site_name,
            "base_url": settings.base_url.rstrip("/"),
            "support_email": settings.support_email,
            "whose": self.person,
            "made_at": rules.said(rules.plain(self.made_at)),
            "chapters": [(one, self.count(one)) for one in self.chapters()],
            "sheet": _sheet(),
            "seal": Markup(engraving.seal_svg(self.person.number, size=132)),
            "band": Markup(engraving.band_svg(self.person.number, width=928, height=20)),
            "said": rules.said,
        }


def _named(names: Iterable[str]) -> dict[str, str]:
    """Each file under a name that unpacks everywhere."""
    return {rules.file_name(name): name for name in names}


def fields(entry: Entry) -> list[tuple[str, str, bool]]:
    """What a page shows of an entry: label, words, and whether they are a text rather than a fact. Empty ones are left to
    the data."""
    shown = [(rules.label(name), text, False) for name, text in entry.readable.items() if name not in HEADING]
    for column in _printed(entry.node):
        if column.name in entry.readable:
            continue
        value = entry.values[column.name]
        text = rules.said(value)
        if value not in (None, ""):
            typed = isinstance(column.type, Text) or "\n" in text or len(text) > LONG
            shown.append((rules.label(column.name), text, typed))
    return shown


def cells(entry: Entry) -> list[str]:
    """What a table shows of an entry, after its heading."""
    return [entry.readable.get(one.name) or rules.said(entry.values[one.name]) for one in _printed(entry.node)]


def _person(account_id: int) -> Person:
    account = accounts.get(account_id)
    return Person(
        account_id=account_id,
        number=account.number,
        name=account.name_shown,
        email=own_email(account_id),
        since=rules.said(rules.plain(account.created_at)),
        password_since=str(rules.plain(account.password_at or account.created_at)),
        policy_version=policies.current_version(),
    )


def heads_of(node: Node) -> tuple[str, ...]:
    """Column heads where the rows are short facts without parts; nothing where a row deserves a place of its own."""
    printed = _printed(node)
    long = any(isinstance(one.type, SealedText | Text | JSON) for one in printed)
    if node.parts or long or not printed or len(printed) > MOST_HEADS:
        return ()
    return tuple(rules.label(one.name) for one in printed)


def _printed(node: Node) -> list[Column[Any]]:
    hidden = telling.of(node.name).unprinted
    return [one for one in node.columns if not (one.primary_key or one.foreign_keys or one.name in hidden)]


def _computed_part(one: telling.Computed, rows: list[Any]) -> Part:
    facts = tuple(tuple(rules.said(row.get(name)) for name in one.words) for row in rows)
    heads = tuple(rules.label(name) for name in one.words)
    return Part(id=one.id, title=one.title, rows=len(rows), why=None, heads=heads, facts=facts)


def _sheet() -> Markup:
    folder = Path(cast(str, current_app.static_folder)) / "css"
    text = "\n".join((folder / name).read_text("utf-8") for name in ("tokens.css", "export.css"))
    return Markup("<style>{}</style>").format(Markup(text))


def _draw(pack: ZipFile, name: str, template: str, words: dict[str, Any]) -> None:
    with _text(pack, name) as out:
        for piece in current_app.jinja_env.get_template(template).generate(words):
            out.write(piece)


def _put(pack: ZipFile, name: str, text: str) -> None:
    with _text(pack, name) as out:
        out.write(text)


@contextmanager
def _text(pack: ZipFile, name: str) -> Iterator[IO[str]]:
    with pack.open(name, "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8", newline="\n") as out:
        yield out


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
