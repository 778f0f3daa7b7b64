"""One matter through four flows: what a leader wrote on a document goes to the meeting, and from there to supervision."""

import pytest
from sqlalchemy import select

from app.house import House
from app.transaction import reading
from engine.errors import NotPermitted
from tests.incoming import Registry, settle_incoming
from tests.meetings.days import PLAN, REPORT, Days
from tests.office import deploy
from workflows.errors import CaseNotVisible
from workflows.incoming_document.instructions import instructions_of
from workflows.links.records import case_link
from workflows.thread import Thread, thread_of

SENTENCE = "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。"


@pytest.fixture
def letter(house: House) -> Registry:
    """收2025-0817, allocated: the third sentence goes to the meeting, 安全环保部 and 党群工作部 are told (A12)."""
    settle_incoming(house)
    deploy(house, "task_assignment", "supervision")
    desk = Registry(house).begin().to_allocation().allocate()
    desk.do("11-06 15:50", "luanhaiping", "receive", step="co_receive", co_handler="suiyiming")
    return desk


def seen(days: Days, username: str, case: str) -> Thread:
    with reading(days.house.pool) as connection:
        return thread_of(connection, days.house.office, days.person(username), case, days.now)


def relations(thread: Thread) -> list[tuple[str, list[str]]]:
    return [(one.case.definition.key, sorted(tie.relation for tie in one.ties)) for one in thread.cases]


def test_a_sentence_of_an_instruction_comes_to_the_meeting_and_from_there_to_supervision(
    house: House, letter: Registry
) -> None:
    with reading(house.pool) as connection:
        said = [sentence for one in instructions_of(connection, letter.instance_id) for sentence in one.sentences]
    assert SENTENCE in said
    assert "inform" in {one.activity_id for one in letter.open_items("luanhaiping")}
    days = Days(house)
    report = days.put_forward_report(letter.instance_id)
    assert days.variables(report)["source_note"] == "收2025-0817 邵启衡批示"
    plan = days.put_forward_plan()
    days.mend_plan(plan)
    days.accept(report, plan)
    case = days.arrange()
    days.book(case)
    days.convene(case)
    days.answer(case)
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.act("jinshubai", case)
    days.deliver()
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    days.act("zhenliyan", case, "agree")
    days.act("shaoqiheng", case, "agree", "同意印发。")
    days.deliver()
    candidates = days.cases_of("supervision")
    assert len(candidates) == 4
    with reading(house.pool) as connection:
        links = {(one.source_id, one.target_id, one.relation) for one in connection.execute(select(case_link))}
    assert {
        (letter.instance_id, report, "agenda_from"),
        (report, case, "discussed_at"),
        *((case, one, "supervises") for one in candidates),
    } <= links

    whole = seen(days, "zhenliyan", letter.instance_id)
    assert whole.hidden == 0
    assert relations(whole) == [
        ("incoming_document", []),
        ("agenda_item", ["agenda_from"]),
        ("agenda_item", []),
        ("meeting_arrangement", ["discussed_at", "discussed_at"]),
        *([("supervision", ["supervises"])] * 4),
    ]
    assert {one.case.title for one in whole.cases} >= {REPORT, PLAN, "完成走访慰问"}

    drafter = seen(days, "suiyiming", report)
    assert [key for key, _ in relations(drafter)] == ["incoming_document", "agenda_item"]
    assert drafter.hidden == 6
    clerk = seen(days, "linxiaozhou", candidates[0])
    assert {key for key, _ in relations(clerk)} == {"incoming_document", "supervision"}
    with pytest.raises(CaseNotVisible):
        seen(days, "gexingyao", report)
    days.assert_sound()


def test_the_item_takes_the_number_of_the_document_along(house: House, letter: Registry) -> None:
    days = Days(house)
    item = days.start("suiyiming", "agenda_item", REPORT, letter.instance_id)
    assert days.variables(item)["source_note"] == "收2025-0817"


def test_who_cannot_read_the_document_puts_nothing_forward_from_it(house: House, letter: Registry) -> None:
    days = Days(house)
    with pytest.raises((CaseNotVisible, NotPermitted)):
        days.start("gexingyao", "agenda_item", REPORT, letter.instance_id)
