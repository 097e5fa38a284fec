"""Reads the demo's catalogue and people into typed values; everything in them is invented."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Source(StrEnum):
    OWN = "own"
    RESOLD = "resold"


class Term(StrEnum):
    PERPETUAL = "perpetual"
    MONTH = "month"
    YEAR = "year"


class Role(StrEnum):
    """What the tester's card calls a person; `member` is also what the other sixty are."""

    SHOPPER = "shopper"
    HOLDER = "holder"
    LAPSED = "lapsed"
    OWNER = "owner"
    MEMBER = "member"
    MODERATOR = "moderator"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Vendor:
    name: str
    slug: str
    country: str
    own: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class Category:
    name: str
    slug: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """`prices` are minor units by currency; `pool` is how many keys to import, None for generated ones."""

    slug: str
    name: str
    term: Term
    devices: int
    prices: dict[str, int]
    included: tuple[str, ...]
    pool: int | None


@dataclass(frozen=True, kw_only=True)
class Product:
    """`description` is Markdown; `vendor` and `category` are slugs."""

    slug: str
    name: str
    vendor: str
    category: str
    source: Source
    version: str
    tagline: str
    description: str
    keywords: tuple[str, ...]
    platforms: tuple[str, ...]
    requirements: tuple[str, ...]
    file_name: str
    file_bytes: int
    editions: tuple[Edition, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """`permission` is set for staff only, one account for each."""

    name_shown: str
    full_name: str
    email: str
    country: str
    language: str
    company: str | None
    vat_id: str | None
    street: str
    postcode: str
    city: str
    role: Role
    permission: str | None


@cache
def vendors() -> tuple[Vendor, ...]:
    return tuple(Vendor(**row) for row in _read("catalogue.json")["vendors"])


@cache
def categories() -> tuple[Category, ...]:
    return tuple(Category(**row) for row in _read("catalogue.json")["categories"])


@cache
def products() -> tuple[Product, ...]:
    return tuple(_product(row) for row in _read("catalogue.json")["products"])


@cache
def editions() -> dict[str, Edition]:
    """By "product/edition"."""
    return {f"{product.slug}/{edition.slug}": edition for product in products() for edition in product.editions}


@cache
def members() -> tuple[Person, ...]:
    return _people("members")


@cache
def testers() -> tuple[Person, ...]:
    return _people("testers")


@cache
def staff() -> tuple[Person, ...]:
    return _people("staff")


def _people(group: str) -> tuple[Person, ...]:
    rows = _read("people.json")[group]
    return tuple(Person(**{**row, "role": Role(row["role"])}) for row in rows)


def _product(row: dict[str, Any]) -> Product:
    listed = {name: tuple(row[name]) for name in ("keywords", "platforms", "requirements")}
    made = tuple(_edition(each) for each in row["editions"])
    return Product(**{**row, **listed, "source": Source(row["source"]), "editions": made})


def _edition(row: dict[str, Any]) -> Edition:
    return Edition(**{**row, "term": Term(row["term"]), "included": tuple(row["included"])})


def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))
