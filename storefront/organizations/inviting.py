"""Inviting people into an organization: mailed, accepted by whoever has the link, declined, withdrawn, over."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from core import clock, tokens
from core.access import Actor
from core.accounts.models import Account
from core.accounts.rules import read_email
from core.db import session
from core.errors import NotFound
from core.jobs.service import job
from core.sealed import Sealed, seal
from privacy import gate
from storefront.organizations import letters, rules, service
from storefront.organizations.models import Invitation, Member, Organization
from storefront.organizations.rules import Deed, InvitationState, OrganizationConflict, Role
from storefront.organizations.service import Seat

PURPOSE = "organization"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An invitation as whoever has the link sees it."""

    invitation: Invitation
    organization: Organization
    by: str


def invite(seat: Seat, typed: str, role: Role) -> Invitation:
    """Mail somebody an invitation. Refuses with MayNot, Invalid or OrganizationConflict."""
    seat.check(Deed.INVITE if role is Role.MEMBER else Deed.SET_ROLES)
    address = read_email(typed)
    service.lock(seat.organization.id)
    _check_room(seat)
    made = Invitation(
        organization_id=seat.organization.id,
        invited_by=seat.account_id,
        address=seal(address, "organization_invitation.address", subject=seat.account_id),
        role=role.value,
        state=InvitationState.OPEN.value,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    seen = see(made)
    letters.invite(
        address, made.id, tokens.sign(PURPOSE, str(made.id)), {"name": seen.organization.name, "by": seen.by}
    )
    return made


def open_of(organization_id: int) -> list[Invitation]:
    """Those that nobody answered yet."""
    wanted = select(Invitation).where(
        Invitation.organization_id == organization_id, Invitation.state == InvitationState.OPEN.value
    )
    return list(session.scalars(wanted.order_by(Invitation.id)))


def address_of(invitation: Invitation, reader: Actor) -> str:
    """Whom it was mailed to, for who wrote it; "" for others."""
    if reader.account_id != invitation.invited_by:
        return ""
    return _opened(invitation.address, reader)


def read_link(token: str) -> Invitation:
    """The invitation of a mailed link, locked. Raises LinkExpired or NotFound."""
    number = int(str(tokens.read(PURPOSE, token, within=rules.STANDS)))
    wanted = select(Invitation).where(Invitation.id == number).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("This invitation is no longer there.")
    return found


def see(invitation: Invitation) -> Seen:
    """Into what, and by whom. Refuses with OrganizationConflict what is over."""
    rules.check_open(InvitationState(invitation.state))
    return Seen(
        invitation=invitation,
        organization=session.get_one(Organization, invitation.organization_id),
        by=session.get_one(Account, invitation.invited_by).name_shown,
    )


def accept(invitation: Invitation, account_id: int) -> Organization:
    """Come in. Refuses with OrganizationConflict."""
    rules.check_open(InvitationState(invitation.state))
    organization = session.get_one(Organization, invitation.organization_id)
    service.lock(organization.id)
    mine = exists().where(Member.organization_id == organization.id, Member.account_id == account_id)
    if session.scalar(select(mine)):
        raise OrganizationConflict(f"You belong to {organization.name} already. Nothing was changed.")
    now = clock.now()
    session.add(Member(organization_id=organization.id, account_id=account_id, role=invitation.role, since=now))
    _finish(invitation, InvitationState.ACCEPTED)
    letters.tell(invitation.invited_by, organization, f"joined:{invitation.id}", "has a new member")
    return organization


def decline(invitation: Invitation) -> None:
    """No, thank you. Refuses with OrganizationConflict."""
    _finish(invitation, InvitationState.DECLINED)


def withdraw(seat: Seat, number: int) -> None:
    """Take an invitation back. Refuses with MayNot, NotFound or OrganizationConflict."""
    seat.check(Deed.INVITE)
    found = session.get(Invitation, number, with_for_update=True)
    if found is None or found.organization_id != seat.organization.id:
        raise NotFound("There is no such invitation.")
    _finish(found, InvitationState.WITHDRAWN)


@job("organizations.lapse", every=60)
def lapse() -> None:
    """End what nobody answered, and forget the address."""
    over = (Invitation.state == InvitationState.OPEN.value, Invitation.made_at <= clock.now() - rules.STANDS)
    for invitation in session.scalars(select(Invitation).where(*over).limit(500).with_for_update()):
        _finish(invitation, InvitationState.LAPSED)


def _check_room(seat: Seat) -> None:
    open_ = select(func.count()).select_from(Invitation).where(Invitation.organization_id == seat.organization.id)
    waiting = session.scalar(open_.where(Invitation.state == InvitationState.OPEN.value)) or 0
    members = select(func.count()).select_from(Member).where(Member.organization_id == seat.organization.id)
    if waiting + (session.scalar(members) or 0) >= rules.MOST_PEOPLE:
        raise OrganizationConflict(f"An organization has at most {rules.MOST_PEOPLE} people. Nobody was invited.")
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    mine = select(func.count()).select_from(Invitation).where(Invitation.invited_by == seat.account_id)
    if (session.scalar(mine.where(Invitation.made_at >= midnight)) or 0) >= rules.MOST_INVITED_A_DAY:
        raise OrganizationConflict("That were many invitations for one day. Please go on tomorrow; nothing was sent.")


def _finish(invitation: Invitation, state: InvitationState) -> None:
    rules.check_open(InvitationState(invitation.state))
    invitation.state, invitation.address, invitation.ended_at = state.value, None, clock.now()
    session.flush()


def _opened(value: Sealed | None, actor: Actor) -> str:
    return gate.disclose(value, purpose="licenses", actor=actor) if value else ""
