"""Whatever is kept about a person is declared, or the export, the erasure and the data map would miss it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

import wsgi
from core.db import Base, Moment
from core.sealed import SealedText
from privacy import register

assert wsgi.AREAS  # the tables and declarations of all areas are there

TECHNICAL = ("_hash", "_key_hash")


def undeclared(metadata: MetaData, declared: dict[str, register.Table]) -> Iterator[str]:
    """Every column about a person that nobody declared."""
    about = tables_about_people(metadata, declared)
    for table in metadata.tables.values():
        entry = declared.get(table.name)
        known = {*entry.columns, *entry.nothing_personal} if entry else set()
        for column in table.columns:
            sealed = isinstance(column.type, SealedText)
            if sealed and (entry is None or column.name not in entry.columns):
                yield f"{table.name}.{column.name} is sealed but not declared"
            elif table.name in about and column.name not in known and not is_plainly_technical(column):
                yield f"{table.name}.{column.name} belongs to a person but is not declared"


def tables_about_people(metadata: MetaData, declared: dict[str, register.Table]) -> set[str]:
    """Tables that lead to an account by a foreign key of their own or by the path they declare."""
    direct = {
        table.name
        for table in metadata.tables.values()
        if table.name == "account" or any(key.column.table.name == "account" for key in table.foreign_keys)
    }
    return direct | {entry.name for entry in declared.values() if entry.subject}


def is_plainly_technical(column: Column[object]) -> bool:
    """Ids, foreign keys and hashes."""
    return column.primary_key or bool(column.foreign_keys) or column.name.endswith(TECHNICAL)


@pytest.mark.clause("P3c")
def test_every_personal_column_is_declared() -> None:
    assert list(undeclared(Base.metadata, register.holdings())) == []


def test_a_planted_undeclared_column_is_found() -> None:
    planted = MetaData()
    Table("account", planted, Column("id", Integer, primary_key=True))
    Table(
        "diary",
        planted,
        Column("id", Integer, primary_key=True),
        Column("account_id", Integer, ForeignKey("account.id")),
        Column("mood", String),
        Column("kept_at", Moment),
        Column("secret", SealedText("diary.secret")),
    )
    found = list(undeclared(planted, {}))
    assert [line.split(" ")[0] for line in found] == ["diary.mood", "diary.kept_at", "diary.secret"]


def test_sealed_columns_are_labeled_by_their_place() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, SealedText):
                assert column.type.label == f"{table.name}.{column.name}"


def test_declarations_speak_of_columns_that_exist() -> None:
    for entry in register.holdings().values():
        table = Base.metadata.tables[entry.name]
        assert {*entry.columns, *entry.nothing_personal} <= set(table.columns.keys()), entry.name
        assert not entry.subject or entry.subject.partition(".")[0] in table.columns, entry.name


def test_readers_are_oneself_everybody_ones_organization_or_a_role() -> None:
    for entry in register.holdings().values():
        for column, held in entry.columns.items():
            for reader in held.read_by:
                assert reader in {"self", "everybody", "organization"} or reader.startswith("staff:"), (
                    f"{entry.name}.{column}"
                )


@pytest.mark.clause("P8")
def test_the_telephone_number_is_in_no_place_but_orders() -> None:
    places = {
        entry.name
        for entry in register.holdings().values()
        for held in entry.columns.values()
        if held.category == "telephone"
    }
    assert places <= {"order", "checkout_draft"}
