"""`flask licenses …`: keys that sign, secrets of older programs, what is left should the shop end, and a look at the books."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from core import db
from core.access import PROGRAM
from core.db import session
from core.errors import Refusal
from storefront.activation import history, service
from storefront.activation.models import LicenseEvent
from storefront.catalogue import service as catalogue
from storefront.licensing_api import escrow
from storefront.signing import programs
from storefront.signing import service as signing

licenses = AppGroup("licenses", help="What programs rely on: signing keys, secrets, escrow, histories.")


@licenses.command("new-key")
@with_appcontext
def new_key() -> None:
    """Publish the next signing key; it signs after 90 days."""
    db.use(current_app.extensions["database"])
    try:
        with db.transaction():
            made = signing.rotate(PROGRAM)
    except Refusal as refused:
        raise click.ClickException(refused.sentence) from None
    click.echo(
        f"Key {made.id} is published at /v1/keys.json and /programs/keys. It signs from {made.begins_at:%Y-%m-%d}."
    )


@licenses.command("secret")
@click.argument("product")
@click.option("--show", is_flag=True, help="Say the secret that is used now instead.")
@with_appcontext
def secret(product: str, show: bool) -> None:
    """Take over the secret that PRODUCT's programs were shipped with under WHMCS; it is asked for."""
    db.use(current_app.extensions["database"])
    try:
        with db.transaction():
            found = catalogue.get_product(product)
            if show:
                click.echo(programs.secret_of(found.id))
                return
            programs.bring(found.id, click.prompt("Secret", hide_input=True), PROGRAM)
    except Refusal as refused:
        raise click.ClickException(refused.sentence) from None
    click.echo(f"Programs of {product} are answered with it from now on.")


@licenses.command("escrow")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def write_escrow(folder: Path) -> None:
    """Write an offline file without an end for every license that counts into FOLDER, which must be new."""
    db.use(current_app.extensions["database"])
    try:
        with db.transaction():
            count = escrow.write(folder)
    except FileExistsError:
        raise click.ClickException(f"{folder} is there already. Name a new one; nothing was written.") from None
    click.echo(f"{count} files are in {folder}. Each opens with its own key only.")


@licenses.command("verify")
@with_appcontext
def verify() -> None:
    """Follow the chain of every license's history, and count the devices anew."""
    db.use(current_app.extensions["database"])
    with db.transaction():
        ids = session.scalars(select(LicenseEvent.license_id).distinct().order_by(LicenseEvent.license_id)).all()
        broken = [(one, at) for one in ids if (at := history.first_broken(one)) is not None]
        wrong = service.recount()
    for license_id, at in broken:
        click.echo(f"license {license_id}: entry {at} was altered or is missing", err=True)
    click.echo(
        f"{len(ids)} histories followed, {len(broken)} broken; {wrong} counts of devices were wrong and are right now."
    )
    if broken:
        raise click.exceptions.Exit(1)
