"""What a poll may ask."""

from core.errors import Conflict, Invalid
from core.text import clean_line

FEWEST, MOST, LONGEST = 2, 10, 120


class PollClosed(Conflict):
    """Nobody chooses any more."""

    code = "poll_closed"
    title = "This poll is closed"
    sentence = "This poll was closed, so nothing was changed. What was chosen stays."


def options_in(typed: str) -> list[str]:
    """The choices, one on each line; none for an empty text. Raises Invalid for one alone, too many, long or equal ones."""
    found = [line for line in (clean_line(row) for row in typed.splitlines()) if line]
    if found and not FEWEST <= len(found) <= MOST:
        raise Invalid(f"A poll has {FEWEST} to {MOST} choices, each on a line of its own; this one has {len(found)}.")
    if any(len(line) > LONGEST for line in found):
        raise Invalid(f"A choice has at most {LONGEST} characters.")
    if len({line.casefold() for line in found}) < len(found):
        raise Invalid("Two choices are the same.")
    return found


def percent_of(votes: int, all_votes: int) -> int:
    """A share in whole percent, rounded half up; 0 of nothing is 0."""
    return (200 * votes + all_votes) // (2 * all_votes) if all_votes else 0
