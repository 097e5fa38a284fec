"""`flask keys import PRODUCT/EDITION FILE`."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from core import db
from core.access import PROGRAM
from core.audit import service as audit
from storefront.catalogue.models import Edition, Product
from storefront.licenses import service
from storefront.licenses.pool import ImportRefused

keys = AppGroup("keys", help="Pools of resold keys.")


@keys.command("import")
@click.argument("edition")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_appcontext
def import_file(edition: str, file: click.File) -> None:
    """Put the keys of FILE, one a line, into the pool of EDITION (product/edition): all of them, or none."""
    db.use(current_app.extensions["database"])
    try:
        with db.transaction():
            found = _edition_id(edition)
            done = service.import_keys(found, file.read().splitlines())  # type: ignore[attr-defined]
            audit.record(PROGRAM, "import keys", "edition", found, count=str(done.count))
    except ImportRefused as refused:
        raise click.ClickException("\n".join([refused.sentence, *refused.lines])) from None
    for note in done.notes:
        click.echo(note)
    click.echo(f"{done.count} keys are in the pool of {edition} now.")


def _edition_id(name: str) -> int:
    product, _, edition = name.partition("/")
    wanted = select(Edition.id).join(Product, Product.id == Edition.product_id)
    found = db.session.scalar(wanted.where(Product.slug == product, Edition.slug == edition, Product.source == "pool"))
    if found is None:
        raise click.ClickException(f"There is no resold edition {name}: write it as product/edition.")
    return found
