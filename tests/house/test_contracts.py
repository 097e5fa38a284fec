"""The import contracts and the marks on views can really fail: each is shown a planted mistake."""

import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from core import app as house
from core.access import SharedAddress, UnmarkedView, public
from core.settings import Environment, Settings

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = Path(__file__).parent.parent.parent / ".venv" / "bin" / "lint-imports"
PLANTED = {
    "privacy reaching up into the shop": ("privacy/gate.py", "import storefront.money"),
    "core reaching up into privacy": ("core/clock.py", "import privacy.register"),
    "a rule that knows the database": ("storefront/money.py", "import sqlalchemy"),
    "a feature that opens sealed values": ("storefront/orders/service.py", "import core.opening"),
    "a feature that puts mail down itself": ("forum/topics/service.py", "import core.outbox.service"),
    "a service that knows the web": ("storefront/cart/service.py", "import flask"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for area in ("core", "privacy", "storefront", "forum"):
        shutil.copytree(ROOT / area, folder / area, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def kept(folder: Path) -> bool:
    done = subprocess.run([CONTRACTS, "--no-cache"], cwd=folder, capture_output=True, text=True)
    return done.returncode == 0


def test_the_contracts_hold(copy: Path) -> None:
    assert kept(copy)


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_import_breaks_a_contract(copy: Path, mistake: str) -> None:
    name, line = PLANTED[mistake]
    text = (copy / name).read_text()
    try:
        (copy / name).write_text(f"{text}\n{line}\n")
        assert not kept(copy)
    finally:
        (copy / name).write_text(text)


def settings(folder: Path) -> Settings:
    return Settings(environment=Environment.TEST, secret_key="s" * 40, instance=folder)


def test_the_program_refuses_to_start_with_an_unmarked_view(tmp_path: Path) -> None:
    def area(app: Flask) -> None:
        app.add_url_rule("/secret", "secret", lambda: "")

    with pytest.raises(UnmarkedView, match="secret"):
        house.build(settings(tmp_path), [area], root=str(ROOT))


def test_the_program_refuses_to_start_with_two_views_at_one_address(tmp_path: Path) -> None:
    def area(app: Flask) -> None:
        for name in ("first", "second"):
            app.add_url_rule("/here", name, public(lambda: ""))

    with pytest.raises(SharedAddress, match="/here"):
        house.build(settings(tmp_path), [area], root=str(ROOT))


def test_a_view_cannot_wear_two_marks() -> None:
    with pytest.raises(UnmarkedView):
        public(public(lambda: ""))
