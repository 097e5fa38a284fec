"""A clause of the policy without a passing test fails the run. Part of every whole run; a partial one proves less."""

from collections.abc import Iterator

import pytest

from privacy import register

PROPERTY = "clause"


class Proofs:
    """Which clauses were proved by a test that passed, gathered from all workers."""

    def __init__(self) -> None:
        self.proved: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let each report carry the clauses that its test wears: reports travel between processes, marks do not."""
        for item in items:
            item.user_properties += [(PROPERTY, clause) for clause in _worn(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what passed."""
        if report.when == "call" and report.passed:
            self.proved |= {str(value) for name, value in report.user_properties if name == PROPERTY}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a whole run that leaves a clause without proof."""
        if is_whole(session.config) and self.missing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Name each sentence that nothing proved."""
        for clause in self.missing() if is_whole(config) else ():
            said = " ".join(register.clauses[clause].sentences)
            terminalreporter.write_line(f"{clause} has no passing test: “{said}”", red=True)

    def missing(self) -> list[str]:
        """The clauses that no test proved."""
        return [clause for clause in register.clauses if clause not in self.proved]


def is_whole(config: pytest.Config) -> bool:
    """True on the process that decides, when nothing was left out of the run."""
    option = config.option
    narrowed = option.keyword or option.markexpr or option.deselect or option.ignore or option.collectonly
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    return not hasattr(config, "workerinput") and not narrowed and not named


def _worn(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers("clause"):
        yield from mark.args


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run."""
    config.pluginmanager.register(Proofs(), "clauses")
