"""Organizations in an erasure, and in the export."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from core.db import session
from core.events import emit
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.export import telling
from privacy.export.telling import Values
from storefront.organizations import service
from storefront.organizations.models import Invitation, Member, Organization
from storefront.organizations.service import MemberLeft

TABLES = ("organization", "organization_member", "organization_invitation")
PASSES = (
    "Each goes on with its longest serving manager, else member, as its owner; one in which nobody else is ends. What you "
    "had from an organization goes back to it."
)


def listen() -> None:
    """Take part in every erasure and export."""
    on_erase(Part(name="organizations", tables=TABLES, preview=preview, erase=erase, rank=35))
    telling.chapter(
        "organizations", "Organizations", TABLES, sentence="Where you belong, and whom you invited.", rank=32
    )
    telling.describe("organization", unprinted=("name",), reading=_named)
    telling.describe("organization_member", unprinted=("role",))
    telling.describe("organization_invitation", unprinted=("state", "role"))


def preview(account_id: int) -> Share:
    """Memberships go, and organizations without anybody else."""
    count = session.scalar(select(func.count()).where(Member.account_id == account_id)) or 0
    return Share(lines=(Line(title="Places in organizations", count=count, fate=Fate.GOES, sentence=PASSES),))


def erase(leaving: Leaving) -> None:
    """Hand over what others are in, and delete the rest."""
    gone = leaving.account_id
    session.execute(delete(Invitation).where(Invitation.invited_by == gone))
    for organization in session.scalars(select(Organization).where(Organization.owner_id == gone)):
        if not service.succeed(organization, gone):
            service.dissolve(organization)
    for seat in service.seats_of(gone):
        found = seat.organization
        emit(MemberLeft(organization_id=found.id, account_id=gone, owner_id=found.owner_id))
    session.execute(delete(Member).where(Member.account_id == gone))


def _named(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": str(row["name"])} for row in rows]
