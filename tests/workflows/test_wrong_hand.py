"""What must be refused or survive in the acceptance story (section 9), where no other file tests it.

Elsewhere: 9.1 in ``test_secrecy``, 9.2 in ``test_story_of_documents``, 9.3 in ``test_voiding``, 9.7 in
``tests/web/test_incoming``, 9.8 in ``test_incoming_document_rules``, 9.9 in ``tests/web/test_batch``, 9.10 in ``test_numbering``.
9.6 in registers, sections and the archive too: ``tests/web/test_renamed_units``.
"""

from datetime import timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import WorkItemState
from engine.persistence import work_items
from tests.incoming import Registry, settle_incoming
from tests.office import DRAFT, SYSTEM, Desk
from workflows import cases, verification
from workflows.approval_sheet import approval_sheet
from workflows.cases import Happening, TimelineEntry
from workflows.errors import CaseNotVisible, PostRequired, ReasonRequired
from workflows.operations import hands
from workflows.organisation import actions
from workflows.organisation.actions import UnitFields
from workflows.receipts import list_receipts

ADMINISTRATOR, KEEPER = "jiziheng", "boruoxi"
ENTERED = {name: value for name, value in DRAFT.items() if name != "title"}


def told(desk: Desk, reader: str) -> tuple[TimelineEntry | Happening, ...]:
    with transaction(desk.house.pool) as connection:
        return cases.timeline(connection, desk.house.office, desk.person(reader), desk.instance_id, desk.now)


def labels(desk: Desk, key: str) -> dict[str, str]:
    """What a field of the case offers for the values it may have."""
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("zhenliyan"), desk.instance_id, desk.now)
        detail = cases.get_case(*given)
    return dict(next(one.options for one in detail.fields if one.key == key))


def holds(desk: Desk) -> None:
    with reading(desk.house.pool) as connection:
        assert desk.house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, desk.house.office) == []


def test_the_administrator_of_the_system_opens_no_document_and_a_reassignment_says_why_and_is_shown(
    house: House,
) -> None:
    """9.4: 计子衡（系统管理员）打开收文：无权；柏若溪改派须写原因，处处显示“干预”."""
    settle_incoming(house)
    desk = Registry(house).begin().to_instruction()
    with reading(house.pool) as connection, pytest.raises(CaseNotVisible):
        cases.get_case(connection, house.office, desk.person(ADMINISTRATOR), desk.instance_id, desk.now)
    item = desk.item("qiujingan")
    desk.now += timedelta(minutes=5)
    for by, why, refusal in ((ADMINISTRATOR, "出差", PostRequired), (KEEPER, " ", ReasonRequired)):
        with transaction(house.pool) as connection:
            given = (connection, house.office, desk.person(by), desk.instance_id, item.id, "yuwenshu")
            with pytest.raises(refusal):
                hands.reassign(*given, why, desk.now)
    with transaction(house.pool) as connection:
        given = (connection, house.office, desk.person(KEEPER), desk.instance_id, item.id, "yuwenshu")
        hands.reassign(*given, "敬安同志出差，请文澍同志批示", desk.now)
    for reader in ("zhenliyan", "yuwenshu", "peishenzhi", "shaxiaoman"):
        [one] = [entry for entry in told(desk, reader) if isinstance(entry, Happening) and entry.intervention]
        assert (one.actor, one.reason) == ("柏若溪", "敬安同志出差，请文澍同志批示")
    holds(desk)


def test_who_leaves_hands_over_everything_in_one_act_and_their_name_stays_in_history(house: House) -> None:
    """9.5: 葛星遥 12-01 调离：在办件一键交接给新人，历史姓名不变."""
    desks = [Desk(house) for _ in range(3)]
    for one in desks:
        one.start()
    first, second, third = desks
    first.act("gexingyao", "submit", title=first.title, **ENTERED)
    first.act("shiyanqiu", "revise", "请核原文。")
    at = second.at("2025-12-01T09:00").now
    with transaction(house.pool) as connection:
        given = (connection, house.office, second.person(KEEPER), "gexingyao", "suiyiming")
        with pytest.raises(ReasonRequired):
            hands.hand_over(*given, "", at)
        assert hands.hand_over(*given, "葛星遥调离", at) == len(desks)
        record = lambda kind, data: house.office.engine.record_ledger(  # noqa: E731
            connection, "office:organisation", kind, data, SYSTEM, at
        )
        actions.set_person_disabled(connection, "gexingyao", at, record)
    for one in desks:
        one.now = at + timedelta(hours=1)
        with reading(house.pool) as connection:
            items = work_items.list_of_instance(connection, one.instance_id)
        assert [item.assignee for item in items if item.state is WorkItemState.OPEN] == ["suiyiming"]
    done = [entry for entry in told(first, "shiyanqiu") if isinstance(entry, TimelineEntry) and entry.closed_at]
    assert [entry.people for entry in done] == [("葛星遥",), ("石砚秋",)]
    third.act("suiyiming", "submit", title=third.title, **ENTERED)
    holds(third)


def test_a_unit_that_is_renamed_keeps_its_old_name_in_what_was_done_before(house: House) -> None:
    """9.6: 党群工作部 2026-01 更名“党建工作部”：旧件显示旧名."""
    old = Desk(house)
    old.to_the_end()
    running = Desk(house)
    running.to_countersign()
    running.act("wanliqing", "agree")
    renamed_at = running.at("2026-01-05T09:00").now
    with transaction(house.pool) as connection:
        record = lambda kind, data: house.office.engine.record_ledger(  # noqa: E731
            connection, "office:organisation", kind, data, SYSTEM, renamed_at
        )
        actions.change_unit(connection, "DQB", UnitFields("党建工作部", "MYJT", "wanliqing", "qiujingan"), record)
    new = Desk(house, at=renamed_at + timedelta(hours=1))
    new.to_countersign()
    new.act("wanliqing", "agree")

    assert labels(old, "countersign_units")["DQB"] == "党群工作部"
    assert labels(running, "countersign_units")["DQB"] == "党建工作部"
    for desk, name in ((old, "党群工作部"), (running, "党群工作部"), (new, "党建工作部")):
        units = {
            one.unit for one in told(desk, "zhenliyan") if isinstance(one, TimelineEntry) and "万里晴" in one.people
        }
        assert units == {name}
        with transaction(house.pool) as connection:
            given = (connection, house.office, desk.person("zhenliyan"), desk.instance_id, desk.now)
            sheet = approval_sheet(*given, with_history=False)
        said = {one.unit for cell in sheet.cells.values() for one in cell if one.person == "万里晴"}
        assert said == {name}
    holds(old)


def test_receipts_name_a_unit_as_it_was_called_when_it_signed(house: House) -> None:
    """9.6, for the units that a document went to."""
    desk = Desk(house)
    desk.to_the_end()
    at = desk.at("2026-01-05T09:00").now
    with transaction(house.pool) as connection:
        record = lambda kind, data: house.office.engine.record_ledger(  # noqa: E731
            connection, "office:organisation", kind, data, SYSTEM, at
        )
        actions.change_unit(connection, "CWB", UnitFields("计划财务部", "MYJT", "zonghuaigu", "ruanzhiwei"), record)
        assert {one.unit for one in list_receipts(connection, desk.instance_id)} >= {"财务部"}
