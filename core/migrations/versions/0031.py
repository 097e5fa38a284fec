"""Vouchers"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "voucher",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=50), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=True),
        sa.Column("uses_most", sa.Integer(), nullable=True),
        sa.Column("each_most", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("vendor_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("edition_id", BIG, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(vendor_id is null and product_id is null) or (vendor_id is null and edition_id is null) or (product_id is null and edition_id is null)",
            name=op.f("ck_voucher_one_scope"),
        ),
        sa.CheckConstraint("permille between 1 and 1000", name=op.f("ck_voucher_permille")),
        sa.CheckConstraint("used >= 0 and (uses_most is null or used <= uses_most)", name=op.f("ck_voucher_used")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_voucher_edition_id_edition")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_voucher_product_id_product")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name=op.f("fk_voucher_vendor_id_vendor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_voucher_code_hash")),
        info={"public": False},
    )
    op.create_index(op.f("ix_voucher_edition_id"), "voucher", ["edition_id"], unique=False)
    op.create_index(op.f("ix_voucher_product_id"), "voucher", ["product_id"], unique=False)
    op.create_index(op.f("ix_voucher_vendor_id"), "voucher", ["vendor_id"], unique=False)
    op.create_table(
        "cart_voucher",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cart_id", BIG, nullable=False),
        sa.Column("voucher_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("fk_cart_voucher_cart_id_cart"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_cart_voucher_voucher_id_voucher"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_voucher")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_cart_voucher_cart_id")),
        info={"public": False},
    )
    op.create_index(op.f("ix_cart_voucher_voucher_id"), "cart_voucher", ["voucher_id"], unique=False)
    op.create_table(
        "voucher_amount",
        sa.Column("id", BIG, nullable=False),
        sa.Column("voucher_id", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("taken_off", BIG, nullable=False),
        sa.Column("least", BIG, nullable=False),
        sa.CheckConstraint("taken_off >= 0 and least >= 0", name=op.f("ck_voucher_amount_amounts")),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_amount_voucher_id_voucher"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_amount")),
        sa.UniqueConstraint("voucher_id", "currency", name=op.f("uq_voucher_amount_voucher_id_currency")),
        info={"public": False},
    )
    op.create_table(
        "voucher_claim",
        sa.Column("id", BIG, nullable=False),
        sa.Column("voucher_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=50), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_voucher_claim_account_id_account")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_voucher_claim_order_id_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_claim_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_claim")),
        sa.UniqueConstraint("order_id", name=op.f("uq_voucher_claim_order_id")),
        sa.UniqueConstraint("voucher_id", "account_id", "nth", name=op.f("uq_voucher_claim_voucher_id_account_id_nth")),
        info={"public": False},
    )
    op.create_index(op.f("ix_voucher_claim_account_id"), "voucher_claim", ["account_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_voucher_claim_account_id"), table_name="voucher_claim")
    op.drop_table("voucher_claim")
    op.drop_table("voucher_amount")
    op.drop_index(op.f("ix_cart_voucher_voucher_id"), table_name="cart_voucher")
    op.drop_table("cart_voucher")
    op.drop_index(op.f("ix_voucher_vendor_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_product_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_edition_id"), table_name="voucher")
    op.drop_table("voucher")
