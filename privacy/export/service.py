"""What can be done with exports: start one, follow it, have it handed over, and let it go."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from core import clock, db, web
from core.access import actor_of
from core.accounts import service as accounts
from core.db import session
from core.errors import NotFound
from core.events import emit
from core.inserting import insert_or
from core.jobs.service import start as start_job
from core.sealed import seal
from core.tokens import LinkExpired
from privacy.contact.service import Letter, send
from privacy.export import box
from privacy.export.models import DataExport
from privacy.export.rules import LINK_LIVES, LINK_TRIES, LIVES, MOST_ATTEMPTS, RUNNING, STUCK, State
from privacy.gate import disclose

JOB = "export.build"
PURPOSE = "privacy_requests"


@dataclass(frozen=True, kw_only=True)
class Task:
    """An export that a worker has taken on: where to write it and under which key."""

    number: int
    account_id: int
    file: str
    key: bytes


@dataclass(frozen=True, kw_only=True)
class Download:
    """A finished export on its way out."""

    name: str
    size: int
    pieces: Iterator[bytes]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody asked for their export here, signed in."""

    account_id: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """It is finished, and the person is told."""

    account_id: int


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """The person deleted it, finished or not."""

    account_id: int


def folder() -> Path:
    """Where the encrypted files lie: readable by the program's own user only."""
    place = web.settings().instance.resolve() / "exports"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def ask(account_id: int) -> None:
    """The person has a fresh one made, here in the panel."""
    emit(Asked(account_id=account_id))
    start(account_id)


def give_up(account_id: int) -> None:
    """The person deletes it before its time."""
    discard(account_id)
    emit(GivenUp(account_id=account_id))


def start(account_id: int, *, mailed: bool = False) -> None:
    """Have a fresh export made; one that is being made goes on. mailed: asked for by mail, so a one-time link is sent
    to the address on file when it is ready."""
    accounts.get(account_id)
    found = session.scalar(_own(account_id).with_for_update())
    if found is not None and found.state in RUNNING:
        found.mailed = found.mailed or mailed
        start_job(JOB, export=found.id)
        return
    if found is not None:
        discard(account_id)
    now = clock.now()
    values = {
        "account_id": account_id,
        "state": State.WAITING,
        "asked_at": now,
        "touched_at": now,
        "expires_at": now + LIVES,
        "mailed": mailed,
    }
    session.execute(insert_or(DataExport).values(values).on_conflict_do_nothing(index_elements=["account_id"]))
    start_job(JOB, export=session.scalars(_own(account_id)).one().id)


def find(account_id: int) -> DataExport | None:
    """The person's export, unless its time is over."""
    return session.scalar(_own(account_id).where(_is_live()))


def discard(account_id: int) -> None:
    """Delete the person's export at once, its file with it."""
    gone = delete(DataExport).where(DataExport.account_id == account_id).returning(DataExport.file)
    for file in session.execute(gone).scalars():
        _remove_later(file)


def claim(number: int) -> Task | None:
    """Take an export on, under a fresh file and key. None if there is nothing to do or somebody else is at it."""
    now = clock.now()
    file, key = secrets.token_hex(16), secrets.token_bytes(32)
    idle = or_(DataExport.state == State.WAITING, DataExport.touched_at < now - STUCK)
    whose = (DataExport.id == number, DataExport.state.in_(RUNNING), idle)
    account_id = session.scalar(select(DataExport.account_id).where(*whose).with_for_update())
    if account_id is None:
        return None
    sealed = seal(base64.b64encode(key).decode(), "data_export.file_key", subject=account_id)
    taken = {"state": State.BUILDING, "file": file, "file_key": sealed, "touched_at": now, "done": 0}
    session.execute(update(DataExport).where(*whose).values(**taken, attempts=DataExport.attempts + 1))
    return Task(number=number, account_id=account_id, file=file, key=key)


def note_progress(task: Task, done: int, steps: int) -> bool:
    """Say how far it is; False if the export was taken back or taken over meanwhile."""
    said = update(DataExport).where(*_still(task)).values(done=done, steps=steps, touched_at=clock.now())
    return session.execute(said.returning(DataExport.id)).scalar() is not None


def finish(task: Task, size: int) -> bool:
    """It is written: the person is told by mail, without any data in it. False if nobody waits for it any more."""
    now = clock.now()
    done = {"state": State.READY, "ready_at": now, "expires_at": now + LIVES, "size": size, "done": DataExport.steps}
    taken = update(DataExport).where(*_still(task)).values(**done)
    mailed = session.execute(taken.returning(DataExport.mailed)).scalar()
    if mailed is None:
        return False
    if mailed:
        deliver_link(task.account_id)
    else:
        send(task.account_id, PURPOSE, Letter(name="export_ready", once=f"export:{task.file}"))
    emit(Made(account_id=task.account_id))
    return True


