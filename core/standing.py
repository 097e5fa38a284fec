"""Who passes a door, and how well a session stands for its person: two factors for staff, and a proof from a moment ago for what is sensitive.

A page that holds a form asks a little earlier than the door that takes it, so that nobody is sent away with a form filled in.
"""

from datetime import timedelta

from core.access import Door, Mark
from core.accounts.person import Person
from core.errors import NextStep, NotAllowed, NotSignedIn, ProofNeeded
from core.settings import Settings

FRESH = timedelta(minutes=15)
WORKING = timedelta(hours=2)
"""How long ago staff may have shown who they are, for everything else that they do."""
FILLING = timedelta(minutes=45)
"""How much longer a form may take that was opened in time."""

SET_UP = NextStep(label="Set up a second factor", address="/account/security/second-factor")


class SecondFactorNeeded(NotAllowed):
    """Staff reach other people's things, so a password alone does not open the back office (NIST SP 800-63B-4, AAL2)."""

    code = "second_factor_needed"
    title = "Staff sign in with a second factor"
    sentence = "A password alone does not open this. Set up a second factor once, and the door is open."


def check_door(person: Person | None, mark: Mark, settings: Settings, *, is_reading: bool) -> None:
    """Whether this person, or a stranger, may pass. Refuses with NotSignedIn, NotAllowed, SecondFactorNeeded or ProofNeeded."""
    if mark.door not in {Door.SIGNED_IN, Door.STAFF}:
        return
    if person is None:
        raise NotSignedIn
    if mark.door is Door.STAFF and not (person.is_staff and (not mark.permission or person.may(mark.permission))):
        raise NotAllowed("This page is for staff with another role. Nothing was changed.")
    _check_proof(person, mark, settings, is_reading=is_reading)


def _check_proof(person: Person, mark: Mark, settings: Settings, *, is_reading: bool) -> None:
    is_staff = mark.door is Door.STAFF
    if is_staff and settings.guards_staff and not person.two_factors:
        raise SecondFactorNeeded(next_steps=(SET_UP,))
    if not (mark.fresh or is_staff):
        return
    span = FRESH if mark.fresh else WORKING
    if not person.proved_within(span if is_reading else span + FILLING):
        raise ProofNeeded
