"""Versions of products, so that older ones stay to be had"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "product_build",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_bytes", BIG, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_build_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_build")),
        sa.UniqueConstraint("product_id", "version", name=op.f("uq_product_build_product_id_version")),
        info={"public": False},
    )
    op.create_index("ix_product_build_released_at", "product_build", ["product_id", "released_at"], unique=False)
    op.execute("""
insert into product_build (product_id, version, file_name, file_bytes, released_at)
select id, version, file_name, file_bytes, published_at from product""")


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_product_build_released_at", table_name="product_build")
    op.drop_table("product_build")
