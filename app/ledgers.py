"""What the application itself tells the office's ledgers: who signed in and out, and what the house was told to do.

No entry ever holds a password, a token, the key of a session, or a name that nobody has, since a password may have been typed
there.
"""

from collections.abc import Mapping
from datetime import datetime

from flask import has_request_context, request
from sqlalchemy import Connection

from app.house import House
from app.transaction import transaction
from engine.commands.case import SYSTEM
from engine.model import Actor, Value

SIGN_INS, OPERATIONS = "office:sign_ins", "office:operations"
ADMITTED, SIGN_IN_REFUSED, SIGNED_OUT = "sign_in:admitted", "sign_in:refused", "sign_in:ended"
TOKEN_ISSUED, PASSWORD_CHANGED, PASSWORD_REFUSED = "token:issued", "password:changed", "password:refused"


def tell(
    connection: Connection, house: House, ledger: str, kind: str, data: Mapping[str, Value], actor: Actor = SYSTEM
) -> None:
    """Tell a ledger something, in a transaction, at the instant of the installation's clock."""
    engine = house.office.engine
    engine.record_ledger(connection, ledger, kind, data, actor, engine.now(connection))


def tell_of_sign_in(connection: Connection, house: House, kind: str, username: str | None, **more: Value) -> None:
    """Tell of somebody's account; without a name, of one that nobody has.

    A refusal is told of by the house: nobody knows who it was that tried.
    """
    whose: dict[str, Value] = {"username": username} if username is not None else {}
    actor = Actor(username) if username is not None and not kind.endswith(":refused") else SYSTEM
    address = request.remote_addr if has_request_context() else None
    tell(connection, house, SIGN_INS, kind, {**whose, **more, "address": address}, actor)


def tell_operation(house: House, kind: str, **data: Value) -> datetime:
    """Tell that the house was told to do something from its own machine; return when."""
    with transaction(house.pool) as connection:
        tell(connection, house, OPERATIONS, kind, data)
        return house.office.engine.now(connection)
