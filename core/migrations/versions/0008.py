"""Erasures"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posts", sa.String(length=10), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_erasure_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("account_id", name=op.f("uq_erasure_account_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_erasure_reference")),
        info={"public": False},
    )
    op.create_index(op.f("ix_erasure_done_at"), "erasure", ["done_at"], unique=False)
    op.create_index(op.f("ix_erasure_due_on"), "erasure", ["due_on"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_erasure_due_on"), table_name="erasure")
    op.drop_index(op.f("ix_erasure_done_at"), table_name="erasure")
    op.drop_table("erasure")
