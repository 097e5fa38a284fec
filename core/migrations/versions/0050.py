"""What was changed of goods, field by field: a record that nobody changes"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEADS = {"product_id": "product", "edition_id": "edition", "audit_id": "audit_entry"}
REFUSE = "begin select raise(abort, 'goods_change is a record: nothing in it is changed or deleted'); end"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "goods_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("edition_id", BIG, nullable=True),
        sa.Column("audit_id", BIG, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_goods_change_{column}_{to}"))
            for column, to in LEADS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_change")),
    )
    op.create_index("ix_goods_change_product_id", "goods_change", ["product_id", "id"])
    op.create_index(op.f("ix_goods_change_edition_id"), "goods_change", ["edition_id"])
    op.create_index(op.f("ix_goods_change_audit_id"), "goods_change", ["audit_id"])
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("goods_change")


def _postgresql() -> list[str]:
    """`keep_record` guards the other records, too (0013)."""
    run = "execute function keep_record()"
    return [
        f"create trigger goods_change_kept_rows before update or delete on goods_change for each row {run}",
        f"create trigger goods_change_kept_table before truncate on goods_change for each statement {run}",
    ]


def _sqlite() -> list[str]:
    return [
        f"create trigger goods_change_kept_deleted before delete on goods_change {REFUSE}",
        f"create trigger goods_change_kept_rows before update on goods_change {REFUSE}",
    ]
