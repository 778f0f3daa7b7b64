"""Who opens a case sees of it what their part in it calls for: the issued document, the case as it stands, or all of it."""

from datetime import timedelta

import pytest

from app.house import House
from app.scheduler import follow
from app.sections.registry import sections_of
from app.transaction import reading, transaction
from engine.model import WorkItemRole
from engine.persistence import work_items
from tests.office import Desk
from workflows import boxes, cases, versions, worklist
from workflows.approval_sheet import approval_sheet
from workflows.comments import actions as comments
from workflows.errors import CaseNotVisible
from workflows.extent import Extent, extent_of, opens
from workflows.operations import hands
from workflows.organisation import queries
from workflows.search import finding
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement

NUMBER = "沐原办〔2025〕47号"


@pytest.fixture
def issued(house: House) -> Desk:
    """沐原办〔2025〕47号 on its way to QY1, QY2 and 财务部; 安全环保部 has countersigned it with a remark."""
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB", "AHB"])
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
    return desk


def extent(desk: Desk, username: str) -> Extent:
    with reading(desk.house.pool) as connection:
        return extent_of(connection, desk.house.office, desk.person(username), desk.instance_id, desk.now)


def seen(desk: Desk, username: str) -> cases.CaseDetail:
    with transaction(desk.house.pool) as connection:
        return cases.get_case(connection, desk.house.office, desk.person(username), desk.instance_id, desk.now)


def test_who_signs_for_a_document_sees_the_document_its_number_and_their_own_receipt(issued: Desk) -> None:
    office, person = issued.house.office, issued.person("tanzhixing")
    assert extent(issued, "tanzhixing") is Extent.STEP
    detail = seen(issued, "tanzhixing")
    values = {one.key: one.value for one in detail.fields}
    assert (values["document_number"], values["title"]) == (NUMBER, issued.title)
    assert "body" in values
    assert not {"reconciliation", "signatory", "countersign_units", "seal_basis", "source_document"} & set(values)
    assert [one.assignee for one in detail.open_items] == ["tanzhixing"]
    with transaction(issued.house.pool) as connection:
        given = (connection, office, person, issued.instance_id, issued.now)
        assert [(one.step, one.people) for one in cases.timeline(*given)] == [("签收", ("谈知行",))]  # type: ignore[union-attr]
        assert versions.list_versions(*given) == {}
        assert comments.list_comments(*given) == []
        [section] = sections_of(
            connection, issued.house, person, cases.get_row(connection, issued.instance_id), issued.now
        )
        assert [one.unit for one in section.content["lines"]] == ["砚江热电公司"]  # type: ignore[attr-defined]


def test_who_signs_for_a_document_reads_no_history_no_drafts_and_no_opinions(issued: Desk) -> None:
    office, person = issued.house.office, issued.person("tanzhixing")
    with transaction(issued.house.pool) as connection:
        for refused in (cases.history, cases.export):
            with pytest.raises(CaseNotVisible):
                refused(connection, office, person, issued.instance_id, issued.now)
        with pytest.raises(CaseNotVisible):
            versions.get_versions(connection, office, person, issued.instance_id, "body", issued.now)
        with pytest.raises(CaseNotVisible):
            approval_sheet(connection, office, person, issued.instance_id, issued.now, with_history=True)
        with pytest.raises(CaseNotVisible):
            comments.add_comment(connection, office, person, issued.instance_id, "请教", [], issued.now)
        signed = next(
            one.work_item_id
            for one in cases.timeline(connection, office, issued.person("gexingyao"), issued.instance_id, issued.now)
            if getattr(one, "kind", "") == "countersign"
        )
        with pytest.raises(CaseNotVisible):
            worklist.get_item(connection, office, person, signed, issued.now)


def test_a_receipt_that_is_handed_on_shows_no_more_to_either(issued: Desk) -> None:
    [item] = issued.open_items("tanzhixing")
    with transaction(issued.house.pool) as connection:
        given = (connection, issued.house.office, issued.person("tanzhixing"), item.id, item.version)
        hands.transfer(*given, "yuqinghe", "请代为签收", issued.now + timedelta(minutes=1))
    assert extent(issued, "tanzhixing") is Extent.STEP
    assert extent(issued, "yuqinghe") is Extent.STEP


def test_who_has_had_another_part_in_it_sees_the_whole(issued: Desk) -> None:
    assert [one.activity_id for one in issued.open_items("luanhaiping")] == ["receive"]
    for one in ("luanhaiping", "gexingyao", "zhenliyan", "peishenzhi", "qiujingan", "shaxiaoman"):
        assert extent(issued, one) is Extent.WHOLE, one


