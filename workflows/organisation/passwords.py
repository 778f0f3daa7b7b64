"""Passwords: kept as argon2id, changed at first sign-in, paused after too many failures.

Sign-in and lockout go by the machine's time, never by an installation's adjustable clock.
"""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, select, update

from workflows.organisation.errors import AccountLocked, InvalidCredentials, PasswordTooWeak, PersonNotFound
from workflows.organisation.queries import get_person
from workflows.organisation.records import person
from workflows.organisation.values import Person, Record

LEAST_CHARACTERS = 10
FAILURES_BEFORE_PAUSE = 5
PAUSE = timedelta(minutes=15)
RANDOM_BYTES = 9

_hasher = PasswordHasher()
_NOBODY_HAS_THIS = _hasher.hash(secrets.token_urlsafe())


def authenticate(connection: Connection, username: str, password: str, machine_now: datetime) -> Person | None:
    """Return the person if the password is theirs, None if it is not; failures are counted.

    Returning rather than raising lets the caller commit the count.

    Args:
        connection: In a transaction that the caller commits in both cases.
        username: As typed.
        password: As typed.
        machine_now: The machine's instant.

    Returns:
        The person, or None.

    Raises:
        AccountLocked: After too many failures, until the pause is over.
    """
    row = connection.execute(select(person).where(person.c.username == username).with_for_update()).first()
    if row is not None and row.locked_until is not None and row.locked_until > machine_now:
        raise AccountLocked(int((row.locked_until - machine_now).total_seconds() // 60) + 1)
    if row is None or row.password_hash is None or row.disabled_at is not None:
        _matches(_NOBODY_HAS_THIS, password)
        return None
    if _matches(row.password_hash, password):
        if row.failed_sign_ins:
            _update(connection, username, failed_sign_ins=0, locked_until=None)
        return get_person(connection, username)
    failures = row.failed_sign_ins + 1
    paused = failures >= FAILURES_BEFORE_PAUSE
    _update(
        connection,
        username,
        failed_sign_ins=0 if paused else failures,
        locked_until=machine_now + PAUSE if paused else None,
    )
    return None


def change_password(connection: Connection, username: str, old: str, new: str) -> None:
    """Replace a password by one the person chose; every other session of theirs ends.

    Raises:
        InvalidCredentials: ``old`` is not their password.
        PasswordTooWeak: ``new`` is too short, or is the username.
    """
    stored = connection.scalar(select(person.c.password_hash).where(person.c.username == username))
    if stored is None or not _matches(stored, old):
        raise InvalidCredentials
    if len(new) < LEAST_CHARACTERS or username in new or new == old:
        raise PasswordTooWeak(LEAST_CHARACTERS)
    set_password(connection, username, new, must_change=False)


def reset_password(connection: Connection, username: str, record: Record) -> str:
    """Give a person a random password that they must change at the next sign-in, and return it.

    Raises:
        PersonNotFound: There is no such person.
    """
    get_person(connection, username)
    password = secrets.token_urlsafe(RANDOM_BYTES)
    set_password(connection, username, password, must_change=True)
    record("person:password_reset", {"username": username})
    return password


def set_password(connection: Connection, username: str, password: str, *, must_change: bool) -> None:
    """Write a password; sessions opened with an earlier one end."""
    _update(
        connection,
        username,
        password_hash=_hasher.hash(password),
        must_change_password=must_change,
        credential_stamp=secrets.token_hex(8),
        failed_sign_ins=0,
        locked_until=None,
    )


def has_password(connection: Connection, username: str) -> bool:
    """Tell whether a person has a password at all."""
    return connection.scalar(select(person.c.password_hash).where(person.c.username == username)) is not None


def credentials_of(connection: Connection, username: str) -> tuple[str, bool]:
    """Return a person's credential stamp and whether they must change their password.

    Raises:
        PersonNotFound: There is no such person, or they are disabled.
    """
    row = connection.execute(
        select(person.c.credential_stamp, person.c.must_change_password).where(
            person.c.username == username, person.c.disabled_at.is_(None)
        )
    ).first()
    if row is None:
        raise PersonNotFound(username)
    return row.credential_stamp, row.must_change_password


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _update(connection: Connection, username: str, **values: object) -> None:
    connection.execute(update(person).where(person.c.username == username).values(**values))
