"""Feeds by a token, and how many have the same problem"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "feed_token",
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_feed_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feed_token_public_id")),
    )
    op.create_table(
        "same_problem",
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("topic_id", BIG, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_same_problem_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_same_problem_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "topic_id", name=op.f("pk_same_problem")),
    )
    op.create_index("ix_same_problem_topic_id", "same_problem", ["topic_id"], unique=False)
    op.add_column("topic", sa.Column("same_problem", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("topic", "same_problem")
    op.drop_index("ix_same_problem_topic_id", table_name="same_problem")
    op.drop_table("same_problem")
    op.drop_table("feed_token")
