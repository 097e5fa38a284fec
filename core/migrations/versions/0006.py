"""Exports of one's data"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "data_export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'building', 'ready', 'failed')", name=op.f("ck_data_export_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_data_export_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
        sa.UniqueConstraint("account_id", name=op.f("uq_data_export_account_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_data_export_link_hash")),
        info={"public": False},
    )
    op.create_index(op.f("ix_data_export_expires_at"), "data_export", ["expires_at"], unique=False)
    op.add_column("account", sa.Column("password_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update account set password_at = created_at")


def downgrade() -> None:
    """Take it back."""
    op.drop_column("account", "password_at")
    op.drop_index(op.f("ix_data_export_expires_at"), table_name="data_export")
    op.drop_table("data_export")
