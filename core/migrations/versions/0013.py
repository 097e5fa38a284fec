"""Records that nobody changes: who looked, what staff did, what people said yes and no to"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RECORDS = {
    "access_entry": ("account_id", "labels", "purpose", "actor_kind", "role", "at", "allowed", "reason"),
    "audit_entry": ("at", "actor_kind", "role", "verb", "thing", "thing_id", "details", "chain"),
    "consent_entry": (),
}
"""Table and, where a member of staff is named by number, the columns that stay when that number goes with its account."""

FUNCTION = """
create function keep_record() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(old) - 'actor_id' = to_jsonb(new) - 'actor_id' and to_jsonb(new)->>'actor_id' is null and exists (
      select 1 from account where id = (to_jsonb(old)->>'actor_id')::bigint and closed_at is not null
    ) then
      return new;
    end if;
  end if;
  raise exception '% is a record: nothing in it is changed or deleted', tg_table_name;
end $$
"""


def upgrade() -> None:
    """Take the step."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
    for table, columns in RECORDS.items():
        _keep_on_postgresql(table) if op.get_bind().dialect.name == "postgresql" else _keep_on_sqlite(table, columns)


def downgrade() -> None:
    """Take it back."""
    on = " on {}" if op.get_bind().dialect.name == "postgresql" else ""
    for table in RECORDS:
        for what in ("rows", "table") if on else ("rows", "deleted"):
            op.execute(f"drop trigger {table}_kept_{what}{on.format(table)}")
    if on:
        op.execute("drop function keep_record()")


def _keep_on_postgresql(table: str) -> None:
    each = f"before update or delete on {table} for each row execute function keep_record()"
    op.execute(f"create trigger {table}_kept_rows {each}")
    whole = f"before truncate on {table} for each statement execute function keep_record()"
    op.execute(f"create trigger {table}_kept_table {whole}")


def _keep_on_sqlite(table: str, columns: tuple[str, ...]) -> None:
    refuse = f"begin select raise(abort, '{table} is a record: nothing in it is changed or deleted'); end"
    op.execute(f"create trigger {table}_kept_deleted before delete on {table} {refuse}")
    same = " and ".join(f"new.{column} is old.{column}" for column in columns)
    closed = "exists (select 1 from account where id = old.actor_id and closed_at is not null)"
    unless = f"when not (new.id is old.id and new.actor_id is null and {same} and {closed}) " if columns else ""
    op.execute(f"create trigger {table}_kept_rows before update on {table} {unless}{refuse}")
