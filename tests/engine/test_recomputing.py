"""Limits in working time by the office's own calendar: provisional without a year, certain, or corrected, once it is in force."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from app.house import House
from app.scheduler import follow
from app.transaction import reading, transaction
from engine import jobs
from engine.api import Engine
from engine.model import EventKind
from engine.persistence import jobs as rows
from engine.persistence import work_items
from engine.persistence.tables import process_instance
from tests.engine.running import ACTOR, START, Running
from tests.engine.test_overdue_steps import statements_of_completing
from tests.flows import model, person, seats, settings
from tests.judge.paper import boundary
from tests.workflows.calendars import NOTHING, at
from workflows.calendar import actions, library
from workflows.calendar.proposals import Line, proposal_of
from workflows.calendar.values import SHANGHAI, DayKind, SpecialDay
from workflows.calendar_cases import Moved, moved_by
from workflows.organisation.queries import get_person
from workflows.verification import verify

NEW_YEARS_EVE = at("2025-12-31 10:00").astimezone(UTC)
ARROWS = "s_ -> work\nwork -> e_\nlate -> chase\nchase -> e_2"
WORKING = settings(calendar="working")


def working(due: str = "P2D", timer: str = "<bpmn:timeDuration>P3D</bpmn:timeDuration>") -> dict[str, bytes]:
    """A step that is due in working time, with a timer beside it that is too."""
    definition = f"<bpmn:timerEventDefinition>{timer}</bpmn:timerEventDefinition>"
    nodes = {
        "work": person("work", "gexingyao", f'camunda:dueDate="{due}"', calendar="working"),
        "late": boundary("late", "work", WORKING + definition, stops=False),
    }
    return model(ARROWS, nodes)


class Timed(Running):
    """A flow that is deployed at an instant, on an installation whose clock starts there."""

    def __init__(self, house: House, files: dict[str, bytes], now: datetime) -> None:
        with transaction(house.pool) as connection:
            Engine(house.office.engine.vocabulary, clock_adjustable=True).set_clock(connection, now)
        super().__init__(house, files, now=now)

    def pass_time(self, until: datetime) -> None:
        self.now = until
        jobs.pass_time(self.engine, lambda: transaction(self.pool), lambda: reading(self.pool), until)


def year_of(number: int, *more: SpecialDay) -> Any:
    known = library.propose(number, NOTHING).days
    return proposal_of(number, (Line(n, day) for n, day in enumerate([*known, *more], 1)), "test")


def put_into_force(house: House, connection: Connection, now: datetime, number: int = 2026, *more: SpecialDay) -> int:
    """Let one person import a year and another put it into force; return the calendar's revision."""
    engine = house.office.engine
    importer, other = (get_person(connection, one) for one in ("shangkewei", "boruoxi"))
    made = actions.import_year(connection, engine, importer, year_of(number, *more), "国办发明电〔2025〕7号", now)
    revision = actions.put_into_force(connection, engine, other, made.id, now).revision
    assert revision is not None
    return revision


def begun(house: House, files: dict[str, bytes], now: datetime = NEW_YEARS_EVE, **variables: Any) -> Running:
    case = Running(house, files)
    case.now = now
    case.start(**variables)
    return case


def due(case: Running) -> list[tuple[datetime, bool]]:
    return [(one.due_at, one.due_provisional) for one in case.items() if one.state == "open" and one.due_at]


def watch(case: Running) -> tuple[str | None, bool]:
    [found] = case.marking().tokens[0].watches.values()
    return found.due_at, found.provisional


def moved(house: House, revision: int, reader: str = "gexingyao") -> Moved:
    while follow(house):
        pass
    with reading(house.pool) as connection:
        return moved_by(connection, house.office, get_person(connection, reader), revision, NEW_YEARS_EVE)


def stamp(text_: str) -> str:
    return at(text_).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def assert_sound(case: Running, house: House) -> None:
    case.assert_replays()
    with reading(house.pool) as connection:
        assert verify(connection, house.office) == []


def test_a_year_in_force_makes_what_was_provisional_certain_in_every_open_case(house: House) -> None:
    first, second = begun(house, working()), begun(house, working())
    assert due(first) == [(at("2026-01-02 17:30"), True)]
    assert watch(first) == (stamp("2026-01-05 17:30"), True)
    first.now += timedelta(hours=1)
    with transaction(house.pool) as connection:
        revision = put_into_force(house, connection, first.now)
    first.work_off()
    for case in (first, second):
        assert due(case) == [(at("2026-01-05 17:30"), False)]
        assert watch(case) == (stamp("2026-01-06 17:30"), False)
        assert case.timers() == ["late"]
        assert_sound(case, house)
    found = moved(house, revision)
    assert (found.total, found.certain, found.left) == (4, 4, 0)
    assert {(one.title, one.place) for one in found.limits} == {("一件事", "work")}
    assert [one.was for one in found.limits] == [at("2026-01-02 17:30")] * 2 + [at("2026-01-05 17:30")] * 2
    assert {one.title for one in moved(house, revision, "boruoxi").limits} == {""}
    first.complete("work")
    first.assert_replays()


