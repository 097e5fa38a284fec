"""Orders without tax say why: their buyers are outside the Union

Orders from before reverse charge existed: a line without a rate can only have gone to a buyer outside the Union. What a
paper says stays as it was frozen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    order = sa.table("order", *map(sa.column, ("id", "tax_kind", "total")))
    line = sa.table("order_line", *map(sa.column, ("order_id", "tax_permille")))
    taxed = sa.exists().where(line.c.order_id == order.c.id, line.c.tax_permille > 0)
    bare = sa.update(order).where(order.c.tax_kind == "standard", order.c.total > 0, ~taxed)
    op.execute(bare.values(tax_kind="outside"))


def downgrade() -> None:
    """What is right stays right."""
