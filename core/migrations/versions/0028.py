"""Payments by Stripe, and money that goes back in parts"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("payment_intent", sa.Column("remote", sa.String(80), nullable=True))
    op.create_index(op.f("ix_payment_intent_remote"), "payment_intent", ["remote"])
    with op.batch_alter_table("payment_return") as table:
        table.add_column(sa.Column("cause", sa.String(40), server_default="whole", nullable=False))
        table.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("uq_payment_return_intent_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_payment_return_intent_id_cause"), ["intent_id", "cause"])
        table.create_check_constraint(op.f("ck_payment_return_amount"), "amount > 0")
    op.add_column("pretend_charge", sa.Column("returns", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("pretend_charge", "returns")
    with op.batch_alter_table("payment_return") as table:
        table.drop_constraint(op.f("ck_payment_return_amount"), type_="check")
        table.drop_constraint(op.f("uq_payment_return_intent_id_cause"), type_="unique")
        table.create_unique_constraint(op.f("uq_payment_return_intent_id"), ["intent_id"])
        table.drop_column("refused_at")
        table.drop_column("cause")
    op.drop_index(op.f("ix_payment_intent_remote"), table_name="payment_intent")
    op.drop_column("payment_intent", "remote")
