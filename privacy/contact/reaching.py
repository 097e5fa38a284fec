"""Opening a telephone number or a postal address in order to use it: asked of one rule, refused in public to the person."""

from dataclasses import dataclass

from core.access import Actor
from core.errors import Conflict
from core.sealed import Sealed
from privacy import register
from privacy.contact import rules
from privacy.contact.rules import Answer, Facts, Way
from privacy.gate import Closed, disclose
from privacy.looks import service as looks


class NoContact(Conflict):
    """The person is not to be reached this way for this; the sentence says which promise stands against it."""

    code = "no_contact"
    title = "This is not to be used"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A value, and what somebody wants to do with it."""

    value: Sealed
    way: Way
    purpose: str
    actor: Actor


def number_for(use: Use, *, is_open: bool) -> str:
    """A telephone number to call or to write to, about its own order while that is open. Raises NoContact, Closed."""
    purpose = register.purposes.get(use.purpose)
    _check(use, rules.may_contact(Facts(way=use.way, purpose=purpose, is_open=is_open)))
    try:
        return disclose(use.value, purpose=use.purpose, actor=use.actor)
    except Closed as closed:
        if closed.reason != "calls_stopped":
            raise
        removed = rules.may_contact(Facts(way=use.way, purpose=purpose, is_open=is_open, is_removed=True))
        raise NoContact(removed.sentence) from None


def address_for(use: Use, *, given_for: str) -> str:
    """A postal address to write to, for the purpose it was given for. Raises NoContact, Closed."""
    facts = Facts(way=Way.POST, purpose=register.purposes.get(use.purpose), given_for=given_for)
    _check(use, rules.may_contact(facts))
    return disclose(use.value, purpose=use.purpose, actor=use.actor)


def _check(use: Use, answer: Answer) -> None:
    if answer.allowed:
        return
    looks.note(
        looks.Look(
            subject=use.value.subject,
            labels=(use.value.label,),
            purpose=use.purpose,
            actor=use.actor,
            allowed=False,
            reason=answer.reason,
        )
    )
    raise NoContact(answer.sentence)
