"""The calendar of the demonstration office: 2025 is in force, 2026 is not imported yet."""

from datetime import datetime

from sqlalchemy import Connection

from engine.api import Engine
from workflows.calendar import library
from workflows.calendar.actions import import_year, put_into_force
from workflows.calendar.calendars import Calendars
from workflows.calendar.queries import list_imports
from workflows.organisation.queries import get_person

YEAR = 2025
SOURCE = "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）"
IMPORTED_BY, PUT_INTO_FORCE_BY = "shangkewei", "boruoxi"


def load(connection: Connection, engine: Engine, calendars: Calendars, now: datetime) -> None:
    """Give the office its calendar, unless a year was imported already.

    Args:
        connection: In a transaction, after the people of the office were loaded.
        engine: Keeps the ledger.
        calendars: Give what is in force.
        now: Aware instant.
    """
    if list_imports(connection):
        return
    proposal = library.propose(YEAR, calendars.current(connection))
    one = import_year(connection, engine, get_person(connection, IMPORTED_BY), proposal, SOURCE, now)
    put_into_force(connection, engine, get_person(connection, PUT_INTO_FORCE_BY), one.id, now)
