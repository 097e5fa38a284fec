"""What was read, solved and warm"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "reading_mark",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.CheckConstraint("not is_off or read_at is null", name=op.f("ck_reading_mark_nothing_while_off")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reading_mark_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reading_mark")),
    )
    op.create_index("ix_post_topic_created", "post", ["topic_id", "created_at", "number"], unique=False)
    op.add_column("topic", sa.Column("answer_number", sa.Integer(), nullable=True))
    op.add_column("topic", sa.Column("warm_until", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index(
        "ix_topic_solved",
        "topic",
        ["last_at", "id"],
        unique=False,
        sqlite_where=sa.text("answer_number is not null"),
        postgresql_where=sa.text("answer_number is not null"),
    )
    op.create_index(
        "ix_topic_unanswered",
        "topic",
        ["last_at", "id"],
        unique=False,
        sqlite_where=sa.text("posts = 1"),
        postgresql_where=sa.text("posts = 1"),
    )
    op.create_index("ix_topic_warm_until", "topic", ["warm_until", "id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_topic_warm_until", table_name="topic")
    op.drop_index(
        "ix_topic_unanswered",
        table_name="topic",
        sqlite_where=sa.text("posts = 1"),
        postgresql_where=sa.text("posts = 1"),
    )
    op.drop_index(
        "ix_topic_solved",
        table_name="topic",
        sqlite_where=sa.text("answer_number is not null"),
        postgresql_where=sa.text("answer_number is not null"),
    )
    op.drop_column("topic", "warm_until")
    op.drop_column("topic", "answer_number")
    op.drop_index("ix_post_topic_created", table_name="post")
    op.drop_table("reading_mark")
