"""Part A of the acceptance story: the holiday notice from its receipt to 办结·待归档, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import InstanceState
from tests.incoming import (
    INSTRUCTION,
    KEY,
    NOTICE,
    ON_PAPER,
    PROPOSAL,
    PROPOSED,
    READERS,
    RECEIVED,
    REGISTERED,
    Registry,
    destinations,
    settle_incoming,
)
from workflows import cases, verification
from workflows.errors import NotAStarter
from workflows.incoming_document.errors import NotReadyToClose, SentencesUnallocated, SuspectedDuplicate
from workflows.incoming_document.instructions import instructions_of
from workflows.incoming_document.records import incoming_copy, incoming_document
from workflows.incoming_document.units import parts_of
from workflows.operations import hands
from workflows.worklist import Submission


@pytest.fixture
def registry(house: House) -> Iterator[Registry]:
    """The registry's desk; at the end every case replays, and nothing contradicts history."""
    settle_incoming(house)
    desk = Registry(house)
    yield desk
    with reading(house.pool) as connection:
        rows = connection.exec_driver_sql("select id from process_instance").scalars().all()
        for one in rows:
            result = house.office.engine.replay(connection, one)
            assert result.verified, (one, result.divergence_seq, result.divergence)
        assert verification.verify(connection, house.office) == []


def row_of(desk: Registry) -> dict[str, Any]:
    with reading(desk.house.pool) as connection:
        query = incoming_document.select().where(incoming_document.c.instance_id == desk.instance_id)
        return dict(connection.execute(query).one()._mapping)


def case_of(desk: Registry, reader: str = "ranqinghe") -> cases.CaseDetail:
    with transaction(desk.house.pool) as connection:
        return cases.get_case(connection, desk.house.office, desk.person(reader), desk.instance_id, desk.now)


