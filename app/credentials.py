"""Whose password it is: compared between two transactions, since that takes long on purpose and must hold up nobody.

Every attempt is told to the ledger of sign-ins, whatever becomes of it.
"""

from sqlalchemy import Connection

from app.house import House
from app.ledgers import ADMITTED, SIGN_IN_REFUSED, tell_of_sign_in
from app.transaction import reading, transaction
from engine.clock import SystemClock
from workflows.organisation import passwords
from workflows.organisation.errors import AccountLocked, InvalidCredentials
from workflows.organisation.values import Person

_machine = SystemClock()


def person_by_password(house: House, username: str, password: str, told_as: str = ADMITTED) -> Person:
    """Return whose password this is; raise ``InvalidCredentials`` or ``AccountLocked``.

    Args:
        house: The installation.
        username: As typed.
        password: As typed.
        told_as: What is told where it is right.
    """
    try:
        with reading(house.pool) as connection:
            known = passwords.stored(connection, username, _machine.now())
        if passwords.is_right(known, password):
            with transaction(house.pool) as connection:
                person = passwords.admit(connection, username, known, _machine.now())
                if person is not None:
                    tell_of_sign_in(connection, house, told_as, username)
                    return person
        else:
            with transaction(house.pool) as connection:
                passwords.count_failure(connection, username, _machine.now())
                _tell_refused(connection, house, username)
    except AccountLocked:
        with transaction(house.pool) as connection:
            tell_of_sign_in(connection, house, SIGN_IN_REFUSED, username, reason="locked")
        raise
    raise InvalidCredentials


def _tell_refused(connection: Connection, house: House, username: str) -> None:
    standing = passwords.standing_of(connection, username)
    known = username if standing is not passwords.Standing.UNKNOWN else None
    tell_of_sign_in(connection, house, SIGN_IN_REFUSED, known, reason=standing.value)
