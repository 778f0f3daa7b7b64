"""Working time: days and hours counted by the notices of the State Council, weekends worked (调休) included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.calendars import HOURS, NOTHING, at, hours, published
from workflows.calendar.values import SHANGHAI, DayKind, SpecialDay, WorkingHours
from workflows.calendar.working_time import WorkingTime, day_of, in_force, last_day_of

KNOWN = published(2025, 2026)
NONE = timedelta()
DAY_LENGTH = hours(7)
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


@pytest.mark.parametrize(
    # 国办发明电〔2025〕7号: 放假 1/1–3, 2/15–23, 4/4–6, 5/1–5, 6/19–21, 9/25–27, 10/1–7; 上班 1/4, 2/14, 2/28, 5/9, 9/20, 10/10
    ("start", "days", "due"),
    [
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 6, "2026-02-28"),
        ("2026-04-30", 4, "2026-05-09"),
        ("2026-06-18", 1, "2026-06-22"),
        ("2026-09-18", 2, "2026-09-21"),
        ("2026-09-24", 1, "2026-09-28"),
        ("2026-09-30", 3, "2026-10-10"),
    ],
)
def test_a_limit_of_working_days_ends_on_the_day_that_the_notice_makes_it(start: str, days: int, due: str) -> None:
    assert KNOWN.add(date.fromisoformat(start), days) == date.fromisoformat(due)
    assert KNOWN.days_between(date.fromisoformat(start), date.fromisoformat(due)) == days
    assert KNOWN.after(at(f"{start} 10:00"), days, NONE) == (at(f"{due} 17:30").astimezone(UTC), False)


def test_what_needs_a_year_that_is_not_in_force_is_provisional_and_goes_by_weekends() -> None:
    assert KNOWN.after(at("2026-12-31 10:00"), 1, NONE) == (at("2027-01-01 17:30"), True)
    assert published(2025).after(at("2025-12-31 10:00"), 2, NONE) == (at("2026-01-02 17:30"), True)
    assert NOTHING.after(at("2026-02-13 10:00"), 1, NONE) == (at("2026-02-16 17:30"), True)
    assert published(2025).after(at("2025-12-31 10:00"), 0, hours(2)) == (at("2025-12-31 12:00"), False)
    assert published(2026).after(at("2025-12-31 10:00"), 1, NONE)[1] is False  # the day of the start is not looked at
    assert published(2026).after(at("2025-12-31 10:00"), 0, hours(9))[1] is True


def test_the_years_that_a_span_lacks_are_named() -> None:
    assert KNOWN.missing(at("2025-12-31 10:00"), at("2026-01-05 17:30")) == ()
    assert published(2025).missing(at("2025-12-30 10:00"), at("2027-01-05 17:30")) == (2026, 2027)
    assert published(2026).missing(at("2025-12-31 10:00"), at("2026-01-05 17:30")) == ()


def test_2026_has_248_working_days() -> None:
    assert KNOWN.days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_the_days_of_the_story_are_counted_as_the_office_counts_them() -> None:
    due = date(2026, 2, 10)
    overdue = [KNOWN.days_between(due, date(2026, 2, day)) for day in (10, 11, 12, 13, 14)]
    assert overdue == [0, 1, 2, 3, 4]
    assert {KNOWN.days_between(due, date(2026, 2, day)) for day in range(14, 24)} == {4}
    assert KNOWN.days_between(due, date(2026, 2, 24)) == 5
    assert KNOWN.days_between(date(2026, 2, 5), due) == 3
    assert KNOWN.days_between(date(2025, 11, 12), date(2025, 11, 14)) == 2
    assert KNOWN.is_working(date(2026, 2, 28))
    assert date(2026, 2, 28).weekday() == 5


@pytest.mark.parametrize(
    ("start", "rest", "due"),
    [
        ("2026-02-13 09:00", 2, "2026-02-13 11:00"),
        ("2026-02-13 11:00", 1, "2026-02-13 12:00"),
        ("2026-02-13 11:00", 2, "2026-02-13 15:00"),
        ("2026-02-13 16:30", 2, "2026-02-14 09:30"),  # a Saturday that is worked
        ("2026-02-14 16:30", 2, "2026-02-24 09:30"),  # 春节
        ("2026-02-14 17:30", 7, "2026-02-24 17:30"),
        ("2026-02-18 20:00", 1, "2026-02-24 09:30"),
        ("2026-02-13 05:00", 0.5, "2026-02-13 09:00"),
        ("2026-02-13 12:30", 21, "2026-02-25 12:00"),
    ],
)
def test_hours_are_counted_while_the_office_works(start: str, rest: float, due: str) -> None:
    assert KNOWN.after(at(start), 0, hours(rest))[0] == at(due)
    assert KNOWN.between(at(start), at(due)) == hours(rest)


def test_hours_besides_days_go_on_from_the_end_of_the_last_day() -> None:
    assert KNOWN.after(at("2026-02-13 10:00"), 1, hours(3))[0] == at("2026-02-24 11:30")


def test_no_time_at_all_is_the_instant_itself() -> None:
    assert KNOWN.after(at("2026-02-18 20:00"), 0, NONE) == (at("2026-02-18 20:00"), False)


def test_a_start_in_the_night_counts_by_its_day_in_shanghai() -> None:
    late = datetime(2026, 2, 12, 18, 0, tzinfo=UTC)  # 02:00 on the 13th
    assert KNOWN.after(late, 1, NONE)[0] == at("2026-02-14 17:30")
    assert KNOWN.after(at("2026-02-13 00:00"), 1, NONE)[0] == at("2026-02-14 17:30")


def test_what_ends_at_midnight_ends_with_the_day_before() -> None:
    assert last_day_of(at("2026-02-11 00:00")) == date(2026, 2, 10)
    assert day_of(at("2026-02-11 00:00")) == date(2026, 2, 11)
    assert KNOWN.end_of_day(at("2026-02-13 10:00"), 1) == at("2026-02-15 00:00")
    assert KNOWN.end_of_day(at("2026-02-18 10:00"), 0) == at("2026-02-19 00:00")


def test_of_a_december_the_notice_of_the_next_year_says_last() -> None:
    own = SpecialDay(date(2018, 12, 29), DayKind.HOLIDAY, "自定")
    later = SpecialDay(date(2018, 12, 29), DayKind.WORKDAY, "元旦")
    first = SpecialDay(date(2018, 1, 1), DayKind.HOLIDAY, "元旦")
    assert in_force([(2019, [later]), (2018, [own, first])]) == (first, later)


def test_a_day_of_one_span_works_without_a_break() -> None:
    calendar = WorkingTime((), frozenset({2026}), WorkingHours(((time(9), time(17)),)))
    assert calendar.after(at("2026-03-04 16:00"), 0, hours(2))[0] == at("2026-03-05 10:00")


instants = st.datetimes(
    datetime(2025, 1, 2),  # noqa: DTZ001  (the zone comes last)
    datetime(2026, 9, 30),  # noqa: DTZ001
    timezones=st.just(SHANGHAI),
)
spans = st.timedeltas(NONE, hours(300))
some_days = st.integers(0, 40)


@given(instants, some_days)
def test_only_working_days_are_counted_and_every_one_of_them(start: datetime, days: int) -> None:
    """The same as going from day to day, which is how the rule is written."""
    day, left = day_of(start), days
    while left:
        day += timedelta(days=1)
        left -= KNOWN.is_working(day)
    assert KNOWN.add(day_of(start), days) == day
    if days:
        assert KNOWN.is_working(day)
        assert KNOWN.after(start, days, NONE) == (datetime.combine(day, time(17, 30), SHANGHAI), False)


@given(instants, spans)
def test_time_is_counted_as_if_by_the_minute(start: datetime, rest: timedelta) -> None:
    """The working time of the span is what each day of it adds."""
    end, _provisional = KNOWN.after(start, 0, rest)
    worked, day = NONE, day_of(start)
    while day <= day_of(end):
        for begins, ends in HOURS.spans if KNOWN.is_working(day) else ():
            opened, closed = (datetime.combine(day, one, SHANGHAI) for one in (begins, ends))
            worked += max(min(closed, end) - max(opened, start), NONE)
        day += timedelta(days=1)
    assert worked == rest == KNOWN.between(start, end)


@given(instants, instants, some_days, spans)
def test_what_begins_later_is_due_no_earlier(one: datetime, other: datetime, days: int, rest: timedelta) -> None:
    first, second = sorted((one, other))
    assert KNOWN.after(first, days, rest)[0] <= KNOWN.after(second, days, rest)[0]


@given(instants, some_days, some_days, spans, spans)
def test_more_time_is_due_no_earlier(start: datetime, days: int, more: int, rest: timedelta, longer: timedelta) -> None:
    assert KNOWN.after(start, days, rest)[0] <= KNOWN.after(start, days + more, rest)[0]
    assert KNOWN.after(start, days, rest)[0] <= KNOWN.after(start, days, rest + longer)[0]
    assert start <= KNOWN.after(start, days, rest)[0]


@given(instants, some_days, some_days, spans, spans)
def test_one_span_after_another_is_both_together(
    start: datetime, days: int, more: int, rest: timedelta, longer: timedelta
) -> None:
    day = day_of(start)
    assert KNOWN.add(KNOWN.add(day, days), more) == KNOWN.add(day, days + more)
    first, _provisional = KNOWN.after(start, 0, rest)
    assert KNOWN.after(first, 0, longer)[0] == KNOWN.after(start, 0, rest + longer)[0]


@given(instants, instants, instants)
def test_the_time_between_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    assert KNOWN.between(first, second) + KNOWN.between(second, third) == KNOWN.between(first, third)
    assert KNOWN.between(third, first) == NONE


def test_a_day_that_is_off_has_no_working_time() -> None:
    for day in ALL_DAYS:
        opened = datetime.combine(day, time(), SHANGHAI)
        worked = KNOWN.between(opened, opened + timedelta(days=1))
        assert worked == (DAY_LENGTH if KNOWN.is_working(day) else NONE), day


def test_a_limit_of_centuries_costs_no_more_than_one_of_days() -> None:
    due, provisional = KNOWN.after(at("2026-02-13 10:00"), 99_999, hours(999_999))
    assert provisional
    assert due.year > 2900
