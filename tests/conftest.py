"""Fixtures: a database of each kind, an installation with the demonstration office on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import tests.prepared  # noqa: F401
from app.house import House
from tests.databases import (
    EMPTY,
    SETTLED,
    PostgresDatabases,
    SqliteDatabases,
    folder_in_memory,
    installed,
    postgres_server,
)

settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # there a run says something of the change alone; `make soak` looks further
)
settings.load_profile("house")
os.environ.pop("BANJIE_DATABASE_URL", None)
os.environ.pop("BANJIE_DATA_DIR", None)

Databases = SqliteDatabases | PostgresDatabases


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SqliteDatabases]:
    with folder_in_memory("banjie-sqlite-") as folder:
        yield SqliteDatabases(folder)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    with postgres_server() as url:
        yield PostgresDatabases(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    fixture = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    return request.getfixturevalue(fixture)


@pytest.fixture
def empty_house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    """An installation with an empty schema, on each kind of database."""
    with installed(databases, EMPTY, tmp_path) as house:
        yield house


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    """An installation with the demonstration office and its flow, on each kind of database."""
    with installed(databases, SETTLED, tmp_path) as house:
        yield house


@pytest.fixture
def sqlite_house(sqlite_databases: SqliteDatabases, tmp_path: Path) -> Iterator[House]:
    """The same on SQLite alone, where the database makes no difference."""
    with installed(sqlite_databases, SETTLED, tmp_path) as house:
        yield house


@pytest.fixture
def postgres_house(postgres_databases: PostgresDatabases, tmp_path: Path) -> Iterator[House]:
    """The same on PostgreSQL alone, where SQLite is tried by another test of the same way."""
    with installed(postgres_databases, SETTLED, tmp_path) as house:
        yield house
