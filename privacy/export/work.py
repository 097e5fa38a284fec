"""The worker's part: writing exports, and letting them go in time."""

import time

from core import db
from core.jobs.service import job
from privacy.export import box, service
from privacy.export.book import Book
from privacy.export.service import JOB, Task

SECONDS_BETWEEN = 0.7


class TakenBack(Exception):
    """Nobody waits for this export any more: its person deleted it, or another worker has taken it over."""


@job(JOB, own_transactions=True)
def build(export: int) -> None:
    """Write the export into its file. Given twice, it is written once."""
    with db.transaction():
        task = service.claim(export)
    if task is None:
        return
    try:
        _build(task)
    except TakenBack:
        service.remove(task.file)
    except Exception:
        service.remove(task.file)
        with db.transaction():
            service.give_back(task)
        raise


@job("export.sweep", every=30)
def sweep() -> None:
    """Go on with what got stuck; what expired is swept with everything else that ends."""
    service.sweep()


def _build(task: Task) -> None:
    book = Book(task.account_id)
    told = Telling(task, book.steps)
    with box.Writer(service.folder() / task.file, task.key) as out:
        book.write(out, told.add)
    with db.transaction():
        if not service.finish(task, out.size):
            raise TakenBack


class Telling:
    """How far a worker is, told to the database now and then."""

    def __init__(self, task: Task, steps: int) -> None:
        self._task, self._steps, self._done, self._said = task, steps, 0, 0.0
        self._tell()

    def add(self, number: int) -> None:
        """So many entries more. Raises TakenBack."""
        self._done += number
        if time.monotonic() - self._said > SECONDS_BETWEEN:
            self._tell()

    def _tell(self) -> None:
        self._said = time.monotonic()
        with db.transaction():
            if not service.note_progress(self._task, min(self._done, self._steps), self._steps):
                raise TakenBack
