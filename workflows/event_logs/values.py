"""What a log of events is asked for, and what stands in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Wanted:
    """Which cases of one flow belong to a log.

    Attributes:
        key: Of the flow.
        version: The version that the cases run on; all without it.
        since: Aware instant; cases that began before it are left out.
        until: Aware instant; cases that began then or later are left out.
        units: Codes of the units that began them; all where there are none.
    """

    key: str
    version: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LogEvent:
    """One event of a log.

    Attributes:
        seq: Of the event of the case's history that it is told from; a step that is opened for somebody gives two.
        at: Aware instant.
        name: The step, or :data:`workflows.event_logs.lifecycle.CASE` where it is about the case as a whole.
        instance: The id of the work item; empty where there is none.
        transition: Of the standard transactional model of the lifecycle extension.
        kind: Of the event of the history.
        activity_id: The step in the diagram; empty for the case as a whole.
        resource: The username of who acted.
        on_behalf_of: The username of whom they acted for, or empty.
        recorded_by: The username of who typed it in for them, or empty.
        assignee: The username of who has the work item in hand after it, or empty.
        seat: The unit or person that a seat of a countersign is for, or empty.
        decision: What was decided, or empty.
    """

    seq: int
    at: datetime
    name: str
    instance: str
    transition: str
    kind: str
    activity_id: str
    resource: str
    on_behalf_of: str = ""
    recorded_by: str = ""
    assignee: str = ""
    seat: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Trace:
    """The events of one case, in order; ``initiator_unit`` is the code of the unit that began it."""

    instance_id: str
    title: str
    number: str
    version: int
    initiator_unit: str
    started_at: datetime
    state: str
    events: tuple[LogEvent, ...]


@dataclass(frozen=True)
class Named:
    """What people and units are called in a log: by a pseudonym, or by their names and posts."""

    name: str
    group: str
    role: str = ""
