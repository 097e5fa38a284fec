"""`flask factors …`: help for somebody who has lost authenticator and recovery codes."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from core import db
from core.access import PROGRAM
from core.accounts import service as accounts
from core.audit import service as audit
from storefront.secondfactor import service

factors = AppGroup("factors", help="Second factors of accounts.")
SHORTEST = 8


@factors.command("remove")
@click.argument("email")
@click.option("--reason", required=True, help="How its owner showed who they are; kept in the audit log.")
@with_appcontext
def remove(email: str, reason: str) -> None:
    """Remove the second factor of EMAIL's account. Its owner is told by mail, and signs in by password."""
    db.use(current_app.extensions["database"])
    said = " ".join(reason.split())
    if not SHORTEST <= len(said) <= 200:
        raise click.ClickException(f"Please say in {SHORTEST} to 200 characters how they showed who they are.")
    with db.transaction():
        account = accounts.find_by_email(email)
        if account is None or not service.is_on(account.id):
            raise click.ClickException(
                "There is no account with that address and a second factor. Nothing was changed."
            )
        service.remove(account.id)
        audit.record(PROGRAM, "remove second factor", "account", account.id, reason=said)
    click.echo("Removed. Its owner was told by mail, and can set up another one.")
