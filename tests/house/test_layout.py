"""Decisions about the house's shape, as tests: a decision that nothing checks is forgotten in two sessions of work."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
AREAS = ("core", "privacy", "storefront", "forum")
CODE = sorted(
    path for area in AREAS for path in (ROOT / area).rglob("*.py") if "migrations/versions" not in path.as_posix()
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PURE = sorted(
    path
    for path in CODE
    if path.name in {"rules.py", "money.py", "markup.py", "engraving.py", "strokes.py", "wishes.py"}
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_stay_under_300_lines_so_that_each_has_one_reason_to_exist() -> None:
    long = [name_of(path) for path in CODE if len(path.read_text().splitlines()) >= 300]
    assert not long


def test_functions_stay_under_40_lines_so_that_each_fits_a_glance() -> None:
    long = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40:
                long.append(f"{name_of(path)}:{node.name}")
    assert not long


def test_templates_stay_under_150_lines() -> None:
    assert not [name_of(path) for path in TEMPLATES if len(path.read_text().splitlines()) >= 150]


def test_no_page_has_an_inline_script_or_style_because_the_policy_of_content_forbids_them() -> None:
    bad = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    pages = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts[:1]]
    assert not [name_of(path) for path in pages if bad.search(path.read_text())]


def test_templates_never_mark_text_as_safe_by_themselves() -> None:
    allowed = re.compile(r"\{\{[^}]*\b(description_html|body_html|rendered|html|html_excerpt|snippet)\b[^}]*\|\s*safe")
    bad = []
    for path in TEMPLATES:
        for line in path.read_text().splitlines():
            if "|safe" in line.replace(" ", "") and not allowed.search(line):
                bad.append(f"{name_of(path)}: {line.strip()}")
    assert not bad


def test_folders_say_what_they_are_in_one_sentence_and_hold_no_code_in_their_init() -> None:
    for path in CODE:
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text())
            assert len(tree.body) == 1, name_of(path)
            assert ast.get_docstring(tree), name_of(path)


def test_nobody_commits_by_hand_because_one_request_is_one_transaction() -> None:
    caller = re.compile(r"\b(session|connection)\.commit\(")
    assert [name_of(path) for path in CODE if caller.search(path.read_text())] == []


def test_nothing_imports_the_program_from_below() -> None:
    upward = re.compile(r"^\s*(from|import) wsgi\b", re.MULTILINE)
    assert not [name_of(path) for path in CODE if upward.search(path.read_text())]


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_rules_import_with_web_and_database_blocked(path: Path) -> None:
    module = name_of(path).removesuffix(".py").replace("/", ".")
    script = f"import sys\nfor name in ('flask', 'sqlalchemy', 'wtforms'): sys.modules[name] = None\nimport {module}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_requirement_files_pin_every_version_with_hashes_and_name_no_index() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "--index-url" not in text and "://" not in text
        for entry in re.split(r"\n(?=\S)", text.strip()):
            assert re.match(r"^[a-z0-9._-]+(\[[a-z,]+\])?==\S+", entry, re.IGNORECASE), entry
            assert "--hash=sha256:" in entry, entry
