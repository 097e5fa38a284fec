"""Refunds in parts"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "refund",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause in ('staff', 'withdrawal')", name=op.f("ck_refund_cause")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_refund_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("asked", name=op.f("uq_refund_asked")),
    )
    op.create_index(op.f("ix_refund_order_id"), "refund", ["order_id"], unique=False)
    op.create_table(
        "refund_part",
        sa.Column("id", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.CheckConstraint("amount >= 0 and pieces >= 0", name=op.f("ck_refund_part_part")),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_refund_part_order_line_id_order_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_part_refund_id_refund"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_part")),
        sa.UniqueConstraint("refund_id", "order_line_id", name=op.f("uq_refund_part_refund_id_order_line_id")),
    )
    op.create_index(op.f("ix_refund_part_order_line_id"), "refund_part", ["order_line_id"], unique=False)
    op.add_column("license", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("order") as table:
        table.add_column(sa.Column("refunded", BIG, server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_order_refunded"), "refunded between 0 and total")
    with op.batch_alter_table("order_line") as table:
        table.add_column(sa.Column("returned", BIG, server_default="0", nullable=False))
        table.add_column(sa.Column("pieces_returned", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint(
            op.f("ck_order_line_returned"), "returned >= 0 and pieces_returned between 0 and quantity"
        )
    op.execute(sa.text("UPDATE \"order\" SET refunded = total WHERE state = 'refunded'"))
    _see_what_was_mailed()


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("order_line") as table:
        table.drop_constraint(op.f("ck_order_line_returned"), type_="check")
        table.drop_column("pieces_returned")
        table.drop_column("returned")
    with op.batch_alter_table("order") as table:
        table.drop_constraint(op.f("ck_order_refunded"), type_="check")
        table.drop_column("refunded")
    op.drop_column("license", "returned_at")
    op.drop_index(op.f("ix_refund_part_order_line_id"), table_name="refund_part")
    op.drop_table("refund_part")
    op.drop_index(op.f("ix_refund_order_id"), table_name="refund")
    op.drop_table("refund")


def _see_what_was_mailed() -> None:
    """Keys that were delivered until now were in a mail: they count as seen and are not sold again."""
    op.execute(
        sa.text(
            "INSERT INTO key_step (pool_key_id, verb, state, by, at) "
            "SELECT id, 'reveal', 'revealed', 'program', CURRENT_TIMESTAMP FROM pool_key WHERE state = 'delivered'"
        )
    )
    op.execute(sa.text("UPDATE pool_key SET state = 'revealed' WHERE state = 'delivered'"))
