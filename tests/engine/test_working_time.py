"""Limits in working time come from a calendar that the engine is handed; what it could only guess is corrected later."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.house import House
from app.transaction import reading, transaction
from engine.api import Engine
from engine.model import EventKind
from tests.engine.drawn import files
from tests.engine.running import START, Running
from tests.judge.paper import body, boundary, element, properties

THREE_DAYS = "<bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"


@dataclass
class Weekdays:
    """A calendar for tests: weekends are free, and it knows the year 2025 until it is told of the next."""

    last_year: int = 2025

    def after(self, start: datetime, days: int, rest: timedelta) -> tuple[datetime, bool]:
        at, left = start + rest, days
        while left:
            at += timedelta(days=1)
            left -= at.weekday() < 5
        return at, at.year > self.last_year

    def between(self, start: datetime, end: datetime) -> timedelta:
        return end - start


def opened(house: House, calendar: Weekdays) -> Running:
    working = properties(calendar="working")
    late = boundary("late", "work", THREE_DAYS + working, stops=False).replace(
        THREE_DAYS + working, working + THREE_DAYS
    )
    work = element("userTask", "work", working, camunda__assignee="gexingyao", camunda__dueDate="P2D")
    nodes = {"work": work, "late": late}
    return Running(
        house,
        files(body("s_ -> work\nwork -> e_\nlate -> chase\nchase -> e_", nodes)),
        calendar=lambda _connection: calendar,
    )


def test_working_days_are_counted_by_the_calendar(sqlite_house: House) -> None:
    case = opened(sqlite_house, Weekdays())
    case.start()
    [item] = case.items()
    assert (item.due_at, item.due_provisional) == (START + timedelta(days=4), False)  # a Friday and two working days
    [watch] = case.marking().tokens[0].watches.values()
    assert (watch.due_at, watch.provisional) == ("2025-11-12T01:00:00.000000Z", False)
    case.assert_replays()


def test_without_a_calendar_a_model_that_asks_for_working_time_is_refused(sqlite_house: House) -> None:
    known = sqlite_house.office.engine.vocabulary
    model = files(body("s_ -> work\nwork -> e_", {"work": element("userTask", "work", properties(calendar="working"))}))
    findings = Engine(replace(known, calendar=None)).check(model)
    assert "unsupported_setting" in {finding.rule for finding in findings if finding.element == "work"}
    assert Engine(known).check(model) == []


def test_what_was_provisional_is_computed_again_by_a_recorded_command(sqlite_house: House) -> None:
    calendar = Weekdays()
    case = opened(sqlite_house, calendar)
    case.now = datetime(2025, 12, 31, 1, 0, tzinfo=UTC)
    case.start()
    [item] = case.items()
    assert item.due_provisional
    with transaction(case.pool) as connection:
        assert case.engine.recompute_due(connection, case.instance_id, case.now) is None
    calendar.last_year = 2026
    case.now += timedelta(hours=1)
    with transaction(case.pool) as connection:
        assert case.engine.recompute_due(connection, case.instance_id, case.now) is not None
    [item] = case.items()
    assert (item.due_at, item.due_provisional) == (datetime(2026, 1, 2, 1, 0, tzinfo=UTC), False)
    [watch] = case.marking().tokens[0].watches.values()
    assert (watch.due_at, watch.provisional) == ("2026-01-05T01:00:00.000000Z", False)
    with reading(case.pool) as connection:
        kinds = [event.kind for event in case.engine.history(connection, case.instance_id)]
    recomputed = kinds.index(EventKind.DUE_RECOMPUTED)
    assert kinds[recomputed + 1 : recomputed + 3] == [EventKind.WORK_ITEM_DUE_SET, EventKind.TIMER_SET]
    case.assert_replays()
    case.complete("work")
    case.assert_replays()
