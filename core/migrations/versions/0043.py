"""Finding orders by their state and by the end of a key"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_index("ix_order_state", "order", ["state", "id"])
    op.create_index("ix_license_last_five", "license", ["last_five"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_license_last_five", table_name="license")
    op.drop_index("ix_order_state", table_name="order")
