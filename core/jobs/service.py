"""Jobs on huey: what starts after a commit, and what runs on a clock. A job is one transaction unless it opens its own.

The queue is only a hint to be quick: whatever must not be lost is a row, and a job on the clock finds it again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey

from core import db, logs
from core.settings import Environment, Settings

Work = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A named piece of work. every: minutes between runs on the clock, 0 for never."""

    name: str
    work: Work
    own_transactions: bool
    every: int


_jobs: dict[str, Job] = {}


def job(name: str, *, own_transactions: bool = False, every: int = 0) -> Callable[[Work], Work]:
    """Register a function as a job; its arguments are plain JSON values and never personal data."""

    def register(work: Work) -> Work:
        _jobs[name] = Job(name=name, work=work, own_transactions=own_transactions, every=every)
        return work

    return register


def start(name: str, **given: int | str) -> None:
    """Run the job soon, once the present transaction is stored. A cause that starts it twice runs it once."""
    queue: Queue = db.current().queue
    waiting = db.session.info.setdefault("jobs", set())
    cause = (name, tuple(sorted(given.items())))
    if cause not in waiting:
        waiting.add(cause)
        db.after_commit(lambda: queue.put(name, given))


class Queue:
    """The jobs of one program: its store, its huey, and the context (templates, settings) that work runs in."""

    def __init__(
        self,
        settings: Settings,
        database: db.Database,
        context: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self.huey, self._database, self._context = _open(settings), database, context
        self._task = self.huey.task(retries=3, retry_delay=20, name="work")(self.run)
        for found in _jobs.values():
            if found.every:
                self._tick(found)

    def put(self, name: str, given: dict[str, int | str]) -> None:
        """Queue a job; what it is given must be plain."""
        self.huey.enqueue(self._task.s(name, given))

    def catch_up(self) -> None:
        """Queue every job of the clock once: what was due while no worker ran."""
        for found in _jobs.values():
            if found.every:
                self.put(found.name, {})

    def run(self, name: str, given: dict[str, int | str]) -> None:
        """Run a job here and now, in its own transaction."""
        found = _jobs[name]
        logs.log().info("job", job=name)
        with self._context():
            db.use(self._database)
            if found.own_transactions:
                found.work(**given)
                return
            with db.transaction():
                found.work(**given)

    def drain(self, most: int = 500) -> int:
        """Run what is queued until nothing is; answers how many ran. For tests and for `flask work --once`."""
        done = 0
        while done < most and (task := self.huey.dequeue()) is not None:
            self.huey.execute(task)
            done += 1
        return done

    def _tick(self, found: Job) -> None:
        def tick() -> None:
            self.run(found.name, {})

        self.huey.periodic_task(crontab(minute=f"*/{found.every}"), name=f"clock_{found.name}")(tick)


def _open(settings: Settings) -> Huey:
    if settings.environment is Environment.TEST:
        return MemoryHuey("licensepal", results=False)
    if settings.redis_url:
        return RedisHuey("licensepal", url=settings.redis_url, results=False)
    return SqliteHuey("licensepal", filename=str(settings.instance / "jobs.sqlite3"), results=False)
