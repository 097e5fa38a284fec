"""`flask privacy export <customer number> <file.zip>`: for a request that came by letter or telephone."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from core import db
from core.access import PROGRAM
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from privacy.export.book import Book


@click.command("export")
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(number: str, file: Path) -> None:
    """Write everything kept about the customer with this number into a ZIP file, for handing over to them."""
    db.use(current_app.extensions["database"])
    with db.transaction():
        account_id = session.scalar(select(Account.id).where(Account.number == number, Account.closed_at.is_(None)))
        if account_id is None:
            raise click.ClickException(f"There is no customer with the number {number}.")
        audit.record(PROGRAM, "export", "account", account_id)
    try:
        with file.open("xb") as out:
            file.chmod(0o600)
            Book(account_id).write(out, lambda _done: None)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already. Name a file that does not.") from None
    click.echo(f"{file} holds everything kept about {number}. Hand it to that customer only, and delete it then.")
