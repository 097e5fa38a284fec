"""Bulk actions"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("met", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('asking', 'draft', 'running', 'stopped', 'done', 'dropped')", name=op.f("ck_bulk_run_state")
        ),
        sa.CheckConstraint(
            "state not in ('running', 'stopped', 'done') or started_id is not null", name=op.f("ck_bulk_run_started")
        ),
        sa.ForeignKeyConstraint(["started_id"], ["audit_entry.id"], name=op.f("fk_bulk_run_started_id_audit_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
    )
    op.create_index("ix_bulk_run_made_at", "bulk_run", ["made_at"], unique=False)
    op.create_index(op.f("ix_bulk_run_started_id"), "bulk_run", ["started_id"], unique=False)
    op.create_index("ix_bulk_run_state", "bulk_run", ["state", "made_at"], unique=False)
    op.create_table(
        "bulk_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=400), nullable=False),
        sa.Column("after", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('chosen', 'ready', 'refused', 'done')", name=op.f("ck_bulk_row_state")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_row_run_id_bulk_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("run_id", "thing_id", name=op.f("uq_bulk_row_run_id_thing_id")),
    )
    op.create_index("ix_bulk_row_state", "bulk_row", ["run_id", "state", "id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_bulk_row_state", table_name="bulk_row")
    op.drop_table("bulk_row")
    op.drop_index("ix_bulk_run_state", table_name="bulk_run")
    op.drop_index(op.f("ix_bulk_run_started_id"), table_name="bulk_run")
    op.drop_index("ix_bulk_run_made_at", table_name="bulk_run")
    op.drop_table("bulk_run")
