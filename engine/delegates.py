"""What the engine is handed from above, and what a command needs from outside the marking.

The upper layers are never imported here: they give functions. A live command gets an :class:`Outside` that asks the office
and the database; a replay gets one that reads what history recorded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from engine.model import Activity, RecordChange, ServiceResult, Value, Variables


@dataclass(frozen=True)
class Assignment:
    """Who a work item is for and by when, as found out when it was opened. Usernames."""

    assignee: str | None
    candidates: tuple[str, ...] = ()
    due_at: datetime | None = None
    due_provisional: bool = False


@dataclass(frozen=True)
class Vote:
    """What was said on one seat."""

    seat: str
    decision: str
    opinion: str
    actor: str
    at: datetime


class Outside(Protocol):
    """What executing a command needs from outside the marking."""

    def assign(self, work_item_id: str, activity: Activity, scope: Variables) -> Assignment:
        """Return who the work item is for; raise ``NobodyToAct`` where nobody could act."""
        ...

    def call(self, activity: Activity, variables: Variables) -> ServiceResult:
        """Carry out a service task; raise an ``ExecutionFailed`` where it could not be, with nothing done."""
        ...

    def votes(self, token_id: int) -> Sequence[Vote]:
        """Return what was said on the closed seats of a countersign, in order of the seats' work items."""
        ...

    def open_seats(self, token_id: int) -> Sequence[str]:
        """Return the work items of a countersign that are still open, in order."""
        ...


@dataclass(frozen=True)
class ServiceCall:
    """What a service is told: the case, the step, the case's variables, the instant of the command."""

    instance_id: str
    activity_id: str
    inputs: Variables
    now: datetime


Service = Callable[[Connection, ServiceCall], ServiceResult]
Directory = Callable[[Connection], Mapping[str, Callable[..., Value]]]
ApplyRecord = Callable[[Connection, RecordChange], None]


@dataclass(frozen=True)
class Vocabulary:
    """The names a model may use, and what stands behind them.

    ``posts`` maps a post's code to its name; ``person_only`` are the kinds of step that nothing but a person decides;
    ``directory`` gives the functions that expressions about people may call; ``administrators`` is the post that a step
    falls to where its model says ``when_empty = administrator``.
    """

    posts: Mapping[str, str]
    kinds: frozenset[str]
    person_only: frozenset[str]
    services: Mapping[str, Service]
    directory: Directory
    directory_functions: frozenset[str]
    records: Mapping[str, ApplyRecord]
    administrators: str
    columns: Mapping[str, str]
