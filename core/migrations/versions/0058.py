"""Refunds that wait for a second person"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0059"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "refund_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_refund_request_amount")),
        sa.CheckConstraint(
            "state in ('waiting', 'given', 'declined', 'taken back')", name=op.f("ck_refund_request_state")
        ),
        sa.CheckConstraint(
            "state <> 'given' or (decided_by_id is not null and decided_by_id <> asked_by_id)",
            name=op.f("ck_refund_request_two"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_refund_request_order_id_order")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_refund_request_asked_by_id_account")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_refund_request_decided_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_request")),
        sa.UniqueConstraint("asked", name=op.f("uq_refund_request_asked")),
    )
    op.create_index(
        "ix_refund_request_waiting",
        "refund_request",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_refund_request_waiting", table_name="refund_request")
    op.drop_table("refund_request")
