"""Orders with discounts, and with prices to which the tax is added"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("standard", "reverse_charge", "outside", "exempt")


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("order") as table:
        table.add_column(sa.Column("discount", BIG, nullable=False, server_default="0"))
        table.add_column(sa.Column("net_prices", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("tax_kind", sa.String(16), nullable=False, server_default="standard"))
        table.create_check_constraint(op.f("ck_order_tax_kind"), f"tax_kind in {KINDS}")
        table.create_check_constraint(op.f("ck_order_sums"), "tax between 0 and total and discount >= 0")
    op.execute(sa.text("UPDATE \"order\" SET tax_kind = 'outside' WHERE tax = 0 AND total > 0"))
    with op.batch_alter_table("order_line") as table:
        table.add_column(sa.Column("usual", BIG, nullable=False, server_default="0"))
        table.add_column(sa.Column("discount", BIG, nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_order_line_price"), "quantity > 0 and unit >= 0")
        table.create_check_constraint(
            op.f("ck_order_line_amount"),
            "amount = unit * quantity - discount and discount between 0 and unit * quantity",
        )
    op.execute(sa.text("UPDATE order_line SET usual = unit"))
    with op.batch_alter_table("order_line") as table:
        table.alter_column("usual", server_default=None)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("order_line") as table:
        table.drop_constraint(op.f("ck_order_line_amount"), type_="check")
        table.drop_constraint(op.f("ck_order_line_price"), type_="check")
        table.drop_column("discount")
        table.drop_column("usual")
    with op.batch_alter_table("order") as table:
        table.drop_constraint(op.f("ck_order_sums"), type_="check")
        table.drop_constraint(op.f("ck_order_tax_kind"), type_="check")
        table.drop_column("tax_kind")
        table.drop_column("net_prices")
        table.drop_column("discount")
