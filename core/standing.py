"""How well a session stands for its person: two factors for staff, and a proof from a moment ago for what is sensitive.

A page that holds a form asks a little earlier than the door that takes it, so that nobody is sent away with a form filled in.
"""

from datetime import timedelta

from core.access import Door, Mark
from core.accounts.service import Person
from core.errors import NextStep, NotAllowed, ProofNeeded
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


def check(person: Person, mark: Mark, settings: Settings, *, is_reading: bool) -> None:
    """Refuses with SecondFactorNeeded or ProofNeeded."""
    is_staff = mark.door is Door.STAFF
    if is_staff and settings.guards_staff and not person.two_factors:
        raise SecondFactorNeeded(next_steps=(SET_UP,))
    if not (mark.fresh or is_staff):
        return
    span = FRESH if mark.fresh else WORKING
    if not person.proved_within(span if is_reading else span + FILLING):
        raise ProofNeeded
