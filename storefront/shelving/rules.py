"""What staff type about goods, read: words for addresses, key words, lines; and what may change of what was sold. Pure."""

import re
from dataclasses import dataclass

from core.errors import Conflict, Invalid
from core.text import clean_line

LONGEST_SLUG, MOST_KEYWORDS, MOST_LINES, LONGEST_LINE = 60, 20, 12, 120


class WordRefused(Invalid):
    code = "word_refused"
    sentence = "Small letters a to z, digits and single hyphens between them, please: “night-mill-2”."


class LinesRefused(Invalid):
    code = "lines_refused"


class TermsAreSold(Conflict):
    """What people bought stays what they bought."""

    code = "terms_are_sold"
    sentence = (
        "This edition was sold or offered already, so its term, trial, updates and seats stay as they are, and its devices "
        "can only grow. Make another edition instead. Nothing was changed."
    )


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What somebody buys with an edition."""

    term: str
    devices: int
    trial_days: int | None
    update_months: int | None
    per_seat: bool


def read_slug(typed: str, name: str = "") -> str:
    """The word for an address, made of the name where none was typed. Refuses with WordRefused."""
    slug = typed.strip() or re.sub(r"[^a-z0-9]+", "-", name.lower())[:LONGEST_SLUG].strip("-")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug, re.ASCII) or len(slug) > LONGEST_SLUG:
        raise WordRefused
    return slug


def read_keywords(typed: str) -> str:
    """Words with commas between them, each once. Refuses with LinesRefused."""
    words = list(dict.fromkeys(word for part in typed.split(",") if (word := clean_line(part))))
    if len(words) > MOST_KEYWORDS or len(", ".join(words)) > 400:
        raise LinesRefused(f"At most {MOST_KEYWORDS} key words and 400 characters, please.")
    return ", ".join(words)


def read_lines(typed: str) -> list[str]:
    """What an edition includes, one a line. Refuses with LinesRefused."""
    lines = [line for part in typed.splitlines() if (line := clean_line(part))]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise LinesRefused(f"At most {MOST_LINES} lines of {LONGEST_LINE} characters, please.")
    return lines


def check_terms(before: Terms, after: Terms, *, sold: bool) -> None:
    """Whether an edition may be sold on other terms. Refuses with TermsAreSold."""
    fixed = (before.term, before.trial_days, before.update_months, before.per_seat)
    if sold and (fixed != (after.term, after.trial_days, after.update_months, after.per_seat)):
        raise TermsAreSold
    if sold and after.devices < before.devices:
        raise TermsAreSold
