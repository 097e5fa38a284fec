"""Organizations with members and invitations"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "organization",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_organization_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organization_public_id")),
    )
    op.create_index(op.f("ix_organization_owner_id"), "organization", ["owner_id"], unique=False)
    op.create_table(
        "organization_invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at is null)", name=op.f("ck_organization_invitation_ended")),
        sa.CheckConstraint("role in ('manager', 'member')", name=op.f("ck_organization_invitation_role")),
        sa.CheckConstraint("state = 'open' or address is null", name=op.f("ck_organization_invitation_forgotten")),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'declined', 'withdrawn', 'lapsed')",
            name=op.f("ck_organization_invitation_state"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["account.id"], name=op.f("fk_organization_invitation_invited_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_invitation_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_invitation")),
    )
    op.create_index("ix_organization_invitation_lapsing", "organization_invitation", ["state", "made_at"], unique=False)
    op.create_index(
        "ix_organization_invitation_made", "organization_invitation", ["invited_by", "made_at"], unique=False
    )
    op.create_index(
        "ix_organization_invitation_open", "organization_invitation", ["organization_id", "state"], unique=False
    )
    op.create_table(
        "organization_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('owner', 'manager', 'member')", name=op.f("ck_organization_member_role")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_organization_member_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_member_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_member")),
        sa.UniqueConstraint(
            "organization_id", "account_id", name=op.f("uq_organization_member_organization_id_account_id")
        ),
    )
    op.create_index(op.f("ix_organization_member_account_id"), "organization_member", ["account_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_organization_member_account_id"), table_name="organization_member")
    op.drop_table("organization_member")
    op.drop_index("ix_organization_invitation_open", table_name="organization_invitation")
    op.drop_index("ix_organization_invitation_made", table_name="organization_invitation")
    op.drop_index("ix_organization_invitation_lapsing", table_name="organization_invitation")
    op.drop_table("organization_invitation")
    op.drop_index(op.f("ix_organization_owner_id"), table_name="organization")
    op.drop_table("organization")
