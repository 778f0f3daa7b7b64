"""What the service task of countersigned opinions does."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.model import ServiceResult, Value
from workflows.consultation.rules import AMEND, ANSWERS, DISAGREE, OPINIONS
from workflows.organisation import queries

WRITTEN = frozenset({OPINIONS, ANSWERS})
"""The variables that the service writes."""
VOTES = "votes."
ANSWER = ("adopted", "explanation", "outcome")


def list_opinions(connection: Connection, call: ServiceCall) -> ServiceResult:
    """List what countersigning units have said, a line for each that asks for a change (``countersign.list_opinions``).

    A line that was answered before keeps its answer while the unit says the same.

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds the case's variables, of which the results of countersigns count.

    Returns:
        The variables ``countersign_opinions``, what every unit has said, and ``reconciliations``, the lines to be answered.
    """
    names = queries.names_of_units(connection)
    said: dict[str, Mapping[str, Value]] = {}
    for name, votes in call.inputs.items():
        if name.startswith(VOTES) and isinstance(votes, Mapping):
            said |= {str(seat): vote for seat, vote in votes.items() if isinstance(vote, Mapping)}
    opinions: list[Value] = [
        {
            "code": seat,
            "unit": names.get(seat, seat),
            "decision": str(vote.get("decision") or ""),
            "opinion": str(vote.get("opinion") or ""),
        }
        for seat, vote in said.items()
    ]
    answered = call.inputs.get(ANSWERS)
    before = [row for row in answered if isinstance(row, Mapping)] if isinstance(answered, list) else []
    lines: list[Value] = [
        _line(one, before) for one in opinions if isinstance(one, dict) and one["decision"] in (AMEND, DISAGREE)
    ]
    return ServiceResult({OPINIONS: opinions, ANSWERS: lines})


def _line(said: Mapping[str, Value], before: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    same = {"unit": said["unit"], "said": said["opinion"]}
    known = next((row for row in before if all(row.get(key) == value for key, value in same.items())), {})
    return {**same, **{key: known.get(key) for key in ANSWER}}
