"""The card that a buyer lets Stripe keep for renewals"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.add_column("payment_intent", sa.Column("keeps", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "saved_method",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("customer", sa.String(80), nullable=False),
        sa.Column("method", sa.String(80), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_method_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_method")),
        sa.UniqueConstraint("account_id", name=op.f("uq_saved_method_account_id")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("saved_method")
    op.drop_column("payment_intent", "keeps")
