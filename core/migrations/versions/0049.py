"""Licenses that change hands"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


BEFORE = ("issued", "active", "expired", "suspended", "revoked")


def _say_states(states: tuple[str, ...]) -> None:
    """The triggers of certificates name this table: SQLite must not mind that it is away for a moment."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA legacy_alter_table = ON")
    with op.batch_alter_table("license") as table:
        table.drop_constraint(op.f("ck_license_state"), type_="check")
        table.create_check_constraint(op.f("ck_license_state"), f"state in {states}")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA legacy_alter_table = OFF")


def upgrade() -> None:
    """Take the step."""
    _say_states((*BEFORE, "transferred"))
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("license_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("giver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("deliver_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ended_at is null) = (state = 'offered')", name=op.f("ck_handover_ended")),
        sa.CheckConstraint(
            "state = 'offered' or (address is null and words is null)", name=op.f("ck_handover_forgotten")
        ),
        sa.CheckConstraint(
            "state in ('offered', 'accepted', 'declined', 'taken_back', 'lapsed')", name=op.f("ck_handover_state")
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["account.id"], name=op.f("fk_handover_giver_id_account")),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_handover_license_id_license"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taker_id"], ["account.id"], name=op.f("fk_handover_taker_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        info={"public": False},
    )
    op.create_index("ix_handover_giver_id", "handover", ["giver_id", "offered_at"], unique=False)
    op.create_index("ix_handover_license_id", "handover", ["license_id", "id"], unique=False)
    op.create_index(op.f("ix_handover_taker_id"), "handover", ["taker_id"], unique=False)
    op.create_index("ix_handover_waiting", "handover", ["state", "deliver_at"], unique=False)
    op.create_index(
        "uq_handover_open",
        "handover",
        ["license_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("UPDATE license SET state = 'revoked' WHERE state = 'transferred'")
    _say_states(BEFORE)
    op.drop_index(
        "uq_handover_open",
        table_name="handover",
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.drop_index("ix_handover_waiting", table_name="handover")
    op.drop_index(op.f("ix_handover_taker_id"), table_name="handover")
    op.drop_index("ix_handover_license_id", table_name="handover")
    op.drop_index("ix_handover_giver_id", table_name="handover")
    op.drop_table("handover")
