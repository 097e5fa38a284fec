"""Commands of the house: `flask db`, `flask serve`, `flask work`, `flask staff`, `flask demo`."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from core import db, later, store, web
from core.access import PROGRAM, Permission
from core.accounts import service as accounts
from core.audit import service as audit

Planter = Callable[[Callable[[str, int, int], None]], None]


def install(app: Flask, planters: Sequence[Planter]) -> None:
    """Add the commands; planters plant each area's demo data, in order."""
    app.extensions["planters"] = planters
    for command in (_db, _staff, _serve, _work, _demo):
        app.cli.add_command(command)


def _database() -> db.Database:
    from_app: db.Database = current_app.extensions["database"]
    db.use(from_app)
    return from_app


_db = AppGroup("db", help="The database: bring it up to date, check it, draft a revision.")
_staff = AppGroup("staff", help="Who may do what behind the counter.")


@_db.command("upgrade")
@with_appcontext
def _upgrade() -> None:
    """Bring the database up to date."""
    store.upgrade(_database())
    click.echo("The database is up to date.")


@_db.command("check")
@with_appcontext
def _check() -> None:
    """Fail if tables in the code and migrations tell different stories."""
    found = store.differences(_database())
    for difference in found:
        click.echo(f"differs: {difference}", err=True)
    if found:
        sys.exit(1)
    click.echo("Tables and migrations agree.")


@_db.command("draft")
@click.argument("revision")
@click.argument("message")
@click.option(
    "--area",
    "areas",
    multiple=True,
    required=True,
    help="modules whose tables it is about: privacy, forum …",
)
@with_appcontext
def _draft(revision: str, message: str, areas: tuple[str, ...]) -> None:
    """Write a migration for tables that changed."""
    store.draft(_database(), revision, message, areas)


@_staff.command("grant")
@click.argument("email")
@click.argument(
    "permissions",
    nargs=-1,
    required=True,
    type=click.Choice([kind.value for kind in Permission]),
)
@with_appcontext
def _grant(email: str, permissions: tuple[str, ...]) -> None:
    """Let the person with this address do what the permissions say."""
    _database()
    with db.transaction():
        account = accounts.find_by_email(email)
        if account is None:
            raise click.ClickException("There is no account with that address.")
        accounts.grant(account.id, [Permission(name) for name in permissions])
        audit.record(PROGRAM, "grant", "account", account.id, permissions=" ".join(permissions))
    click.echo(f"{account.number} may now: {', '.join(permissions)}.")


@click.command("work")
@click.option("--once", is_flag=True, help="do what is due and stop")
@with_appcontext
def _work(once: bool) -> None:
    """Send mail and do other waiting work, until stopped."""
    queue = _database().queue
    if once:
        click.echo(f"{queue.drain()} jobs done.")
        later.flush()
        return
    queue.catch_up()
    flusher = later.Flusher(_database())
    flusher.start()
    consumer = queue.huey.create_consumer(workers=1, initial_delay=0.2, max_delay=2.0, backoff=1.2)
    with ExitStack() as beside:
        beside.callback(flusher.stop)
        for make in current_app.extensions.get("beside_work", []):
            _start_beside(make(), beside)
        consumer.run()


def _start_beside(server: Any, beside: ExitStack) -> None:
    """What an area lets run beside the worker: something with `start` and `stop`, or None where none is wanted."""
    if server is not None:
        server.start()
        beside.callback(server.stop)


@click.command("serve")
@click.option("--port", default=5000, envvar="PORT")
@click.option("--host", default="127.0.0.1")
@with_appcontext
def _serve(port: int, host: str) -> None:
    """Serve the shop with granian and work beside it, until stopped."""
    settings = web.settings()
    server = _server(host, port, settings.processes)
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    children = [subprocess.Popen(worker), subprocess.Popen(server)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=20)


def _server(host: str, port: int, processes: int) -> list[str]:
    options: dict[str, Any] = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": processes,
        "--blocking-threads": 4,
        "--backpressure": 256,
        "--log-level": "warning",
    }
    flat = [str(part) for pair in options.items() for part in pair]
    return [
        sys.executable,
        "-m",
        "granian",
        *flat,
        "--respawn-failed-workers",
        "wsgi:app",
    ]


@click.command("demo")
@with_appcontext
def _demo() -> None:
    """Plant demo data through the services, and write the tester's card to instance/demo.json."""
    _database()
    for planter in current_app.extensions["planters"]:
        planter(_progress)
    click.echo("")


def _progress(what: str, done: int, of: int) -> None:
    width = 28
    bar = "█" * (width * done // max(of, 1))
    click.echo(f"\r{what:<22}{bar:<{width}} {done}/{of}   ", nl=done >= of)
