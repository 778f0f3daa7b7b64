"""What a live command needs from outside the marking, asked of the office and the database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from engine.delegates import Assignment, ServiceCall, Vocabulary, Vote
from engine.durations import due_at
from engine.errors import ExpressionFailed, NobodyToAct, ProcessError, ServiceFailed
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_value
from engine.model import Activity, ServiceResult, Value, Variables
from engine.persistence import work_items


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

    def assign(self, work_item_id: str, activity: Activity, scope: Variables) -> Assignment:
        """Return who the work item is for, by the model, the lane, or the rule for nobody."""
        assignee, candidates = self._people(activity, scope)
        return Assignment(assignee, candidates, self._due(activity, scope))

    def call(self, activity: Activity, variables: Variables) -> ServiceResult:
        """Carry out a service behind a savepoint, so that a failure leaves nothing of it."""
        name = activity.service or ""
        service = self._vocabulary.services.get(name)
        if service is None:
            raise ServiceFailed(name, "UnknownService", {})
        try:
            with self._connection.begin_nested():
                result = service(self._connection, ServiceCall(self._instance_id, activity.id, variables, self._now))
                for change in result.records:
                    self._vocabulary.records[change.record](self._connection, change)
        except ProcessError as error:
            details = {fact: str(value) for fact, value in error.facts()}
            raise ServiceFailed(name, type(error).__name__, details) from error
        return result

    def votes(self, token_id: int) -> Sequence[Vote]:
        """Return what was said on the closed seats of a countersign."""
        return work_items.votes(self._connection, self._instance_id, token_id)

    def open_seats(self, token_id: int) -> Sequence[str]:
        """Return the work items of a countersign that are still open."""
        return work_items.open_seats(self._connection, self._instance_id, token_id)

    def _due(self, activity: Activity, scope: Variables) -> datetime | None:
        if activity.due is None:
            return None
        text = self._text(activity.due, scope)
        try:
            return due_at(text, self._now)
        except ValueError as error:
            raise ExpressionFailed(activity.due, f"“{text}”不是日期，也不是时长") from error

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
            raise ExpressionFailed(text or "", "结果不是文字")
        return value


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