def test_the_head_and_the_leader_of_a_unit_that_receives_see_what_the_unit_does(issued: Desk) -> None:
    assert extent(issued, "zonghuaigu") is Extent.STEP
    assert extent(issued, "ruanzhiwei") is Extent.STEP


def test_a_copy_of_a_receipt_shows_the_document_alone(issued: Desk) -> None:
    [item] = issued.open_items("luanhaiping")
    with transaction(issued.house.pool) as connection:
        given = (connection, issued.house.office, issued.person("shaxiaoman"), item.id)
        hands.circulate(*given, ["kuangyuheng"], "请知悉", issued.now + timedelta(minutes=1))
    with reading(issued.house.pool) as connection:
        items = work_items.list_of_instance(connection, issued.instance_id)
    assert [one.role for one in items if one.assignee == "kuangyuheng"] == [WorkItemRole.COPY]
    assert extent(issued, "kuangyuheng") is Extent.STEP


def test_a_copy_of_a_case_on_its_way_shows_the_opinions_but_neither_drafts_nor_chain(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    [item] = desk.open_items("luanhaiping")
    with transaction(house.pool) as connection:
        given = (connection, house.office, desk.person("luanhaiping"), item.id)
        hands.circulate(*given, ["suiyiming"], "请知悉", desk.now + timedelta(minutes=1))
    assert extent(desk, "suiyiming") is Extent.COPY
    office, person = house.office, desk.person("suiyiming")
    with transaction(house.pool) as connection:
        given_ = (connection, office, person, desk.instance_id, desk.now)
        assert "部门负责人审核" in {getattr(one, "step", "") for one in cases.timeline(*given_)}
        assert versions.list_versions(*given_) == {}
        with pytest.raises(CaseNotVisible):
            cases.history(*given_)


@pytest.mark.parametrize("most", [0, 1_000])
def test_everybody_finds_a_document_by_its_title_and_by_what_was_said_in_it_who_sees_more_than_their_receipt(
    issued: Desk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(finding, "FEW_FOUND", most)
    house = issued.house
    [item] = issued.open_items("tanzhixing")
    [copied] = issued.open_items("luanhaiping")
    later = issued.now + timedelta(minutes=1)
    starts, ends = later, later + timedelta(days=1)
    with transaction(house.pool) as connection:
        given = (connection, house.office, issued.person("tanzhixing"))
        hands.transfer(*given, item.id, item.version, "zhulan", "请代为签收", later)
        hands.circulate(*given[:2], issued.person("shaxiaoman"), copied.id, ["kuangyuheng"], "请知悉", later)
        substitutions.arrange(
            *given[:2], issued.person("yuqinghe"), Arrangement("yuqinghe", "feisiqi", starts, ends), later
        )
        people = [one.username for one in queries.list_people(connection)]
    issued.now = later + timedelta(minutes=1)
    while follow(house):
        pass
    seeing: dict[Extent, set[str]] = {one: set() for one in Extent}
    for username in people:
        reader = issued.person(username)
        with reading(house.pool) as connection:
            if opens(connection, house.office, reader, issued.instance_id, issued.now):
                seeing[extent(issued, username)].add(username)
    assert {"tanzhixing", "zhulan", "yuqinghe", "feisiqi", "zonghuaigu", "ruanzhiwei", "kuangyuheng"} <= seeing[
        Extent.STEP
    ]
    everybody = set().union(*seeing.values())
    for sought, finders in (
        ("节假日", everybody),
        (f"节假 {NUMBER}", everybody),
        ("拟同意印发", everybody - seeing[Extent.STEP]),
        ("节假日 采纳", everybody - seeing[Extent.STEP]),
    ):
        found = set()
        for username in people:
            reader = issued.person(username)
            with reading(house.pool) as connection:
                if boxes.visible_cases(connection, reader, boxes.Filter(q=sought), issued.now).rows:
                    found.add(username)
        assert found == finders, sought


def test_in_their_boxes_too_a_receiver_finds_nothing_by_what_others_have_said(issued: Desk) -> None:
    while follow(issued.house):
        pass
    for box in ("todo", "done"):
        for sought, count in (("节假日", 1), ("拟同意印发", 0)):
            with reading(issued.house.pool) as connection:
                given = connection, issued.person("tanzhixing"), box, boxes.Filter(q=sought), issued.now, issued.now
                assert len(boxes.list_items(*given).rows) == count, (box, sought)
                assert len(boxes.list_box(*given).rows) == count, (box, sought)
        if box == "todo":
            issued.receive("tanzhixing", "yuqinghe", "zonghuaigu", "luanhaiping")
