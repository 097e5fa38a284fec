"""Taking away what proves or enforces a sentence of the policy turns the run red and names the sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from privacy import register
from privacy.proving import commands

ROOT = Path(__file__).parent.parent.parent


def run(folder: Path, clauses: list[str], *words: str, broken: str = "") -> subprocess.CompletedProcess[str]:
    """A suite of its own with one small test for each of these clauses."""
    body = "\n".join(
        f'@pytest.mark.clause("{clause}")\ndef test_{clause.lower()}() -> None:\n    assert {clause != broken}\n'
        for clause in clauses
    )
    (folder / "test_small.py").write_text(f"import pytest\n\n{body}")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = clause(id): proves a clause\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.clauses", "-p", "no:cacheprovider", *words]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, timeout=120
    )


def test_a_run_in_which_every_clause_is_proved_is_green(tmp_path: Path) -> None:
    done = run(tmp_path, list(register.clauses), "-n", "2")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("clause", ["P8", "P17c"])
def test_without_its_test_a_sentence_turns_the_run_red(tmp_path: Path, clause: str) -> None:
    done = run(tmp_path, [one for one in register.clauses if one != clause])
    assert done.returncode == 1
    assert f"{clause} has no passing test" in done.stdout
    assert register.clauses[clause].sentences[0] in done.stdout


def test_a_test_that_fails_proves_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, list(register.clauses), broken="P6")
    assert done.returncode == 1
    assert "P6 has no passing test" in done.stdout


def test_a_run_of_some_tests_is_not_asked_for_all_clauses(tmp_path: Path) -> None:
    assert run(tmp_path, ["P8"], "-k", "p8").returncode == 0


def test_there_are_19_clauses_in_31_parts_and_each_has_a_test_here() -> None:
    assert len({clause.rstrip("abcd") for clause in register.clauses}) == 19
    assert len(register.clauses) == 31
    proofs = commands.tests_by_clause(ROOT / "tests")
    assert [clause for clause in register.clauses if not proofs[clause]] == []
