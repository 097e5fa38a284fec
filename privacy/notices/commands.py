"""`flask policy publish`: post the register's version, with its new uses and the day on which it starts."""

import click
from flask import current_app
from flask.cli import with_appcontext

from core import db, web
from privacy import register
from privacy.notices import rules, service
from privacy.policies import files
from privacy.policies import service as policies
from privacy.policies.commands import policy


@policy.command("publish")
@with_appcontext
def publish() -> None:
    """Post the register's version if it is newer than what is posted; it starts after the time of notice."""
    db.use(current_app.extensions["database"])
    with db.transaction():
        posted = post_newest(web.settings().notice_days)
    if posted is None:
        click.echo(f"Version {register.VERSION} is published already.")
        return
    click.echo(f"Version {posted.number} is posted; in force from {posted.effective_at:%d %B %Y}.")
    for use in rules.new_uses(posted.number):
        click.echo(f"New use, for nobody before that day and before the notice: {use.name}. {use.sentence}")


def post_newest(notice_days: int) -> policies.Published | None:
    """Post the next version up to the register's, in the present transaction; None if all are posted."""
    number = policies.posted_version() + 1
    if number > register.VERSION:
        return None
    return service.post(number, files.text_of(number), notice_days)
