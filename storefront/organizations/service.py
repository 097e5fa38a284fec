"""What can be done with organizations: found, read, rename, change roles, leave, hand over, close."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select

from core import clock
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.events import emit
from storefront.organizations import letters, rules
from storefront.organizations.models import Member, Organization
from storefront.organizations.rules import Deed, OrganizationConflict, Role


@dataclass(frozen=True, kw_only=True)
class MemberLeft:
    """Somebody left or was removed; told in the same transaction, while the owner is still known. What they had of the
    organization goes back to it."""

    organization_id: int
    account_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class OrganizationEnds:
    """Nobody is left in it; told before it is deleted."""

    organization_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member's place in an organization: it, and the role that they have there."""

    organization: Organization
    account_id: int
    role: Role

    def may(self, deed: str) -> bool:
        """Whether the role allows it."""
        return Deed(deed) in rules.MAY[self.role]

    def check(self, deed: Deed) -> None:
        """Refuses with MayNot."""
        rules.check(self.role, deed)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the organization, by the name that they show."""

    account_id: int
    number: str
    name: str
    role: Role


def found(account_id: int, typed: str) -> Organization:
    """A new organization with this owner. Refuses with NameRefused or OrganizationConflict."""
    name = rules.read_name(typed)
    if _owned(account_id) >= rules.MOST_OWNED:
        raise OrganizationConflict(f"One person owns at most {rules.MOST_OWNED} organizations. None was made.")
    now = clock.now()
    made = Organization(public_id=secrets.token_urlsafe(12), owner_id=account_id, name=name, made_at=now)
    session.add(made)
    session.flush()
    session.add(Member(organization_id=made.id, account_id=account_id, role=Role.OWNER.value, since=now))
    session.flush()
    return made


def seats_of(account_id: int) -> list[Seat]:
    """The organizations of somebody, by name."""
    rows = session.execute(_seats().where(Member.account_id == account_id).order_by(Organization.name, Organization.id))
    return [Seat(organization=organization, account_id=account_id, role=Role(role)) for organization, role in rows]


def seat_in(account_id: int, public_id: str) -> Seat:
    """One's place in an organization. Raises NotFound, also for those of other people."""
    wanted = _seats().where(Member.account_id == account_id, Organization.public_id == public_id)
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("You belong to no such organization.")
    return Seat(organization=row[0], account_id=account_id, role=Role(row[1]))


def find(organization_id: int) -> Organization | None:
    """An organization by its number."""
    return session.get(Organization, organization_id)


def people_of(organization_id: int) -> list[Person]:
    """Everybody, those with the most to say first."""
    wanted = (
        select(Member.account_id, Account.number, Account.name_shown, Member.role)
        .join(Account, Account.id == Member.account_id)
        .where(Member.organization_id == organization_id)
        .order_by(Member.role.desc(), Account.name_shown, Member.id)
    )
    rows = [
        Person(account_id=account_id, number=number, name=name, role=Role(role))
        for account_id, number, name, role in session.execute(wanted)
    ]
    return sorted(rows, key=lambda one: list(Role).index(one.role))


def rename(seat: Seat, typed: str) -> None:
    """Refuses with MayNot or NameRefused."""
    seat.check(Deed.OWN)
    seat.organization.name = rules.read_name(typed)


def set_role(seat: Seat, number: str, role: Role) -> str:
    """Let the member with this number be manager or member; their name. Refuses with MayNot, OrganizationConflict or NotFound."""
    seat.check(Deed.SET_ROLES)
    member, name = _member(seat, number)
    if member.role == Role.OWNER or role is Role.OWNER:
        raise OrganizationConflict("Who owns the organization changes by handing it over. Nothing was changed.")
    member.role = role.value
    return name


