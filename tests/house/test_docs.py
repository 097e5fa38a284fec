"""What the README and the operating page say is true: commands exist, settings exist, links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from core.settings import Environment, Settings
from tests.stores import SECRET
from wsgi import create_app

ROOT = Path(__file__).parent.parent.parent
README, OPERATING = (ROOT / "README.md").read_text(), (ROOT / "docs" / "operating.md").read_text()
SETTING = re.compile(r"`LICENSEPAL_([A-Z_]+)`")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(
        Settings(environment=Environment.TEST, secret_key=SECRET, instance=tmp_path_factory.mktemp("docs"))
    )


def commands(text: str) -> set[tuple[str, ...]]:
    """The words of each flask command that a page names, up to its first argument."""
    found = re.findall(r"\bflask ((?:[a-z]+ ?)+)", text)
    return {tuple(words.split()) for words in found}


def test_every_flask_command_that_the_pages_name_exists(program: Flask) -> None:
    runner = program.test_cli_runner()
    missing = []
    for words in sorted(commands(README) | commands(OPERATING)):
        for length in (2, 1):
            if runner.invoke(args=[*words[:length], "--help"]).exit_code == 0:
                break
        else:
            missing.append(words)
    assert not missing


def test_the_commands_of_the_first_start_do_what_they_say(tmp_path: Path) -> None:
    program = create_app(Settings(environment=Environment.TEST, secret_key=SECRET, instance=tmp_path))
    runner = program.test_cli_runner()
    assert "up to date" in runner.invoke(args=["db", "upgrade"]).output
    assert "agree" in runner.invoke(args=["db", "check"]).output
    refused = runner.invoke(args=["staff", "grant", "you@example.com", "catalogue", "sales"])
    assert refused.exit_code == 1
    assert "no account with that address" in refused.output


def test_every_make_command_of_the_readme_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for name in set(re.findall(r"\bmake ([a-z]+)\b`|^    make ([a-z]+)", README, re.MULTILINE)):
        assert f"\n{name[0] or name[1]}:" in makefile


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = README.split("## Settings")[1].split("## ")[0]
    named = {name.lower() for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for name in SETTING.findall(row)}
    assert named == {field.name for field in fields(Settings)}


def test_links_of_the_docs_lead_to_files() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
