"""An export waits encrypted, for its owner alone, and is gone in time; a mailed request gets a link and no data (P16)."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from core import clock, db
from core.accounts.models import Account
from core.db import session
from privacy.export import box, service, telling, work
from privacy.export.book import Book
from privacy.export.models import DataExport
from privacy.retention import service as retention
from tests.shop import PASSWORD, Shop, Visitor

PAGE = "/account/privacy/export"


def ask(visitor: Visitor) -> None:
    visitor.submit(PAGE, action=PAGE)
    visitor.shop.work()


def files(shop: Shop) -> list[Path]:
    return sorted((shop.app.extensions["settings"].instance / "exports").glob("*"))


def count(shop: Shop) -> int:
    with shop.transaction():
        return session.scalar(select(func.count()).select_from(DataExport)) or 0


def state_of(shop: Shop) -> str:
    with shop.transaction():
        return session.scalars(select(DataExport.state)).one()


@pytest.fixture(autouse=True)
def empty_folder(request: pytest.FixtureRequest) -> None:
    """Tests of one worker share the folder of the instance."""
    for name in {"shop", "sqlite_shop"} & set(request.fixturenames):
        for left in files(request.getfixturevalue(name)):
            left.unlink()


def test_it_waits_encrypted_and_the_mail_holds_no_data(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ask(ada)
    (file,) = files(sqlite_shop)
    raw = file.read_bytes()
    assert raw.startswith(box.MARK) and b"PK\x03\x04" not in raw and b"ada@" not in raw
    (letter,) = sqlite_shop.letters(name="export_ready")
    assert letter.address == "ada@example.com" and "/account/privacy/export" in letter.text
    assert "C-" not in letter.text


def test_asking_for_it_is_a_request_that_the_file_answers(shop: Shop) -> None:
    ada, requests = shop.member(), "/account/privacy/requests"
    ada.post(PAGE)
    ada.post(PAGE)
    assert ada.get(requests).text.count("In work") == 1
    shop.work()
    page = ada.get(requests).text
    assert "To see your data" in page and "Granted" in page and "In work" not in page
    assert [letter.name for letter in shop.letters()] == ["export_ready"]
    ada.post(PAGE)
    ada.post(f"{PAGE}/delete")
    assert "Withdrawn" in ada.get(requests).text


def test_it_expires_when_read_and_is_swept_from_the_disk(shop: Shop) -> None:
    ada = shop.member()
    ask(ada)
    with clock.moved(timedelta(days=7, minutes=1)):
        ada.sign_in(ada.account_id)
        assert "Have it put together" in ada.get(PAGE).text
        gone = ada.post(f"{PAGE}/download", {"password": PASSWORD})
        assert gone.status_code == 404 and "Have a fresh one made" in gone.text
        assert len(files(shop)) == 1
        with shop.app.app_context():
            db.use(shop.database)
            retention.sweep()
    assert files(shop) == [] and count(shop) == 0


def test_its_owner_deletes_it_or_has_a_fresh_one_made(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ask(ada)
    first = files(sqlite_shop)
    ada.post(PAGE)
    sqlite_shop.work()
    second = files(sqlite_shop)
    assert len(second) == 1 and second != first and count(sqlite_shop) == 1
    assert "The export is deleted" in ada.submit(PAGE, action="/delete").text
    assert files(sqlite_shop) == [] and count(sqlite_shop) == 0


def test_pressing_twice_makes_one(shop: Shop) -> None:
    ada = shop.member()
    ada.submit(PAGE, action=PAGE)
    ada.post(PAGE)
    shop.work()
    assert count(shop) == 1 and len(files(shop)) == 1 and len(shop.letters(name="export_ready")) == 1


def test_two_workers_never_write_the_same_export(shop: Shop) -> None:
    ada = shop.make_account()
    with shop.transaction():
        service.start(ada)
    with shop.transaction():
        number = session.scalars(select(DataExport.id)).one()
        first = service.claim(number)
    with shop.transaction():
        assert first is not None and service.claim(number) is None
    with clock.moved(timedelta(minutes=6)):
        with shop.transaction():
            second = service.claim(number)
        with shop.transaction():
            assert second is not None and second.file != first.file
            assert not service.finish(first, 10) and not service.note_progress(first, 1, 2)
            assert service.finish(second, 10)


def test_one_that_is_deleted_meanwhile_is_dropped(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = sqlite_shop.member()
    ada.submit(PAGE, action=PAGE)
    book = work.Book.write

    def delete_first(self: work.Book, *given: object) -> None:
        with db.transaction():
            session.execute(delete(DataExport))
        book(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(work.Book, "write", delete_first)
    sqlite_shop.work()
    assert files(sqlite_shop) == [] and sqlite_shop.letters(name="export_ready") == []


def test_a_failure_leaves_no_file_and_says_so_after_three_attempts(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = sqlite_shop.member()

    def fails(_account_id: int, _rows: object) -> list[dict[str, str]]:
        raise ZeroDivisionError

    monkeypatch.setitem(telling.tellings, "account", telling.Telling(reading=fails))
    ada.submit(PAGE, action=PAGE)
    with sqlite_shop.transaction():
        number = session.scalars(select(DataExport.id)).one()
    for expected in ("waiting", "waiting", "failed"):
        with sqlite_shop.app.test_request_context(), pytest.raises(ZeroDivisionError):
            db.use(sqlite_shop.database)
            work.build(number)
        assert state_of(sqlite_shop) == expected and files(sqlite_shop) == []
    page = ada.get(PAGE).text
    assert "could not be finished" in page and "Start again" in page
    monkeypatch.undo()
    sqlite_shop.database.queue.huey.flush()
    ask(ada)
    assert state_of(sqlite_shop) == "ready"


def test_what_a_stopped_worker_left_is_started_again(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ada.submit(PAGE, action=PAGE)
    sqlite_shop.database.queue.huey.flush()
    with clock.moved(timedelta(minutes=6)):
        with sqlite_shop.transaction():
            service.sweep()
        sqlite_shop.work()
    assert state_of(sqlite_shop) == "ready"


def test_a_file_that_belongs_to_nobody_is_removed(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ask(ada)
    with sqlite_shop.transaction():
        session.execute(delete(DataExport))
    with clock.moved(timedelta(hours=1)), sqlite_shop.transaction():
        service.sweep()
    assert files(sqlite_shop) == []


def deliver(shop: Shop, account_id: int) -> str:
    """Have a link mailed; its path."""
    with shop.transaction():
        service.deliver_link(account_id)
    shop.work()
    return shop.letters(name="export_link")[-1].link("/privacy/export/")


@pytest.mark.clause("P16")
def test_a_request_by_mail_gets_a_link_to_the_address_on_file_that_works_once(shop: Shop) -> None:
    ada = shop.make_account()
    path = deliver(shop, ada)
    (letter,) = shop.letters(name="export_link")
    assert letter.address == "ada@example.com" and "C-" not in letter.text
    stranger = shop.visitor()
    page = stranger.get(path)
    assert "Download the file" in page.text and page.headers["Referrer-Policy"] == "no-referrer"
    answer = stranger.submit(path)
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert stranger.get(path).status_code == 400
    assert stranger.post(path).status_code == 400


@pytest.mark.clause("P16")
def test_a_mailed_link_ends_after_a_quarter_of_an_hour_or_five_tries(shop: Shop) -> None:
    path = deliver(shop, shop.make_account())
    visitor = shop.visitor()
    with clock.moved(timedelta(minutes=15, seconds=1)):
        assert "no longer works" in visitor.get(path).text
    for _ in range(5):  # five downloads that break off before the first byte
        with shop.transaction():
            service.use_link(path.rsplit("/", 1)[1])
    assert visitor.get(path).status_code == 400
    assert visitor.get("/privacy/export/forged").status_code == 400
    fresh = deliver(shop, 1)
    assert fresh != path and visitor.get(fresh).status_code == 200


def test_nobody_gets_at_an_export_without_session_and_password(sqlite_shop: Shop) -> None:
    ask(sqlite_shop.member())
    bob = sqlite_shop.member("bob@example.com", "Bob")
    assert "Have it put together" in bob.get(PAGE).text
    assert bob.post(f"{PAGE}/download", {"password": PASSWORD}).status_code == 404
    assert "/sign-in" in sqlite_shop.visitor().get(PAGE, follow_redirects=False).location


@pytest.mark.clause("P16")
def test_staff_write_an_export_for_a_request_on_paper(sqlite_shop: Shop, tmp_path: Path) -> None:
    ada = sqlite_shop.make_account()
    with sqlite_shop.transaction():
        number = session.scalars(select(Account.number).where(Account.id == ada)).one()
    run = sqlite_shop.app.test_cli_runner().invoke
    done = run(args=["privacy", "export", number, str(tmp_path / "ada.zip")])
    assert done.exit_code == 0, done.output
    assert zipfile.ZipFile(tmp_path / "ada.zip").testzip() is None
    assert (tmp_path / "ada.zip").stat().st_mode & 0o077 == 0
    again = run(args=["privacy", "export", number, str(tmp_path / "ada.zip")])
    assert again.exit_code == 1 and "exists already" in again.output
    assert "There is no customer" in run(args=["privacy", "export", "C-000000000", str(tmp_path / "x.zip")]).output


def test_what_was_destroyed_is_nothing_in_the_export_and_the_rest_is_there(shop: Shop) -> None:
    ada = shop.member()
    ask(ada)
    with shop.transaction():
        retention.destroy(ada.account_id, "communication")
    out = io.BytesIO()
    with shop.app.test_request_context():
        db.use(shop.database)
        Book(ada.account_id).write(out, lambda _done: None)
    kept = json.loads(zipfile.ZipFile(out).read("data.json"))["data"]
    assert {mail["text"] for mail in kept["mail"]} == {None}
    assert kept["account"][0]["email"] == "ada@example.com"