def test_the_notice_goes_its_whole_way(registry: Registry) -> None:
    desk = registry
    with pytest.raises(NotAStarter) as refused:  # A1
        desk.start("gexingyao", KEY, NOTICE)
    assert refused.value.note == "请交党办机要文书登记"

    desk.begin("11-05 09:10")
    desk.do("11-05 09:12", "shaxiaoman", "submit", **RECEIVED)  # A2
    assert row_of(desk)["received_by"] == "shaxiaoman"
    desk.do("11-05 09:25", "shaxiaoman", "submit", **REGISTERED)  # A3
    assert case_of(desk, "shaxiaoman").case.number == "收2025-0817"
    desk.do("11-05 09:40", "ranqinghe", "pass", "属本集团办理；需转化为集团通知。")  # A5
    desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, **PROPOSED)  # A6
    desk.do("11-05 10:30", "zhenliyan", "present", "同意青禾意见，呈敬安同志。")  # A6a
    desk.do("11-05 14:20", "qiujingan", "instruct", INSTRUCTION)  # A8

    second = Registry(desk.house).begin("11-05 16:15")  # A8a
    second.do("11-05 16:18", "shaxiaoman", "submit", **{**RECEIVED, "channel": "纸质"})
    with pytest.raises(SuspectedDuplicate) as suspected:
        second.do("11-05 16:20", "shaxiaoman", "submit", **REGISTERED)
    assert (suspected.value.number, suspected.value.instance_id) == ("收2025-0817", desk.instance_id)
    merged = second.do("11-05 16:20", "shaxiaoman", "merge", **REGISTERED)
    assert merged.state is InstanceState.COMPLETED
    assert case_of(second, "shaxiaoman").case.number is None
    with reading(desk.house.pool) as connection:
        [copy] = connection.execute(incoming_copy.select()).all()
    assert (copy.id, copy.first_id, copy.channel) == (second.instance_id, desk.instance_id, "纸质")

    desk.do("11-06 08:50", "yuwenshu", "read")  # A9
    item = desk.item("shaoqiheng")
    on_paper = Submission(item.version, "instruct", ON_PAPER)
    desk.act_on("11-06 09:10", "zhimingyuan", item, hands.record_for, "shaoqiheng", on_paper)  # A10
    with reading(desk.house.pool) as connection:
        said = {one.leader: one for one in instructions_of(connection, desk.instance_id)}
    assert (said["yuwenshu"].decision, said["yuwenshu"].words) == ("read", "")
    assert (said["shaoqiheng"].recorded_by, said["shaoqiheng"].confirmed_at) == ("zhimingyuan", None)
    assert said["shaoqiheng"].sentences[2] == "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。"
    done = next(one for one in desk.items() if one.id == item.id)
    desk.act_on("11-06 12:30", "shaoqiheng", done, hands.confirm, done.version)  # A11
    kinds = [one.kind for one in history_of(desk) if one.work_item_id == item.id]
    assert "work_item:completed" in kinds
    assert "work_item:confirmed" in kinds

    with pytest.raises(SentencesUnallocated) as unallocated:  # A12: every sentence has a destination
        desk.do("11-06 14:00", "ranqinghe", "submit", destinations=destinations()[:5])
    assert unallocated.value.sentences == ("邵启衡“请党委会专题听一次元旦、春节期间安全生产和走访慰问安排”",)
    desk.allocate()
    assert [one.activity_id for one in desk.open_items("linxiaozhou")] == ["inform"]
    assert {one.activity_id for one in desk.open_items("luanhaiping")} == {"co_receive", "circulate", "inform"}
    assert {one.activity_id for one in desk.open_items("wanliqing")} == {"circulate", "inform"}

    declined = "放假安排不涉及我部职责，慰问经费另会签。"
    back = desk.do("11-06 15:10", "zonghuaigu", "reject", declined, "co_receive")  # A13
    assert [(one.activity_id, one.candidates) for one in back.opened] == [("co_declined", ("ranqinghe",))]
    desk.do("11-06 15:30", "ranqinghe", "take_off")
    assert row_of(desk)["co_units"] == ["AHB"]
    assert {view.key: view.value for view in case_of(desk).fields}["co_units"] == ["AHB"]

    desk.do("11-06 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")  # A14
    desk.do("11-06 15:50", "luanhaiping", "receive", step="co_receive", co_handler="suiyiming")
    assert desk.item("gexingyao").activity_id == "lead_handle"

    for reader in READERS:  # A15
        if reader != "biancongzhou":
            desk.do("11-10 10:00", reader, "read", step="circulate")
    for when in ("11-10 16:00", "11-12 09:00"):
        late = desk.item("biancongzhou")
        desk.act_on(when, "ranqinghe", late, hands.urge, late.version, "请阅")
    desk.do("11-13 16:00", "suiyiming", "submit", co_result="值守要求已提供。")

    desk.do("11-14 08:00", "gexingyao", "submit", result="已印发沐原办〔2025〕47号，8家所属企业全部签收。")  # A16
    desk.do("11-14 08:30", "shiyanqiu", "agree")
    closing = {"archiving": "archived", "retention": "10年", "reply_number": "沐原办〔2025〕47号"}
    with pytest.raises(NotReadyToClose) as unready:
        desk.do("11-14 08:40", "ranqinghe", "submit", **closing)
    assert (unready.value.readers, unready.value.lead, unready.value.units) == (("卞从周",), "", ())
    desk.do("11-14 09:00", "biancongzhou", "read", step="circulate")
    ended = desk.do("11-17 10:20", "ranqinghe", "submit", **closing)  # A17
    assert ended.state is InstanceState.COMPLETED
    register = row_of(desk)
    assert (register["outcome"], register["archiving"], register["retention"]) == ("closed", "archived", "10年")
    assert case_of(desk).done[-1] == "closed_awaiting_archive"
    with reading(desk.house.pool) as connection:
        parts = {one.unit: one for one in parts_of(connection, desk.instance_id)}
    assert parts["ZZB"].has_reported
    assert parts["CWB"].taken_off_at is not None
    assert parts["CWB"].decline_reason == declined


def history_of(desk: Registry) -> list[Any]:
    with reading(desk.house.pool) as connection:
        return desk.house.office.engine.history(connection, desk.instance_id)


def test_nothing_typed_twice(registry: Registry) -> None:
    """What was proposed stands in the allocation already, with a line for each sentence that was said."""
    desk = registry.begin().to_allocation()
    [item] = [one for one in desk.open_items("ranqinghe") if one.activity_id == "allocate"]
    from workflows import worklist

    with reading(desk.house.pool) as connection:
        detail = worklist.get_item(connection, desk.house.office, desk.person("ranqinghe"), item.id, desk.now)
    values = {view.key: view.value for view in detail.fields}
    assert (values["lead_unit"], values["co_units"]) == ("ZZB", ["AHB", "CWB"])
    lines = [(one["leader"], one["sentence"], one["destinations"]) for one in values["destinations"]]
    assert lines == [
        ("仇敬安", "同意拟办意见。", ["handle"]),
        ("仇敬安", "人力资源部抓紧代拟集团通知，11月14日前印发。", []),
        ("仇敬安", "请启衡、文澍同志阅。", []),
        ("邵启衡", "阅。", ["none"]),
        ("邵启衡", "春节放假9天，安全不能放假。", []),
        ("邵启衡", "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。", []),
    ]


def test_every_refusal_of_the_story_has_its_sentence(registry: Registry) -> None:
    from app.messages import SENTENCES
    from workflows.incoming_document import errors

    named = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ProcessError)]
    assert [one.__name__ for one in named if one.__module__ == errors.__name__ and one.__name__ not in SENTENCES] == []
