"""A running case moves to another version token by token, or is refused with reasons; its history replays across."""

from typing import Any

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import MigrationRefused
from engine.model import Actor, InstanceState, ProcessDefinition
from engine.persistence import instances, work_items
from engine.replay import replay_export
from tests.engine.drawn import files
from tests.engine.running import ACTOR, Running
from tests.flows import model, seats
from tests.judge.paper import MESSAGE, TIMER, body, boundary, element

OLD = "s_ -> draft\ndraft -> review\nreview -> e_"
WITH_LEGAL = "s_ -> draft\ndraft -> review\nreview -> legal\nlegal -> e_"


def deployed(case: Running, content: dict[str, bytes]) -> ProcessDefinition:
    with transaction(case.pool) as connection:
        return case.engine.deploy(connection, content, ACTOR, case.now)[0]


def migrate(case: Running, to: ProcessDefinition, **renamed: str) -> Any:
    with transaction(case.pool) as connection:
        return case.engine.migrate(connection, case.instance_id, to.id, renamed, Actor("boruoxi"), case.now)


def planned(case: Running, to: ProcessDefinition, **renamed: str) -> Any:
    with reading(case.pool) as connection:
        return case.engine.plan_migration(connection, case.instance_id, to.id, renamed)


def test_a_case_goes_on_in_the_other_version_and_its_export_replays_alone(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(OLD))
    case.start()
    case.complete("draft")
    newer = deployed(case, model(WITH_LEGAL))
    assert [(one[1], one[2]) for one in planned(case, newer).tokens] == [("review", "review")]
    migrate(case, newer)
    with reading(case.pool) as connection:
        assert instances.get_instance(connection, case.instance_id).definition.version == newer.version
    case.complete("review")
    assert case.open_steps() == ["legal"]
    case.complete("legal")
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()
    with reading(case.pool) as connection:
        export = list(case.engine.export(connection, case.instance_id))
    assert replay_export(export).verified


def test_a_renamed_step_takes_its_token_and_its_draft_along(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(OLD))
    case.start()
    [item] = case.items()
    with transaction(case.pool) as connection:
        work_items.save_draft(connection, item.id, "gexingyao", {"variables": {"n": 1}, "opinion": ""}, case.now)
    newer = deployed(case, model(OLD.replace("draft", "compose")))
    assert planned(case, newer).refused == ("draft：新版本中没有这个环节",)
    migrate(case, newer, draft="compose")
    assert case.open_steps() == ["compose"]
    [renewed] = case.items()
    assert (renewed.id, renewed.version) == (item.id, item.version + 1)
    with reading(case.pool) as connection:
        assert work_items.find_draft(connection, item.id, "gexingyao") is not None
    case.complete("compose")
    case.assert_replays()


def test_what_has_no_place_is_a_reason_and_nothing_changes(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(OLD))
    case.start()
    case.complete("draft")
    newer = deployed(case, model("s_ -> draft\ndraft -> e_"))
    with pytest.raises(MigrationRefused):
        migrate(case, newer)
    assert case.open_steps() == ["review"]
    case.complete("review")
    case.assert_replays()


def test_arrivals_at_a_join_are_kept_or_refused(sqlite_house: House) -> None:
    block = "s_ -> p_split\np_split -> a\np_split -> b\na -> p_join\nb -> p_join\np_join -> c\nc -> e_"
    case = Running(sqlite_house, model(block))
    case.start()
    case.complete("a")
    without = deployed(case, model("s_ -> b\nb -> c\nc -> e_\na -> e_\ns_ -> a"))
    assert planned(case, without).refused == ("p_join：新版本中没有来自“f3”的汇聚",)
    newer = deployed(case, model(block.replace("c -> e_", "c -> d\nd -> e_")))
    migrate(case, newer)
    case.complete("b")
    case.complete("c")
    assert case.open_steps() == ["d"]
    case.assert_replays()


