"""Invoices may be written anew when what they say about the buyer is corrected"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("invoice") as table:
        table.add_column(sa.Column("issue", sa.Integer(), server_default="1", nullable=False))
        table.drop_constraint("uq_invoice_order_id_kind", type_="unique")
        table.create_unique_constraint("uq_invoice_order_id_kind_issue", ["order_id", "kind", "issue"])


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("invoice") as table:
        table.drop_constraint("uq_invoice_order_id_kind_issue", type_="unique")
        table.create_unique_constraint("uq_invoice_order_id_kind", ["order_id", "kind"])
        table.drop_column("issue")
