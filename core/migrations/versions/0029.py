"""Disputes about payments"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "payment_dispute",
        sa.Column("id", BIG, nullable=False),
        sa.Column("intent_id", BIG, nullable=False),
        sa.Column("remote", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('open', 'won', 'lost')", name=op.f("ck_payment_dispute_state")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intent.id"], name=op.f("fk_payment_dispute_intent_id_payment_intent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_dispute")),
        sa.UniqueConstraint("remote", name=op.f("uq_payment_dispute_remote")),
    )
    op.create_index(op.f("ix_payment_dispute_intent_id"), "payment_dispute", ["intent_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("payment_dispute")
