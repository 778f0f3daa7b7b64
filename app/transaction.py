"""The only commit in the house."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from app.announcing import announce
from engine.persistence.database import give_way, turn_to_write
from engine.persistence.database import reading as marked_as_reading


@contextmanager
def transaction(pool: Engine) -> Iterator[Connection]:
    """Open a transaction; commit it when the block ends well, roll it back when it raises."""
    with turn_to_write(pool), pool.connect() as connection, connection.begin():
        yield connection
    announce(pool)


@contextmanager
def reading(pool: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads: it sees one state of the database and takes no write lock."""
    with pool.connect() as connection, marked_as_reading(connection).begin():
        yield connection


@contextmanager
def rehearsal(pool: Engine) -> Iterator[Connection]:
    """Open a transaction in which everything may be tried: it is rolled back whatever happens, and announced to nobody."""
    with turn_to_write(pool), pool.connect() as connection:
        begun = connection.begin()
        try:
            give_way(connection)
            yield connection
        finally:
            begun.rollback()
