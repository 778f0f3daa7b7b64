"""What a view asks for: the installation it serves, and the instant of the request."""

from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from app.house import House

HOUSE = "banjie"


def current_house() -> House:
    """Return the installation this application serves."""
    return cast("House", current_app.extensions[HOUSE])


def now(connection: Connection) -> datetime:
    """Return the instant of this request by the installation's clock."""
    return current_house().office.engine.now(connection)