def give_back(task: Task) -> None:
    """It could not be written now: the next attempt may; after some it has failed, and the page says so."""
    over = session.scalar(select(DataExport.attempts).where(*_still(task))) or 0
    state = State.FAILED if over >= MOST_ATTEMPTS else State.WAITING
    session.execute(update(DataExport).where(*_still(task)).values(state=state, file="", file_key=None))


def open_download(account_id: int) -> Download:
    """The finished export for its owner; counts the download. Raises NotFound when there is none (any more)."""
    found = session.scalar(_own(account_id).where(_is_live(), DataExport.state == State.READY).with_for_update())
    if found is None or found.file_key is None or not (folder() / found.file).is_file():
        raise NotFound("There is no finished export for this account. Have a fresh one made; it takes a moment.")
    found.downloads += 1
    key = base64.b64decode(disclose(found.file_key, purpose=PURPOSE, actor=actor_of(account_id)))
    number = accounts.get(account_id).number
    return Download(name=f"data-of-{number}.zip", size=found.size, pieces=box.read(folder() / found.file, key))


def deliver_link(account_id: int) -> None:
    """Mail a one-time link to a finished export to the address on file: good for 15 minutes and five tries.
    Where there is none yet, have it made: the link follows when it is ready. Refuses with NotFound for nobody."""
    found = session.scalar(_own(account_id).where(_is_live(), DataExport.state == State.READY).with_for_update())
    if found is None:
        start(account_id, mailed=True)
        return
    token = secrets.token_urlsafe(32)
    found.link_hash, found.link_until, found.link_tries = _hash(token), clock.now() + LINK_LIVES, 0
    context = {"token": token, "tries": LINK_TRIES}
    send(account_id, PURPOSE, Letter(name="export_link", context=context, once=f"export link:{_hash(token)}"))


def check_link(token: str) -> datetime:
    """Until when the link is good, without using a try. Raises LinkExpired."""
    found = session.scalar(select(DataExport.link_until).where(*_linked(token)))
    if found is None:
        raise LinkExpired
    return found


def use_link(token: str) -> Download:
    """Hand the export over to whoever could read the mail: one try. Raises LinkExpired."""
    tried = update(DataExport).where(*_linked(token)).values(link_tries=DataExport.link_tries + 1)
    account_id = session.execute(tried.returning(DataExport.account_id)).scalar()
    if account_id is None:
        raise LinkExpired
    return open_download(account_id)


def end_link(token: str) -> None:
    """The whole file went out: the link has done its work."""
    session.execute(update(DataExport).where(DataExport.link_hash == _hash(token)).values(link_hash=None))


def forget() -> int:
    """Delete what expired, files included; how many those were."""
    gone = delete(DataExport).where(DataExport.expires_at <= clock.now()).returning(DataExport.file)
    files = session.execute(gone).scalars().all()
    for file in files:
        _remove_later(file)
    return len(files)


def sweep() -> None:
    """Start again what got stuck, and remove files that belong to no export."""
    now = clock.now()
    stuck = select(DataExport.id).where(DataExport.state.in_(RUNNING), DataExport.touched_at < now - STUCK)
    for number in session.scalars(stuck):
        start_job(JOB, export=number)
    _remove_strays(now)


def _remove_strays(now: datetime) -> None:
    known = set(session.scalars(select(DataExport.file)))
    for place in folder().iterdir():
        old = now.timestamp() - place.stat().st_mtime > STUCK.total_seconds()
        if place.name not in known and old:
            place.unlink(missing_ok=True)


def remove(file: str) -> None:
    """Delete a file of the folder, if it is there."""
    if file:
        with suppress(FileNotFoundError):
            (folder() / file).unlink()


def _remove_later(file: str) -> None:
    db.after_commit(lambda: remove(file))


def _own(account_id: int) -> Select[DataExport]:
    return select(DataExport).where(DataExport.account_id == account_id).execution_options(populate_existing=True)


def _is_live() -> ColumnElement[bool]:
    return DataExport.expires_at > clock.now()


def _still(task: Task) -> tuple[ColumnElement[bool], ...]:
    return (
        DataExport.id == task.number,
        DataExport.file == task.file,
        DataExport.state == State.BUILDING,
    )


def _linked(token: str) -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (
        DataExport.link_hash == _hash(token),
        DataExport.link_until > now,
        DataExport.link_tries < LINK_TRIES,
        DataExport.state == State.READY,
        DataExport.expires_at > now,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
