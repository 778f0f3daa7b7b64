"""Five documents under way while 发文 is changed: chosen ones move after a trial, nothing is lost, all finish and replay."""

import re
from dataclasses import dataclass

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import CaseSuspended
from engine.marking import unpack
from engine.model import InstanceState, WorkItem, WorkItemState
from engine.persistence import instances, work_items
from tests.flows import model
from tests.legal_review import KEY, with_legal_review
from tests.office import BODY, DRAFT, SYSTEM, Desk
from workflows import cases, definitions, interventions, migrating, verification, worklist
from workflows.errors import PostRequired, ReasonRequired
from workflows.migrating import NothingToMigrate, Obstacle, Outlook, TooManyToMigrate
from workflows.operations import lifecycle
from workflows.running_cases import count_by_version

ADMINISTRATOR = "boruoxi"
REASON = "法律审核自本月起执行。"
TEXT = "草稿里写了一半的正文"


@dataclass
class Five:
    """Five documents: something typed, under review, in a countersign with one vote, to be signed, to be typeset."""

    drafted: Desk
    reviewed: Desk
    countersigned: Desk
    signed: Desk
    typeset: Desk

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(vars(self).values())


def begin(house: House) -> Five:
    desks = {name: Desk(house, title=f"关于第{name}件事的通知") for name in Five.__annotations__}
    five = Five(**desks)
    five.drafted.start(title=five.drafted.title)
    five.reviewed.start(title=five.reviewed.title)
    five.reviewed.act("gexingyao", "submit", **{**DRAFT, "title": five.reviewed.title})
    five.countersigned.to_countersign()
    five.countersigned.act("luanhaiping", "amend", "补写报告时限。")
    five.signed.to_signing()
    five.typeset.to_registration()
    five.typeset.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    [item] = five.drafted.open_items("gexingyao")
    with transaction(house.pool) as connection:
        person, at = five.drafted.person("gexingyao"), five.drafted.now
        worklist.save_draft(connection, house.office, person, item.id, item.version, {"body": TEXT}, "", at)
    return five


def deploy(house: House, files: dict[str, bytes], desk: Desk) -> None:
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, files, desk.now)


def outlook(
    desk: Desk, *ids: str, versions: tuple[int, ...] = (), to: int = 2, username: str = ADMINISTRATOR
) -> list[Outlook]:
    house = desk.house
    with reading(house.pool) as connection:
        person = desk.person(username)
        chosen = migrating.chosen(connection, house.office, person, KEY, ids, versions, desk.now)
        return migrating.outlook(connection, house.office, person, chosen, to)


def migrate(desk: Desk, to: int = 2, reason: str = REASON) -> None:
    with transaction(desk.house.pool) as connection:
        person = desk.person(ADMINISTRATOR)
        interventions.migrate(connection, desk.house.office, person, desk.instance_id, to, {}, desk.now, reason)


def open_items(desk: Desk) -> list[WorkItem]:
    with reading(desk.house.pool) as connection:
        items = work_items.list_of_instance(connection, desk.instance_id)
    return [one for one in items if one.state is WorkItemState.OPEN]


def version_of(desk: Desk) -> int:
    with reading(desk.house.pool) as connection:
        return instances.get_instance(connection, desk.instance_id).definition.version


def from_draft(desk: Desk) -> None:
    desk.act("gexingyao", "submit", **{**DRAFT, "title": desk.title})
    from_review(desk)


def from_review(desk: Desk) -> None:
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    desk.act("luanhaiping", "agree")
    from_second_vote(desk)


def from_second_vote(desk: Desk) -> None:
    desk.act("wanliqing", "agree")
    text = {"title": desk.title, "body": BODY}
    desk.act("gexingyao", "submit", **text, reconciliation="会签意见采纳。")
    known = {
        "document_type": "通知",
        "main_recipients": DRAFT["main_recipients"],
        "override_reason": "标题照报送单位所拟",
    }
    desk.act("ranqinghe", "agree", **text, **known)
    desk.act("zhenliyan", "agree", "拟同意印发。")
    if version_of(desk) > 1:
        [item] = open_items(desk)
        assert (item.name, item.candidates) == ("法律审核", ("tongxueling",))
        assert item.due_at is not None
        desk.act("tongxueling", "agree", "合法合规。")
    desk.act("miaoyuanchuan", "agree")
    from_signing(desk)


def from_signing(desk: Desk) -> None:
    desk.act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "pass", title=desk.title, body=BODY)
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    from_typesetting(desk)


def from_typesetting(desk: Desk) -> None:
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
    desk.receive("tanzhixing", "yuqinghe", "zonghuaigu")


