"""`flask backup`, `flask restore`, `flask privacy sweep`: copies of the store from which nothing deleted comes back."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from core import copying, db, forgotten, store
from core.datakeys import service as datakeys
from core.errors import Refusal
from privacy.retention import scrubbing, service


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the whole store into a new FILE."""
    database = _database()
    _complete_ledger()
    try:
        copying.save(database, file)
    except Refusal as refused:
        raise click.ClickException(refused.sentence) from None
    click.echo(f"Saved to {file}. It opens with this installation's secret key only: keep that apart from it.")
    click.echo(f"Keep a copy of {forgotten.place()} as well: it says what must not come back.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Make the store what FILE says, then delete again whatever was deleted since. Stop server and worker first."""
    database = _database()
    if _has_tables(database):
        _complete_ledger()
    try:
        copying.bring_back(database, file)
    except Refusal as refused:
        raise click.ClickException(refused.sentence) from None
    store.upgrade(database)
    database.snapshots.clear()
    with db.transaction():
        again = forgotten.replay()
    service.sweep()
    scrubbing.scrub(deep=True)
    click.echo(f"Restored from {file}.")
    for kind, times in again.items():
        click.echo(f"{kind}: {times} done again from {forgotten.place()}.")


@click.command("sweep")
@with_appcontext
def sweep() -> None:
    """Discard what is past its last day, and take it out of the store's bytes."""
    _database()
    for kind, times in service.sweep().items():
        click.echo(f"{kind:<16}{times:>8}")
    _complete_ledger()
    scrubbing.scrub(deep=True)


def _complete_ledger() -> None:
    """A crash between a commit and its line in the ledger is made good here: the store knows its destroyed keys."""
    with db.transaction(reading=True):
        forgotten.complete("key", "mark", datakeys.marks_destroyed())


def _has_tables(database: db.Database) -> bool:
    with database.engine.connect() as connection:
        return bool(database.engine.dialect.has_table(connection, "data_key"))


def _database() -> db.Database:
    found: db.Database = current_app.extensions["database"]
    db.use(found)
    return found
