"""Confirmations, proforma invoices and receipts, and credit notes over parts"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KINDS = ("confirmation", "proforma", "invoice", "receipt", "credit_note")


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("invoice") as table:
        table.add_column(sa.Column("part", sa.Integer(), server_default="0", nullable=False))
        table.drop_constraint("uq_invoice_order_id_kind_issue", type_="unique")
        table.create_unique_constraint("uq_invoice_order_id_kind_issue_part", ["order_id", "kind", "issue", "part"])
        table.drop_constraint(op.f("ck_invoice_kind"), type_="check")
        table.create_check_constraint(op.f("ck_invoice_kind"), f"kind in {KINDS}")


def downgrade() -> None:
    """Take it back, with the papers that were not known before."""
    op.execute(sa.text("DELETE FROM invoice WHERE kind NOT IN ('invoice', 'credit_note') OR part > 0"))
    with op.batch_alter_table("invoice") as table:
        table.drop_constraint(op.f("ck_invoice_kind"), type_="check")
        table.create_check_constraint(op.f("ck_invoice_kind"), "kind in ('invoice', 'credit_note')")
        table.drop_constraint("uq_invoice_order_id_kind_issue_part", type_="unique")
        table.create_unique_constraint("uq_invoice_order_id_kind_issue", ["order_id", "kind", "issue"])
        table.drop_column("part")
