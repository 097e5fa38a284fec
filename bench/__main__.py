"""`make bench`: every kind of page as a share of a bare Flask page served in the same run, and its SQL statements.

Both servers run alone, one after the other, in the same way (granian, one worker, four threads). Exits with 1 if a mark or
a budget is missed. At the end keys are validated among 1,000 to 1,000,000 licenses (`bench.licenses`). Fewer seconds make it quicker and noisier: `python -m bench --seconds 1`.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask

from bench import licenses
from bench.data import grow, prepare
from bench.load import Measured, Request, get, measure
from bench.pages import Page, pages
from bench.servers import served
from core import logs
from core.settings import Settings, read
from tests.running import free_port
from wsgi import create_app


def main() -> None:
    """Plant, measure, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=3.0, help="of load for each kind of page")
    seconds = words.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        environment = {"LICENSEPAL_INSTANCE": folder, "LICENSEPAL_DEMO": "1"}
        print("planting …", flush=True)
        prepare(environment)
        app = create_app(_settings(Path(folder)))
        logs.configure(quiet=True)
        kinds = pages(grow(app), app)
        counted = {page.name: statements(app, page) for page in kinds}
        bare = measure_bare(seconds)
        missed = print_shop(kinds, counted, bare, environment, seconds) + licenses.run(app)
    print("\nmissed: " + ", ".join(missed) if missed else "\nall marks and budgets are kept")
    sys.exit(1 if missed else 0)


def measure_bare(seconds: float) -> dict[str, Measured]:
    """The two bare pages."""
    port = free_port()
    with served("bench.bare:app", port, {}):
        measure(port, lambda _n: get("/jinja"), seconds=0.5)
        return {name: measure(port, _bare(name), seconds=seconds) for name in ("fixed", "jinja")}


def print_shop(
    kinds: list[Page], counted: dict[str, int], bare: dict[str, Measured], environment: dict[str, str], seconds: float
) -> list[str]:
    """Measure and print each kind of page; the names of those that missed a mark or a budget."""
    for name, one in bare.items():
        print(f"{'bare Flask · ' + name:<38}{one.per_second:>8.0f}/s {one.median:>7.1f} ms {one.p95:>7.1f} ms")
    print(f"\n{'page':<38}{'per second':>10}{'median':>10}{'95 %':>10}{'SQL':>9}{'share':>8}{'mark':>7}  of")
    port, missed = free_port(), []
    with served("wsgi:app", port, environment):
        for page in kinds:
            measure(port, page.request, seconds=0.3, most=200)
            one = measure(port, page.request, seconds=seconds)
            share = one.per_second / bare[page.bare].per_second
            is_over = 0 <= page.budget < counted[page.name] or share < page.mark or one.failed
            missed += [page.name] if is_over else []
            print(_line(page, one, counted[page.name], share, bool(is_over)), flush=True)
    return missed


def statements(app: Flask, page: Page) -> int:
    """SQL statements of one such request, after one like it has warmed what is kept in the process."""
    client, seen = app.test_client(use_cookies=False), []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    for number in (900_001, 900_002):
        seen.clear()
        with app.extensions["database"].watched(note):
            _replay(client, page.request(number))
    return len(seen)


def _replay(client: object, raw: bytes) -> None:
    head, _, body = raw.decode().partition("\r\n\r\n")
    method, path, _version = head.split("\r\n")[0].split(" ")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[2:] if not line.startswith("Content-Length"))
    client.open(path, method=method, headers=headers, data=dict(parse_qsl(body)) if body else None)  # type: ignore[attr-defined]


def _line(page: Page, one: Measured, counted: int, share: float, is_over: bool) -> str:
    sql = f"{counted}" + (f" of {page.budget}" if page.budget >= 0 else "")
    mark = f"{page.mark:.2f}" if page.mark else "–"
    said = f"{page.name:<38}{one.per_second:>8.0f}/s{one.median:>7.1f} ms{one.p95:>7.1f} ms{sql:>9}"
    return f"{said}{share:>8.2f}{mark:>7}  {page.bare}{'   MISSED' if is_over else ''}"


def _bare(name: str) -> Request:
    return lambda _n: get(f"/{name}")


def _settings(folder: Path) -> Settings:
    os.environ["LICENSEPAL_INSTANCE"] = str(folder)
    return read()


if __name__ == "__main__":
    main()
