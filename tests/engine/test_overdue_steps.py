"""A step that is not done in time: whoever has it is reminded, or their superior is told, and nothing else ever happens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, select

from app.backup import backup, restore
from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.model import Actor, Completion, EventKind, HistoryEvent, InstanceState
from engine.persistence import jobs as rows
from engine.persistence.tables import job, process_instance
from engine.persistence.work_items import list_done
from tests.databases import EMPTY, SqliteDatabases, installation
from tests.engine.running import START, Running
from tests.engine.test_working_time import Weekdays
from tests.flows import model, person, seats, settings, user
from tests.workflows.calendars import NOTHING, at
from workflows.calendar import actions as calendar
from workflows.calendar import library
from workflows.calendar.values import SHANGHAI
from workflows.catalogue import PERSON_ONLY
from workflows.organisation import queries
from workflows.visibility import few_visible, require_visible, visible_to

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LINE = "s_ -> first\nfirst -> second\nsecond -> e_"
OTHER, HEAD, LEADER = "suiyiming", "luanhaiping", "biancongzhou"
DUE = 'camunda:dueDate="P2D"'
TIMEOUTS = ["remind:1", "remind:3", "escalate"]


def waiting(who: str = OTHER, on_timeout: str = "remind:3", due: str = DUE, **more: str) -> dict[str, str]:
    return {"second": person("second", who, due, on_timeout=on_timeout, **more)}


class Timed(Running):
    """A case on an installation whose clock starts at START."""

    def __init__(self, house: House, nodes: Mapping[str, str], arrows: str = LINE, **vocabulary: Any) -> None:
        super().__init__(house, model(arrows, nodes), **vocabulary)
        with transaction(self.pool) as connection:
            self.engine.set_clock(connection, START)

    def pass_time(self, until: datetime) -> int:
        self.now = until
        return jobs.pass_time(self.engine, partial(transaction, self.pool), partial(reading, self.pool), until)

    def overdue(self) -> list[HistoryEvent]:
        with reading(self.pool) as connection:
            events = self.engine.history(connection, self.instance_id)
        return [one for one in events if one.kind == EventKind.WORK_ITEM_OVERDUE]

    def told(self) -> list[tuple[timedelta, Any, Any]]:
        """When after the step was opened, the how manieth time, and whom."""
        return [(one.at - self.opened_at, one.data["number"], one.data["to"]) for one in self.overdue()]

    @property
    def opened_at(self) -> datetime:
        return next(one.opened_at for one in reversed(self.items()) if one.activity_id == "second")

    def jobs(self) -> list[rows.Job]:
        with reading(self.pool) as connection:
            return [one for one in rows.list_of_instance(connection, self.instance_id) if one.kind == rows.OVERDUE]

    def second(self) -> Any:
        return next(one for one in reversed(self.items()) if one.activity_id == "second")


def waited(house: House, nodes: Mapping[str, str], arrows: str = LINE, **vocabulary: Any) -> Timed:
    case = Timed(house, nodes, arrows, **vocabulary)
    case.start()
    case.complete("first")
    return case


def instants(case: Timed) -> list[str]:
    """When it was told that the step is overdue, by the office's clock."""
    return [one.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for one in case.overdue()]


def put_into_force(house: House, connection: Connection, now: datetime) -> None:
    importer, other = (queries.get_person(connection, one) for one in ("shangkewei", "boruoxi"))
    year = library.propose(2026, NOTHING)
    made = calendar.import_year(connection, house.office.engine, importer, year, "国办发明电〔2025〕7号", now)
    calendar.put_into_force(connection, house.office.engine, other, made.id, now)


