"""What falls due: fired in order, each once, at its instant when time is passed, late when everything was down."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.delegates import Service, ServiceCall
from engine.errors import ClockNotAdjustable, ClockSetBack
from engine.model import InstanceState, ServiceResult
from engine.persistence import jobs as rows
from engine.persistence.tables import history_event, process_instance
from tests.engine.running import START, Running
from tests.flows import HEAD, model, user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def timer(form: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{form}>{text}</bpmn:{form}></bpmn:timerEventDefinition>"


def boundary(node_id: str, host: str, form: str, text: str, *, interrupting: bool = True) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return f'<bpmn:boundaryEvent id="{node_id}" attachedToRef="{host}"{cancel}>{timer(form, text)}</bpmn:boundaryEvent>'


OVERDUE = model(
    """
    s_ -> ask
    ask -> e_
    late -> remind
    remind -> e_2
    """,
    {"late": boundary("late", "ask", "timeDuration", "PT8H"), "remind": user("remind")},
)
REPEATED = model(
    """
    s_ -> ask
    ask -> e_
    again -> remind
    remind -> e_2
    """,
    {"again": boundary("again", "ask", "timeCycle", "R3/PT1H", interrupting=False)},
)
DAILY = model(
    """
    begin -> ask
    ask -> e_
    """,
    {"begin": f'<bpmn:startEvent id="begin">{timer("timeCycle", "R2/P1D")}</bpmn:startEvent>'},
    key="daily",
)
INNER = (
    '<bpmn:subProcess id="inner"><bpmn:startEvent id="s_i"/><bpmn:sequenceFlow id="i1" sourceRef="s_i" targetRef="pause"/>'
    f'<bpmn:intermediateCatchEvent id="pause">{timer("timeDuration", "PT2H")}</bpmn:intermediateCatchEvent>'
    '<bpmn:sequenceFlow id="i2" sourceRef="pause" targetRef="e_i"/><bpmn:endEvent id="e_i"/></bpmn:subProcess>'
)
CALLED = model(
    """
    s_ -> inner
    inner -> answer
    answer -> e_
    """,
    {"inner": INNER},
    key="called",
)
ASKING = model(
    """
    s_ -> call
    call -> e_
    """,
    {"call": '<bpmn:callActivity id="call" calledElement="called"/>'},
    key="asking",
)


class Timed(Running):
    """Cases on an installation whose clock starts at START."""

    def __init__(self, house: House, files: dict[str, bytes], services: dict[str, Service] | None = None) -> None:
        super().__init__(house, files, services)
        self.set_clock(START)

    def set_clock(self, at: datetime) -> None:
        with transaction(self.pool) as connection:
            self.engine.set_clock(connection, at)

    def pass_time(self, until: datetime) -> int:
        return jobs.pass_time(self.engine, partial(transaction, self.pool), partial(reading, self.pool), until)

    def run_due(self) -> int:
        return jobs.run_due(self.engine, partial(transaction, self.pool), partial(reading, self.pool))

    def clock(self) -> datetime:
        with reading(self.pool) as connection:
            return self.engine.now(connection)

    def fired(self) -> list[datetime]:
        """When timers fired, by case and order."""
        columns = history_event.c
        with reading(self.pool) as connection:
            query = select(columns.at).where(columns.kind == "timer:fired").order_by(columns.chain, columns.seq)
            return list(connection.scalars(query))

    def cases(self) -> list[Any]:
        with reading(self.pool) as connection:
            return list(connection.execute(select(process_instance).order_by(process_instance.c.started_at)))

    def assert_all_replay(self) -> None:
        with reading(self.pool) as connection:
            assert all(self.engine.replay(connection, row.id).verified for row in self.cases())
            assert self.engine.verify(connection) == []


def test_a_timer_fires_at_its_instant_and_the_clock_goes_on_to_where_it_was_set(house: House) -> None:
    case = Timed(house, OVERDUE)
    case.start()
    assert case.pass_time(START + 7 * HOUR) == 0
    assert case.open_steps() == ["ask"]
    assert case.pass_time(START + DAY) == 1
    assert case.open_steps() == ["remind"]
    assert case.fired() == [START + 8 * HOUR]
    assert timedelta() <= case.clock() - (START + DAY) < HOUR
    case.assert_all_replay()


def test_a_cycle_fires_as_often_as_it_says_at_each_of_its_instants(house: House) -> None:
    case = Timed(house, REPEATED)
    case.start()
    assert case.pass_time(START + 5 * DAY) == 3
    assert case.fired() == [START + HOUR, START + 2 * HOUR, START + 3 * HOUR]
    assert case.open_steps() == ["ask", "remind", "remind", "remind"]
    assert case.pass_time(START + 6 * DAY) == 0
    case.assert_all_replay()


def test_what_was_due_while_everything_was_down_is_done_once_each_when_it_is_up_again(house: House) -> None:
    case = Timed(house, REPEATED)
    case.start()
    case.set_clock(START + 3 * DAY)
    assert case.run_due() == 3
    assert len(case.fired()) == 3
    assert min(case.fired()) >= START + 3 * DAY
    assert case.run_due() == 0
    case.assert_all_replay()


def test_a_start_timer_starts_a_case_each_time(house: House) -> None:
    case = Timed(house, DAILY)
    assert case.pass_time(START + 10 * DAY) == 2
    assert [row.started_at for row in case.cases()] == [START + DAY, START + 2 * DAY]
    assert {row.initiator for row in case.cases()} == {"system"}
    case.assert_all_replay()


def test_a_timer_inside_a_subprocess_of_a_called_process_fires(house: House) -> None:
    case = Timed(house, {**ASKING, **CALLED})
    case.start()
    assert case.pass_time(START + DAY) == 1
    assert case.fired() == [START + 2 * HOUR]
    assert case.open_steps() == ["called:answer"]
    case.complete("called:answer")
    assert case.state is InstanceState.COMPLETED
    case.assert_all_replay()


def test_timers_of_several_cases_fire_in_the_order_in_which_they_are_due(house: House) -> None:
    case = Timed(house, OVERDUE)
    for minutes in (30, 10, 20):
        case.now = START + timedelta(minutes=minutes)
        case.start()
    assert case.pass_time(START + DAY) == 3
    assert sorted(case.fired()) == [START + 8 * HOUR + timedelta(minutes=minutes) for minutes in (10, 20, 30)]
    case.assert_all_replay()


def test_time_does_not_pass_backwards_over_what_has_happened_and_then_nothing_is_done(house: House) -> None:
    case = Timed(house, OVERDUE)
    case.start()
    case.set_clock(START + DAY)
    with pytest.raises(ClockSetBack):
        case.pass_time(START - HOUR)
    assert case.fired() == []
    case.engine = house.office.engine.__class__(case.engine.vocabulary, clock_adjustable=False)
    with pytest.raises(ClockNotAdjustable):
        case.pass_time(START + 2 * DAY)


def test_time_that_is_set_back_to_before_a_timer_was_late_fires_what_was_due_by_then(house: House) -> None:
    case = Timed(house, REPEATED)
    case.start()
    case.set_clock(START + DAY)
    assert case.pass_time(START + timedelta(minutes=90)) == 1
    assert case.fired() == [START + timedelta(minutes=90)]
    assert case.clock() < START + 2 * HOUR


@pytest.mark.parametrize("act", [Timed.run_due, partial(Timed.pass_time, until=START + 2 * DAY)])
def test_two_who_do_what_is_due_at_once_do_nothing_twice(house: House, act: Callable[[Timed], int]) -> None:
    case = Timed(house, REPEATED)
    for _number in range(4):
        case.start()
    case.set_clock(START + DAY)
    barrier, failed = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        try:
            act(case)
        except ClockSetBack as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(case.fired()) == 12
    case.assert_all_replay()


def test_a_job_that_keeps_failing_is_set_aside_and_taken_up_again(house: House) -> None:
    working: list[bool] = []

    def breaks(connection: object, call: ServiceCall) -> ServiceResult:
        if not working:
            raise ZeroDivisionError
        return ServiceResult({"answer": 42})

    arrows = """
    s_ -> auto
    auto -> after
    after -> e_
    """
    node = '<bpmn:serviceTask id="auto" camunda:asyncBefore="true" camunda:delegateExpression="${office.breaks}" />'
    case = Timed(house, model(arrows, {"auto": node}), {"office.breaks": breaks})
    case.start()
    assert case.pass_time(START + DAY) == jobs.MOST_ATTEMPTS
    with reading(case.pool) as connection:
        [parked] = rows.list_parked(connection)
    assert "ZeroDivisionError" in str(parked.error)
    working.append(True)
    with transaction(case.pool) as connection:
        assert rows.take_up_parked(connection, case.engine.now(connection)) == 1
    assert case.run_due() == 1
    assert case.open_steps() == ["after"]
    with reading(case.pool) as connection:
        assert rows.list_parked(connection) == []
    case.assert_all_replay()


WAITING = (
    f'{HEAD}<bpmn:message id="m" name="paid"/><bpmn:process id="waiting" isExecutable="true">'
    '<bpmn:startEvent id="s_"/><bpmn:sequenceFlow id="f1" sourceRef="s_" targetRef="wait"/>'
    '<bpmn:intermediateCatchEvent id="wait"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    '<bpmn:sequenceFlow id="f2" sourceRef="wait" targetRef="ask"/>'
    '<bpmn:userTask id="ask" camunda:assignee="gexingyao"/>'
    '<bpmn:sequenceFlow id="f3" sourceRef="ask" targetRef="e_"/><bpmn:endEvent id="e_"/></bpmn:process></bpmn:definitions>'
)


def test_a_message_that_nobody_waits_for_is_kept_until_somebody_does(house: House) -> None:
    case = Timed(house, {"waiting.bpmn": WAITING.encode()})
    with transaction(case.pool) as connection:
        assert case.engine.send_message(connection, "paid", {"bill": 7}, {"by": "cheque"}, START) is None
    assert case.run_due() == 0
    case.start(bill=8)
    assert case.run_due() == 2
    assert case.open_steps() == []
    case.start(bill=7)
    case.run_due()
    assert case.open_steps() == ["ask"]
    assert case.variables()["by"] == "cheque"
    with reading(case.pool) as connection:
        assert rows.list_parked(connection) == []
        assert rows.count(connection) == 0
    case.assert_all_replay()
