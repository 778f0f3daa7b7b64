"""What a view asks for: the installation it serves, and the instant of the request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from app.house import House
from app.transaction import reading, transaction
from workflows.organisation.values import Person
from workflows.visibility import NOTED, Reading, tell_reading

HOUSE = "banjie"


def current_house() -> House:
    """Return the installation this application serves."""
    return cast("House", current_app.extensions[HOUSE])


def now(connection: Connection) -> datetime:
    """Return the instant of this request by the installation's clock."""
    return current_house().office.engine.now(connection)


@contextmanager
def looking_at_a_case(person: Person) -> Iterator[Connection]:
    """Open a transaction for a page of a case: what the person reads there is told when it has been read, in one of its own.

    So a page holds no lock while it is put together, and the answer does not leave before its reading is told.
    """
    house = current_house()
    noted: list[Reading] = []
    with reading(house.pool) as connection:
        yield connection.execution_options(**{NOTED: noted})
    if noted:
        with transaction(house.pool) as connection:
            for one in noted:
                tell_reading(connection, house.office, person, one)
