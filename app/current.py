"""What a view asks for: the installation it serves, and the instant of the request."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from app.house import House
from app.transaction import reading, transaction
from workflows.duties import reads_everything
from workflows.organisation.values import Person

HOUSE = "banjie"


def current_house() -> House:
    """Return the installation this application serves."""
    return cast("House", current_app.extensions[HOUSE])


def now(connection: Connection) -> datetime:
    """Return the instant of this request by the installation's clock."""
    return current_house().office.engine.now(connection)


def looking_at_a_case(person: Person) -> AbstractContextManager[Connection]:
    """Open a transaction for a page of a case: it writes only for those whose reading is recorded."""
    pool = current_house().pool
    return transaction(pool) if reads_everything(person) else reading(pool)
