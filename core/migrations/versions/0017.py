"""An account says which version of the policy its person has seen, so that no page has to look for it"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SEEN = """
update account set policy_seen = coalesce(
    (select max(version) from policy_notice where account_id = account.id and seen_at is not null), 0)
"""


def upgrade() -> None:
    """Take the step."""
    op.add_column("account", sa.Column("policy_seen", sa.Integer(), server_default="0", nullable=False))
    op.execute(SEEN)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("account", "policy_seen")