def test_a_due_date_is_certain_at_once_where_the_year_is_in_force(sqlite_house: House) -> None:
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, START)
    assert due(begun(sqlite_house, working())) == [(at("2026-01-05 17:30"), False)]


def test_every_seat_of_a_countersign_becomes_certain(sqlite_house: House) -> None:
    sign = seats("sign", calendar="working").replace("camunda:assignee", 'camunda:dueDate="${limit}" camunda:assignee')
    files = model("s_ -> sign\nsign -> e_", {"sign": sign})
    case = begun(sqlite_house, files, seats=["luanhaiping", "wanliqing"], limit="P2D")
    assert due(case) == [(at("2026-01-02 17:30"), True)] * 2
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    case.work_off()
    assert due(case) == [(at("2026-01-05 17:30"), False)] * 2
    assert_sound(case, sqlite_house)


def test_a_cycle_in_working_time_becomes_certain(sqlite_house: House) -> None:
    case = begun(sqlite_house, working(timer="<bpmn:timeCycle>R3/P1D</bpmn:timeCycle>"))
    case.now = at("2025-12-31 18:00").astimezone(UTC)
    assert watch(case) == (stamp("2026-01-01 17:30"), True)
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    case.work_off()
    assert watch(case) == (stamp("2026-01-04 17:30"), False)
    case.now = at("2026-01-04 18:00").astimezone(UTC)
    case.work_off()
    assert watch(case) == (stamp("2026-01-05 17:30"), False)
    case.assert_replays()


def starting(timer: str) -> dict[str, bytes]:
    """A flow whose cases a timer starts, in working time."""
    definition = f"<bpmn:timerEventDefinition>{timer}</bpmn:timerEventDefinition>"
    morning = f'<bpmn:startEvent id="morning">{WORKING}{definition}</bpmn:startEvent>'
    return model("s_ -> ask\nask -> e_\nmorning -> ask", {"morning": morning})


def started(house: House) -> list[str]:
    with reading(house.pool) as connection:
        rows_ = connection.scalars(select(process_instance.c.started_at).order_by(process_instance.c.started_at))
        return [one.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for one in rows_]


@pytest.mark.parametrize("begun_before", [False, True])
def test_a_timer_that_starts_cases_in_working_time_goes_by_the_year_in_force(house: House, begun_before: bool) -> None:
    case = Timed(house, starting("<bpmn:timeCycle>R3/P1D</bpmn:timeCycle>"), NEW_YEARS_EVE)
    if begun_before:
        case.start()
    with transaction(house.pool) as connection:
        put_into_force(house, connection, case.now)
    case.pass_time(at("2026-01-31 08:00"))
    first = ["2025-12-31 10:00"] * begun_before
    assert started(house) == [*first, "2026-01-04 17:30", "2026-01-05 17:30", "2026-01-06 17:30"]
    with reading(house.pool) as connection:
        assert verify(connection, house.office) == []


@pytest.mark.parametrize(
    ("timer", "calendar"),
    [
        ("<bpmn:timeDuration>P1D</bpmn:timeDuration>", "natural"),
        ("<bpmn:timeDate>2026-01-02T09:00:00+08:00</bpmn:timeDate>", "working"),
    ],
)
def test_a_timer_that_starts_cases_by_the_clock_or_by_a_date_stays_as_it_is(
    sqlite_house: House, timer: str, calendar: str
) -> None:
    files = {
        name: content.replace(WORKING.encode(), settings(calendar=calendar).encode())
        for name, content in starting(timer).items()
    }
    case = Timed(sqlite_house, files, NEW_YEARS_EVE)
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
        waiting = rows.list_start_timers(connection, NEW_YEARS_EVE)
        case.engine.recompute_starts(connection, NEW_YEARS_EVE, case.now)
        assert rows.list_start_timers(connection, NEW_YEARS_EVE) == waiting
        assert len(waiting) == 1


