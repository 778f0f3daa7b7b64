"""What somebody does while walking through a draft: the walk is the list of these acts, and is kept nowhere but in its page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from engine import canonical
from workflows.trials.errors import WalkTooLong, WalkUnreadable

START, COMPLETE, SEND_BACK, TIME, EVENT = "start", "complete", "send_back", "time", "event"
KINDS = frozenset({START, COMPLETE, SEND_BACK, TIME, EVENT})
MOST_ACTS = 80
MOST_CHARACTERS = 400_000


@dataclass(frozen=True)
class Act:
    """One act.

    Attributes:
        kind: start, complete, send_back, time for a clock put forward, event for a message or signal that comes.
        person: Who acts.
        item: The number of the work item within its case, which is the same whenever the walk is walked.
        step: The step of the work item, the event that comes, or at which a case is started.
        title: Of the case that is started.
        decision: Of a completed step; where a step is sent back, the step to which.
        opinion: Words.
        at: The instant to which the clock is put, or at which the case starts, as canonical text.
        values: What is entered in the form, or what a message holds.
    """

    kind: str
    person: str = ""
    item: int = 0
    step: str = ""
    title: str = ""
    decision: str = ""
    opinion: str = ""
    at: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def read_acts(text: str) -> tuple[Act, ...]:
    """Return the acts that a page has kept.

    Raises:
        WalkUnreadable: The text is nothing that :func:`written` has written.
        WalkTooLong: There are too many.
    """
    if not text:
        return ()
    if len(text) > MOST_CHARACTERS:
        raise WalkTooLong(MOST_ACTS)
    try:
        given = canonical.decode(text.encode())
    except (ValueError, RecursionError) as error:
        raise WalkUnreadable from error
    if not isinstance(given, list):
        raise WalkUnreadable
    if len(given) > MOST_ACTS:
        raise WalkTooLong(MOST_ACTS)
    return tuple(map(_act, given))


def written(acts: Iterable[Act]) -> str:
    """Return acts as a text."""
    return canonical.encode([asdict(one) for one in acts]).decode()


def _act(given: object) -> Act:
    types = {one.name: one.type for one in fields(Act)}
    if not isinstance(given, dict) or set(given) - set(types) or given.get("kind") not in KINDS:
        raise WalkUnreadable
    for name, value in given.items():
        wanted: type = {"item": int, "values": dict}.get(name, str)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise WalkUnreadable
    return Act(**given)
