"""Adding up what was paid in some months"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_index("ix_order_paid_at", "order", ["paid_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_order_paid_at", table_name="order")