def test_a_correction_moves_what_was_certain_and_keeps_what_somebody_fixed_otherwise(house: House) -> None:
    with transaction(house.pool) as connection:
        put_into_force(house, connection, START)
    counted, fixed, natural = (
        begun(house, working()),
        begun(house, working()),
        begun(house, model("s_ -> work\nwork -> e_")),
    )
    with transaction(house.pool) as connection:
        [item] = fixed.items()
        work_items.set_due(connection, item.id, at("2026-01-07 12:00"), provisional=False)
    with transaction(house.pool) as connection:
        longer = SpecialDay(date(2026, 1, 5), DayKind.HOLIDAY, "元旦")
        revision = put_into_force(house, connection, counted.now, 2026, longer)
    counted.work_off()
    assert due(counted) == [(at("2026-01-06 17:30"), False)]
    assert watch(counted) == (stamp("2026-01-07 17:30"), False)
    assert due(fixed) == [(at("2026-01-07 12:00"), False)]
    assert natural.items()[0].due_at is None
    with reading(house.pool) as connection:
        assert counted.engine.replay(connection, counted.instance_id).verified
    found = moved(house, revision)
    assert (found.total, found.certain) == (3, 0)  # the timer of the fixed one as well


def test_a_notice_that_says_what_the_last_december_is_moves_what_is_due_there(sqlite_house: House) -> None:
    case = begun(sqlite_house, working("P1D"), at("2025-12-29 10:00").astimezone(UTC))
    assert due(case) == [(at("2025-12-30 17:30"), False)]
    with transaction(sqlite_house.pool) as connection:
        put_into_force(
            sqlite_house, connection, case.now, 2026, SpecialDay(date(2025, 12, 30), DayKind.HOLIDAY, "元旦")
        )
    case.work_off()
    assert due(case) == [(at("2025-12-31 17:30"), False)]
    assert_sound(case, sqlite_house)


def test_a_correction_of_nothing_but_the_source_computes_nothing(sqlite_house: House) -> None:
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, START)
    begun(sqlite_house, working())
    engine = sqlite_house.office.engine
    with transaction(sqlite_house.pool) as connection:
        importer, other = (get_person(connection, one) for one in ("shangkewei", "boruoxi"))
        made = actions.import_year(connection, engine, importer, year_of(2026), "另一份通知", START)
        revision = actions.put_into_force(connection, engine, other, made.id, START).revision
        assert rows.count_recomputing(connection, revision or 0) == 0


def test_a_limit_needs_all_its_years(sqlite_house: House) -> None:
    case = begun(sqlite_house, working("P260D"))
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    case.work_off()
    [(due_at, provisional)] = due(case)
    assert provisional
    assert due_at.year == 2027


def test_what_suspended_a_case_counts_in_what_is_computed_again(sqlite_house: House) -> None:
    case = begun(sqlite_house, working())
    case.now = at("2025-12-31 10:59").astimezone(UTC)
    case.act("suspend", "等上级意见")
    case.now = at("2026-01-02 10:59").astimezone(UTC)
    case.act("resume")
    assert due(case) == [(at("2026-01-06 17:30"), True)]  # 4.5 hours, and of the days that seemed worked 7 and 2.5
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    case.work_off()
    assert due(case) == [(at("2026-01-06 15:00"), False)]  # the holiday was none of the office's time
    assert watch(case) == (stamp("2026-01-07 15:00"), False)
    assert_sound(case, sqlite_house)


def test_a_case_that_is_suspended_gets_its_certain_limits_and_then_its_time_back(sqlite_house: House) -> None:
    case = begun(sqlite_house, working())
    case.act("suspend", "等上级意见")
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    case.work_off()
    assert due(case) == [(at("2026-01-05 17:30"), False)]
    case.now = at("2026-01-04 09:30").astimezone(UTC) - timedelta(minutes=1)
    case.act("resume")
    assert due(case) == [(at("2026-01-06 16:59"), False)]
    assert_sound(case, sqlite_house)


def test_a_weekend_gives_back_no_working_time(sqlite_house: House) -> None:
    case = begun(sqlite_house, working(), START)
    before = due(case), watch(case)
    case.now = at("2025-11-07 18:00").astimezone(UTC)
    case.act("suspend", "等上级意见")
    case.now = at("2025-11-10 07:00").astimezone(UTC)
    case.act("resume")
    assert (due(case), watch(case)) == before
    case.assert_replays()


@pytest.mark.parametrize(
    ("due_date", "instant"),
    [
        ("PT3H", "2025-11-07 12:00"),
        ("PT24H", "2025-11-12 12:00"),
        ("P1D", "2025-11-10 17:30"),
        ("P1DT2H", "2025-11-11 10:30"),
        ("2026-02-10", "2026-02-11 00:00"),
        ("2026-02-10T17:00", "2026-02-10 17:00"),
    ],
)
def test_a_limit_is_read_as_the_office_reads_it(sqlite_house: House, due_date: str, instant: str) -> None:
    assert due(begun(sqlite_house, working(due_date), START)) == [(at(instant), False)]


def test_what_a_date_says_is_certain_without_its_year(sqlite_house: House) -> None:
    case = begun(sqlite_house, working("2027-02-10"))
    assert due(case) == [(at("2027-02-11 00:00"), False)]


