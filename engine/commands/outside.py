"""What a live command needs from outside the marking, asked of the office and the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection

from engine import step_settings
from engine.commands.skipping import skip_of
from engine.commands.superiors import superior_of
from engine.delegates import Assignment, ServiceCall, Skip, Timing, Vocabulary, Vote, WorkingCalendar
from engine.durations import due_at, parse_cycle, parse_duration, working_span
from engine.errors import BusinessError, ExpressionFailed, NobodyToAct, ProcessError, ServiceFailed
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_value
from engine.model import ServiceResult, Value, Variables
from engine.persistence import work_items
from engine.process import Activity, Process

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
NOT_A_TEXT = "结果不是文字"
NOT_A_MOMENT = "“{}”不是日期，也不是时长"


def _saying_that_it_came_from_outside(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Mark what a question raises, so that history says of an incident that executing again must be told of it."""

    @wraps(ask)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return ask(*args, **kwargs)
        except BusinessError:
            raise  # history tells it as what the service returned
        except ProcessError as error:
            error.from_outside = True
            raise

    return asked


class LiveOutside:
    """Answers one command; what it answers is recorded, so that a replay need not ask again."""

    def __init__(
        self,
        connection: Connection,
        vocabulary: Vocabulary,
        instance_id: str,
        now: datetime,
        process: Process | None = None,
    ) -> None:
        """Bind to a transaction, a case with its process where there is one, and the instant of the command."""
        self._connection = connection
        self._process = process
        self._vocabulary = vocabulary
        self._instance_id = instance_id
        self._now = now

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., Value]]:
        """What expressions about people may call, asked of the office once for each argument."""
        asked = self._vocabulary.directory(self._connection)
        return {**VARIABLE_FUNCTIONS, **{name: _remembering(function) for name, function in asked.items()}}

    @_saying_that_it_came_from_outside
    def assign(
        self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None, *, may_skip: bool = False
    ) -> Assignment:
        """Return who the work item is for: a given person, or by the model, the lane, or the rule for nobody."""
        if to is not None:
            return Assignment(to, (), *self.due(activity, scope, self._now))
        person = self._person(activity, scope)
        if person and may_skip and (skip := self._skip(activity, person, scope)) is not None:
            return Assignment(None, skip=skip)
        assignee, candidates = (person, ()) if person else self._others(activity, scope)
        return Assignment(assignee, candidates, *self.due(activity, scope, self._now))

    @_saying_that_it_came_from_outside
    def call(self, activity: Activity, inputs: Variables) -> ServiceResult:
        """Carry out a service behind a savepoint, so that a failure leaves nothing of it."""
        name = activity.service or ""
        service = self._vocabulary.services.get(name)
        if service is None:
            raise ServiceFailed(name, "UnknownService", {})
        try:
            with self._connection.begin_nested():
                result = service(self._connection, ServiceCall(self._instance_id, activity.id, inputs, self._now))
                for change in result.records:
                    self._vocabulary.records[change.record](self._connection, change)
        except BusinessError:
            raise
        except ProcessError as error:
            raise failure_of(name, error) from error
        return result

    @_saying_that_it_came_from_outside
    def timer(self, holder: int, event: Activity, scope: Variables) -> Timing:
        """Return when a timer is due, counted from the command's instant."""
        trigger = event.trigger
        assert trigger is not None
        text = self._moment(trigger.text, scope)
        try:
            if trigger.form == "cycle":
                return self._cycle(event, text)
            due_at, provisional = self._after(event, text, self._now)
        except ValueError as error:
            raise ExpressionFailed(trigger.text, NOT_A_MOMENT.format(text)) from error
        return Timing(due_at, provisional, self._begin(event, text), text, 1)

    def timer_again(self, holder: int, event: Activity, text: str, last: datetime, left: int | None) -> Timing:
        """Return when a cycle is due again: its interval after it was due last, however late it fired."""
        cycle = parse_cycle(text, self._here(self._now))
        due_at, provisional = self._later(event, last, cycle.span)
        if cycle.end is not None and due_at >= cycle.end:
            left = 1
        return Timing(due_at, provisional, last if self._begin(event, cycle.span) else None, text, left)

    def timer_resumed(self, holder: int, event: Activity, timing: Timing, suspended_at: datetime) -> Timing:
        """Return when a timer is due after its case was suspended until now."""
        due_at, provisional = self.resumed(event, timing.due_at, suspended_at, self._now)
        return replace(timing, due_at=due_at, provisional=timing.provisional or provisional)

    def resumed(
        self,
        activity: Activity,
        due_at: datetime,
        suspended_at: datetime,
        resumed_at: datetime,
        calendar: WorkingCalendar | None = None,
    ) -> tuple[datetime, bool]:
        """Return when something is due after a suspension: later by as much of its own kind of time as that lasted.

        Args:
            activity: The step or event.
            due_at: When it was due.
            suspended_at: When its case was suspended.
            resumed_at: When it was resumed.
            calendar: Counts working time; without one, the one that is in force.

        Returns:
            Aware instant; True with it where the calendar lacks a year that was needed.
        """
        if not self.in_working_time(activity):
            return due_at + (resumed_at - suspended_at), False
        by = calendar or self._calendar
        return by.after(due_at, 0, by.between(suspended_at, resumed_at))

    def due(
        self, activity: Activity, scope: Variables, opened_at: datetime, calendar: WorkingCalendar | None = None
    ) -> tuple[datetime | None, bool]:
        """Return by when a step is due that was opened at an instant, by a calendar, and whether that is provisional."""
        if activity.due is None:
            return None, False
        text = self._moment(activity.due, scope)
        try:
            return self._after(activity, text, opened_at, calendar)
        except ValueError as error:
            raise ExpressionFailed(activity.due, NOT_A_MOMENT.format(text)) from error

    def timer_from(
        self, event: Activity, text: str, begun_at: datetime, calendar: WorkingCalendar | None = None
    ) -> tuple[datetime, bool]:
        """Return when a timer with this text is due that began at an instant, by a calendar, and whether provisionally."""
        if event.trigger is not None and event.trigger.form == "cycle":
            return self._later(event, begun_at, parse_cycle(text, self._here(begun_at)).span, calendar)
        return self._after(event, text, begun_at, calendar)

    def in_working_time(self, activity: Activity) -> bool:
        """Tell whether the limits of a step or event are counted in working time."""
        return self._vocabulary.calendar is not None and activity.properties.get("calendar") == "working"

    def reminded_later(self, activity: Activity, start: datetime, times: int) -> datetime:
        """Return the instant that lies so many spans between two reminders of an overdue step after another.

        The span is ``Vocabulary.remind_every``. For a step whose limit is counted in working time, each twenty-four hours of it
        stand for a working day and the rest for working time, as ``P1D`` and ``PT4H`` do; so nobody is reminded on a free day.

        Args:
            activity: The step.
            start: Aware instant. Midnight ends the day before, so that what is due by a date counts from that day.
            times: How many spans, at least one.

        Returns:
            Aware instant; by the calendar as it is, and looked at again before somebody is told.
        """
        span = times * self._vocabulary.remind_every
        if not self.in_working_time(activity):
            return start + span
        days, rest = divmod(span, timedelta(days=1))
        begin = start - timedelta(microseconds=1) if days else start
        return self._calendar.after(begin, days, rest)[0]

    def votes(self, token_id: int) -> Sequence[Vote]:
        """Return what was said on the closed seats of a countersign."""
        return work_items.votes(self._connection, self._instance_id, token_id)

    def open_items(self, token_id: int) -> Sequence[str]:
        """Return the work items of a token that are still open."""
        return work_items.open_items(self._connection, self._instance_id, token_id)

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        assert self._vocabulary.calendar is not None
        return self._vocabulary.calendar(self._connection)

    def _cycle(self, event: Activity, text: str) -> Timing:
        cycle = parse_cycle(text, self._here(self._now))
        if cycle.start is not None:
            return Timing(cycle.start, False, None, text, cycle.times)
        due_at, provisional = self._later(event, self._now, cycle.span)
        return Timing(due_at, provisional, self._begin(event, cycle.span), text, cycle.times)

    def _begin(self, event: Activity, text: str) -> datetime | None:
        """Return from when what is written so is counted in working time, or None where it is not."""
        return self._now if self.in_working_time(event) and parse_duration(text) is not None else None

    def _after(
        self, activity: Activity, text: str, start: datetime, calendar: WorkingCalendar | None = None
    ) -> tuple[datetime, bool]:
        if parse_duration(text) is None:
            return due_at(text, self._here(start)), False
        return self._later(activity, start, text, calendar)

    def _later(
        self, activity: Activity, start: datetime, span: str, calendar: WorkingCalendar | None = None
    ) -> tuple[datetime, bool]:
        """Return the instant that lies a duration, as it is written, after another."""
        if not self.in_working_time(activity):
            return due_at(span, start), False
        return (calendar or self._calendar).after(start, *working_span(span))

    def _here(self, at: datetime) -> datetime:
        return at.astimezone(self._vocabulary.zone)

    def _moment(self, text: str, scope: Variables) -> str:
        value = self._value(text, scope)
        if not isinstance(value, str):
            raise ExpressionFailed(text, NOT_A_TEXT)
        return value.strip()

    def _person(self, activity: Activity, scope: Variables) -> str:
        """Return to whom alone the step is assigned, or an empty text; the initiator's own may be their superior's."""
        person = self._text(activity.assignee, scope) if activity.assignee else ""
        superior = activity.properties.get("when_initiator") == step_settings.SUPERIOR
        if person and superior and activity.countersign is None and person == scope.get("initiator"):
            return superior_of(self.functions, person, str(scope.get("initiator_unit") or ""))
        return person

    def _skip(self, activity: Activity, person: str, scope: Variables) -> Skip | None:
        if self._process is None:
            return None
        return skip_of(self._connection, self._vocabulary, self._process, self._instance_id, activity, person, scope)

    def _others(self, activity: Activity, scope: Variables) -> tuple[str | None, tuple[str, ...]]:
        candidates = self._candidates(activity, scope)
        if candidates:
            return None, candidates
        when_empty = activity.properties.get("when_empty", "refuse")
        if when_empty.startswith("person:"):
            return when_empty.removeprefix("person:"), ()
        if when_empty == "administrator":
            candidates = self._holders(self._vocabulary.administrators)
            if candidates:
                return None, candidates
        asked = activity.assignee or activity.candidate_users or ",".join(activity.candidate_groups)
        raise NobodyToAct(activity.id, activity.name, asked or activity.lane or "")

    def _candidates(self, activity: Activity, scope: Variables) -> tuple[str, ...]:
        users = self._value(activity.candidate_users, scope) if activity.candidate_users else None
        found = _as_people(users)
        for post in activity.candidate_groups:
            found.extend(self._holders(self._text(post, scope)))
        if not (activity.assignee or activity.candidate_users or activity.candidate_groups):
            found.extend(self._holders_of_lane(activity.lane))
        return tuple(dict.fromkeys(found))

    def _holders_of_lane(self, lane: str | None) -> list[str]:
        code = next((code for code, name in self._vocabulary.posts.items() if name == lane), None)
        return list(self._holders(code)) if code else []

    def _holders(self, post: str) -> tuple[str, ...]:
        return tuple(_as_people(self.functions["holders"](post)))

    def _value(self, text: str | None, scope: Variables) -> Value:
        return compile_value(text or "").evaluate(scope, self.functions)

    def _text(self, text: str | None, scope: Variables) -> str:
        value = self._value(text, scope)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ExpressionFailed(text or "", NOT_A_TEXT)
        return value


def failure_of(service: str, error: ProcessError) -> ServiceFailed:
    """Return the failure of a service that raised a deliberate error."""
    if isinstance(error, ServiceFailed):
        return error
    return ServiceFailed(service, error.error_name, {fact: str(value) for fact, value in error.facts()})


def _as_people(value: Value) -> list[str]:
    if isinstance(value, list):
        return [str(person) for person in value if person]
    return [person.strip() for person in str(value or "").split(",") if person.strip()]


def _remembering(function: Callable[..., Value]) -> Callable[..., Value]:
    """Ask the office once for each argument: a countersign of a thousand seats asks much the same."""
    answers: dict[tuple[object, ...], Value] = {}

    def remembered(*arguments: Value) -> Value:
        key = tuple(map(str, arguments))
        if key not in answers:
            answers[key] = function(*arguments)
        return answers[key]

    return remembered
