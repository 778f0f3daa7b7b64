"""Counts the figures of many lives in one pass. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from workflows.calendar.working_time import WorkingTime
from workflows.flow_figures.loops import loops_of, rounds_of
from workflows.flow_figures.spans import spans_of, spread_of
from workflows.flow_figures.values import (
    Case,
    FlowFigures,
    Item,
    Life,
    Loop,
    Measure,
    Returning,
    SentCount,
    StepFigures,
    Unchanged,
)

LOOPS_SHOWN = CASES_SHOWN = 20


@dataclass
class _Step:
    cases: int = 0
    rounds: int = 0
    cases_again: int = 0
    most_rounds: int = 0
    items: int = 0
    begun: int = 0
    running: int = 0
    taken_away: int = 0
    seats: int = 0
    spans: dict[Measure, list[timedelta]] = field(default_factory=lambda: defaultdict(list))

    def count(self, item: Item) -> None:
        if item.is_done:
            self.items += 1
            self.begun += item.begun
        elif item.closing is None:
            self.running += 1
        else:
            self.taken_away += 1


@dataclass
class _Decided:
    items: int = 0
    cases: int = 0
    opinions: int = 0
    decisions: set[str | None] = field(default_factory=set)
    edited: bool = False


def count(
    cases: Iterable[tuple[Case, Life]],
    working: WorkingTime,
    offered: Mapping[str, tuple[str, ...]],
    unchanged_from: int,
    *,
    left_out: bool = False,
) -> FlowFigures:
    """Return the figures of cases.

    Args:
        cases: Each with its life; taken one by one.
        working: The calendar by which time is counted.
        offered: The decisions that each step offers.
        unchanged_from: From so many decisions on a step is named that decided always the same.
        left_out: Whether there are more cases than these.

    Returns:
        What :mod:`workflows.flow_figures.values` says of each figure.
    """
    steps: dict[str, _Step] = defaultdict(_Step)
    decided: dict[str, _Decided] = defaultdict(_Decided)
    passed: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    sent: Counter[tuple[str | None, str, str]] = Counter()
    sent_cases: Counter[tuple[str | None, str, str]] = Counter()
    loops: Counter[tuple[str, ...]] = Counter()
    loop_cases: Counter[tuple[str, ...]] = Counter()
    returning: list[Returning] = []
    counted = 0
    for case, life in cases:
        counted += 1
        passed.update(life.passed)
        skipped.update(life.skipped)
        moves = [(one.source, one.target, one.mode) for one in life.sent]
        sent.update(moves)
        sent_cases.update(set(moves))
        ways = [way for way, _seq in loops_of(life)]
        loops.update(ways)
        loop_cases.update(set(ways))
        _count_steps(life, working, steps)
        _count_decisions(life, decided)
        back = returning_of(case, life)
        if back is not None:
            returning.append(back)
    return FlowFigures(
        cases=counted,
        left_out=left_out,
        steps={one: _frozen(one, steps[one], skipped[one]) for one in dict.fromkeys([*steps, *skipped])},
        passed=passed,
        sent=tuple(SentCount(*key, times, sent_cases[key]) for key, times in sent.most_common()),
        unchanged=tuple(_unchanged(decided, offered, unchanged_from)),
        loops=tuple(Loop(way, times, loop_cases[way]) for way, times in loops.most_common(LOOPS_SHOWN)),
        returning=tuple(sorted(returning, key=lambda one: (-one.rounds_more, -one.rounds, one.case.id))[:CASES_SHOWN]),
    )


def returning_of(case: Case, life: Life) -> Returning | None:
    """Return how often a case came back to steps, None where it never did."""
    rounds = rounds_of(life)
    more = sum(number - 1 for number, _seq in rounds.values())
    if not more:
        return None
    (activity_id, _group), (most, seq) = max(rounds.items(), key=lambda one: one[1])
    return Returning(case, more, activity_id, most, seq)


def _count_steps(life: Life, working: WorkingTime, steps: dict[str, _Step]) -> None:
    of_case: dict[str, list[int]] = defaultdict(list)
    for (activity_id, _group), (number, _seq) in rounds_of(life).items():
        of_case[activity_id].append(number)
    for activity_id, numbers in of_case.items():
        step = steps[activity_id]
        step.cases += 1
        step.rounds += sum(numbers)
        step.cases_again += max(numbers) > 1
        step.most_rounds = max(step.most_rounds, *numbers)
    for passage in life.passages:
        step = steps[passage.activity_id]
        step.seats = max(step.seats, len(passage.items))
        for item in passage.items:
            step.count(item)
    for one in spans_of(life, working):
        steps[one.activity_id].spans[one.measure].append(one.span)


def _count_decisions(life: Life, decided: dict[str, _Decided]) -> None:
    seen = set()
    for passage in life.passages:
        for item in passage.items:
            if not item.is_step or not item.is_done or item.withdrawn:
                continue
            found = decided[passage.activity_id]
            found.items += 1
            found.cases += passage.activity_id not in seen
            found.opinions += item.opinion
            found.decisions.add(item.decision)
            found.edited = found.edited or bool(item.edits)
            seen.add(passage.activity_id)


def _unchanged(
    decided: Mapping[str, _Decided], offered: Mapping[str, tuple[str, ...]], least: int
) -> Iterable[Unchanged]:
    """Yield the steps that offer several decisions, of which only one was ever taken, where nothing was edited."""
    for activity_id, found in decided.items():
        known = offered.get(activity_id, ())
        [decision, *others] = found.decisions
        if others or decision is None or found.edited or found.items < least or len(known) < 2:  # noqa: PLR2004
            continue
        unused = tuple(one for one in known if one != decision)
        yield Unchanged(activity_id, found.items, found.cases, decision, found.opinions, unused)


def _frozen(activity_id: str, step: _Step, skipped: int) -> StepFigures:
    return StepFigures(
        activity_id=activity_id,
        cases=step.cases,
        rounds=step.rounds,
        cases_again=step.cases_again,
        most_rounds=step.most_rounds,
        items=step.items,
        begun=step.begun,
        running=step.running,
        taken_away=step.taken_away,
        skipped=skipped,
        seats=step.seats,
        waiting=spread_of(step.spans[Measure.WAITING]),
        working=spread_of(step.spans[Measure.WORKING]),
        rework=spread_of(step.spans[Measure.REWORK]),
        whole=spread_of(step.spans[Measure.WHOLE]),
    )
