"""Tables of organizations, their people, and who is invited."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.organizations.rules import InvitationState, Role

QUIET = {"info": {"public": False}}


class Organization(Base):
    """People who buy and use licenses together. Its owner is one of its members."""

    __tablename__ = "organization"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]


class Member(Base):
    """Somebody in an organization, and the role."""

    __tablename__ = "organization_member"
    __table_args__ = (
        UniqueConstraint("organization_id", "account_id"),
        CheckConstraint(f"role in {tuple(role.value for role in Role)}", name="role"),
        QUIET,
    )

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(Big, ForeignKey("organization.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]


class Invitation(Base):
    """A mailed invitation. The address is there only while it is open."""

    __tablename__ = "organization_invitation"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in InvitationState)}", name="state"),
        CheckConstraint("role in ('manager', 'member')", name="role"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended"),
        CheckConstraint("state = 'open' or address is null", name="forgotten"),
        Index("ix_organization_invitation_open", "organization_id", "state"),
        Index("ix_organization_invitation_lapsing", "state", "made_at"),
        Index("ix_organization_invitation_made", "invited_by", "made_at"),
        QUIET,
    )

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(Big, ForeignKey("organization.id", ondelete="CASCADE"))
    invited_by: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    address: Mapped[Sealed | None] = mapped_column(SealedText("organization_invitation.address", "licenses"))
    role: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def _shared(category: str, keep: str = "as long as you are a member") -> Holding:
    return Holding(
        category=category,
        collected_for="licenses",
        keep=keep,
        read_by=("self", "organization"),
        correct="self",
        correct_at="/account/organizations",
    )


STANDING = "until the organization is closed"
UNTIL = "until the invitation is answered, withdrawn or over, at most 14 days"
declare(
    "organization",
    subject="owner_id",
    title="Organizations that you own",
    name=_shared("company", STANDING),
    made_at=_shared("time", STANDING),
    nothing_personal=("public_id",),
)
declare(
    "organization_member",
    subject="account_id",
    title="Organizations that you belong to",
    role=_shared("choice"),
    since=_shared("time"),
)
declare(
    "organization_invitation",
    subject="invited_by",
    title="People whom you invited into an organization",
    address=_shared("email", UNTIL),
    role=_shared("choice", STANDING),
    state=_shared("choice", STANDING),
    made_at=_shared("time", STANDING),
    ended_at=_shared("time", STANDING),
)
