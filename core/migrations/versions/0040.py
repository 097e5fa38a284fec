"""Withdrawals, and what buyers agreed to about beginning at once"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "withdrawal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_withdrawal_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("order_id", name=op.f("uq_withdrawal_order_id")),
    )
    op.create_table(
        "withdrawal_answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("withdrawal_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.CheckConstraint(
            "verdict in ('may', 'late', 'business', 'begun', 'gone')", name=op.f("ck_withdrawal_answer_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_withdrawal_answer_order_line_id_order_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"],
            ["withdrawal.id"],
            name=op.f("fk_withdrawal_answer_withdrawal_id_withdrawal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_answer")),
        sa.UniqueConstraint(
            "withdrawal_id", "order_line_id", name=op.f("uq_withdrawal_answer_withdrawal_id_order_line_id")
        ),
    )
    op.create_index(op.f("ix_withdrawal_answer_order_line_id"), "withdrawal_answer", ["order_line_id"])
    op.add_column("order", sa.Column("waiver_version", sa.Integer(), nullable=True))
    op.add_column("license", sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("license", "downloaded_at")
    op.drop_column("order", "waiver_version")
    op.drop_table("withdrawal_answer")
    op.drop_table("withdrawal")
