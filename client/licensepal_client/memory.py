"""The small file in which a program keeps what the shop signed last: an answer, and a file or proof."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from licensepal_client.signatures import Signed


@dataclass(frozen=True)
class Kept:
    """The last good answer and the last offline file or proof; both are checked again whenever they are read."""

    answer: Signed | None = None
    snapshot: str = ""


@dataclass(frozen=True)
class Memory:
    """Where it is kept."""

    path: Path

    def read(self) -> Kept:
        """What is kept. A file that is missing or no JSON of ours counts as empty: nothing is trusted for standing there."""
        try:
            said = json.loads(self.path.read_text("utf-8"))
            answer = Signed(**{name: str(part) for name, part in said["answer"].items()}) if said["answer"] else None
            return Kept(answer, str(said["snapshot"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Kept()

    def keep_answer(self, answer: Signed | None) -> None:
        """Keep this answer in place of the last; None forgets it."""
        self._write(replace(self.read(), answer=answer))

    def keep_snapshot(self, text: str) -> None:
        """Keep this file or proof in place of the last."""
        self._write(replace(self.read(), snapshot=text))

    def _write(self, kept: Kept) -> None:
        """Whole or not at all, for this user alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(asdict(kept), out)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
