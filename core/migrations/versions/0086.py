"""Boards of one's own topics, and where posts went"""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0096"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.add_column("board", sa.Column("own_topics_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "post_alias",
        sa.Column("topic_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("post_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_post_alias_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_alias_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "number", name=op.f("pk_post_alias")),
    )
    op.create_index("ix_post_alias_post_id", "post_alias", ["post_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_post_alias_post_id", table_name="post_alias")
    op.drop_table("post_alias")
    op.drop_column("board", "own_topics_only")
