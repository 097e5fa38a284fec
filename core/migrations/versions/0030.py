"""Prices by currency and volume, with dates and a history"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "shelf_price",
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_shelf_price_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "currency", "starts_at", name=op.f("pk_shelf_price")),
    )
    op.create_index("ix_shelf_price_amount", "shelf_price", ["currency", "amount", "product_id"], unique=False)
    op.create_index(op.f("ix_shelf_price_ends_at"), "shelf_price", ["ends_at"], unique=False)
    op.create_table(
        "price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("from_quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0 and from_quantity >= 1", name=op.f("ck_price_amount")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_price_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sa.UniqueConstraint(
            "edition_id", "currency", "from_quantity", name=op.f("uq_price_edition_id_currency_from_quantity")
        ),
    )
    op.create_table(
        "price_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_change_amount")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_price_change_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
        info={"public": False},
    )
    op.create_index("ix_price_change_edition_id", "price_change", ["edition_id", "currency", "at"], unique=False)
    op.create_table(
        "price_sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0 and ends_at > starts_at", name=op.f("ck_price_sale_sale")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_price_sale_edition_id_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_sale")),
    )
    op.create_index("ix_price_sale_edition_id", "price_sale", ["edition_id", "currency", "starts_at"], unique=False)
    op.create_index(op.f("ix_price_sale_ends_at"), "price_sale", ["ends_at"], unique=False)
    op.create_index(op.f("ix_price_sale_starts_at"), "price_sale", ["starts_at"], unique=False)
    _keep_records()
    _refuse_overlaps()
    _backfill()


def downgrade() -> None:
    """Take it back."""
    if _is_postgresql():
        op.execute("drop trigger price_sale_apart on price_sale")
        op.execute("drop function keep_sales_apart()")
    op.drop_index(op.f("ix_price_sale_starts_at"), table_name="price_sale")
    op.drop_index(op.f("ix_price_sale_ends_at"), table_name="price_sale")
    op.drop_index("ix_price_sale_edition_id", table_name="price_sale")
    op.drop_table("price_sale")
    op.drop_index("ix_price_change_edition_id", table_name="price_change")
    op.drop_table("price_change")
    op.drop_table("price")
    op.drop_index(op.f("ix_shelf_price_ends_at"), table_name="shelf_price")
    op.drop_index("ix_shelf_price_amount", table_name="shelf_price")
    op.drop_table("shelf_price")


def _keep_records() -> None:
    """The history of prices is a record: nothing in it is changed or deleted."""
    if _is_postgresql():
        each = "before update or delete on price_change for each row execute function keep_record()"
        op.execute(f"create trigger price_change_kept_rows {each}")
        whole = "before truncate on price_change for each statement execute function keep_record()"
        op.execute(f"create trigger price_change_kept_table {whole}")
        return
    refuse = "begin select raise(abort, 'price_change is a record: nothing in it is changed or deleted'); end"
    op.execute(f"create trigger price_change_kept_deleted before delete on price_change {refuse}")
    op.execute(f"create trigger price_change_kept_rows before update on price_change {refuse}")


def _refuse_overlaps() -> None:
    """No two sales of an edition and currency at a time; whoever writes one holds the edition until the end."""
    other = """select 1 from price_sale s where s.edition_id = new.edition_id and s.currency = new.currency
        and s.id <> new.id and s.starts_at < new.ends_at and new.starts_at < s.ends_at"""
    if _is_postgresql():
        op.execute(f"""
create function keep_sales_apart() returns trigger language plpgsql as $$
begin
  perform 1 from edition where id = new.edition_id for update;
  if exists ({other}) then raise exception 'price_sale: two sales of one edition overlap'; end if;
  return new;
end $$""")
        each = "before insert or update on price_sale for each row execute function keep_sales_apart()"
        op.execute(f"create trigger price_sale_apart {each}")
        return
    refuse = f"when exists ({other}) begin select raise(abort, 'price_sale: two sales of one edition overlap'); end"
    op.execute(f"create trigger price_sale_apart_put after insert on price_sale {refuse}")
    op.execute(f"create trigger price_sale_apart_moved after update on price_sale {refuse}")


def _backfill() -> None:
    """Every edition asks what it asked; what is known of the past is that it was asked since its product was published."""
    op.execute(
        "insert into price (edition_id, currency, from_quantity, amount) select id, currency, 1, price from edition"
    )
    op.execute("""
insert into price_change (edition_id, currency, amount, at)
select edition.id, edition.currency, edition.price, product.published_at
from edition join product on product.id = edition.product_id""")
    lowest = """
insert into shelf_price (product_id, currency, starts_at, ends_at, amount, usual)
select product_id, currency, :first, :last, min(price), min(price) from edition
where withdrawn_at is null group by product_id, currency"""
    first, last = (
        sa.bindparam(name, datetime(year, 1, 1, tzinfo=UTC), type_=sa.DateTime(timezone=True))
        for name, year in (("first", 2000), ("last", 9000))
    )
    op.execute(sa.text(lowest).bindparams(first, last))


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
