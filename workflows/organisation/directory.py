"""The functions about people that expressions in a model may call."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from engine.model import Value
from workflows.organisation import queries

FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "unit_of": queries.unit_of,
    "head_of": queries.head_of,
    "leader_of": queries.leader_of,
    "receiver_of": queries.receiver_of,
    "holders": queries.holders,  # type: ignore[dict-item]  # a list of texts is a Value
    "members": queries.members,  # type: ignore[dict-item]
}


def directory(connection: Connection) -> Mapping[str, Callable[..., Value]]:
    """Return the functions, bound to a transaction."""
    return {name: partial(function, connection) for name, function in FUNCTIONS.items()}