def test_two_of_five_documents_move_to_a_version_with_a_legal_review_and_all_six_finish(house: House) -> None:
    five = begin(house)
    deploy(house, with_legal_review(), five.typeset)
    with reading(house.pool) as connection:
        assert count_by_version(connection, five.drafted.person(ADMINISTRATOR), KEY) == {1: 5}
    ahead = {one.case.id: one for one in outlook(five.drafted, versions=(1,))}
    assert {one.instance_id: ahead[one.instance_id].steps for one in five} == {
        five.drafted.instance_id: (("起草", "起草"),),
        five.reviewed.instance_id: (("部门负责人审核", "部门负责人审核"),),
        five.countersigned.instance_id: (("部门会签", "部门会签"),),
        five.signed.instance_id: (("签发", "签发"),),
        five.typeset.instance_id: (("排版", "排版"),),
    }
    assert all(one.possible and one.dropped == () for one in ahead.values())
    assert [version_of(one) for one in five] == [1, 1, 1, 1, 1]
    before = {desk.instance_id: open_items(desk) for desk in (five.drafted, five.countersigned)}
    for desk in (five.drafted, five.countersigned):
        migrate(desk)
        kept = [(one.id, one.assignee, one.due_at, one.opened_at) for one in before[desk.instance_id]]
        assert [(one.id, one.assignee, one.due_at, one.opened_at) for one in open_items(desk)] == kept
    with reading(house.pool) as connection:
        [item] = open_items(five.drafted)
        person, at = five.drafted.person("gexingyao"), five.drafted.now
        shown = worklist.get_item(connection, house.office, person, item.id, at)
        assert {one.key: one.value for one in shown.fields}["body"] == TEXT
    assert [one.moved_already for one in outlook(five.drafted, five.drafted.instance_id)] == [True]

    sixth = Desk(house, at=five.typeset.now, title="关于第六件事的通知")
    sixth.start(title=sixth.title)
    from_draft(five.drafted)
    from_review(five.reviewed)
    from_second_vote(five.countersigned)
    from_signing(five.signed)
    from_typesetting(five.typeset)
    from_draft(sixth)

    assert [version_of(one) for one in (*five, sixth)] == [2, 1, 2, 1, 1, 2]
    took_it = [_took_the_step(one) for one in (*five, sixth)]
    assert took_it == [True, False, True, False, False, True]
    with reading(house.pool) as connection:
        marking = unpack(instances.snapshot_of(connection, five.countersigned.instance_id))
        votes = marking.variables["votes.countersign"]
        assert {seat: vote["opinion"] for seat, vote in votes.items()} == {"AHB": "补写报告时限。", "DQB": ""}
        for desk in (*five, sixth):
            assert cases.get_row(connection, desk.instance_id).state is InstanceState.COMPLETED
            assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []


def _took_the_step(desk: Desk) -> bool:
    with reading(desk.house.pool) as connection:
        return any(one.name == "法律审核" for one in work_items.list_of_instance(connection, desk.instance_id))


def test_history_says_who_migrated_a_case_and_why(house: House) -> None:
    desk = Desk(house)
    desk.start()
    deploy(house, with_legal_review(), desk)
    with pytest.raises(ReasonRequired):
        migrate(desk, reason="\x00")
    migrate(desk)
    with transaction(house.pool) as connection:
        person = desk.person("gexingyao")
        entries = cases.timeline(connection, house.office, person, desk.instance_id, desk.now)
        told = [one for one in entries if getattr(one, "reason", "") == REASON]
    assert [(one.kind, one.actor, one.name) for one in told] == [("process:migrated", "柏若溪", "2")]


def test_a_case_that_cannot_move_says_at_which_step_and_why(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    files = with_legal_review()
    renamed = re.sub(rb'(id|Ref|Element)="countersign"', rb'\1="sign_together"', files[f"{KEY}.bpmn"])
    deploy(house, {**files, f"{KEY}.bpmn": renamed.replace(b">countersign<", b">sign_together<")}, desk)
    [ahead] = outlook(desk, desk.instance_id)
    assert not ahead.possible
    assert ahead.obstacles == (Obstacle("部门会签", "新版本中没有这个环节"),)
    with transaction(house.pool) as connection:
        lifecycle.suspend(connection, house.office, desk.person(ADMINISTRATOR), desk.instance_id, "等意见", desk.now)
    [ahead] = outlook(desk, desk.instance_id)
    assert isinstance(ahead.refusal, CaseSuspended)


def test_only_running_cases_of_the_flow_are_chosen_by_whoever_may_move_them(house: House) -> None:
    desk, other = Desk(house), Desk(house)
    desk.start()
    deploy(house, model("s_ -> take\ntake -> e_"), desk)
    other.start(key="flow")
    assert [one.case.id for one in outlook(desk, desk.instance_id, other.instance_id, to=1)] == [desk.instance_id]
    for ids in ((), ("nothing",), (other.instance_id,)):
        with pytest.raises(NothingToMigrate):
            outlook(desk, *ids, to=1)
    with pytest.raises(TooManyToMigrate):
        outlook(desk, *("x" * 201), to=1)
    for username in ("zhenliyan", "gexingyao"):
        with pytest.raises(PostRequired):
            outlook(desk, desk.instance_id, to=1, username=username)
