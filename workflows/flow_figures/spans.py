"""Measures lives: every span that a figure is counted from, in working time and without what a case was suspended. Pure.

The figures and the lists behind them are made of the same spans, so that neither can say something else than the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from workflows.calendar.working_time import WorkingTime
from workflows.flow_figures.values import Item, Life, Measure, Passage, Spread

PERCENT_MOST = 90


@dataclass(frozen=True)
class Measured:
    """One span: at which step, of what, in which round, and the event from which on it is to be seen."""

    activity_id: str
    measure: Measure
    span: timedelta
    round: int
    seq: int


def spans_of(life: Life, working: WorkingTime) -> Iterator[Measured]:
    """Yield every span of a case that is measured.

    Of each work item that somebody closed: in the first round of its step how long it waited, and where somebody took it up
    before, how long they worked; in later rounds all its open time as rework. Of each passage that is over, the whole of it.
    What is open, or was taken away from people, has no end that means anything and is not measured.

    Args:
        life: Of one case.
        working: The calendar by which time is counted.
    """
    for passage in life.passages:
        for item in passage.items:
            if item.is_done:
                yield from _of_item(passage, item, life, working)
        if not passage.undone and _is_over(passage):
            begins = min(one.stretches[0].begins for one in passage.items)
            ends = max(one.stretches[-1].ends for one in passage.items)
            whole = open_time(begins, ends, life.pauses, working)
            yield Measured(passage.activity_id, Measure.WHOLE, whole, passage.round, passage.seq)


def open_time(
    begins: datetime, ends: datetime, pauses: Sequence[tuple[datetime, datetime]], working: WorkingTime
) -> timedelta:
    """Return the working time between two instants without that of the pauses, which do not overlap."""
    paused = (
        working.between(max(begins, since), min(ends, until))
        for since, until in pauses
        if since < ends and until > begins
    )
    return working.between(begins, ends) - sum(paused, timedelta())


def spread_of(spans: Sequence[timedelta]) -> Spread | None:
    """Return how spans are spread, None where there are none; the median of an even number lies between the middle two."""
    if not spans:
        return None
    found, count = sorted(spans), len(spans)
    total = sum(found, timedelta())
    middle = (found[(count - 1) // 2] + found[count // 2]) / 2
    return Spread(count, middle, total / count, found[ceil(count * PERCENT_MOST / 100) - 1], total)


def _of_item(passage: Passage, item: Item, life: Life, working: WorkingTime) -> Iterator[Measured]:
    waited = worked = timedelta()
    for one in item.stretches:
        span = open_time(one.begins, one.ends, life.pauses, working)
        if one.taken_up:
            worked += span
        else:
            waited += span
    if item.round > 1:
        yield Measured(passage.activity_id, Measure.REWORK, waited + worked, item.round, item.opened_seq)
        return
    yield Measured(passage.activity_id, Measure.WAITING, waited, item.round, item.opened_seq)
    if item.begun:
        yield Measured(passage.activity_id, Measure.WORKING, worked, item.round, item.opened_seq)


def _is_over(passage: Passage) -> bool:
    return all(one.closing is not None for one in passage.items) and any(one.is_done for one in passage.items)