class TestReminding:
    def test_is_done_when_the_step_is_due_and_then_daily_as_often_as_the_model_says(self, house: House) -> None:
        case = waited(house, waiting())
        case.pass_time(START + 30 * DAY)
        assert case.told() == [(2 * DAY, 1, [OTHER]), (3 * DAY, 2, [OTHER]), (4 * DAY, 3, [OTHER])]
        assert case.jobs() == []
        assert case.open_steps() == ["second"]
        case.assert_replays()

    def test_late_is_done_once_at_a_time_and_not_all_at_once(self, house: House) -> None:
        case = waited(house, waiting())
        case.now = START + 10 * DAY
        assert case.work_off() == 1
        assert [one.data["number"] for one in case.overdue()] == [1]
        case.assert_replays()

    def test_is_not_done_for_a_step_that_was_done_in_time(self, house: House) -> None:
        case = waited(house, waiting())
        assert len(case.jobs()) == 1
        case.complete("second", by=Actor(OTHER))
        assert case.jobs() == []
        assert case.pass_time(START + 30 * DAY) == 0
        case.assert_replays()

    def test_tells_everybody_in_a_pool(self, house: House) -> None:
        pool = user("second", settings(on_timeout="remind:2"), f'camunda:candidateUsers="{OTHER},{HEAD}" {DUE}')
        case = waited(house, {"second": pool})
        case.pass_time(START + 2 * DAY + HOUR)
        assert case.overdue()[0].data["to"] == sorted([OTHER, HEAD])

    def test_tells_who_gave_the_item_away_for_an_opinion_too(self, house: House) -> None:
        case = waited(house, waiting())
        case.hand("delegate", "second", HEAD, "请提意见")
        case.pass_time(START + 3 * DAY)
        assert case.overdue()[0].data["to"] == [HEAD, OTHER]
        case.assert_replays()

    def test_a_span_of_the_office_lies_between_two(self, house: House) -> None:
        case = waited(house, waiting(on_timeout="remind:2"), remind_every=4 * HOUR)
        case.pass_time(START + 30 * DAY)
        assert [one[0] for one in case.told()] == [2 * DAY, 2 * DAY + 4 * HOUR]

    def test_in_working_time_is_done_on_working_days_alone(self, house: House) -> None:
        case = waited(house, waiting(due='camunda:dueDate="P4D"', calendar="working"))
        case.pass_time(START + 30 * DAY)
        assert instants(case) == ["2025-11-13 17:30", "2025-11-14 17:30", "2025-11-17 17:30"]
        case.assert_replays()

    def test_of_what_is_due_by_a_date_is_done_the_next_working_day_again(self, sqlite_house: House) -> None:
        case = waited(sqlite_house, waiting(due='camunda:dueDate="2025-11-14"', calendar="working"))
        case.pass_time(START + 30 * DAY)
        assert instants(case) == ["2025-11-15 00:00", "2025-11-17 17:30", "2025-11-18 17:30"]
        case.assert_replays()

    def test_by_hours_in_working_time_goes_by_hours_of_work(self, sqlite_house: House) -> None:
        nodes = waiting(due='camunda:dueDate="P5D"', calendar="working")
        case = waited(sqlite_house, nodes, remind_every=3 * HOUR)
        case.pass_time(START + 30 * DAY)
        assert instants(case) == ["2025-11-14 17:30", "2025-11-17 11:30", "2025-11-17 16:30"]

    def test_waits_for_the_calendar_that_was_put_into_force_meanwhile(self, sqlite_house: House) -> None:
        case = waited(sqlite_house, waiting(due='camunda:dueDate="2025-12-31"', calendar="working"))
        case.pass_time(at("2026-01-01 08:00"))
        with transaction(case.pool) as connection:
            put_into_force(sqlite_house, connection, case.now)
        case.pass_time(at("2026-01-31 08:00"))
        assert instants(case) == ["2026-01-01 00:00", "2026-01-04 17:30", "2026-01-05 17:30"]
        case.assert_replays()

    def test_begins_anew_for_a_step_that_comes_again_after_a_send_back(self, house: House) -> None:
        case = waited(house, waiting(on_timeout="remind:1"))
        case.pass_time(START + 3 * DAY)
        assert len(case.told()) == 1
        case.send_back("second", "first")
        assert case.jobs() == []
        case.pass_time(START + 20 * DAY)
        case.complete("first")
        assert [(one.name, one.content["number"]) for one in case.jobs()] == [(case.second().id, 1)]
        case.pass_time(START + 30 * DAY)
        assert [one.work_item_id for one in case.overdue()] == [
            one.id for one in case.items() if one.activity_id == "second"
        ]
        case.assert_replays()

    def test_ends_with_the_case(self, house: House) -> None:
        case = waited(house, waiting())
        case.act("cancel", "不办了")
        assert case.jobs() == []
        case.assert_replays()

    def test_ends_when_what_led_to_the_step_is_withdrawn(self, house: House) -> None:
        case = waited(house, waiting())
        case.withdraw("first")
        assert case.jobs() == []
        case.assert_replays()


