"""Products are drafts before they are published, and are reached by the words they were called before"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. The column comes with its check by hand: SQLite would make the table anew otherwise."""
    op.execute(
        "ALTER TABLE product ADD COLUMN draft BOOLEAN DEFAULT false NOT NULL "
        "CONSTRAINT ck_product_draft CHECK (NOT draft OR withdrawn_at IS NOT NULL)"
    )
    op.create_table(
        "product_former_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_former_slug_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_product_former_slug")),
    )
    op.create_index(op.f("ix_product_former_slug_product_id"), "product_former_slug", ["product_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("product_former_slug")
    op.drop_column("product", "draft")
