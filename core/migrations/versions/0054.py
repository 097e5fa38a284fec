"""Requisitions and joint purchases"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "joint_purchase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'ordered' or order_id is not null", name=op.f("ck_joint_purchase_order")),
        sa.CheckConstraint("state in ('checkout', 'ordered', 'put_back')", name=op.f("ck_joint_purchase_state")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_joint_purchase_buyer_id_account")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_joint_purchase_order_id_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_joint_purchase_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_purchase")),
        sa.UniqueConstraint("order_id", name=op.f("uq_joint_purchase_order_id")),
    )
    op.create_index("ix_joint_purchase_buyer_id", "joint_purchase", ["buyer_id", "state"], unique=False)
    op.create_index("ix_joint_purchase_organization_id", "joint_purchase", ["organization_id", "id"], unique=False)
    op.create_index(
        "uq_joint_purchase_open",
        "joint_purchase",
        ["organization_id"],
        unique=True,
        sqlite_where=sa.text("state = 'checkout'"),
        postgresql_where=sa.text("state = 'checkout'"),
    )
    op.create_table(
        "requisition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cost_centre", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(purchase_id is not null) = (state in ('checkout', 'ordered'))", name=op.f("ck_requisition_purchase")
        ),
        sa.CheckConstraint(
            "state in ('asked', 'approved', 'declined', 'withdrawn', 'checkout', 'ordered')",
            name=op.f("ck_requisition_state"),
        ),
        sa.CheckConstraint("quantity between 1 and 99", name=op.f("ck_requisition_quantity")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_requisition_asked_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_requisition_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_requisition_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_requisition_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"],
            ["joint_purchase.id"],
            name=op.f("fk_requisition_purchase_id_joint_purchase"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requisition")),
    )
    op.create_index("ix_requisition_asked_by", "requisition", ["asked_by"], unique=False)
    op.create_index(op.f("ix_requisition_decided_by"), "requisition", ["decided_by"], unique=False)
    op.create_index(op.f("ix_requisition_edition_id"), "requisition", ["edition_id"], unique=False)
    op.create_index(op.f("ix_requisition_purchase_id"), "requisition", ["purchase_id"], unique=False)
    op.create_index("ix_requisition_state", "requisition", ["organization_id", "state", "id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_requisition_state", table_name="requisition")
    op.drop_index(op.f("ix_requisition_purchase_id"), table_name="requisition")
    op.drop_index(op.f("ix_requisition_edition_id"), table_name="requisition")
    op.drop_index(op.f("ix_requisition_decided_by"), table_name="requisition")
    op.drop_index("ix_requisition_asked_by", table_name="requisition")
    op.drop_table("requisition")
    op.drop_index(
        "uq_joint_purchase_open",
        table_name="joint_purchase",
        sqlite_where=sa.text("state = 'checkout'"),
        postgresql_where=sa.text("state = 'checkout'"),
    )
    op.drop_index("ix_joint_purchase_organization_id", table_name="joint_purchase")
    op.drop_index("ix_joint_purchase_buyer_id", table_name="joint_purchase")
    op.drop_table("joint_purchase")
