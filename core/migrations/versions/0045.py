"""Subscriptions and their renewals"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("order") as table:
        table.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="purchase"))
        table.create_check_constraint(op.f("ck_order_kind"), "kind in ('purchase', 'renewal', 'change')")
    op.add_column("saved_method", sa.Column("gateway", sa.String(20), nullable=False, server_default="stripe"))
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("license_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term", sa.String(length=10), nullable=False),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ahead", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_unit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_seats", sa.Integer(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(next_at is null) = (state = 'ended')", name=op.f("ck_subscription_next_at")),
        sa.CheckConstraint(
            "(paid_from < paid_until and paid_until <= due_at) or state = 'ended'",
            name=op.f("ck_subscription_paid_from"),
        ),
        sa.CheckConstraint(
            "state in ('active', 'cancelling', 'grace', 'suspended', 'ended')", name=op.f("ck_subscription_state")
        ),
        sa.CheckConstraint("term in ('month', 'year')", name=op.f("ck_subscription_term")),
        sa.CheckConstraint("(next_edition_id is null) = (next_unit is null)", name=op.f("ck_subscription_next")),
        sa.CheckConstraint(
            "periods > 0 and unit >= 0 and paid >= 0 and ahead >= 0 and steps_done >= 0",
            name=op.f("ck_subscription_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_subscription_license_id_license"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["next_edition_id"], ["edition.id"], name=op.f("fk_subscription_next_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("license_id", name=op.f("uq_subscription_license_id")),
        info={"public": False},
    )
    op.create_index("ix_subscription_next_at", "subscription", ["next_at"], unique=False)
    op.create_index(op.f("ix_subscription_next_edition_id"), "subscription", ["next_edition_id"], unique=False)
    op.create_index("ix_subscription_state", "subscription", ["state", "due_at"], unique=False)
    op.create_table(
        "renewal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(starts_at is null) = (ends_at is null)", name=op.f("ck_renewal_period")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_renewal_order_id_order")),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_renewal_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("order_id", name=op.f("uq_renewal_order_id")),
        sa.UniqueConstraint("subscription_id", "number", name=op.f("uq_renewal_subscription_id_number")),
        info={"public": False},
    )
    op.create_index(
        "uq_renewal_period",
        "renewal",
        ["subscription_id", "starts_at"],
        unique=True,
        sqlite_where=sa.text("starts_at is not null"),
        postgresql_where=sa.text("starts_at is not null"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index(
        "uq_renewal_period",
        table_name="renewal",
        sqlite_where=sa.text("starts_at is not null"),
        postgresql_where=sa.text("starts_at is not null"),
    )
    op.drop_table("renewal")
    op.drop_index("ix_subscription_state", table_name="subscription")
    op.drop_index(op.f("ix_subscription_next_edition_id"), table_name="subscription")
    op.drop_index("ix_subscription_next_at", table_name="subscription")
    op.drop_table("subscription")
    op.drop_column("saved_method", "gateway")
    with op.batch_alter_table("order") as table:
        table.drop_constraint(op.f("ck_order_kind"), type_="check")
        table.drop_column("kind")
