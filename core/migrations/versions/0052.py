"""Bundles of editions"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "bundle_part",
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("bundle_id <> edition_id", name=op.f("ck_bundle_part_other")),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["edition.id"], name=op.f("fk_bundle_part_bundle_id_edition"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_bundle_part_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bundle_id", "edition_id", name=op.f("pk_bundle_part")),
    )
    op.create_index("ix_bundle_part_edition_id", "bundle_part", ["edition_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_bundle_part_edition_id", table_name="bundle_part")
    op.drop_table("bundle_part")
