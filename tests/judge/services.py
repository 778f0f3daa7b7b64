"""The services that random processes call; an engine that plays them must have the same."""

from collections.abc import Mapping
from typing import Any

from tests.judge.game import Service, ServiceError
from tests.judge.state import Stuck


def counts(seen: dict[str, Any]) -> dict[str, Any]:
    """Write what it sees, and one more; fail where there is nothing to count."""
    if "n" not in seen:
        raise Stuck("counts")
    return {"counted": seen["n"] + 1}


def breaks(_seen: dict[str, Any]) -> dict[str, Any]:
    """End in a business error that a boundary event may catch."""
    raise ServiceError("E1")


def fails(_seen: dict[str, Any]) -> dict[str, Any]:
    """Fail, which is an incident."""
    raise Stuck("fails")


SERVICES: Mapping[str, Service] = {"counts": counts, "breaks": breaks, "fails": fails}
