"""Answers to disputes"""

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0087"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "state in ('open', 'won', 'lost')"
WARNINGS = "('warning_needs_response', 'warning_under_review', 'warning_closed')"
STATES = "state in ('warning_needs_response', 'warning_under_review', 'warning_closed', 'open', 'under_review', 'won', 'lost')"


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("payment_dispute") as table:
        table.alter_column("state", existing_type=sa.String(length=10), type_=sa.String(length=24))
        table.add_column(sa.Column("due_by", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("wish", sa.String(length=8), server_default="", nullable=False))
        table.add_column(sa.Column("wishes", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("refusal", sa.String(length=60), server_default="", nullable=False))
        table.drop_constraint(op.f("ck_payment_dispute_state"), type_="check")
        table.create_check_constraint(op.f("ck_payment_dispute_state"), STATES)
        table.create_check_constraint(
            op.f("ck_payment_dispute_wish"), "wish in ('', 'submit', 'accept') and wishes >= 0"
        )
        table.create_index("ix_payment_dispute_state", ["state", "due_by"])
    op.create_table(
        "dispute_evidence",
        sa.Column("dispute_id", BIG, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["payment_dispute.id"],
            name=op.f("fk_dispute_evidence_dispute_id_payment_dispute"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_dispute_evidence")),
    )


def downgrade() -> None:
    """Take it back: a warning is forgotten, and what is under review is open."""
    op.drop_table("dispute_evidence")
    op.execute(f"delete from payment_dispute where state in {WARNINGS}")  # noqa: S608 - our own words
    op.execute("update payment_dispute set state = 'open' where state = 'under_review'")
    with op.batch_alter_table("payment_dispute") as table:
        table.drop_index("ix_payment_dispute_state")
        for check in ("state", "wish"):
            table.drop_constraint(op.f(f"ck_payment_dispute_{check}"), type_="check")
        table.create_check_constraint(op.f("ck_payment_dispute_state"), BEFORE)
        for column in ("due_by", "submitted_at", "looked_at", "wish", "wishes", "refusal"):
            table.drop_column(column)
        table.alter_column("state", existing_type=sa.String(length=24), type_=sa.String(length=10))
