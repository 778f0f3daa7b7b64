"""Where the pages of the archive are registered, and what they share."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, request
from sqlalchemy import Connection

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading, transaction
from workflows.archiving.candidates import years_of
from workflows.archiving.settings import ArchiveSettings
from workflows.archiving.values import year_at
from workflows.duties import ARCHIVISTS
from workflows.office import Office
from workflows.organisation.values import Person

archive = Blueprint("archive", __name__, url_prefix="/archive")
FIRST_YEAR, LAST_YEAR = 2000, 2100

Act = Callable[[Connection, Office, ArchiveSettings, Person, datetime], object]


def filed_year() -> int:
    """Return the year the address or form names, or the one before this: that is what is filed in spring."""
    text = request.values.get("year", "")
    given = int(text) if text.isdecimal() and len(text) == len("2025") else 0
    if FIRST_YEAR <= given <= LAST_YEAR:
        return given
    with reading(current_house().pool) as connection:
        return year_at(now(connection)) - 1


def offered_years(connection: Connection, year: int) -> list[tuple[int, int]]:
    """Return the years to choose from, the one that is shown among them."""
    return [(one, one) for one in sorted({*years_of(connection), year}, reverse=True)]


def keeps() -> bool:
    """Tell whether the reader is the archivist; the deeds ask again."""
    return bool(current_person().posts & set(ARCHIVISTS))


def carry_out(act: Act) -> object:
    """Let the current person act, in a transaction of its own."""
    house = current_house()
    with transaction(house.pool) as connection:
        return act(connection, house.office, house.archive, current_person(), now(connection))


def whole_number(text: str) -> int | None:
    """Return the number that was typed; 0, which no rule takes, where it is none; None where nothing was typed."""
    if not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text) < len("1000000") else 0
