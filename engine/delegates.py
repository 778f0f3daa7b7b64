"""What the engine is handed from above, and what a command needs from outside the marking.

The upper layers are never imported here: they give functions. A live command gets an :class:`Outside` that asks the office
and the database; a replay gets one that reads what history recorded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from sqlalchemy import Connection

from engine.model import RecordChange, ServiceResult, Value, Variables
from engine.process import Activity


@dataclass(frozen=True)
class Skip:
    """That a step goes on without its person, by a setting of the model: whom, why, and by which of its decisions.

    ``reason`` is ``initiator`` or ``same_person``.
    """

    person: str
    reason: str
    decision: str


@dataclass(frozen=True)
class Assignment:
    """Who a work item is for and by when, as found out when it was opened; or that none is opened. Usernames."""

    assignee: str | None
    candidates: tuple[str, ...] = ()
    due_at: datetime | None = None
    due_provisional: bool = False
    skip: Skip | None = None


@dataclass(frozen=True)
class Timing:
    """When a timer is due.

    Attributes:
        due_at: Aware instant.
        provisional: Whether a calendar lacks a year that was needed.
        begun_at: What it is counted from, aware, where it is counted in working time; else None.
        text: What it was computed from, its expressions evaluated.
        left: How often it fires, this time included; None without an end.
    """

    due_at: datetime
    provisional: bool
    begun_at: datetime | None
    text: str
    left: int | None


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

    def assign(
        self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None, *, may_skip: bool = False
    ) -> Assignment:
        """Return who the work item is for, a given person where one is given; raise ``NobodyToAct`` where nobody could act.

        ``may_skip`` says that the step has come in the ordinary way, so that its settings may let it go on by itself.
        """
        ...

    def call(self, activity: Activity, inputs: Variables) -> ServiceResult:
        """Carry out a service task; raise an ``ExecutionFailed`` where it could not be, with nothing done."""
        ...

    def timer(self, holder: int, event: Activity, scope: Variables) -> Timing:
        """Return when a timer that a token or scope begins to wait for is due; raise ``ExecutionFailed``."""
        ...

    def timer_again(self, holder: int, event: Activity, text: str, last: datetime, left: int | None) -> Timing:
        """Return when a cycle that fired at its due instant ``last`` is due again; ``left`` firings remain."""
        ...

    def timer_resumed(self, holder: int, event: Activity, timing: Timing, suspended_at: datetime) -> Timing:
        """Return when a timer in working time is due whose case was suspended from an instant until now."""
        ...

    def votes(self, token_id: int) -> Sequence[Vote]:
        """Return what was said on the closed seats of a countersign, in order of the seats' work items."""
        ...

    def open_items(self, token_id: int) -> Sequence[str]:
        """Return the work items of a token that were open before the command, in order."""
        ...


@dataclass(frozen=True)
class ServiceCall:
    """What a service is told: the case, the step, the variables it sees, the instant of the command."""

    instance_id: str
    activity_id: str
    inputs: Variables
    now: datetime


class WorkingCalendar(Protocol):
    """Counts working time."""

    def after(self, start: datetime, days: int, rest: timedelta) -> tuple[datetime, bool]:
        """Return the instant that lies so many working days and so much working time after another.

        Args:
            start: Aware instant.
            days: Working days.
            rest: Working time besides.

        Returns:
            Aware instant; True with it where the calendar lacks a year that was needed.
        """
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two aware instants."""
        ...


Service = Callable[[Connection, ServiceCall], ServiceResult]
SlowService = Callable[[ServiceCall], ServiceResult]
Directory = Callable[[Connection], Mapping[str, Callable[..., Value]]]
ApplyRecord = Callable[[Connection, RecordChange], None]


@dataclass(frozen=True)
class Vocabulary:
    """The names a model may use, and what stands behind them.

    ``posts`` maps a post's code to its name; ``person_only`` are the kinds of step that nothing but a person decides;
    ``directory`` gives the functions that expressions about people may call; ``administrators`` is the post that a step
    falls to where its model says ``when_empty = administrator``. ``slow_services`` run after the commit, without a
    transaction, and may be called again when a process dies. ``calendar`` counts working time, and stays as it is until the
    transaction ends; without one, models that ask for it are refused. ``earlier_calendar`` is the same as it was at a revision.
    Dates without a zone are in ``zone``. ``fields`` names the fields of a deployment's forms, and ``written`` the variables that
    services and the rules of steps write; the check asks for both. ``refusing`` are decisions that refuse or ask for a change,
    ``judged`` the kinds of step with rules of their own about what is handed in, by business; neither is ever passed by a
    setting of a model. The businesses a model may name are the keys of ``judged``; None stands for models that name none. An
    overdue step is told again every ``remind_every``: by the clock, or where its limit is counted in working time by that, each
    twenty-four hours of it then being a working day.
    """

    posts: Mapping[str, str]
    kinds: frozenset[str]
    person_only: frozenset[str]
    services: Mapping[str, Service]
    directory: Directory
    directory_functions: frozenset[str]
    records: Mapping[str, ApplyRecord]
    administrators: str
    columns: Mapping[str, tuple[str, ...]]
    slow_services: Mapping[str, SlowService] = field(default_factory=dict)
    calendar: Callable[[Connection], WorkingCalendar] | None = None
    earlier_calendar: Callable[[Connection, int], WorkingCalendar] | None = None
    zone: tzinfo = UTC
    fields: Callable[[Mapping[str, bytes]], frozenset[str]] = lambda _files: frozenset()
    written: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    judged: Mapping[str | None, frozenset[str]] = field(default_factory=dict)
    remind_every: timedelta = timedelta(hours=24)

    def never_skipped(self, business: str | None) -> frozenset[str]:
        """Return the kinds of step that a person does in flows of a business, whatever a model says."""
        return self.person_only | self.judged.get(business, frozenset())
