"""`flask privacy erase`: the same as on the person's own page, for staff at a shell."""

import click
from flask import current_app
from flask.cli import with_appcontext

from core import db
from core.access import PROGRAM
from core.errors import Refusal
from privacy.commands import privacy
from privacy.erasure import service
from privacy.erasure.rules import Fate, Posts, Preview

WORDS = {Fate.GOES: "goes", Fate.STAYS: "stays", Fate.NAMELESS: "stays, nameless"}


@privacy.command("erase")
@click.argument("number")
@click.option("--posts", type=click.Choice([one.value for one in Posts]), required=True, help="the person's choice")
@click.option("--yes", is_flag=True, help="do not ask")
@with_appcontext
def erase(number: str, posts: str, yes: bool) -> None:
    """Erase the person with this customer number: say what goes and what stays, then do it."""
    db.use(current_app.extensions["database"])
    try:
        with db.transaction(reading=True):
            account_id = service.find_account(number).id
            shown = service.preview(account_id)
        _say(shown, Posts(posts))
        if not yes:
            click.confirm("Erase this person? It cannot be undone.", abort=True)
        with db.transaction():
            record = service.erase(account_id, posts=posts, actor=PROGRAM, seen=shown.seen)
            click.echo(f"Erased. The receipt is at /privacy/erased/{record.reference}")
    except Refusal as refused:
        raise click.ClickException(refused.sentence) from None


def _say(shown: Preview, posts: Posts) -> None:
    for line in shown.of(*Fate, posts=posts):
        until = f" until {line.until}" if line.until else ""
        click.echo(f"{WORDS[line.fate]}{until}: {line.title} ({line.count}). {line.sentence}")
    for sentence in shown.obstacles:
        click.echo(f"in the way: {sentence}", err=True)
