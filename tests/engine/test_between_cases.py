"""Messages find the one they are for, signals everybody; what was thrown leaves after the commit and is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine.errors import MessageNotAwaited
from engine.model import Actor, Completion, EventKind, InstanceState
from engine.persistence import jobs
from engine.persistence.tables import process_instance
from tests.engine.drawn import files
from tests.engine.running import ACTOR, Running
from tests.judge.paper import MESSAGE, SIGNAL, body, element, parameters

SENDER = body(
    "s_ -> write\nwrite -> send\nsend -> e_",
    {
        "send": element(
            "intermediateThrowEvent",
            "send",
            parameters(
                {"answer": "${words}"},
                more='<camunda:properties><camunda:property name="correlation" value="matter" /></camunda:properties>',
            )
            + MESSAGE,
        )
    },
)
RECEIVER = body("s_ -> wait\nwait -> read\nread -> e_", {"wait": element("intermediateCatchEvent", "wait", MESSAGE)})
STARTED = body("s_ -> read\nread -> e_", {"s_": element("startEvent", "s_", MESSAGE)})


def another(like: Running, content: dict[str, bytes], **variables: Any) -> Running:
    """Start a case of another definition in the same installation."""
    case = object.__new__(Running)
    case.engine, case.pool, case.now = like.engine, like.pool, like.now
    with transaction(case.pool) as connection:
        case.definition = case.engine.deploy(connection, content, ACTOR, case.now)[0]
    case.start(**variables)
    return case


def renamed(content: str, key: str) -> dict[str, bytes]:
    return {
        f"{key}.bpmn": files(content)["flow.bpmn"].replace(
            b'process id="flow" name="flow"', f'process id="{key}" name="{key}"'.encode()
        )
    }


def test_a_message_goes_to_the_case_whose_variables_it_names(house: House) -> None:
    sender = Running(house, renamed(SENDER, "sender"))
    one = another(sender, renamed(RECEIVER, "receiver"), matter=1)
    two = another(sender, renamed(RECEIVER, "receiver"), matter=2)
    sender.start(matter=2)
    sender.complete("write", words="好的")
    assert (one.open_steps(), two.open_steps()) == ([], [])
    sender.work_off()
    assert (one.open_steps(), two.open_steps()) == ([], ["read"])
    assert two.variables()["answer"] == "好的"
    for case in (sender, one, two):
        case.assert_replays()


def test_a_message_handed_to_one_case_is_taken_by_no_other_and_names_its_sender(house: House) -> None:
    one = Running(house, renamed(RECEIVER, "receiver"))
    two = another(one, renamed(RECEIVER, "receiver"), matter=1)
    one.start(matter=1)
    with transaction(house.pool) as connection:
        advanced = one.engine.hand_message(
            connection, one.instance_id, "letter", {"answer": "给你"}, one.now, Actor("luanhaiping")
        )
    assert advanced.instance_id == one.instance_id
    assert (one.open_steps(), two.open_steps()) == (["read"], [])
    with reading(house.pool) as connection:
        [received] = [
            event
            for event in one.engine.history(connection, one.instance_id)
            if event.kind == EventKind.MESSAGE_RECEIVED
        ]
    assert received.actor == "luanhaiping"
    for name in ("letter", "parcel"):
        with transaction(house.pool) as connection, pytest.raises(MessageNotAwaited):
            one.engine.hand_message(connection, one.instance_id, name, {}, one.now, ACTOR)
    one.assert_replays()


def test_a_message_that_nobody_waits_for_is_kept_until_somebody_does(house: House) -> None:
    sender = Running(house, renamed(SENDER, "sender"))
    sender.start(matter=7)
    sender.complete("write", words="早到")
    sender.work_off()
    receiver = another(sender, renamed(RECEIVER, "receiver"), matter=7)
    assert receiver.open_steps() == []
    receiver.work_off()
    assert receiver.open_steps() == ["read"]
    assert receiver.variables()["answer"] == "早到"
    with reading(house.pool) as connection:
        assert jobs.count(connection) == 0


def test_a_message_that_fits_nobody_starts_a_case_where_a_definition_begins_with_it(house: House) -> None:
    sender = Running(house, renamed(SENDER, "sender"))
    with transaction(house.pool) as connection:
        sender.engine.deploy(connection, renamed(STARTED, "started"), ACTOR, sender.now)
    sender.start(matter=3)
    sender.complete("write", words="立件")
    sender.work_off()
    with reading(house.pool) as connection:
        keys = connection.scalars(select(process_instance.c.title)).all()
    assert sorted(keys) == ["started", "一件事"]


def addressed(house: House) -> Running:
    """A case that sends its message to the one that its variable names."""
    named = SENDER.replace('name="correlation" value="matter"', 'name="addressee" value="${matter}"')
    return Running(house, renamed(named, "sender"))


def test_a_message_that_names_its_addressee_goes_to_no_older_case_and_starts_none(house: House) -> None:
    sender = addressed(house)
    with transaction(house.pool) as connection:
        sender.engine.deploy(connection, renamed(STARTED, "started"), ACTOR, sender.now)
    older = another(sender, renamed(RECEIVER, "receiver"))
    younger = another(sender, renamed(RECEIVER, "receiver"))
    sender.start(matter=younger.instance_id)
    sender.complete("write", words="好的")
    sender.work_off()
    assert (older.open_steps(), younger.open_steps()) == ([], ["read"])
    sender.start(matter=sender.instance_id)
    sender.complete("write", words="给自己")
    sender.work_off()
    with reading(house.pool) as connection:
        assert "started" not in connection.scalars(select(process_instance.c.title)).all()
        assert jobs.count(connection) == 0
    for case in (sender, older, younger):
        case.assert_replays()


def test_a_message_to_a_case_that_goes_on_is_kept_until_it_waits_and_dropped_once_it_has_ended(house: House) -> None:
    sender = addressed(house)
    twice = body(
        "s_ -> study\nstudy -> wait\nwait -> read\nread -> e_",
        {"wait": element("intermediateCatchEvent", "wait", MESSAGE)},
    )
    receiver = another(sender, renamed(twice, "receiver"))
    for _time in range(2):
        sender.start(matter=receiver.instance_id)
        sender.complete("write", words="早到")
        sender.work_off()
    with reading(house.pool) as connection:
        assert jobs.count(connection) == 2
    receiver.now = sender.now
    receiver.complete("study")
    receiver.work_off()
    receiver.complete("read")
    receiver.work_off()
    assert receiver.state is InstanceState.COMPLETED
    assert receiver.variables()["answer"] == "早到"
    another(receiver, renamed(RECEIVER, "waiting")).work_off()
    with reading(house.pool) as connection:
        assert jobs.count(connection) == 0


def test_only_the_newest_version_is_started_by_a_message(house: House) -> None:
    sender = Running(house, renamed(SENDER, "sender"))
    for content in (STARTED, STARTED.replace("read", "study")):
        with transaction(house.pool) as connection:
            sender.engine.deploy(connection, renamed(content, "started"), ACTOR, sender.now)
    with transaction(house.pool) as connection:
        instance_id = sender.engine.deliver_message(connection, "letter", {}, {"n": 1}, sender.now)
    sender.instance_id = str(instance_id)
    assert sender.open_steps() == ["study"]
    assert sender.variables()["n"] == 1
    sender.assert_replays()


def test_what_is_thrown_in_a_transaction_that_fails_is_not_sent(house: House) -> None:
    sender = Running(house, renamed(SENDER, "sender"))
    sender.start(matter=1)

    def fail() -> None:
        with transaction(house.pool) as connection:
            locked = sender._locked(connection, "write")
            marking = sender.engine.marking_of(locked)
            completion = Completion("submit", "", {"words": "?"})
            sender.engine.complete(connection, locked, marking, ACTOR, completion, sender.now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(house.pool) as connection:
        assert jobs.count(connection) == 0
    assert sender.open_steps() == ["write"]


def test_a_signal_from_an_end_event_reaches_everybody_who_waits_and_is_not_kept(house: House) -> None:
    ringing = body("s_ -> ring\nring -> e_bell", {"e_bell": element("endEvent", "e_bell", SIGNAL)})
    waiting = body("s_ -> wait\nwait -> read\nread -> e_", {"wait": element("intermediateCatchEvent", "wait", SIGNAL)})
    bell = Running(house, renamed(ringing, "bell"))
    listeners = [another(bell, renamed(waiting, "listener"), matter=number) for number in range(3)]
    bell.start()
    bell.complete("ring")
    bell.work_off()
    assert [case.open_steps() for case in listeners] == [["read"]] * 3
    late = another(bell, renamed(waiting, "listener"), matter=9)
    late.work_off()
    assert late.open_steps() == []
    for case in (bell, *listeners, late):
        case.assert_replays()


def test_a_send_task_and_a_receive_task_speak_with_each_other(house: House) -> None:
    send = element("sendTask", "send", parameters({"answer": "${words}"}), messageRef="letter")
    receive = element("receiveTask", "wait", messageRef="letter")
    sender = Running(house, renamed(body("s_ -> write\nwrite -> send\nsend -> e_", {"send": send}), "sender"))
    receiver = another(sender, renamed(body("s_ -> wait\nwait -> read\nread -> e_", {"wait": receive}), "receiver"))
    sender.start()
    sender.complete("write", words="收")
    sender.work_off()
    assert (receiver.open_steps(), receiver.variables()["answer"]) == (["read"], "收")


def test_a_receiver_that_names_its_correlation_takes_no_message_without_it(house: House) -> None:
    named = '<bpmn:extensionElements><camunda:properties><camunda:property name="correlation" value="matter" />'
    named += "</camunda:properties></bpmn:extensionElements>"
    wait = element("intermediateCatchEvent", "wait", named + MESSAGE)
    case = Running(house, files(body("s_ -> wait\nwait -> read\nread -> e_", {"wait": wait})))
    case.start(matter=5)
    for correlation, taken in (
        ({}, False),
        ({"matter": 4}, False),
        ({"matter": 5, "other": 1}, False),
        ({"matter": 5}, True),
    ):
        with transaction(house.pool) as connection:
            assert (case.engine.deliver_message(connection, "letter", correlation, {}, case.now) is not None) == taken


def test_a_timer_that_fires_late_after_days_of_being_down_fires_once(house: House) -> None:
    hour = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    late = element("boundaryEvent", "late", hour, attachedToRef="work", cancelActivity="false")
    case = Running(house, files(body("s_ -> work\nwork -> e_\nlate -> chase\nchase -> e_", {"late": late})))
    case.start()
    case.now += timedelta(days=5)
    assert (case.work_off(), case.work_off()) == (1, 0)
    assert case.open_steps() == ["chase", "work"]
    with reading(house.pool) as connection:
        fired = [
            event for event in case.engine.history(connection, case.instance_id) if event.kind == EventKind.TIMER_FIRED
        ]
    assert len(fired) == 1
    for step in ("chase", "work"):
        case.complete(step)
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()
