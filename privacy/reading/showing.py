"""A published version as a page shows it: each clause with how it is kept and, for a person, their own setting. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from privacy import register
from privacy.policies import rules
from privacy.trying.rules import button

SWITCHES = "/account/privacy#choices"
PLACES = {
    "/support": "Write to us",
    "/account/details": "Your address and name",
    "/account/privacy": "Your privacy panel",
    "/privacy/preferences": "Your preferences",
    "/privacy/lists": "The lists",
    "/privacy/cookies": "The cookies",
    "/privacy/changes": "The changes",
    "/privacy/phone-removal": "Remove a number",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A section. kept is empty for lists that are no clause; own is the reader's setting or where to find one;
    button says what a signed-in reader can try."""

    id: str
    title: str
    sentences: tuple[str, ...]
    kept: str
    own: str
    address: str
    button: str


def show(text: str, ways: Mapping[str, str], states: Mapping[str, bool] | None) -> list[Shown]:
    """The sections of a text; states are the reader's switches, None for a stranger."""
    return [_show(part, states) for part in rules.read(rules.fill(text, ways))]


def _show(part: rules.Part, states: Mapping[str, bool] | None) -> Shown:
    clause = register.clauses.get(part.id)
    own, address = _own(clause.setting, states) if clause else ("", "")
    return Shown(
        id=part.id,
        title=part.title,
        sentences=part.sentences,
        kept=clause.enforced if clause else "",
        own=own,
        address=address,
        button=button(part.id),
    )


def _own(setting: str, states: Mapping[str, bool] | None) -> tuple[str, str]:
    if setting in PLACES or not setting:
        return PLACES.get(setting, ""), setting
    if states is None:
        return "Has a switch for you", SWITCHES if setting != "page_history" else "/privacy/preferences#page-history"
    return f"Your setting: {'on' if states.get(setting) else 'off'}", SWITCHES
