"""What is special to one database: connecting, locking, and the triggers that keep history append-only."""

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from engine.persistence import tables  # noqa: F401  (declares the engine's tables)
from engine.persistence.base import metadata
from engine.persistence.turns import Turns

BUSY_SECONDS = 30
GIVE_WAY_MILLISECONDS = 700
TURNS = "banjie_turns"
APPEND_ONLY = ("history_event", "history_payload", "anchor")


def connect(url: str) -> Engine:
    """Return a pool of connections to the database at ``url``.

    SQLite runs with a write-ahead log, full synchronisation and foreign keys, and writes zeros over what is deleted; its
    transactions begin with the write lock, so that a command never loses a race after it has read. PostgreSQL runs as
    configured.

    Args:
        url: A SQLAlchemy URL of SQLite or PostgreSQL.

    Returns:
        The pool; the caller disposes of it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20)
    file = parsed.database or ":memory:"
    turns = Turns(file, BUSY_SECONDS) if file != ":memory:" else None
    pool = create_engine(
        parsed,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        execution_options={TURNS: turns},
    )
    event.listen(pool, "connect", _prepare_sqlite)
    event.listen(pool, "begin", _begin_sqlite)
    return pool


def turn_to_write(pool: Engine) -> AbstractContextManager[None]:
    """Wait for a turn to write and keep it until the block ends; PostgreSQL lets writers in fairly by itself."""
    turns: Turns | None = pool.get_execution_options().get(TURNS)
    return turns.take() if turns else nullcontext()


def give_way(connection: Connection) -> None:
    """Let a transaction that will be rolled back wait for no lock as long as others would be harmed by it.

    PostgreSQL looks for a circle of waiting transactions after a second, and would end any of them; a rehearsal gives up
    before that, so that it is never somebody's real act that ends.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{GIVE_WAY_MILLISECONDS}ms'"))


def reading(connection: Connection) -> Connection:
    """Mark the connection's next transaction as one that only reads and sees one state of the database throughout.

    SQLite gives that to every transaction, and is told to take no write lock; PostgreSQL gives it on demand.
    """
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection.execution_options(reads_only=True)


def create_schema(connection: Connection) -> None:
    """Create every table declared so far, and what keeps history append-only."""
    metadata.create_all(connection)
    keep_append_only(connection)


def keep_append_only(connection: Connection) -> None:
    """Let the database refuse UPDATE, DELETE and TRUNCATE on history."""
    for statement in append_only_statements(connection.dialect.name):
        connection.execute(text(statement))


SLIP = (
    "SELECT 1 FROM redaction_slip AS slip JOIN history_event AS told ON told.chain = slip.chain AND told.seq = slip.told_in "
    "WHERE told.kind = 'content_redacted' AND slip.told_in > slip.seq AND slip.chain = OLD.chain AND slip.seq = OLD.seq "
    "AND NEW.chain = OLD.chain AND NEW.seq = OLD.seq AND slip.salt = NEW.salt AND slip.content = NEW.content"
)
"""The one way to change a payload: to what a slip holds, where a later event of the chain says that contents were cleared."""


def append_only_statements(dialect: str) -> list[str]:
    """Return the statements that make history append-only in this dialect of SQL; a payload may be cleared, see ``SLIP``."""
    if dialect == "sqlite":
        unless = {("history_payload", "UPDATE"): f"WHEN NOT EXISTS ({SLIP}) "}
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"{unless.get((table, verb), '')}BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ]
    refuse = (
        "CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
    )
    unless_cleared = (
        "CREATE OR REPLACE FUNCTION refuse_unless_cleared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT EXISTS ({SLIP}) THEN RAISE EXCEPTION 'history is append-only'; END IF; RETURN NEW; END $$"
    )
    return [
        refuse,
        *(_refuse(table, "UPDATE OR DELETE OR TRUNCATE") for table in APPEND_ONLY if table != "history_payload"),
        _refuse("history_payload", "DELETE OR TRUNCATE"),
        unless_cleared,
        (
            "CREATE OR REPLACE TRIGGER history_payload_cleared_only BEFORE UPDATE ON history_payload "
            "FOR EACH ROW EXECUTE FUNCTION refuse_unless_cleared()"
        ),
    ]


def _refuse(table: str, verbs: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()"
    )


def _prepare_sqlite(raw: object, _record: object) -> None:
    raw.isolation_level = None  # type: ignore[attr-defined]  # transactions begin where SQLAlchemy says so
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        raw.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
