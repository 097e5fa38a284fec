"""Editions that are trials, sold per seat, or with new versions for a while"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("edition") as table:
        table.add_column(sa.Column("trial_days", sa.Integer(), nullable=True))
        table.add_column(sa.Column("update_months", sa.Integer(), nullable=True))
        table.add_column(sa.Column("per_seat", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_check_constraint(
            op.f("ck_edition_trial"), "(term = 'trial') = (trial_days is not null) and coalesce(trial_days, 1) > 0"
        )
        table.create_check_constraint(
            op.f("ck_edition_updates"), "update_months is null or (term = 'perpetual' and update_months > 0)"
        )
    op.add_column("license", sa.Column("updates_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("license", sa.Column("seats", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("license", "seats")
    op.drop_column("license", "updates_until")
    with op.batch_alter_table("edition") as table:
        table.drop_constraint(op.f("ck_edition_updates"), type_="check")
        table.drop_constraint(op.f("ck_edition_trial"), type_="check")
        table.drop_column("per_seat")
        table.drop_column("update_months")
        table.drop_column("trial_days")
