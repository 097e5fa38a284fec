"""The one way to open a sealed value: declared, for one of its purposes, by somebody who may, and written down.

In this order: the column's own purposes · nothing commercial · the policy version (in force, told, not newer than the
value) and the person's yes · "original purposes only" · a wish to be left alone · the browser's signal · the role.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.access import Actor
from core.errors import NotAllowed
from core.opening import reveal
from core.sealed import Forgotten, Sealed
from privacy import register
from privacy.consent import service as consent
from privacy.looks import service as looks
from privacy.policies import service as policies
from privacy.terms import Holding, Purpose

Stopped = Callable[[str, str], bool]
_stopped: dict[str, Stopped] = {}


class Closed(NotAllowed):
    """The gate stays closed; the sentence says which promise keeps it so."""

    code = "gate_closed"
    title = "This stays closed"

    def __init__(self, verdict: "Verdict") -> None:
        super().__init__(verdict.sentence)
        self.reason = verdict.reason


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the gate knows when somebody asks. is_subject: the person about whom it is. is_on and original_only are the
    person's own switches; datum_version is the policy version under which the value was given. in_force and told: the
    version that brought the purpose. suppressed: this address or number is to be left alone. signaling: their browser
    asks not to be followed."""

    holding: Holding | None
    purpose: Purpose | None
    actor: Actor
    is_subject: bool = False
    is_on: bool = False
    original_only: bool = False
    datum_version: int = 1
    said_yes: bool = False
    in_force: bool = True
    told: bool = True
    suppressed: bool = False
    signaling: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether it may be opened, the reason as one word for the record, and as a sentence for people."""

    allowed: bool
    reason: str
    sentence: str = ""


def permits(asked: Asked) -> Verdict:
    """The rule, pure. The first promise that stands against it decides."""
    if asked.holding is None or asked.purpose is None:
        return _no("undeclared", "This use is not in the register, so nothing was opened.")
    if asked.is_subject:
        return Verdict(allowed=True, reason="own")
    return (
        _against_purpose(asked.holding, asked.purpose)
        or _against_version(asked, asked.purpose)
        or _against_choice(asked, asked.holding, asked.purpose)
        or _against_wishes(asked, asked.purpose)
        or _against_actor(asked)
    )


def disclose(sealed: Sealed, *, purpose: str, actor: Actor) -> str:
    """The text inside, for this purpose. Leaves a row unless the person asks for their own. Raises Closed."""
    return disclose_all([sealed], purpose=purpose, actor=actor)[0]


def disclose_all(sealed: Sequence[Sealed], *, purpose: str, actor: Actor, stranger_said_yes: bool = False) -> list[str]:
    """Several values about one person, with one row for all of them. Raises Closed if any of them must stay closed.

    stranger_said_yes: the yes of somebody without an account, which stands in no ledger; whoever keeps it vouches.
    """
    subject = sealed[0].subject
    if any(value.subject != subject for value in sealed):
        raise ValueError("values about different people are opened one by one")
    opened: list[str] = []
    for value in sealed:
        verdict, text = _ask(value, purpose, actor, stranger_said_yes)
        if not verdict.allowed:
            _note((value.label,), subject, purpose, actor, verdict)
            raise Closed(verdict)
        opened.append(text)
    _note(tuple(value.label for value in sealed), subject, purpose, actor, verdict)
    return opened


def leave_alone(category: str, stopped: Stopped) -> None:
    """Name the function that knows who wants to be left alone: it gets a value of this category and the purpose."""
    _stopped[category] = stopped


def _ask(value: Sealed, purpose: str, actor: Actor, stranger_said_yes: bool) -> tuple[Verdict, str]:
    try:
        asked = _asked(value, purpose, actor)
        verdict = permits(replace(asked, is_on=True) if stranger_said_yes and not value.subject else asked)
        return verdict, reveal(value) if verdict.allowed else ""
    except Forgotten:
        return _no("forgotten", "This was deleted, as promised, and nobody can open it any more."), ""


def _asked(value: Sealed, purpose: str, actor: Actor) -> Asked:
    held, wanted = register.holding(value.label), register.purposes.get(purpose)
    asked = Asked(
        holding=held,
        purpose=wanted,
        actor=actor,
        is_subject=actor.kind == "person" and value.subject != 0 and actor.account_id == value.subject,
        datum_version=value.version,
    )
    if asked.is_subject or held is None or wanted is None or not value.subject or wanted.id not in held.purposes:
        return asked
    return _with_wishes(_with_version(_with_choices(asked, held, wanted, value.subject), wanted, value), held, value)


def _with_choices(asked: Asked, held: Holding, purpose: Purpose, subject: int) -> Asked:
    """Look the person's switches up only where they can matter: most openings need none."""
    further = purpose.id not in held.collected
    newer = purpose.since > asked.datum_version
    if not (purpose.optional or further or newer):
        return asked
    said_yes = consent.is_given(subject, purpose.id)
    return replace(
        asked,
        is_on=said_yes,
        original_only=further and consent.is_given(subject, consent.ORIGINAL_ONLY),
        said_yes=said_yes,
    )


