"""What a live command needs from outside the marking, asked of the office and the database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection

from engine.delegates import Assignment, ServiceCall, Timing, Vocabulary, Vote
from engine.durations import due_at, parse_cycle, parse_duration
from engine.errors import BusinessError, ExpressionFailed, NobodyToAct, ProcessError, ServiceFailed
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_value
from engine.model import ServiceResult, Value, Variables
from engine.persistence import work_items
from engine.process import Activity

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

    def __init__(self, connection: Connection, vocabulary: Vocabulary, instance_id: str, now: datetime) -> None:
        """Bind to a transaction, a case and the instant of the command."""
        self._connection = connection
        self._vocabulary = vocabulary
        self._instance_id = instance_id
        self._now = now

    @cached_property
    def _functions(self) -> Mapping[str, Callable[..., Value]]:
        asked = self._vocabulary.directory(self._connection)
        return {**VARIABLE_FUNCTIONS, **{name: _remembering(function) for name, function in asked.items()}}

    @_saying_that_it_came_from_outside
    def assign(self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None) -> Assignment:
        """Return who the work item is for: a given person, or by the model, the lane, or the rule for nobody."""
        assignee, candidates = (to, ()) if to is not None else self._people(activity, scope)
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
        return Timing(due_at, provisional, self._now, text, 1)

    def timer_again(self, holder: int, event: Activity, text: str, last: datetime, left: int | None) -> Timing:
        """Return when a cycle is due again: its interval after it was due last, however late it fired."""
        cycle = parse_cycle(text, self._now)
        due_at, provisional = self._later(event, last, cycle.every)
        if cycle.end is not None and due_at >= cycle.end:
            left = 1
        return Timing(due_at, provisional, last, text, left)

    def due(self, activity: Activity, scope: Variables, opened_at: datetime) -> tuple[datetime | None, bool]:
        """Return by when a step is due that was opened at an instant, and whether that is provisional."""
        if activity.due is None:
            return None, False
        text = self._moment(activity.due, scope)
        try:
            return self._after(activity, text, opened_at)
        except ValueError as error:
            raise ExpressionFailed(activity.due, NOT_A_MOMENT.format(text)) from error

    def timer_from(self, event: Activity, text: str, begun_at: datetime) -> tuple[datetime, bool]:
        """Return when a timer with this text is due that began at an instant, and whether that is provisional."""
        if event.trigger is not None and event.trigger.form == "cycle":
            return self._later(event, begun_at, parse_cycle(text, begun_at).every)
        return self._after(event, text, begun_at)

    def votes(self, token_id: int) -> Sequence[Vote]:
        """Return what was said on the closed seats of a countersign."""
        return work_items.votes(self._connection, self._instance_id, token_id)

    def open_items(self, token_id: int) -> Sequence[str]:
        """Return the work items of a token that are still open."""
        return work_items.open_items(self._connection, self._instance_id, token_id)

    def _cycle(self, event: Activity, text: str) -> Timing:
        cycle = parse_cycle(text, self._now)
        if cycle.start is not None:
            return Timing(cycle.start, False, self._now, text, cycle.times)
        due_at, provisional = self._later(event, self._now, cycle.every)
        return Timing(due_at, provisional, self._now, text, cycle.times)

    def _after(self, activity: Activity, text: str, start: datetime) -> tuple[datetime, bool]:
        duration = parse_duration(text)
        return (due_at(text, start), False) if duration is None else self._later(activity, start, duration)

    def _later(self, activity: Activity, start: datetime, duration: timedelta) -> tuple[datetime, bool]:
        if activity.properties.get("calendar") != "working" or self._vocabulary.calendar is None:
            return start + duration, False
        return self._vocabulary.calendar(self._connection).after(start, duration)

    def _moment(self, text: str, scope: Variables) -> str:
        value = self._value(text, scope)
        if not isinstance(value, str):
            raise ExpressionFailed(text, NOT_A_TEXT)
        return value.strip()

    def _people(self, activity: Activity, scope: Variables) -> tuple[str | None, tuple[str, ...]]:
        if activity.assignee:
            assignee = self._text(activity.assignee, scope)
            if assignee:
                return assignee, ()
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
        return tuple(_as_people(self._functions["holders"](post)))

    def _value(self, text: str | None, scope: Variables) -> Value:
        return compile_value(text or "").evaluate(scope, self._functions)

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
