"""The counts of pages carry the day on which they are discarded"""

from calendar import monthrange
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEPT = 13


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("page_count") as table:
        table.add_column(sa.Column("discard_on", sa.Date(), nullable=True))
    _fill()
    with op.batch_alter_table("page_count") as table:
        table.alter_column("discard_on", existing_type=sa.Date(), nullable=False)
        table.create_index(op.f("ix_page_count_discard_on"), ["discard_on"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("page_count") as table:
        table.drop_index(op.f("ix_page_count_discard_on"))
        table.drop_column("discard_on")


def _fill() -> None:
    """Give each day that was counted its last day: 13 months later."""
    counted = sa.table("page_count", sa.column("day", sa.Date()), sa.column("discard_on", sa.Date()))
    for day in op.get_bind().scalars(sa.select(counted.c.day).distinct()).all():
        op.execute(counted.update().where(counted.c.day == day).values(discard_on=_last(day)))


def _last(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + KEPT, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
