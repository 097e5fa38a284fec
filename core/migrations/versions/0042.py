"""The tax of papers, for the return of a quarter"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCHEMES = "('domestic', 'oss', 'reverse_charge', 'outside', 'exempt')"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "paper_tax",
        sa.Column("id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("rate_permille", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("net", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"scheme in {SCHEMES}", name=op.f("ck_paper_tax_scheme")),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["invoice.id"], name=op.f("fk_paper_tax_paper_id_invoice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_tax")),
        sa.UniqueConstraint("paper_id", "rate_permille", name=op.f("uq_paper_tax_paper_id_rate_permille")),
    )
    op.create_index("ix_paper_tax_issued_at", "paper_tax", ["issued_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_paper_tax_issued_at", table_name="paper_tax")
    op.drop_table("paper_tax")
