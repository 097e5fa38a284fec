"""New prices for what renews"""

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENTS = {"sqlite": "datetime", "postgresql": "timestamp with time zone"}


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "price_announcement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("edition_id", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit", BIG, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("unit >= 0 and met >= 0", name=op.f("ck_price_announcement_amounts")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_price_announcement_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_announcement")),
        sa.UniqueConstraint("asked", name=op.f("uq_price_announcement_asked")),
    )
    op.create_index(op.f("ix_price_announcement_edition_id"), "price_announcement", ["edition_id"])
    op.add_column("subscription", sa.Column("announced_unit", BIG, nullable=True))
    op.execute(
        f"alter table subscription add column announced_from {MOMENTS[op.get_bind().dialect.name]} "
        "constraint ck_subscription_announced check ((announced_unit is null) = (announced_from is null))"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("subscription", "announced_from")
    op.drop_column("subscription", "announced_unit")
    op.drop_table("price_announcement")
