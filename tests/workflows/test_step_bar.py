"""The bar of steps: what a case's main path is, and where it stands on it."""

from app.house import House
from app.transaction import transaction
from tests.office import DRAFT, Desk
from workflows import cases
from workflows.step_bar import BarStep, step_bar


def bar_of(desk: Desk) -> tuple[BarStep, ...]:
    office = desk.house.office
    with transaction(desk.house.pool) as connection:
        case = cases.get_case(connection, office, desk.person("zhenliyan"), desk.instance_id, desk.now)
        process = office.engine.deployed(connection, case.case.definition.id).process
    return step_bar(process, case.done, case.current)


def names(bar: tuple[BarStep, ...], state: str) -> list[str]:
    return [one.name for one in bar if one.state == state]


def test_a_new_case_stands_at_its_first_step_and_has_the_whole_way_before_it(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    bar = bar_of(desk)
    assert bar[0] == BarStep("draft", "起草", "current")
    assert [one.name for one in bar[1:6]] == ["部门负责人审核", "部门会签", "会签意见采纳", "核稿", "办公室主任审核"]
    assert bar[-1] == BarStep("receive", "签收", "to_come")
    assert "原签发人复审" not in [one.name for one in bar]


def test_the_way_a_case_has_taken_is_the_way_that_is_shown(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "agree", countersign_units=[])
    bar = bar_of(desk)
    assert names(bar, "done") == ["起草", "部门负责人审核"]
    assert names(bar, "current") == ["核稿"]
    assert "部门会签" not in [one.name for one in bar]


def test_after_a_return_what_was_passed_is_to_come_again(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "revise", "请补充依据。")
    bar = bar_of(desk)
    assert names(bar, "current") == ["起草"]
    assert names(bar, "done") == []


def test_a_step_beside_the_usual_way_is_shown_once_the_case_goes_there(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "substantive", "第二条有实质修改。", body="改过的正文")
    bar = bar_of(desk)
    assert names(bar, "current") == ["原签发人复审"]
    assert names(bar, "done")[-2:] == ["签发", "复核"]
    assert names(bar, "to_come")[0] == "登记编号"


def test_of_a_case_that_is_done_every_step_is_done(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_the_end()
    assert {one.state for one in bar_of(desk)} == {"done"}
