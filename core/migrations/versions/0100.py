"""Orders of what staff give without money"""

from alembic import op

revision = "0100"
down_revision = "0072"
branch_labels = None
depends_on = None

WITHOUT = "kind in ('purchase', 'renewal', 'change')"
WITH = "kind in ('purchase', 'renewal', 'change', 'given')"


def upgrade() -> None:
    """Take the step."""
    _say(WITH)


def downgrade() -> None:
    """Take it back."""
    _say(WITHOUT)


def _say(kinds: str) -> None:
    with op.batch_alter_table("order") as table:
        table.drop_constraint(op.f("ck_order_kind"), type_="check")
        table.create_check_constraint(op.f("ck_order_kind"), kinds)
