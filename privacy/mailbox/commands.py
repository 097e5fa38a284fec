"""`flask mail ingest`: one mail from standard input, for mail servers that pipe."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from core import db, logs
from privacy.mailbox import service
from privacy.mailbox.rules import MOST_BYTES

EX_DATAERR, EX_TEMPFAIL = 65, 75
"""sysexits.h: a mail server sends the mail back for the first, and keeps it and tries again for the second."""

mail = AppGroup("mail", help="Mail that comes in.")


@mail.command("ingest")
@click.option("--sender", default=None, help='the envelope\'s sender; "" or "<>" for a mail that returns nowhere')
@with_appcontext
def ingest(sender: str | None) -> None:
    """Take one mail from standard input. Ends with 0 once it is stored, 65 if it is too large, 75 to try again."""
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    database: db.Database = current_app.extensions["database"]
    db.use(database)
    try:
        with db.transaction():
            is_new = service.receive(raw, returns_nowhere=sender in {"", "<>"})
    except service.TooLarge as refused:
        click.echo(refused.sentence, err=True)
        sys.exit(EX_DATAERR)
    except (SQLAlchemyError, OSError) as failed:
        logs.log().error("mail_not_taken", error=logs.describe(failed))
        click.echo("The mail could not be stored now. Please try again later.", err=True)
        sys.exit(EX_TEMPFAIL)
    click.echo("Taken." if is_new else "This mail is here already.")