class TestEscalating:
    def test_tells_the_superior_once_shows_them_the_case_and_leaves_the_step_whose_it_is(self, house: House) -> None:
        case = waited(house, waiting(on_timeout="escalate"))
        before = case.second()
        case.pass_time(START + 30 * DAY)
        assert case.told() == [(2 * DAY, 1, [HEAD])]
        assert case.second() == before
        with reading(case.pool) as connection:
            above = replace(queries.get_person(connection, HEAD), holdings=())
            require_visible(connection, above, case.instance_id, case.now)
            listed = select(process_instance.c.id).where(visible_to(above, {}), *few_visible(connection, above, {}))
            assert list(connection.scalars(listed)) == [case.instance_id]
        case.assert_replays()

    def test_tells_the_leader_in_charge_where_the_head_is_late(self, house: House) -> None:
        case = waited(house, waiting(HEAD, "escalate"))
        case.pass_time(START + 3 * DAY)
        assert case.overdue()[0].data["to"] == [LEADER]

    def test_tells_the_administrators_of_a_pool(self, house: House) -> None:
        pool = user("second", settings(on_timeout="escalate"), f'camunda:candidateUsers="{OTHER}" {DUE}')
        case = waited(house, {"second": pool})
        case.pass_time(START + 3 * DAY)
        assert case.overdue()[0].data["to"] == ["boruoxi"]
        case.assert_replays()

    def test_tells_the_administrators_where_nobody_stands_above(self, house: House) -> None:
        case = waited(house, waiting("shaoqiheng", "escalate"))
        case.pass_time(START + 3 * DAY)
        assert case.overdue()[0].data["to"] == ["boruoxi"]


class TestNothingElseHappens:
    @pytest.mark.parametrize("kind", [*sorted(PERSON_ONLY), "review"])
    @pytest.mark.parametrize("on_timeout", TIMEOUTS)
    def test_no_timeout_completes_a_step(self, sqlite_house: House, kind: str, on_timeout: str) -> None:
        case = waited(sqlite_house, waiting(on_timeout=on_timeout, kind=kind))
        before, marking = case.second(), case.marking()
        case.pass_time(START + 60 * DAY)
        assert case.overdue()
        assert (case.second(), case.marking()) == (before, marking)
        case.assert_replays()

    @pytest.mark.parametrize("on_timeout", TIMEOUTS)
    def test_a_seat_that_does_not_answer_has_not_agreed(self, sqlite_house: House, on_timeout: str) -> None:
        vote = seats("second", on_timeout=on_timeout, kind="countersign").replace(
            "camunda:assignee", f"{DUE} camunda:assignee"
        )
        case = Timed(sqlite_house, {"second": vote})
        case.start(seats=[OTHER, HEAD])
        case.complete("first")
        case.complete("second", "agree", seat=HEAD)
        case.pass_time(START + 60 * DAY)
        assert {one.work_item_id for one in case.overdue()} == {one.id for one in case.items() if one.seat == OTHER}
        assert case.open_steps() == ["second"]
        assert "votes.second" not in case.variables()
        with reading(case.pool) as connection:
            assert [one.seat for one in list_done(connection, case.instance_id)] == [None, HEAD]
        case.assert_replays()


class TestTheClock:
    def test_stands_still_while_the_case_is_suspended_and_goes_on_afterwards(self, house: House) -> None:
        case = waited(house, waiting(on_timeout="remind:2"))
        case.pass_time(START + 2 * DAY + HOUR)
        assert len(case.overdue()) == 1
        case.act("suspend", "等材料")
        assert case.jobs() == []
        case.assert_replays()
        case.pass_time(START + 20 * DAY)
        case.act("resume")
        [waits] = case.jobs()
        assert waits.content["number"] == 2
        assert waits.due_at is not None
        assert waits.due_at >= case.second().due_at + DAY > case.now
        case.assert_replays()
        case.pass_time(START + 40 * DAY)
        assert [one.data["number"] for one in case.overdue()] == [1, 2]
        case.assert_replays()

    def test_goes_by_the_corrected_date_where_the_first_was_provisional(self, house: House) -> None:
        calendar = Weekdays()
        case = Timed(house, waiting(calendar="working"), calendar=lambda _connection: calendar)
        case.now = START.replace(month=12, day=31)
        case.start()
        case.complete("first")
        assert case.second().due_provisional
        calendar.last_year = 2026
        with transaction(case.pool) as connection:
            assert case.engine.recompute_due(connection, case.instance_id, case.now + HOUR) is not None
        assert [one.due_at for one in case.jobs()] == [case.second().due_at]
        case.assert_replays()

    @pytest.mark.parametrize(("newer", "waits"), [("escalate", 1), (None, 0)])
    def test_goes_by_the_version_a_case_has_moved_to(self, house: House, newer: str | None, waits: int) -> None:
        case = waited(house, waiting())
        nodes = waiting(on_timeout=newer) if newer else {"second": person("second", OTHER, DUE)}
        with transaction(case.pool) as connection:
            [definition] = case.engine.deploy(connection, model(LINE, nodes), Actor("boruoxi"), case.now)
            case.engine.migrate(connection, case.instance_id, definition.id, {}, Actor("boruoxi"), case.now)
        assert len(case.jobs()) == waits
        case.assert_replays()


