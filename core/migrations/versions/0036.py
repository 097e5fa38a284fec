"""Purchase order numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("order", sa.Column("purchase_order", sa.Text(), nullable=True))
    op.add_column("checkout_draft", sa.Column("purchase_order", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("checkout_draft", "purchase_order")
    op.drop_column("order", "purchase_order")
