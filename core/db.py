"""The database: its tables' base, the transaction around one request or job, and the session inside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    Select,
    TypeDecorator,
    Update,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from werkzeug.local import LocalProxy

from core.readers import Reading
from core.selects import Selects


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC. SQLite keeps it without a zone, so it is added back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody could tell which moment they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored time, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Big = BigInteger().with_variant(Integer(), "sqlite")
Key = Annotated[int, mapped_column(Big, primary_key=True)]
Ref = Annotated[int, mapped_column(Big)]


class Base(DeclarativeBase):
    """Base of every table. Changes to a table drop cached public pages unless its info says {"public": False}."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, int: Integer}


class Database:
    """One store: how to open reading and writing transactions on it, its queue of jobs, and who hears
    which public tables changed."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self.dialect = self.engine.dialect.name
        self._reading = self.engine.execution_options(reading=True)
        if self.dialect == "postgresql":
            self._reading = self._reading.execution_options(isolation_level="AUTOCOMMIT")
        self.selects = Selects(self.engine.dialect)
        self.queue: Any = None
        self.snapshots: dict[str, tuple[float, object, frozenset[str]]] = {}
        self.listeners: list[Callable[[frozenset[str]], None]] = []
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self._writers, "after_rollback", _tell_undone)

    def reading(self) -> Reading:
        """What a page reads with."""
        return Reading(self._reading, self.selects)

    def writing(self) -> Session:
        """A new session that writes."""
        return self._writers()

    @contextmanager
    def watched(self, tell: Callable[[str], None]) -> Iterator[None]:
        """Tell the text of each statement that runs inside the block, for whoever counts them."""

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            tell(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        self.selects.watchers.append(tell)
        try:
            yield
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
            self.selects.watchers.remove(tell)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


_database: ContextVar[Database] = ContextVar("database")
_session: ContextVar[Session | Reading | None] = ContextVar("session", default=None)


def use(database: Database) -> None:
    """Let this request, job or command work on that database."""
    _database.set(database)


def current() -> Database:
    """The database this request, job or command works on."""
    return _database.get()


def in_transaction() -> bool:
    """True inside a transaction of this request or job."""
    return _session.get() is not None


def may_write() -> bool:
    """True inside a transaction that stores what it is given."""
    return isinstance(_session.get(), Session)


def _current() -> Session | Reading:
    found = _session.get()
    if found is None:
        raise RuntimeError("there is no transaction here: requests and jobs open one, commands use db.transaction()")
    return found


def _current_session() -> Session:
    found = _current()
    return found.session() if isinstance(found, Reading) else found


session = cast(Session, LocalProxy(_current_session))


def rows(statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> Sequence[Any]:
    """What a select answers that is kept in its module, without the objects of a session: for lists that every page shows."""
    found = _current()
    if isinstance(found, Reading):
        return found.rows(statement, given)
    if found.new or found.dirty or found.deleted:
        found.flush()
    return current().selects.rows(found.connection(), statement, given)


def act(statement: Insert | Update, given: Mapping[str, Any]) -> CursorResult[Any]:
    """Carry out a kept statement that changes rows, past the objects of the session, which learn nothing of it."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    return session.connection().execute(statement, dict(given))


def touched() -> frozenset[str]:
    """The public tables that this transaction has changed so far."""
    found = _current()
    return frozenset() if isinstance(found, Reading) else frozenset(found.info.get("touched", ()))


def undo() -> None:
    """Take back what this transaction did so far, if there is one."""
    found = _session.get()
    if isinstance(found, Reading):
        found.undo()
    elif found is not None:
        found.rollback()


@contextmanager
def transaction(*, reading: bool = False) -> Iterator[Session]:
    """All or nothing: commits at the end of the block, undoes whatever raised, then runs what waited for the commit.

    Refuses to be nested (RuntimeError): one request or job is one transaction.
    """
    if in_transaction():
        raise RuntimeError("a transaction is already open: one request or job is one transaction")
    with _looking() if reading else _writing():
        yield session


@contextmanager
def _looking() -> Iterator[None]:
    opened = current().reading()
    mark = _session.set(opened)
    try:
        yield
        opened.finish()
    finally:
        _session.reset(mark)
        opened.close()


@contextmanager
def _writing() -> Iterator[None]:
    opened = current().writing()
    mark = _session.set(opened)
    try:
        yield
        opened.commit()
    except BaseException:
        opened.rollback()
        raise
    finally:
        _session.reset(mark)
        opened.close()
    _tell_committed(opened)


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the present transaction is stored; never if it is undone."""
    _current_session().info.setdefault("after_commit", []).append(act)


def after_rollback(act: Callable[[], None]) -> None:
    """Do this if the present transaction is undone, whatever undid it; never once it is stored."""
    _current_session().info.setdefault("after_rollback", []).append(act)


def _tell_undone(undone: Session) -> None:
    """What was waiting for the commit, and what was remembered of the undone rows, goes with them; a savepoint is no end."""
    if undone.in_nested_transaction():
        return
    acts = undone.info.pop("after_rollback", ())
    undone.info.clear()
    for act in acts:
        act()


def _tell_committed(done: Session) -> None:
    touched = frozenset(done.info.get("touched", ()))
    for listener in current().listeners if touched else ():
        listener(touched)
    for act in done.info.get("after_commit", ()):
        act()


def _make_engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": False}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 30, "check_same_thread": False}
    else:
        options |= {"pool_size": 10, "max_overflow": 20}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _note_touched)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours: see _begin_sqlite
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A page that is only read takes each statement by itself, as on PostgreSQL: BEGIN and COMMIT cost more than they give."""
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _note_touched(connection: Connection, _c: Any, _s: str, _p: Any, context: Any, _many: bool) -> None:
    if not (context and (context.isinsert or context.isupdate or context.isdelete)):
        return
    opened, table = _session.get(), getattr(getattr(context.compiled, "compile_state", None), "dml_table", None)
    if isinstance(opened, Session) and table is not None and table.info.get("public", True):
        opened.info.setdefault("touched", set()).add(table.name)
