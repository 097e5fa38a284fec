"""Drafts and bookmarks"""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0098"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("topic_id", BIG, nullable=True),
        sa.Column("board_id", BIG, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(topic_id is null) <> (board_id is null)", name=op.f("ck_draft_one_place")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_draft_topic_id_topic"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_draft_board_id_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("account_id", "topic_id", name=op.f("uq_draft_account_id_topic_id")),
        sa.UniqueConstraint("account_id", "board_id", name=op.f("uq_draft_account_id_board_id")),
    )
    op.create_index("ix_draft_topic_id", "draft", ["topic_id"], unique=False)
    op.create_index("ix_draft_board_id", "draft", ["board_id"], unique=False)
    op.create_index("ix_draft_saved_at", "draft", ["saved_at"], unique=False)
    op.create_table(
        "bookmark",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("post_id", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bookmark_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_bookmark_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
        sa.UniqueConstraint("account_id", "post_id", name=op.f("uq_bookmark_account_id_post_id")),
    )
    op.create_index("ix_bookmark_account", "bookmark", ["account_id", "id"], unique=False)
    op.create_index("ix_bookmark_post_id", "bookmark", ["post_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("bookmark")
    op.drop_table("draft")
