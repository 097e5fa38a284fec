"""Who may do what in an organization, and how an invitation ends. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid, NotAllowed

STANDS = timedelta(days=14)
LONGEST_NAME = 80
MOST_OWNED = 10
MOST_PEOPLE = 500
MOST_INVITED_A_DAY = 50


class OrganizationConflict(Conflict):
    """The organization, or an invitation into it, is not as this needs it; the sentence says why."""

    code = "organization_conflict"
    title = "That cannot be done now"


class MayNot(NotAllowed):
    """A member's role does not reach so far."""

    code = "role_too_small"


class NameRefused(Invalid):
    """The organization needs a name that fits."""

    code = "organization_name"


class Role(StrEnum):
    """The owner is one; managers decide what is bought; members ask for it."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"


class Deed(StrEnum):
    """What a role allows."""

    ASK = "ask"
    DECIDE = "decide"
    GIVE_SEATS = "give seats"
    INVITE = "invite"
    SET_ROLES = "set roles"
    OWN = "own"


_MANAGES = frozenset({Deed.ASK, Deed.DECIDE, Deed.GIVE_SEATS, Deed.INVITE})
MAY: Mapping[Role, frozenset[Deed]] = MappingProxyType(
    {Role.OWNER: frozenset(Deed), Role.MANAGER: _MANAGES, Role.MEMBER: frozenset({Deed.ASK})}
)
WORDS: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: "Owner: everything, and who has which role",
        Role.MANAGER: "Manager: approves, orders, gives seats, invites",
        Role.MEMBER: "Member: asks for licenses",
    }
)


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OVER: Mapping[InvitationState, str] = MappingProxyType(
    {
        InvitationState.ACCEPTED: "This invitation was accepted already.",
        InvitationState.DECLINED: "This invitation was declined.",
        InvitationState.WITHDRAWN: "This invitation was withdrawn by the organization.",
        InvitationState.LAPSED: "This invitation is over: nobody answered it within fourteen days. Ask for another one.",
    }
)


def check(role: Role, deed: Deed) -> None:
    """Refuses with MayNot what the role does not allow."""
    if deed not in MAY[role]:
        needed = "its owner" if deed in MAY[Role.OWNER] - MAY[Role.MANAGER] else "its owner or a manager"
        raise MayNot(f"In this organization only {needed} may do that. Nothing was changed.")


def check_open(state: InvitationState) -> None:
    """Refuses with OrganizationConflict an invitation that is over."""
    if state is not InvitationState.OPEN:
        raise OrganizationConflict(OVER[state])


def check_removable(mine: Role, theirs: Role) -> None:
    """Refuses with MayNot: managers remove members, the owner anybody but the owner."""
    check(mine, Deed.INVITE)
    if theirs is Role.OWNER or (theirs is Role.MANAGER and mine is not Role.OWNER):
        raise MayNot("Only the owner may remove a manager, and nobody removes the owner. Nothing was changed.")


def read_name(typed: str) -> str:
    """The name as it is kept. Refuses with NameRefused."""
    name = " ".join(typed.split())
    if not name:
        raise NameRefused("Please write the name of the organization.")
    if len(name) > LONGEST_NAME:
        raise NameRefused(f"Please use at most {LONGEST_NAME} letters; these are {len(name)}.")
    return name
