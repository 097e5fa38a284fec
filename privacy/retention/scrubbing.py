"""Taking what was discarded out of the store's bytes, as far as the store can. What it cannot reach (a copy on a disk of
a log, a page kept by PostgreSQL) is closed for good, because the key is gone."""

from sqlalchemy import text

from core import db


def scrub(*, deep: bool = False) -> None:
    """Outside of any transaction. SQLite writes zeros over what goes (secure_delete); here its log is emptied, too, and
    with `deep` the file is written anew. PostgreSQL writes the table of keys anew and clears the dead rows of the rest."""
    store = db.current()
    if store.dialect == "sqlite":
        _run_on_file(store, _sqlite(deep))
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for line in _postgresql(deep):
            connection.execute(text(line))


def _run_on_file(store: db.Database, lines: tuple[str, ...]) -> None:
    """Past SQLAlchemy, which would begin a transaction first. A reader in the way postpones it to the next sweep."""
    borrowed = store.engine.raw_connection()
    try:
        for line in lines:
            borrowed.cursor().execute(line).fetchall()
    finally:
        borrowed.close()


def _sqlite(deep: bool) -> tuple[str, ...]:
    return (*(("vacuum",) if deep else ()), "pragma wal_checkpoint(truncate)")


def _postgresql(deep: bool) -> tuple[str, ...]:
    return ("vacuum full data_key", *(("vacuum",) if deep else ()))
