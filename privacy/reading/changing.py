"""The versions as a page of changes shows them: what each says otherwise than the one before. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privacy import register
from privacy.policies import rules
from privacy.policies.comparing import Section, compare
from privacy.policies.service import Published


@dataclass(frozen=True, kw_only=True)
class Change:
    """A version and its difference: changed clauses, changed lists after them, and what came with it.

    uses: those with a switch; acts: those that begin with an act of one's own, so that there is nothing to switch.
    """

    version: Published
    clauses: tuple[Section, ...]
    lists: tuple[Section, ...]
    uses: tuple[register.Purpose, ...]
    acts: tuple[register.Purpose, ...]


def history(versions: Sequence[Published], ways: Mapping[str, str]) -> list[Change]:
    """Every version, the latest first. The first one has nothing to be compared with."""
    before = [None, *versions]
    return [_change(version, earlier, ways) for version, earlier in reversed(list(zip(versions, before, strict=False)))]


def _change(version: Published, before: Published | None, ways: Mapping[str, str]) -> Change:
    if before is None:
        return Change(version=version, clauses=(), lists=(), uses=(), acts=())
    sections = compare(rules.fill(before.text, ways), rules.fill(version.text, ways))
    new = [one for one in register.purposes.values() if one.since == version.number]
    changed = [one for one in sections if one.is_changed]
    return Change(
        version=version,
        clauses=tuple(one for one in changed if one.id),
        lists=tuple(one for one in changed if not one.id),
        uses=tuple(one for one in new if one.optional),
        acts=tuple(one for one in new if not one.optional),
    )