class TestJobs:
    def test_a_doubled_or_late_one_does_nothing(self, house: House) -> None:
        case = waited(house, waiting())
        item = case.second()
        with transaction(case.pool) as connection:
            for number in (1, 3, 7):
                told = {"number": number}
                rows.enqueue(connection, rows.OVERDUE, item.id, told, item.due_at, instance_id=case.instance_id)
        case.pass_time(START + 2 * DAY + HOUR)
        assert [one.data["number"] for one in case.overdue()] == [1]
        assert [one.content["number"] for one in case.jobs()] == [2]
        case.assert_replays()
        case.complete("second", by=Actor(OTHER))
        assert case.state is InstanceState.COMPLETED
        late = {"number": 2}
        with transaction(case.pool) as connection:
            rows.enqueue(connection, rows.OVERDUE, item.id, late, case.now, instance_id=case.instance_id)
        case.pass_time(START + 30 * DAY)
        assert [one.data["number"] for one in case.overdue()] == [1]
        case.assert_replays()

    def test_one_that_comes_too_soon_waits_until_it_is_due(self, house: House) -> None:
        case = waited(house, waiting(on_timeout="remind:1"))
        with transaction(case.pool) as connection:
            [waits] = [one.id for one in case.jobs()]
            rows.postpone(connection, waits, case.now)
        assert case.work_off() == 1
        assert case.overdue() == []
        assert [one.due_at for one in case.jobs()] == [case.second().due_at]

    def test_verification_misses_one_that_is_gone_and_one_that_is_late(self, house: House) -> None:
        case = waited(house, waiting())
        [waits] = case.jobs()
        with transaction(case.pool) as connection:
            rows.postpone(connection, waits.id, START + 9 * DAY)
            assert [one.reason for one in case.engine.verify(connection)] == [f"overdue {waits.name} 1"]
            connection.execute(delete(job).where(job.c.id == waits.id))
            assert [one.reason for one in case.engine.verify(connection)] == [f"overdue {waits.name} 1"]

    def test_a_backup_keeps_it(self, house: House, sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
        case = waited(house, waiting())
        case.pass_time(START + 2 * DAY + HOUR)
        assert backup(house, tmp_path / "backup.zip") == []
        restored = installation(sqlite_databases.new(EMPTY), tmp_path / "elsewhere")
        assert restore(restored, tmp_path / "backup.zip") == []
        with reading(restored.pool) as connection:
            kept = rows.list_of_instance(connection, case.instance_id)
        assert [(one.name, one.content, one.due_at) for one in kept] == [
            (case.second().id, {"number": 2}, START + 3 * DAY + timedelta(minutes=1))
        ]
        restored.pool.dispose()

    def test_completing_a_step_without_the_setting_costs_no_statement_more(self, sqlite_house: House) -> None:
        longer = "s_ -> first\nfirst -> second\nsecond -> third\nthird -> e_"
        plain = statements_of_completing(Running(sqlite_house, model(longer, key="plain")))
        set_elsewhere = {"third": person("third", OTHER, DUE, on_timeout="escalate")}
        assert statements_of_completing(Running(sqlite_house, model(longer, set_elsewhere, key="timed"))) == plain
        assert len(plain) == STATEMENTS


STATEMENTS = 7


def statements_of_completing(case: Running) -> list[str]:
    """What is asked of the database between a person's click and the commit, the turn of SQLite's writers aside."""
    for _ in range(2):  # the first time, the flow is read
        case.start()
        [item] = case.items()
        asked: list[str] = []
        with transaction(case.pool) as connection:
            event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))  # noqa: B023
            locked = case.engine.lock_work_item(connection, item.id, item.version)
            marking = case.engine.marking_of(locked)
            case.engine.complete(connection, locked, marking, Actor("gexingyao"), Completion("submit"), case.now)
    return asked
