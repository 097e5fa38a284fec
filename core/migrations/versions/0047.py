"""Changes of plan"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "plan_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("license_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_seats", sa.Integer(), nullable=False),
        sa.Column("to_seats", sa.Integer(), nullable=False),
        sa.Column("was_unit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("charge", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ahead", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "charge > 0 and unit >= 0 and to_seats > 0 and from_seats > 0", name=op.f("ck_plan_change_amounts")
        ),
        sa.CheckConstraint("undone_at is null or applied_at is not null", name=op.f("ck_plan_change_undone")),
        sa.ForeignKeyConstraint(
            ["from_edition_id"], ["edition.id"], name=op.f("fk_plan_change_from_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_plan_change_license_id_license"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_plan_change_order_id_order")),
        sa.ForeignKeyConstraint(["to_edition_id"], ["edition.id"], name=op.f("fk_plan_change_to_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
        sa.UniqueConstraint("order_id", name=op.f("uq_plan_change_order_id")),
        info={"public": False},
    )
    op.create_index(op.f("ix_plan_change_from_edition_id"), "plan_change", ["from_edition_id"], unique=False)
    op.create_index("ix_plan_change_license_id", "plan_change", ["license_id", "id"], unique=False)
    op.create_index(op.f("ix_plan_change_to_edition_id"), "plan_change", ["to_edition_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_plan_change_to_edition_id"), table_name="plan_change")
    op.drop_index("ix_plan_change_license_id", table_name="plan_change")
    op.drop_index(op.f("ix_plan_change_from_edition_id"), table_name="plan_change")
    op.drop_table("plan_change")
