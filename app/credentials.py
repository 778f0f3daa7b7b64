"""Whose password it is: compared between two transactions, since that takes long on purpose and must hold up nobody."""

from app.house import House
from app.transaction import reading, transaction
from engine.clock import SystemClock
from workflows.organisation import passwords
from workflows.organisation.errors import InvalidCredentials
from workflows.organisation.values import Person

_machine = SystemClock()


def person_by_password(house: House, username: str, password: str) -> Person:
    """Return whose password this is; raise ``InvalidCredentials`` or ``AccountLocked``."""
    with reading(house.pool) as connection:
        known = passwords.stored(connection, username, _machine.now())
    if passwords.is_right(known, password):
        with (transaction if known.failures else reading)(house.pool) as connection:
            person = passwords.admit(connection, username, known, _machine.now())
    else:
        person = None
        with transaction(house.pool) as connection:
            passwords.count_failure(connection, username, _machine.now())
    if person is None:
        raise InvalidCredentials
    return person
