"""Programs that are told of events"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0058"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", BIG, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("locked", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=200), server_default="", nullable=False),
        sa.Column("before_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("misses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("misses >= 0", name=op.f("ck_webhook_endpoint_misses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("endpoint_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=400), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'taken', 'given up')", name=op.f("ck_webhook_delivery_state")),
        sa.CheckConstraint("(state = 'waiting') = (due_at is not null)", name=op.f("ck_webhook_delivery_due")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_endpoint_id_webhook_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("endpoint_id", "event", name=op.f("uq_webhook_delivery_endpoint_id_event")),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["due_at"])
    op.create_index("ix_webhook_delivery_endpoint_id", "webhook_delivery", ["endpoint_id", "id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_endpoint")
