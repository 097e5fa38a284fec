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
    """Post the next frozen version, if there is one; it starts after the time of notice. A draft is not posted."""
    db.use(current_app.extensions["database"])
    with db.transaction():
        posted = post_newest(web.settings().notice_days)
    if posted is None:
        newest = max(files.frozen())
        more = "" if newest == register.VERSION else f" Version {register.VERSION} is a draft: freeze it first."
        click.echo(f"Version {newest} is published already.{more}")
        return
    click.echo(f"Version {posted.number} is posted; in force from {posted.effective_at:%d %B %Y}.")
    for use in rules.new_uses(posted.number):
        click.echo(f"New use, for nobody before that day and before the notice: {use.name}. {use.sentence}")


def post_newest(notice_days: int) -> policies.Published | None:
    """Post the next frozen version, in the present transaction; None if all are posted. The words of a draft may still
    change, so nobody is told of them."""
    number = policies.posted_version() + 1
    if number not in files.frozen():
        return None
    return service.post(number, files.text_of(number), notice_days)