def hand_over(seat: Seat, number: str) -> str:
    """Make another member the owner; the former one is a manager from then on. Their name.

    Refuses with MayNot, OrganizationConflict or NotFound.
    """
    seat.check(Deed.OWN)
    lock(seat.organization.id)
    member, name = _member(seat, number)
    mine = session.scalars(_members(seat.organization.id).where(Member.account_id == seat.account_id)).one()
    if member.id == mine.id:
        raise OrganizationConflict("It is yours already. Nothing was changed.")
    mine.role, member.role = Role.MANAGER.value, Role.OWNER.value
    seat.organization.owner_id = member.account_id
    letters.tell(member.account_id, seat.organization, f"made-owner:{clock.now():%Y%m%d%H%M%S}", "is yours now")
    return name


def remove(seat: Seat, number: str) -> str:
    """Remove a member; their name. Refuses with MayNot or NotFound."""
    lock(seat.organization.id)
    member, name = _member(seat, number)
    rules.check_removable(seat.role, Role(member.role))
    _leave(seat.organization, member)
    letters.tell(member.account_id, seat.organization, f"removed:{member.id}", "has removed you")
    return name


def leave(seat: Seat) -> None:
    """Go. Refuses with OrganizationConflict the owner, who hands over or closes first."""
    lock(seat.organization.id)
    if seat.role is Role.OWNER:
        raise OrganizationConflict("You own it: hand it over to somebody first, or close it. Nothing was changed.")
    _leave(
        seat.organization,
        session.scalars(_members(seat.organization.id).where(Member.account_id == seat.account_id)).one(),
    )


def close(seat: Seat) -> None:
    """End it. Refuses with MayNot, or OrganizationConflict while somebody else is in it or something holds it."""
    seat.check(Deed.OWN)
    lock(seat.organization.id)
    if session.scalar(select(func.count()).select_from(_members(seat.organization.id).subquery())) != 1:
        raise OrganizationConflict("Somebody else is in it. Hand it over, or remove them first. Nothing was changed.")
    held = next(filter(None, (says(seat.organization.id) for says in _holding)), "")
    if held:
        raise OrganizationConflict(f"{held} Nothing was changed.")
    dissolve(seat.organization)


def dissolve(organization: Organization) -> None:
    """Delete it; what it held is told first."""
    emit(OrganizationEnds(organization_id=organization.id, owner_id=organization.owner_id))
    session.execute(delete(Organization).where(Organization.id == organization.id))


def holds_open(says: Callable[[int], str]) -> None:
    """Let this say why an organization cannot be closed yet, "" if it can."""
    if says not in _holding:
        _holding.append(says)


_holding: list[Callable[[int], str]] = []


def lock(organization_id: int) -> None:
    """One change of its people at a time."""
    session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())


def succeed(organization: Organization, leaver_id: int) -> bool:
    """Whether somebody takes the place of an owner who is erased: the longest serving manager, else member."""
    others = _members(organization.id).where(Member.account_id != leaver_id)
    heir = session.scalar(others.order_by(Member.role == Role.MEMBER.value, Member.id).limit(1))
    if heir is None:
        return False
    heir.role, organization.owner_id = Role.OWNER.value, heir.account_id
    letters.tell(heir.account_id, organization, f"heir:{heir.id}", "is yours now")
    return True


def _leave(organization: Organization, member: Member) -> None:
    emit(MemberLeft(organization_id=organization.id, account_id=member.account_id, owner_id=organization.owner_id))
    session.execute(delete(Member).where(Member.id == member.id))


def _member(seat: Seat, number: str) -> tuple[Member, str]:
    wanted = select(Member, Account.name_shown).join(Account, Account.id == Member.account_id)
    row = session.execute(
        wanted.where(Member.organization_id == seat.organization.id, Account.number == number)
    ).first()
    if row is None:
        raise NotFound("There is no such member.")
    return row[0], row[1]


def _members(organization_id: int) -> Select[Member]:
    return select(Member).where(Member.organization_id == organization_id)


def _seats() -> Select[Organization, str]:
    return select(Organization, Member.role).join(Member, Member.organization_id == Organization.id)


def _owned(account_id: int) -> int:
    wanted = select(func.count()).select_from(Organization).where(Organization.owner_id == account_id)
    return session.scalar(wanted) or 0
