"""Seats of an organization's licenses"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (("organization_id", "organization"), ("seat_of", "license"))


def _widen(*, back: bool = False) -> None:
    """The triggers of certificates name this table: SQLite must not mind that it is away for a moment."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("PRAGMA legacy_alter_table = ON")
    with op.batch_alter_table("license") as table:
        for name, target in COLUMNS:
            if back:
                table.drop_constraint(op.f(f"fk_license_{name}_{target}"), type_="foreignkey")
                table.drop_index(op.f(f"ix_license_{name}"))
                table.drop_column(name)
            else:
                table.add_column(sa.Column(name, BIG, nullable=True))
                table.create_foreign_key(
                    op.f(f"fk_license_{name}_{target}"), target, [name], ["id"], ondelete="SET NULL"
                )
                table.create_index(op.f(f"ix_license_{name}"), [name], unique=False)
    if is_sqlite:
        op.execute("PRAGMA legacy_alter_table = OFF")


def upgrade() -> None:
    """Take the step."""
    _widen()
    op.create_table(
        "license_seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("license_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("given_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'offered' or (address is null and name is null)", name=op.f("ck_license_seat_forgotten")
        ),
        sa.CheckConstraint(
            "state in ('offered', 'taken', 'declined', 'taken_back', 'lapsed')", name=op.f("ck_license_seat_state")
        ),
        sa.CheckConstraint(
            "state not in ('offered', 'declined', 'lapsed') or held_id is null", name=op.f("ck_license_seat_held")
        ),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_license_seat_given_by_account")),
        sa.ForeignKeyConstraint(
            ["held_id"], ["license.id"], name=op.f("fk_license_seat_held_id_license"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_seat_license_id_license"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_seat")),
        sa.UniqueConstraint("held_id", name=op.f("uq_license_seat_held_id")),
    )
    op.create_index("ix_license_seat_given_by", "license_seat", ["given_by", "offered_at"], unique=False)
    op.create_index("ix_license_seat_lapsing", "license_seat", ["state", "offered_at"], unique=False)
    op.create_index("ix_license_seat_license_id", "license_seat", ["license_id", "state"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_license_seat_license_id", table_name="license_seat")
    op.drop_index("ix_license_seat_lapsing", table_name="license_seat")
    op.drop_index("ix_license_seat_given_by", table_name="license_seat")
    op.drop_table("license_seat")
    _widen(back=True)
