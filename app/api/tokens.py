"""Tokens of the REST API: signed, expiring, and worthless once the password has changed."""

from itsdangerous import BadData, URLSafeTimedSerializer

from app.house import House
from app.transaction import reading
from engine.errors import NotAuthenticated, NotPermitted
from workflows.organisation import passwords, queries
from workflows.organisation.errors import PersonNotFound
from workflows.organisation.values import Person

SALT = "banjie-api-token"
HOUR_SECONDS = 3600


class TokenRefused(NotAuthenticated):
    """The token is missing, forged, expired, or older than the password."""


class PasswordChangeRequired(NotPermitted):
    """The password must be changed, by signing in to the pages, before the API can be used."""


def issue(secret: str, username: str, stamp: str) -> str:
    """Return a token for a person."""
    return str(URLSafeTimedSerializer(secret, salt=SALT).dumps([username, stamp]))


def person_of(secret: str, token: str, hours: int, house: House) -> Person:
    """Return whose token this is; raise ``TokenRefused``."""
    try:
        username, stamp = URLSafeTimedSerializer(secret, salt=SALT).loads(token, max_age=hours * HOUR_SECONDS)
        with reading(house.pool) as connection:
            current, _must_change = passwords.credentials_of(connection, username)
            if current != stamp:
                raise TokenRefused
            return queries.get_person(connection, username)
    except (BadData, ValueError, PersonNotFound) as error:
        raise TokenRefused from error
