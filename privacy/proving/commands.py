"""`flask policy check`: clause, enforcement, tests and a live figure; fails where they tell different stories."""

import ast
import importlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from core import db, outgoing
from privacy import register
from privacy.policies import files, service
from privacy.policies.commands import policy
from privacy.proving import figures, record


@policy.command("check")
@with_appcontext
def check() -> None:
    """Print clause, enforcement, tests and a live figure; fail where text, register and program tell different stories."""
    db.use(current_app.extensions["database"])
    proofs = tests_by_clause(Path(current_app.root_path) / "tests")
    with db.transaction(reading=True):
        for clause in register.clauses.values():
            click.echo(f"{clause.id:<6}{clause.enforced}")
            click.echo(f"      in {', '.join(clause.by)}")
            click.echo(f"      tests: {', '.join(proofs[clause.id]) or 'none'}")
            click.echo(f"      {figures.of(clause.id)}")
        drifts = [*text_drifts(), *code_drifts(), *proof_drifts(proofs)]
    for drift in drifts:
        click.echo(f"drift: {drift}", err=True)
    if drifts:
        sys.exit(1)
    click.echo("The published policy, the register and the program agree.")


def proof_drifts(proofs: dict[str, list[str]]) -> Iterator[str]:
    """Clauses without a test, where the tests are at hand: an installed shop does not carry them."""
    for clause in register.clauses if proofs else ():
        if not proofs[clause]:
            yield f"{clause} has no test"


def text_drifts() -> Iterator[str]:
    """Where the published words are not the register's, or not what was once published."""
    published = service.versions()
    if not published:
        yield "no version has been published"
        return
    broken = service.first_broken()
    if broken is not None:
        yield f"version {broken} was altered after it was published"
    for version in published:
        if version.number > register.VERSION or version.text != files.text_of(version.number):
            yield f"version {version.number} is not what was published under that number"
    yield from files.drifts()


def code_drifts() -> Iterator[str]:
    """Where a clause names an enforcement or a channel that is not there, or data leaves for somebody it must not reach."""
    for clause in register.clauses.values():
        for name in clause.by:
            if not _exists(name):
                yield f"{clause.id} is kept by {name}, which does not exist"
        for channel in clause.channels:
            if channel not in register.channels:
                yield f"{clause.id} names the channel {channel}, which does not exist"
    yield from _sharing_drifts()


def _sharing_drifts() -> Iterator[str]:
    for recipient in register.recipients.values():
        if recipient.commercial:
            yield f"{recipient.id} receives data commercially, which P4d forbids"
    for way in outgoing.WAYS:
        if way.recipient not in register.recipients:
            yield f"connections leave for {way.recipient}, whom the register does not name"


def tests_by_clause(folder: Path) -> dict[str, list[str]]:
    """The names of tests that wear @pytest.mark.clause, by clause."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for clause in _clauses(node):
                    found[clause].append(f"{file.stem}::{node.name}")
    return found


def _clauses(node: ast.FunctionDef) -> Iterator[str]:
    """Those of the test itself, and those of single cases of it (`pytest.param(…, marks=…)`)."""
    for mark in (found for decorator in node.decorator_list for found in ast.walk(decorator)):
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.clause"):
            yield from (str(given.value) for given in mark.args if isinstance(given, ast.Constant))


def _exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name, None) or getattr(found, "__dataclass_fields__", {}).get(name)
        return found is not None
    return False


@click.command("map")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="instance")
@with_appcontext
def map_(folder: Path) -> None:
    """Write the record of processing (GDPR Art. 30) into a folder: as Markdown, and as HTML with a drawing."""
    of = current_app.extensions["settings"]
    controller = record.Controller(
        name=of.company_name or of.site_name, address=of.company_address, email=of.support_email
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("md", record.markdown(controller)), ("html", record.html(controller))):
        place = folder / f"record-of-processing.{name}"
        place.write_text(text, "utf-8")
        click.echo(f"Written: {place}")
