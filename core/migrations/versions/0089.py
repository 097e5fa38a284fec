"""Polls"""

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0101"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "poll",
        sa.Column("topic_id", BIG, nullable=False),
        sa.Column("many", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_poll_topic_id_topic"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_poll")),
    )
    op.create_table(
        "poll_option",
        sa.Column("id", BIG, nullable=False),
        sa.Column("topic_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("votes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_poll_option_votes")),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["poll.topic_id"], name=op.f("fk_poll_option_topic_id_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_option")),
        sa.UniqueConstraint("topic_id", "position", name=op.f("uq_poll_option_topic_id_position")),
    )
    op.create_table(
        "poll_vote",
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("option_id", BIG, nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_poll_vote_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["poll_option.id"], name=op.f("fk_poll_vote_option_id_poll_option"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "option_id", name=op.f("pk_poll_vote")),
    )
    op.create_index("ix_poll_vote_option_id", "poll_vote", ["option_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("poll_vote")
    op.drop_table("poll_option")
    op.drop_table("poll")
