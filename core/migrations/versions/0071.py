"""Releases and their files"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel in ('stable', 'beta')", name=op.f("ck_release_channel")),
        sa.CheckConstraint("withdrawn_at is null or published_at is not null", name=op.f("ck_release_withdrawn")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_release_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("product_id", "version", name=op.f("uq_release_product_id_version")),
    )
    op.create_index("ix_release_published_at", "release", ["product_id", "published_at"], unique=False)
    op.create_table(
        "release_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("arch", sa.String(length=10), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sha512", sa.String(length=128), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_file_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_file")),
        sa.UniqueConstraint("release_id", "name", name=op.f("uq_release_file_release_id_name")),
        sa.UniqueConstraint("stored", name=op.f("uq_release_file_stored")),
    )
    op.create_table(
        "release_upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("arch", sa.String(length=10), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_upload_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_upload")),
        sa.UniqueConstraint("stored", name=op.f("uq_release_upload_stored")),
    )
    op.create_index(op.f("ix_release_upload_made_at"), "release_upload", ["made_at"], unique=False)
    op.create_index(op.f("ix_release_upload_release_id"), "release_upload", ["release_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_release_upload_release_id"), table_name="release_upload")
    op.drop_index(op.f("ix_release_upload_made_at"), table_name="release_upload")
    op.drop_table("release_upload")
    op.drop_table("release_file")
    op.drop_index("ix_release_published_at", table_name="release")
    op.drop_table("release")
