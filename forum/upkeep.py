"""Looking after counters: a report of drift every night, and `flask forum recount` to set them right."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from core import clock, db, logs
from core.jobs.service import job
from forum.topics import counting

NIGHT = 3
SHOWN = 20

_forum = AppGroup("forum", help="The forum: look after its counters.")


@job("forum.drift", own_transactions=True, every=60)
def report_drift() -> None:
    """Once a night (UTC), write into the log how many counters are wrong; a reader may count, nobody waits for it."""
    if clock.now().hour != NIGHT:
        return
    with db.transaction(reading=True):
        found = counting.drift()
    if found:
        logs.log().error("counters_drifted", count=len(found), kind=" ".join(sorted({one.column for one in found})))


@_forum.command("recount")
@click.option("--check", is_flag=True, help="only say what is wrong")
@with_appcontext
def recount(check: bool) -> None:
    """Set the counters of topics and boards right, and say which were wrong."""
    db.use(current_app.extensions["database"])
    with db.transaction(reading=check):
        found = counting.drift()
        if found and not check:
            counting.recount()
    for one in found[:SHOWN]:
        click.echo(f"{one.table} {one.id}: {one.column} was {one.stored}, counted {one.counted}")
    if len(found) > SHOWN:
        click.echo(f"and {len(found) - SHOWN} more")
    end = (
        "all are right" if not found else f"{len(found)} are wrong" if check else f"{len(found)} were wrong, now right"
    )
    click.echo(f"Counters: {end}.")


def install(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(_forum)