def test_a_running_countersign_keeps_its_votes(sqlite_house: House) -> None:
    arrows = "s_ -> sign\nsign -> e_"
    case = Running(sqlite_house, model(arrows, {"sign": seats("sign")}))
    case.start(seats=["shiyanqiu", "luanhaiping"])
    case.complete("sign", "agree", seat="shiyanqiu")
    newer = deployed(case, model("s_ -> sign\nsign -> after\nafter -> e_", {"sign": seats("sign")}))
    migrate(case, newer)
    case.complete("sign", "disagree", seat="luanhaiping")
    assert case.open_steps() == ["after"]
    assert {seat: vote["decision"] for seat, vote in case.variables()["votes.sign"].items()} == {
        "shiyanqiu": "agree",
        "luanhaiping": "disagree",
    }
    case.assert_replays()


def test_a_timer_keeps_its_time_one_that_is_new_is_set_and_one_that_is_gone_is_not_awaited(sqlite_house: House) -> None:
    def version(*timers: str) -> dict[str, bytes]:
        nodes = {name: boundary(name, "draft", TIMER, stops=False) for name in timers}
        arrows = "\n".join(f"{name} -> chase_{name}\nchase_{name} -> e_" for name in timers)
        return files(body(f"s_ -> draft\ndraft -> e_\n{arrows}", nodes))

    def due(case: Running) -> dict[str, str]:
        watches = case.marking().tokens[0].watches
        return {event: str(watch.due_at) for event, watch in watches.items()}

    case = Running(sqlite_house, version("late", "later"))
    case.start()
    before = due(case)
    case.now = case.now.replace(hour=5)
    migrate(case, deployed(case, version("late", "latest")))
    after = due(case)
    assert after["late"] == before["late"]
    assert set(after) == {"late", "latest"} == set(case.timers())
    assert after["latest"] > after["late"]
    case.complete("draft")
    case.assert_replays()


def test_a_step_that_comes_straight_back_does_so_under_its_new_name(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(OLD))
    case.start()
    case.complete("draft")
    case.send_back("review", "draft", direct=True)
    without = deployed(case, model("s_ -> draft\ndraft -> e_"))
    with pytest.raises(MigrationRefused):
        migrate(case, without)
    migrate(case, deployed(case, model("s_ -> draft\ndraft -> check\ncheck -> e_")), review="check")
    case.complete("draft")
    assert case.open_steps() == ["check"]
    case.assert_replays()


def event_version(event: str) -> dict[str, bytes]:
    late = boundary("late", "draft", event, stops=False)
    return files(body("s_ -> draft\ndraft -> e_\nlate -> chase\nchase -> e_", {"late": late}))


def test_an_event_that_has_become_another_kind_is_awaited_as_what_it_is_now(sqlite_house: House) -> None:
    case = Running(sqlite_house, event_version(TIMER))
    case.start()
    assert case.timers()
    newer = deployed(case, event_version(MESSAGE))
    assert planned(case, newer).dropped == ("late",)
    migrate(case, newer)
    [token] = case.marking().tokens
    assert token.watches["late"].due_at is None
    assert case.timers() == []
    with transaction(case.pool) as connection:
        assert case.engine.send_message(connection, "letter", {}, {}, case.now)
    assert case.open_steps() == ["chase", "draft"]
    case.assert_replays()


def test_a_case_that_waits_for_an_event_does_not_move_to_where_that_is_another_one(sqlite_house: House) -> None:
    def version(event: str) -> dict[str, bytes]:
        return files(
            body("s_ -> wait\nwait -> draft\ndraft -> e_", {"wait": element("intermediateCatchEvent", "wait", event)})
        )

    case = Running(sqlite_house, version(TIMER))
    case.start()
    newer = deployed(case, version(MESSAGE))
    assert planned(case, newer).refused == ("wait：新版本中该环节等候的是另一种事件",)
    with pytest.raises(MigrationRefused):
        migrate(case, newer)


def test_the_plan_says_which_events_are_not_awaited_any_more(sqlite_house: House) -> None:
    case = Running(sqlite_house, event_version(TIMER))
    case.start()
    assert planned(case, deployed(case, model("s_ -> draft\ndraft -> e_"))).dropped == ("late",)
    assert planned(case, deployed(case, event_version(TIMER.replace("PT1H", "PT9H")))).dropped == ()
