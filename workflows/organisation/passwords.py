"""Passwords: kept as argon2id, changed at first sign-in, paused after too many failures.

Sign-in and lockout go by the machine's time, never by an installation's adjustable clock.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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

hasher = PasswordHasher()
_NOBODY_HAS_THIS = hasher.hash(secrets.token_urlsafe())


@dataclass(frozen=True)
class Stored:
    """What is known of somebody's password; ``hash`` is None for those who have none or are not there."""

    hash: str | None
    failures: int


class Standing(StrEnum):
    """What an account is, for which a wrong password was typed."""

    KNOWN = "password"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


def standing_of(connection: Connection, username: str) -> Standing:
    """Return whether anybody has this name, and may sign in."""
    row = connection.execute(select(person.c.disabled_at).where(person.c.username == username)).first()
    if row is None:
        return Standing.UNKNOWN
    return Standing.KNOWN if row.disabled_at is None else Standing.DISABLED


def stored(connection: Connection, username: str, machine_now: datetime) -> Stored:
    """Return what a password must be compared with.

    Comparing takes long on purpose, so it is done between transactions, where it holds up nobody:
    ``stored``, then :func:`is_right`, then :func:`admit` or :func:`count_failure`.

    Args:
        connection: In a transaction.
        username: As typed.
        machine_now: The machine's instant.

    Returns:
        The hash, also where the username is unknown.

    Raises:
        AccountLocked: After too many failures, until the pause is over.
    """
    row = connection.execute(select(person).where(person.c.username == username)).first()
    if row is None or row.disabled_at is not None:
        return Stored(None, 0)
    _require_unlocked(row.locked_until, machine_now)
    return Stored(row.password_hash, row.failed_sign_ins)


def is_right(known: Stored, password: str) -> bool:
    """Tell whether a password is the stored one; it takes as long where there is none."""
    return _matches(known.hash or _NOBODY_HAS_THIS, password) and known.hash is not None


def admit(connection: Connection, username: str, known: Stored, machine_now: datetime) -> Person | None:
    """Return the person whose password was right, or None where it was changed meanwhile; failures are forgotten.

    Args:
        connection: In a transaction, which writes only where ``known`` has failures.
        username: As typed.
        known: What the password was compared with.
        machine_now: The machine's instant.

    Returns:
        The person, or None.

    Raises:
        AccountLocked: Others guessed meanwhile, too often.
    """
    if stored(connection, username, machine_now).hash != known.hash:
        return None
    if known.failures:
        _update(connection, username, failed_sign_ins=0, locked_until=None)
    return get_person(connection, username)


def count_failure(connection: Connection, username: str, machine_now: datetime) -> None:
    """Count a wrong password; too many pause the account, and those during a pause do not prolong it.

    Raises:
        AccountLocked: Others guessed meanwhile, too often. A wrong password is answered like a right one then, so that
            many guesses in one moment teach no more than one after the other.
    """
    row = connection.execute(select(person).where(person.c.username == username).with_for_update()).first()
    if row is None or row.password_hash is None or row.disabled_at is not None:
        return
    _require_unlocked(row.locked_until, machine_now)
    failures = row.failed_sign_ins + 1
    paused = failures >= FAILURES_BEFORE_PAUSE
    _update(
        connection,
        username,
        failed_sign_ins=0 if paused else failures,
        locked_until=machine_now + PAUSE if paused else None,
    )


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
        password_hash=hasher.hash(password),
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


def stamps(connection: Connection, usernames: Sequence[str]) -> dict[str, str]:
    """Return the credential stamps of those of many people who may work: neither disabled nor before a new password."""
    query = select(person.c.username, person.c.credential_stamp).where(
        person.c.username.in_(usernames), person.c.disabled_at.is_(None), ~person.c.must_change_password
    )
    return {row.username: row.credential_stamp for row in connection.execute(query)}


def _require_unlocked(locked_until: datetime | None, machine_now: datetime) -> None:
    if locked_until is not None and locked_until > machine_now:
        raise AccountLocked(int((locked_until - machine_now).total_seconds() // 60) + 1)


def _matches(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _update(connection: Connection, username: str, **values: object) -> None:
    connection.execute(update(person).where(person.c.username == username).values(**values))
