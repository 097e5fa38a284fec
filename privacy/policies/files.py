"""The published texts as files: drafted from the register while a version is unposted, frozen by their fingerprint."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from core.errors import Conflict
from privacy import register
from privacy.policies import rules

PUBLISHED = Path(__file__).parent / "published"
FINGERPRINTS = PUBLISHED / "fingerprints"


class Frozen(Conflict):
    """A frozen version cannot be written again."""

    code = "version_frozen"
    sentence = "This version is frozen: its words were published. Raise the register's VERSION and draft the next one."


def text_of(number: int) -> str:
    """The words of that version."""
    return _file(number).read_text("utf-8")


def draft(number: int) -> Path:
    """Write that version anew from the register. Raises Frozen."""
    if number in frozen():
        raise Frozen
    _file(number).write_text(rules.render(number), "utf-8")
    return _file(number)


def freeze(number: int) -> None:
    """From now on these words stay as they are. Raises Frozen if they do already."""
    known = frozen()
    if number in known:
        raise Frozen
    known[number] = _sha256(number)
    FINGERPRINTS.write_text("".join(f"{print_}  v{one}.txt\n" for one, print_ in sorted(known.items())), "utf-8")


def frozen() -> dict[int, str]:
    """The frozen versions and the SHA-256 of their texts (the file is in the form of sha256sum)."""
    pairs = (line.split() for line in FINGERPRINTS.read_text("utf-8").splitlines())
    return {int(name.removeprefix("v").removesuffix(".txt")): print_ for print_, name in pairs}


def drifts() -> Iterator[str]:
    """Where a frozen file was changed, or the register's version does not say what the register says."""
    for number, print_ in frozen().items():
        if _sha256(number) != print_:
            yield f"v{number}.txt was changed after it was frozen"
    if text_of(register.VERSION) != rules.render(register.VERSION):
        yield f"version {register.VERSION} does not say what the register says"


def _file(number: int) -> Path:
    return PUBLISHED / f"v{number}.txt"


def _sha256(number: int) -> str:
    return hashlib.sha256(_file(number).read_bytes()).hexdigest()
