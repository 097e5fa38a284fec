"""What is taken out of typed text everywhere: characters that cannot be seen but change what is."""

import re
import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
"""Letters and marks by category that nevertheless show nothing."""


def is_invisible(character: str) -> bool:
    """Controls, format characters (zero-width, bidi), lone surrogates, private use and blank letters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in BLANK_LETTERS


def clean_line(text: str) -> str:
    """One line in NFC: runs of white space become one space, invisible characters go."""
    spaced = " ".join(text.split())
    kept = "".join(character for character in spaced if not is_invisible(character))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def clean_lines(text: str) -> str:
    """Several lines, each cleaned, with empty ones left out: a postal address, for instance."""
    return "\n".join(filter(None, (clean_line(line) for line in text.splitlines())))


def without_controls(text: str) -> str:
    """Long text as it was written, but for NUL and other controls, bidi controls and lone surrogates.

    Tabs and line ends stay, and so do zero-width joiners, which emoji and several scripts need.
    """
    return _HARMFUL.sub("", text)


_HARMFUL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(BIDI_CONTROLS))}]")


def cell(text: str) -> str:
    """A text as a cell of a table that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
