"""What a replay cannot work out any more since contents were cleared, as the clearing told it.

An expression over a text that is gone gives something else, or nothing. Before a text goes, the case is executed as it was and as
it will be; what differs is told with the clearing, and executing again takes it from there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from engine import canonical
from engine.canonical import Redacted
from engine.errors import ProcessError
from engine.execution.board import CarryOut, Steps
from engine.model import EventKind, HistoryEvent, Value, Variables
from engine.process import Flow, Process
from engine.redacted import Mark, Picks, without


@dataclass
class Told:
    """What the last clearing of a case says: state hashes by place in the chain, answers by command and number of the call."""

    states: dict[int, str] = field(default_factory=dict)
    answers: dict[int, dict[int, Any]] = field(default_factory=dict)

    def as_values(self) -> dict[str, Value]:
        """Return it as an event tells it."""
        return {
            "states": [{"seq": seq, "state_hash": told} for seq, told in sorted(self.states.items())],
            "answers": [
                {"seq": seq, "call": call, "value": value}
                for seq, calls in sorted(self.answers.items())
                for call, value in sorted(calls.items())
            ],
        }


def told_in(events: Iterable[HistoryEvent]) -> Told:
    """Return what the last clearing among events tells; each tells all anew."""
    told = Told()
    for event in events:
        if event.kind == EventKind.CONTENT_REDACTED:
            data: Mapping[str, Any] = event.data
            told = Told({one["seq"]: str(one["state_hash"]) for one in data["states"]})
            for one in data["answers"]:
                told.answers.setdefault(one["seq"], {})[one["call"]] = one["value"]
    return told


class Answering:
    """Executes nodes, but answers some calls as it was told to; ``heard`` gathers what was answered, None for failures."""

    def __init__(self, steps: Steps, answers: Mapping[int, Any]) -> None:
        """Take what executes, and answers by the number of the call."""
        self._steps = steps
        self._answers = answers
        self.heard: list[Any] = []

    @property
    def process(self) -> Process:
        """The process whose nodes are executed."""
        return self._steps.process

    def carry_out(self, activity_id: str, scope: Variables, service: CarryOut) -> Variables:
        """Carry out an automatic task and return what it assigns; what services return stands in events of their own."""
        activity = self.process.activity(activity_id)
        if activity.element != "scriptTask" and not activity.decision_table:
            return self._steps.carry_out(activity_id, scope, service)
        assigned: Variables = self._answered(lambda: dict(self._steps.carry_out(activity_id, scope, service)))
        return assigned

    def ways_out(self, activity_id: str, scope: Variables) -> Sequence[Flow]:
        """Return the flows by which a token leaves a node."""
        taken = self._answered(lambda: [flow.id for flow in self._steps.ways_out(activity_id, scope)], of_model=True)
        return [flow for flow in self.process.outgoing(activity_id) if flow.id in taken]

    def value(self, text: str, scope: Variables) -> Value:
        """Return what an attribute of the model stands for."""
        value: Value = self._answered(lambda: self._steps.value(text, scope))
        return value

    def _answered(self, ask: Callable[[], Any], *, of_model: bool = False) -> Any:
        """Answer a call; ``of_model`` where the answer names parts of the model and holds nothing of the case."""
        call = len(self.heard)
        self.heard.append(None)
        answer = self._answer(call, ask, of_model)
        self.heard[call] = [answer]
        return answer

    def _answer(self, call: int, ask: Callable[[], Any], of_model: bool) -> Any:
        return self._answers[call] if call in self._answers else ask()


class Learning(Answering):
    """Executes nodes of a case without what is cleared, and learns where the answers were others with it."""

    def __init__(self, steps: Steps, before: Sequence[Any], picks: Picks, mark: Mark) -> None:
        """Take what executes, and what the calls answered before: lists of one, None where they failed."""
        super().__init__(steps, {})
        self._before = before
        self._picks = picks
        self._mark = mark
        self.learned: dict[int, Any] = {}

    def _answer(self, call: int, ask: Callable[[], Any], of_model: bool) -> Any:
        before = self._before[call] if call < len(self._before) else None
        if before is None:
            return ask()
        expected = before[0] if of_model else without(before[0], self._picks, self._mark)
        try:
            actual = ask()
        except (ProcessError, LookupError, TypeError, ValueError, ArithmeticError):
            actual = None
        answer = expected if of_model else _told(expected, actual, self._mark)
        if canonical.encode(answer) != canonical.encode(actual):
            self.learned[call] = answer
        return answer


def _told(expected: Any, actual: Any, mark: Mark) -> Any:
    """Return what is to be answered: what was answered before, but for texts that were made of what is gone."""
    if isinstance(actual, Redacted):
        return actual
    if isinstance(expected, Mapping):
        known = actual if isinstance(actual, Mapping) else {}
        return {key: _told(one, known.get(key), mark) for key, one in expected.items()}
    if isinstance(expected, list):
        others = actual if isinstance(actual, list) else []
        return [_told(one, other, mark) for one, other in zip_longest(expected, others[: len(expected)])]
    if isinstance(expected, str) and isinstance(actual, str) and expected != actual:
        return expected if isinstance(expected, Redacted) else mark(expected)
    return expected