def _with_version(asked: Asked, purpose: Purpose, value: Sealed) -> Asked:
    """What version 1 allowed needs no look at the calendar."""
    if purpose.since <= 1:
        return asked
    in_force = policies.is_in_force(purpose.since)
    return replace(asked, in_force=in_force, told=in_force and policies.has_been_told(value.subject, purpose.since))


def _with_wishes(asked: Asked, held: Holding, value: Sealed) -> Asked:
    stopped = _stopped.get(held.category)
    return replace(
        asked,
        suppressed=stopped is not None and asked.purpose is not None and stopped(reveal(value), asked.purpose.id),
        signaling=consent.is_signaling(value.subject),
    )


def _against_purpose(held: Holding, purpose: Purpose) -> Verdict | None:
    if purpose.commercial:
        return _no("commercial", "We share nothing for commercial purposes (clause P4d), so nothing was opened.")
    if purpose.aggregates_only:
        return _no("aggregates_only", "This purpose works with sums only (clause P4b), so nothing was opened.")
    if purpose.id not in held.purposes:
        return _no("other_purpose", "This was given to us for something else, so nothing was opened.")
    return None


def _against_version(asked: Asked, purpose: Purpose) -> Verdict | None:
    if not asked.in_force:
        return _no("not_in_force", "This use begins later (clause P12), so nothing was opened.")
    if not asked.told:
        return _no("not_told", "The notice of this use has not reached the person (clause P12), so nothing was opened.")
    if purpose.since > asked.datum_version and not asked.said_yes:
        return _no(
            "newer_purpose", "This use is newer than the data and has no yes (clause P11), so nothing was opened."
        )
    return None


def _against_choice(asked: Asked, held: Holding, purpose: Purpose) -> Verdict | None:
    if purpose.optional and not asked.is_on:
        return _no("switched_off", "The person has this use switched off, so nothing was opened.")
    if asked.original_only and purpose.id not in held.collected:
        return _no("original_only", "The person allows the original purposes only (clause P14), so nothing was opened.")
    return None


def _against_wishes(asked: Asked, purpose: Purpose) -> Verdict | None:
    if asked.suppressed:
        if asked.holding is not None and asked.holding.category == "telephone":
            return _no(
                "calls_stopped", "This number was removed and is not called (clause P10), so nothing was opened."
            )
        return _no("stopped", "The person asked for no more mail of this kind (clause P6), so nothing was opened.")
    if asked.signaling and purpose.optional and not purpose.by_mail:
        return _no("signal", "The person's browser asks not to be followed (Sec-GPC), so nothing was opened.")
    return None


def _against_actor(asked: Asked) -> Verdict:
    assert asked.holding is not None
    if asked.actor.kind == "program":
        return Verdict(allowed=True, reason="purpose")
    if asked.actor.kind == "staff" and f"staff:{asked.actor.role}" in asked.holding.read_by:
        return Verdict(allowed=True, reason="role")
    if asked.actor.kind == "staff":
        return _no("role", "This role may not open that. The attempt was written down.")
    return _no("not_yours", "That belongs to somebody else.")


def _note(labels: tuple[str, ...], subject: int, purpose: str, actor: Actor, verdict: Verdict) -> None:
    if verdict.reason != "own":
        looks.note(
            looks.Look(
                subject=subject,
                labels=labels,
                purpose=purpose,
                actor=actor,
                allowed=verdict.allowed,
                reason=verdict.reason,
            )
        )


def _no(reason: str, sentence: str) -> Verdict:
    return Verdict(allowed=False, reason=reason, sentence=sentence)
