"""`flask tax count`."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from core import db
from storefront.tax import tally

tax = AppGroup("tax", help="What the shop owes.")


@tax.command("count")
@with_appcontext
def count() -> None:
    """Count the tax of papers that were written before the report at /staff/tax was there. Safe to repeat."""
    db.use(current_app.extensions["database"])
    with db.transaction():
        counted, gone = tally.catch_up()
    left = f" {gone} were destroyed at the end of their time and are not in any report." if gone else ""
    click.echo(f"{counted} papers were counted.{left}")
