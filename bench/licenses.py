"""Validation of license keys at growing numbers of licenses: one indexed look-up, whose statements and time do not grow.

The first license of the demonstration is multiplied; a few hundred of the copies have real keys, spread over all of them,
and are asked for through the program, without a network and without limits in between.
"""

import json
import statistics
import time
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, insert, select

from core import db
from core.db import session
from core.limits import limiter
from storefront.licenses import pool, rules
from storefront.licenses.models import License

SIZES = (1_000, 100_000, 1_000_000)
ASKED = 400
BATCH = 20_000
DOOR = "/v1/licenses/actions/validate-key"
GROWTH = 1.5
"""How much longer the median may take at the last size than at the first; the rest is noise of the machine."""


@dataclass(frozen=True, kw_only=True)
class Validated:
    """What was measured at one size; times in milliseconds."""

    licenses: int
    statements: int
    median: float
    p95: float


def run(app: Flask) -> list[str]:
    """Plant, ask, print; the names of what was missed."""
    print(f"\n{'validation of a key':<38}{'median':>10}{'95 %':>10}{'SQL':>6}")
    found, limiter.enabled = [], False
    for size in SIZES:
        keys = plant(app, size)
        one = ask(app, size, keys)
        found.append(one)
        name = f"among {one.licenses:,} licenses"
        print(f"{name:<38}{one.median:>7.2f} ms{one.p95:>7.2f} ms{one.statements:>6}", flush=True)
    missed = ["validation's statements"] if {one.statements for one in found} != {1} else []
    return missed + (["validation's growth"] if found[-1].median > GROWTH * found[0].median else [])


def plant(app: Flask, size: int) -> list[str]:
    """Bring the number of licenses to this size; the keys of some of them, spread over the new ones."""
    with app.app_context():
        db.use(app.extensions["database"])
        with db.transaction():
            have = session.scalar(select(func.count()).select_from(License)) or 0
            first = (
                session.execute(select(License.__table__).where(License.state == "issued").limit(1)).mappings().one()
            )
        step, keys = max((size - have) // ASKED, 1), []
        for begin in range(have, size, BATCH):
            rows = []
            for number in range(begin, min(begin + BATCH, size)):
                key = rules.make_key(number.to_bytes(rules.RANDOM_BYTES, "big")) if number % step == 0 else ""
                keys += [key] if key else []
                rows.append(_copy(dict(first), number, key))
            with db.transaction():
                session.connection().execute(insert(License.__table__), rows)
    return keys[-ASKED:]


def ask(app: Flask, size: int, keys: list[str]) -> Validated:
    """Validate each of the keys."""
    client, seen, took = app.test_client(use_cookies=False), list[str](), list[float]()
    bodies = [json.dumps({"meta": {"key": key, "scope": {"fingerprint": "kiln"}}}) for key in keys]
    client.post(DOOR, data=bodies[0])
    with app.extensions["database"].watched(seen.append):
        client.post(DOOR, data=bodies[1])
    for body in bodies:
        began = time.perf_counter()
        answer = client.post(DOOR, data=body)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200 and answer.json is not None and answer.json["data"] is not None
    took.sort()
    statements = len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))])
    p95 = took[int(len(took) * 0.95)]
    return Validated(licenses=size, statements=statements, median=statistics.median(took), p95=p95)


def _copy(row: dict[str, object], number: int, key: str) -> dict[str, object]:
    return {
        **{name: value for name, value in row.items() if name != "id"},
        "public_id": f"measured-{number}",
        "unit": 1_000_000 + number,
        "key_hash": pool.key_hash(key) if key else f"{number:064d}",
        "last_five": key[-5:] if key else "00000",
        "seat_of": None,
    }
