"""Bank transfers that arrived"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "transfer_receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("intent_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("line_hash", sa.String(64), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("effect", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_receipt_amount")),
        sa.CheckConstraint("source in ('statement', 'staff')", name=op.f("ck_transfer_receipt_source")),
        sa.CheckConstraint("effect in ('paid', 'part', 'over', 'late')", name=op.f("ck_transfer_receipt_effect")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intent.id"], name=op.f("fk_transfer_receipt_intent_id_payment_intent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_receipt")),
        sa.UniqueConstraint("line_hash", name=op.f("uq_transfer_receipt_line_hash")),
    )
    op.create_index(op.f("ix_transfer_receipt_intent_id"), "transfer_receipt", ["intent_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("transfer_receipt")
