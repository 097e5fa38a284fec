"""Which version of the terms is in force, and which there are. Pure."""

import re

TERMS_VERSION = 1
TERMS_SINCE = {1: "2026-11-01"}
"""The day from which each version counts. A published text is never changed: a change is a new version."""


def read_version(name: str) -> int | None:
    """The version that `v1` names; None for one that never was."""
    found = re.fullmatch(r"v([1-9][0-9]{0,3})", name, re.ASCII)
    number = int(found[1]) if found else 0
    return number if number in TERMS_SINCE else None
