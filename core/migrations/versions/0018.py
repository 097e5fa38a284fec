"""A mailed link may carry the address that it gives to its account"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("mailed_link") as table:
        table.add_column(sa.Column("address", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("mailed_link") as table:
        table.drop_column("address")
