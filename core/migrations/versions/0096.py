"""Why licenses rest"""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0085"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BOUGHT = "join order_line bought on bought.id = license.order_line_id"
RENEWED = "join subscription on subscription.license_id = license.id join renewal on renewal.subscription_id = subscription.id"
BANKS = "join payment_intent paid on paid.order_id = {order} join payment_dispute said on said.intent_id = paid.id"
RESTING = "license.state = 'suspended' and license.seat_of is null"


def upgrade() -> None:
    """Take the step."""
    op.execute(
        "alter table license add column rested_from varchar(12) constraint ck_license_rested_from "
        "check (rested_from is null or (state = 'suspended' and rested_from in ('issued', 'active', 'expired')))"
    )
    op.add_column("payment_dispute", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "license_rest",
        sa.Column("id", BIG, nullable=False),
        sa.Column("license_id", BIG, nullable=False),
        sa.Column("cause", sa.String(length=8), nullable=False),
        sa.Column("about", BIG, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause in ('dispute', 'refund', 'unpaid', 'staff')", name=op.f("ck_license_rest_cause")),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_rest_license_id_license"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_rest")),
        sa.UniqueConstraint("license_id", "cause", "about", name=op.f("uq_license_rest_license_id_cause_about")),
    )
    op.create_index("ix_license_rest_cause", "license_rest", ["cause", "about"])
    _fill()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("license_rest")
    op.drop_column("payment_dispute", "decided_at")
    op.drop_column("license", "rested_from")


def _fill() -> None:
    """What rests already does so for what is known about its orders, and else because staff let it rest."""
    into = "insert into license_rest (license_id, cause, about, since) select license.id"
    for joins, order in ((BOUGHT, "bought.order_id"), (RENEWED, "renewal.order_id")):
        disputed = (
            f"{into}, 'dispute', {order}, min(said.opened_at) from license {joins} {BANKS.format(order=order)} "  # noqa: S608 - our own words
            f"where {RESTING} and said.state <> 'won' group by license.id, {order}"
        )
        op.execute(disputed)
    rest = f'from license {BOUGHT} join "order" taken on taken.id = bought.order_id where {RESTING}'
    op.execute(f"{into}, 'refund', bought.order_id, current_timestamp {rest} and taken.state = 'refunded'")
    rest = f"from license join subscription on subscription.license_id = license.id where {RESTING}"
    op.execute(f"{into}, 'unpaid', 0, current_timestamp {rest} and subscription.state = 'suspended'")
    known = "select 1 from license_rest known where known.license_id = license.id"
    rest = f"from license where {RESTING} and returned_at is null and not exists ({known})"
    op.execute(f"{into}, 'staff', 0, current_timestamp {rest}")
