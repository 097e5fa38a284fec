"""Reads the hand-written material of the conversations into typed values."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Board:
    slug: str
    name: str
    sentence: str
    category: str
    product: str | None
    holders_only: bool


@dataclass(frozen=True, kw_only=True)
class Problem:
    title: str
    ask: str
    log: str
    question: str
    reply: str
    fix: str
    why: str
    other: str
    result: str


@dataclass(frozen=True, kw_only=True)
class HowTo:
    title: str
    ask: str
    answer: str
    more: str
    result: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    title: str
    ask: str
    pro: str
    contra: str
    staff: str


@dataclass(frozen=True, kw_only=True)
class Tip:
    title: str
    tip: str
    more: str
    question: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class Release:
    version: str
    changes: tuple[str, ...]
    question: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Something a user finished: a sentence without its subject, and a noun for replies to it."""

    text: str
    short: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    path: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What people can say about one product; `board` may be open to its holders only."""

    slug: str
    short: str
    version: str
    file_name: str
    board: str
    open_board: str
    problems: tuple[Problem, ...]
    howtos: tuple[HowTo, ...]
    wishes: tuple[Wish, ...]
    tips: tuple[Tip, ...]
    releases: tuple[Release, ...]
    doings: tuple[Doing, ...]
    settings: tuple[Setting, ...]
    annoyances: tuple[str, ...]
    lessons: tuple[str, ...]
    before: tuple[str, ...]
    scale: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A helper's routine question and the answer of somebody for whom it was not the cause."""

    question: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class Script:
    title: str
    lines: tuple[str, ...]


@cache
def boards() -> tuple[Board, ...]:
    return tuple(Board(**row) for row in _read("boards.json"))


@cache
def facts() -> tuple[Facts, ...]:
    return tuple(_facts(slug, row) for slug, row in _read("facts.json").items())


@cache
def checks() -> tuple[Check, ...]:
    return tuple(Check(**row) for row in _read("checks.json"))


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    return {bank: tuple(rows) for bank, rows in _read("phrases.json").items()}


@cache
def foreign() -> dict[str, tuple[str, ...]]:
    """Posts in other languages than English, by language code."""
    return {language: tuple(rows) for language, rows in _read("foreign.json").items()}


@cache
def scripts(kind: str) -> tuple[Script, ...]:
    rows = _read("scripts.json")[kind]
    return tuple(Script(title=row["title"], lines=tuple(row["lines"])) for row in rows)


def _facts(slug: str, row: dict[str, Any]) -> Facts:
    return Facts(
        slug=slug,
        short=row["short"],
        version=row["version"],
        file_name=row["file_name"],
        board=row["board"],
        open_board=row["open_board"],
        problems=tuple(Problem(**each) for each in row["problems"]),
        howtos=tuple(HowTo(**each) for each in row["howtos"]),
        wishes=tuple(Wish(**each) for each in row["wishes"]),
        tips=tuple(Tip(**each) for each in row["tips"]),
        releases=tuple(_release(each) for each in row["releases"]),
        doings=tuple(Doing(**each) for each in row["doings"]),
        settings=tuple(Setting(**each) for each in row["settings"]),
        annoyances=tuple(row["annoyances"]),
        lessons=tuple(row["lessons"]),
        before=tuple(row["before"]),
        scale=tuple(row["scale"]),
    )


def _release(row: dict[str, Any]) -> Release:
    return Release(
        version=row["version"],
        changes=tuple(row["changes"]),
        question=row["question"],
        reply=row["reply"],
    )


def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))