def test_a_crash_between_two_cases_loses_none(house: House) -> None:
    cases = [begun(house, working()) for _ in range(4)]
    engine, doors = cases[0].engine, (lambda: transaction(house.pool), lambda: reading(house.pool))
    with transaction(house.pool) as connection:
        put_into_force(house, connection, NEW_YEARS_EVE)
        engine.set_clock(connection, NEW_YEARS_EVE)
    jobs.run_due(engine, *doors, most=3)  # and then whoever ticks dies
    assert sorted(provisional for case in cases for _at, provisional in due(case)) == [False, False, True, True]
    jobs.run_due(Engine(engine.vocabulary, clock_adjustable=True), *doors)
    assert {one for case in cases for one in due(case)} == {(at("2026-01-05 17:30"), False)}
    for case in cases:
        assert_sound(case, house)


def test_a_doubled_job_changes_nothing_more(sqlite_house: House) -> None:
    case = begun(sqlite_house, working())
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
        row = rows.find_next(connection, case.now)
        assert row is not None
        rows.enqueue(connection, row.kind, row.name, row.content, row.due_at)
    case.work_off()
    with reading(case.pool) as connection:
        kinds = [one.kind for one in case.engine.history(connection, case.instance_id)]
    assert kinds.count(EventKind.DUE_RECOMPUTED) == 1


def test_a_case_that_ended_meanwhile_is_left_alone(sqlite_house: House) -> None:
    case = begun(sqlite_house, working())
    with transaction(sqlite_house.pool) as connection:
        put_into_force(sqlite_house, connection, case.now)
    engine, doors = case.engine, (lambda: transaction(case.pool), lambda: reading(case.pool))
    with transaction(case.pool) as connection:
        engine.set_clock(connection, case.now)
    jobs.run_due(engine, *doors, most=1)
    case.act("cancel", "不办了")
    case.work_off()
    with reading(case.pool) as connection:
        assert rows.list_of_instance(connection, case.instance_id) == []
        kinds = [one.kind for one in case.engine.history(connection, case.instance_id)]
    assert EventKind.DUE_RECOMPUTED not in kinds


def test_a_command_under_way_is_not_forgotten_by_the_year_that_overtakes_it(house: House) -> None:
    """It counts without the year; whoever puts the year into force waits for it, and then finds it."""
    case = Running(house, working())
    case.now = NEW_YEARS_EVE

    def overtake() -> None:
        with transaction(house.pool) as connection:
            put_into_force(house, connection, NEW_YEARS_EVE)

    other = threading.Thread(target=overtake)
    with transaction(house.pool) as connection:
        deployed = case.engine.deployed(connection, case.definition.id)
        advanced = case.engine.start(connection, deployed, ACTOR, "ZZB", {"title": "一件事"}, case.now)
        case.instance_id = advanced.instance_id
        assert advanced.opened[0].due_provisional
        other.start()
        wait_until_somebody_waits(house)
    other.join()
    case.work_off()
    assert due(case) == [(at("2026-01-05 17:30"), False)]


def wait_until_somebody_waits(house: House) -> None:
    """On SQLite whoever writes second waits for their turn anyway."""
    if house.pool.dialect.name != "postgresql":
        return
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(100_000):
        with reading(house.pool) as connection:
            if connection.scalar(text(waiting)):
                return
    raise AssertionError("nobody waits")


def test_a_limit_in_working_time_costs_one_statement_more_and_a_replay_asks_nobody(sqlite_house: House) -> None:
    arrows = "s_ -> first\nfirst -> second\nsecond -> third\nthird -> e_"
    second = person("second", "gexingyao", 'camunda:dueDate="P2D"', calendar="working")
    natural = person("second", "gexingyao", 'camunda:dueDate="P2D"')
    plain = statements_of_completing(Running(sqlite_house, model(arrows, {"second": natural}, key="plain")))
    case = Running(sqlite_house, model(arrows, {"second": second}, key="working"))
    counted = statements_of_completing(case)
    assert len(counted) == len(plain) + 1
    assert [one for one in counted if one not in plain and "ledger_head" in one]
    forgetful = Engine(replace(case.engine.vocabulary, calendar=None))
    with reading(case.pool) as connection:
        asked: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert forgetful.replay(connection, case.instance_id).verified
    assert not [one for one in asked if "ledger_head" in one or "calendar" in one]


def test_what_was_provisional_is_a_column_that_history_answers_for(sqlite_house: House) -> None:
    case = begun(sqlite_house, working())
    [item] = case.items()
    with transaction(case.pool) as connection:
        work_items.set_due(connection, item.id, item.due_at, provisional=False)
    with reading(case.pool) as connection:
        reasons = {one.reason for one in case.engine.verify(connection)}
    assert f"work_item {item.id}.due_provisional" in reasons
