"""Days of supervision: counted in working days, feedback by cycle, lamps and reminders; the rules alone, and in SQL."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from app.house import House
from app.transaction import reading, transaction
from engine.persistence.tables import process_instance
from tests.supervising import Supervising
from tests.workflows.calendars import published
from tests.workflows.test_supervision_story import THIRD
from workflows.supervision import board
from workflows.supervision.days import NaturalDays, day_before, is_free, working_day_from
from workflows.supervision.feedback_dates import FeedbackPlan, next_day
from workflows.supervision.lamps import LampDays, lamp_days, lamp_of
from workflows.supervision.matters import state_of
from workflows.supervision.records import matter
from workflows.supervision.settings import SupervisionSettings
from workflows.supervision.values import Cycle, Lamp, State
from workflows.supervision.watching import due_now, watches

CALENDAR = published(2025, 2026)
SETTINGS = SupervisionSettings()
DAYS = st.dates(date(2025, 11, 3), date(2026, 10, 1))


def feb(day: int) -> date:
    return date(2026, 2, day)


def test_a_worked_saturday_can_be_a_due_date_and_is_the_sixth_working_day_after_the_thirteenth() -> None:
    """19号's days: the 11th to the 14th are four working days, the 15th to the 23rd none, the 24th is the fifth."""
    assert feb(28).weekday() == 5
    assert not is_free(CALENDAR, feb(28))
    assert CALENDAR.add(feb(13), 6) == feb(28)
    assert [CALENDAR.days_between(feb(10), feb(day)) for day in (11, 12, 13, 14, 23, 24)] == [1, 2, 3, 4, 4, 5]
    assert is_free(CALENDAR, feb(15))
    assert day_before(CALENDAR, feb(10), 3) == feb(5)
    assert working_day_from(CALENDAR, feb(20)) == feb(24)


def test_a_lamp_is_yellow_three_working_days_before_and_red_the_day_after() -> None:
    seen = {}
    for day in range(1, 29):
        on = lamp_days(feb(day), CALENDAR, 3)
        seen[day] = lamp_of(State.IN_PROGRESS, feb(10), None, None, on)
    assert {day for day, lamp in seen.items() if lamp is Lamp.YELLOW} == set(range(5, 11))
    assert {day for day, lamp in seen.items() if lamp is Lamp.RED} == set(range(11, 29))


def test_feedback_is_half_monthly_monthly_or_on_listed_days() -> None:
    half = FeedbackPlan(Cycle.HALF_MONTHLY, date(2025, 12, 12))
    assert [f"{day:%m-%d}" for day in islice(half.days(), 5)] == ["12-12", "12-26", "01-09", "01-23", "02-06"]
    monthly = FeedbackPlan(Cycle.MONTHLY, date(2025, 12, 5))
    assert [f"{day:%m-%d}" for day in islice(monthly.days(), 3)] == ["12-05", "01-05", "02-05"]
    last = FeedbackPlan(Cycle.MONTHLY, date(2025, 12, 31))
    assert [f"{day:%m-%d}" for day in islice(last.days(), 3)] == ["12-31", "01-31", "02-28"]
    listed = FeedbackPlan(Cycle.DATES, dates=(feb(9), feb(2), feb(9)))
    assert list(listed.days()) == [feb(2), feb(9)]
    assert next_day(listed, feb(9), feb(1)) is None
    assert next_day(FeedbackPlan(), None, feb(1)) is None


@given(first=DAYS, after=st.none() | DAYS, today=DAYS, cycle=st.sampled_from([Cycle.HALF_MONTHLY, Cycle.MONTHLY]))
def test_the_next_feedback_is_never_past_and_never_the_last_again(
    first: date, after: date | None, today: date, cycle: Cycle
) -> None:
    plan = FeedbackPlan(cycle, first)
    found = next_day(plan, after, today)
    assert found is not None
    assert found >= today
    assert after is None or found > after
    assert found - max(today, first, after or first) <= timedelta(days=62)
    before = [day for day in islice(plan.days(), 60) if today <= day < found]
    assert all(after is not None and day <= after for day in before)


@given(due_on=DAYS, days=st.lists(st.integers(0, 9), max_size=30))
def test_the_clock_does_everything_about_a_due_date_once_however_it_runs(due_on: date, days: list[int]) -> None:
    today, done, told = due_on - timedelta(days=20), [], []
    for step in days:
        today += timedelta(days=step)
        acts, ahead = due_now(due_on, done, today, CALENDAR, SETTINGS)
        assert all(one.on <= today for one in acts)
        assert ahead is not None
        assert ahead.on > today
        done += [one.key for one in acts]
        told += acts
    assert len(set(done)) == len(done)
    expected = [one.key for one in islice(watches(due_on, CALENDAR, SETTINGS), 40) if one.on <= today]
    assert done == (expected if days else [])


@given(day=DAYS, count=st.integers(1, 30))
def test_the_day_before_leaves_as_many_working_days(day: date, count: int) -> None:
    found = day_before(CALENDAR, day, count)
    assert CALENDAR.is_working(found)
    assert CALENDAR.days_between(found, day) >= count
    assert CALENDAR.days_between(found + timedelta(days=1), day) <= count
    assert day_before(NaturalDays(), day, count) == day - timedelta(days=count)


@pytest.fixture
def template(house: House) -> House:
    Supervising(house).decided(**THIRD)
    return house


def test_lists_and_pages_tell_the_same_state_and_lamp_of_every_matter(template: House) -> None:
    """The register decides in SQL, a page by its row: they agree for every state, due date, feedback and flag."""
    rows = []
    with transaction(template.pool) as connection:
        case = dict(connection.execute(process_instance.select()).mappings().one())
        known = dict(connection.execute(matter.select()).mappings().one())
        for phase in (State.CANDIDATE, State.IN_PROGRESS, State.AWAITING_REVIEW, State.AWAITING_READING, State.CLOSED):
            for due_on in (None, "2026-02-10", "2026-02-12", "2026-03-30"):
                for feedback in (None, "2026-02-09"):
                    for asked in (None, "2026-02-01"):
                        for paused in (None, "2026-02-02"):
                            for applied in (None, "2026-02-10", "2026-02-20"):
                                number = f"case-{len(rows):04}"
                                rows.append(
                                    {
                                        **known,
                                        "instance_id": number,
                                        "phase": phase.value,
                                        "due_on": due_on,
                                        "next_feedback_on": feedback,
                                        "extension_asked_on": asked,
                                        "paused_on": paused,
                                        "applied_on": applied,
                                    }
                                )
        connection.execute(insert(process_instance), [{**case, "id": row["instance_id"]} for row in rows])
        connection.execute(insert(matter), rows)
    on: LampDays = lamp_days(feb(11), CALENDAR, 3)
    with reading(template.pool) as connection:
        for row in connection.execute(matter.select().where(matter.c.instance_id.like("case-%"))):
            line = board.find_line(connection, row.instance_id, on)
            state = state_of(row)
            assert line is not None
            assert state is not None
            assert line.state is state
            expected = lamp_of(state, _day(row.due_on), _day(row.applied_on), _day(row.next_feedback_on), on)
            assert line.lamp is expected, dict(row._mapping)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
