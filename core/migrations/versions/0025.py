"""Corrections stay as long as the paper; and more records that nobody changes: corrections, requests' steps, receipts,
certificates. What an erasure takes, and what the last day of its key empties, still goes."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FOREIGN = "fk_correction_request_id_request"
WHOSE = {
    "correction": "old.account_id",
    "receipt": "old.account_id",
    "request_event": "(select account_id from request where id = old.request_id)",
    "license_certificate": "(select account_id from license where id = old.license_id)",
}
"""Table, and whose row it is."""
EMPTIED = {"correction": ("invoice", ("old", "new", "why")), "license_certificate": ("licenses", ("frozen",))}
"""Table, as what its words are kept, and the columns that hold them: emptied once such a key was destroyed."""
STAYS = {
    "correction": ("id", "account_id", "thing", "field", "actor_kind", "role", "at"),
    "license_certificate": ("id", "license_id", "issue", "number", "issued_at"),
}


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("correction") as table:
        table.alter_column("request_id", existing_type=sa.BigInteger(), nullable=True)
        table.drop_constraint(FOREIGN, type_="foreignkey")
        table.create_foreign_key(FOREIGN, "request", ["request_id"], ["id"], ondelete="SET NULL")
        table.create_index("ix_correction_thing", ["thing"])
    for table_name, whose in WHOSE.items():
        erased = f"exists (select 1 from erasure where account_id = {whose})"  # noqa: S608  (words of this file)
        (_keep_on_postgresql if _is_postgresql() else _keep_on_sqlite)(table_name, erased, _lets(table_name, whose))


def downgrade() -> None:
    """Take it back."""
    for table_name in WHOSE:
        for what in ("rows", "table") if _is_postgresql() else ("rows", "deleted"):
            op.execute(f"drop trigger {table_name}_kept_{what}" + (f" on {table_name}" if _is_postgresql() else ""))
        if _is_postgresql():
            op.execute(f"drop function keep_{table_name}()")
    with op.batch_alter_table("correction") as table:
        table.drop_index("ix_correction_thing")
        table.drop_constraint(FOREIGN, type_="foreignkey")
        table.create_foreign_key(FOREIGN, "request", ["request_id"], ["id"])
        table.alter_column("request_id", existing_type=sa.BigInteger(), nullable=False)


def _lets(table_name: str, whose: str) -> str:
    """Which change is let through: words are emptied, and a correction outlives its request when the person is erased."""
    if table_name not in EMPTIED:
        return "1 = 0"
    kept_as, columns = EMPTIED[table_name]
    key = f"account_id = {whose} and kept_as = '{kept_as}' and destroyed_at is not null"
    destroyed = f"exists (select 1 from data_key where {key})"  # noqa: S608  (words of this file)
    empty = f"'2.' || {whose} || '.0.1.'"
    words = [f"({_same(one)} or (new.{one} = {empty} and {destroyed}))" for one in columns]
    asked = [f"({_same('request_id')} or new.request_id is null)"] if table_name == "correction" else []
    return " and ".join([*map(_same, STAYS[table_name]), *words, *asked])


def _same(column: str) -> str:
    return f"new.{column} is not distinct from old.{column}"


def _keep_on_postgresql(table_name: str, erased: str, lets: str) -> None:
    op.execute(f"""
create function keep_{table_name}() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if {erased} then return old; end if;
  elsif tg_op = 'UPDATE' then
    if {lets} then return new; end if;
  end if;
  raise exception '% is a record: nothing in it is changed or deleted', tg_table_name;
end $$""")
    for what, when, each in (("rows", "update or delete", "row"), ("table", "truncate", "statement")):
        done = f"before {when} on {table_name} for each {each} execute function keep_{table_name}()"
        op.execute(f"create trigger {table_name}_kept_{what} {done}")


def _keep_on_sqlite(table_name: str, erased: str, lets: str) -> None:
    refuse = f"begin select raise(abort, '{table_name} is a record: nothing in it is changed or deleted'); end"
    op.execute(f"create trigger {table_name}_kept_deleted before delete on {table_name} when not {erased} {refuse}")
    op.execute(f"create trigger {table_name}_kept_rows before update on {table_name} when not ({lets}) {refuse}")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
