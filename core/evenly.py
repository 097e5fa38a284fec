"""Answers that must not tell by their time what was found (clauses P16 and P18): they leave on the next full half second."""

from time import perf_counter, sleep

GRID = 0.5
"""Seconds. Whatever such a door does, the hash of a password included, takes less on a machine that is fit to serve."""


def rest(passed: float) -> float:
    """Seconds left until the next point of the grid, of an answer that has taken so many seconds. Pure."""
    return -passed % GRID


def wait(started: float) -> None:
    """Let an answer go that was begun at this moment (of time.perf_counter)."""
    sleep(rest(perf_counter() - started))
