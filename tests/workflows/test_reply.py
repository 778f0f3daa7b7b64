"""复文: a document that was drafted from an incoming one answers it when it is issued, and nobody types its number again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine import jobs as work
from engine.model import InstanceState
from engine.persistence import jobs
from tests.incoming import Registry, settle_incoming
from tests.office import DRAFT, SYSTEM, TITLE, Desk
from workflows import cases, verification, worklist
from workflows.incoming_document.records import incoming_document
from workflows.numbering import series as numbering
from workflows.thread import thread_of

LETTER = "关于报送春节值班安排的函"
REPORT = "沐原能源集团有限公司关于2026年春节期间值班安排的报告"


@pytest.fixture
def incoming(house: House) -> Iterator[Registry]:
    """The registry's desk; at the end every case replays, and nothing contradicts history."""
    settle_incoming(house)
    yield Registry(house)
    with reading(house.pool) as connection:
        for one in connection.exec_driver_sql("select id from process_instance").scalars().all():
            assert house.office.engine.replay(connection, one).verified
        assert verification.verify(connection, house.office) == []


def answer(desk: Registry, username: str, when: str, title: str) -> Desk:
    """Start a document from the incoming one."""
    written = Desk(desk.house, title=title).at(when)
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, written.person(username), "outgoing_document", title, {}, written.now)
        written.instance_id = cases.start(*given, source=desk.instance_id).instance_id
    return written


def deliver(desk: Desk) -> None:
    """Let what was sent arrive."""
    house = desk.house
    work.run_due(house.office.engine, lambda: transaction(house.pool), lambda: reading(house.pool), desk.now)


def row_of(desk: Registry) -> tuple[str | None, str | None]:
    columns = incoming_document.c
    with reading(desk.house.pool) as connection:
        query = incoming_document.select().where(columns.instance_id == desk.instance_id)
        row = connection.execute(query).one()
        return row.reply_number, row.replied_on


def form_of(desk: Registry, username: str, step: str = "") -> dict[str, object]:
    item = desk.item(username, step)
    with reading(desk.house.pool) as connection:
        detail = worklist.get_item(connection, desk.house.office, desk.person(username), item.id, desk.now)
    return {one.key: one.value for one in detail.fields}


def issue(notice: Desk) -> None:
    """From the department's signature to 核发, as the story has it."""
    notice.act("gexingyao", "submit", **{**DRAFT, "title": notice.title})
    notice.act("shiyanqiu", "agree", countersign_units=[])
    notice.act("ranqinghe", "agree", override_reason="标题照送审稿")
    notice.act("zhenliyan", "agree")
    notice.act("miaoyuanchuan", "agree")
    notice.act("qiujingan", "agree", "同意印发。")
    notice.act("shaxiaoman", "pass")
    notice.act("shaxiaoman", "submit", copies=2, distribution_units=["QY1"])
    notice.act("quanning", "submit")
    notice.act("gexingyao", "pass", "校对无误。葛星遥")
    notice.act("quanning", "submit")
    notice.act("quanning", "submit", sealed_copies=2, seal_basis="签发意见", seal_supervisor="quanning")
    notice.at("2025-11-14T09:00").act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")


def test_a_notice_that_is_issued_answers_the_document_it_came_from(incoming: Registry) -> None:
    """A16, A17: 葛星遥's report shows the number of the notice, and nobody types it."""
    desk = incoming.begin()
    desk.to_report()
    notice = answer(desk, "gexingyao", "2025-11-07T10:00", TITLE)
    issue(notice)
    assert row_of(desk) == (None, None)
    deliver(notice)
    assert row_of(desk) == ("沐原办〔2025〕47号", "2025-11-14")
    desk.now = notice.now
    shown = form_of(desk, "gexingyao", "lead_handle")
    assert (shown["reply_number"], shown["replied_on"]) == ("沐原办〔2025〕47号", "2025-11-14")
    desk.do("11-17 09:00", "gexingyao", "submit", result="已印发沐原办〔2025〕47号，8家所属企业全部签收。")
    desk.do("11-17 09:30", "shiyanqiu", "agree")
    desk.do("11-17 09:40", "biancongzhou", "read", step="circulate")
    ended = desk.do("11-17 10:20", "ranqinghe", "submit", archiving="archived", retention="10年")
    assert ended.state is InstanceState.COMPLETED
    assert row_of(desk) == ("沐原办〔2025〕47号", "2025-11-14")


def test_a_form_that_was_opened_before_does_not_take_the_answer_back(incoming: Registry) -> None:
    desk = incoming.begin()
    desk.to_report()
    notice = answer(desk, "gexingyao", "2025-11-07T10:00", TITLE)
    issue(notice)
    deliver(notice)
    desk.do("11-17 09:00", "gexingyao", "submit", result="已印发。", reply_number=None)
    assert row_of(desk) == ("沐原办〔2025〕47号", "2025-11-14")
    assert form_of(desk, "shiyanqiu", "lead_review")["reply_number"] == "沐原办〔2025〕47号"


def test_the_answer_goes_to_its_own_document_alone(incoming: Registry) -> None:
    desk = incoming.begin()
    desk.to_report()
    other = Registry(desk.house).begin("11-13 10:00", title=LETTER)
    other.do("11-13 10:05", "shaxiaoman", "submit", title=LETTER, channel="纸质", copies=1, counted_ok=True)
    registered = {"source_organ": "砚江省国资委", "document_type": "函", "handling": "办件", "title": LETTER}
    other.do("11-13 10:10", "shaxiaoman", "submit", **registered)
    notice = answer(desk, "gexingyao", "2025-11-07T10:00", TITLE)
    issue(notice)
    deliver(notice)
    assert row_of(desk)[0] == "沐原办〔2025〕47号"
    assert row_of(other) == (None, None)


def test_part_e_what_is_reported_upward_answers_the_letter_and_no_step_asks_for_an_answer(incoming: Registry) -> None:
    """02-10 09:00 报出，收2026-0043 同时答复、办结."""
    house = incoming.house
    at = datetime(2026, 1, 4, 1, tzinfo=UTC)
    engine = house.office.engine
    with transaction(house.pool) as connection:
        for code, used in (("收", 42), ("沐原", 11)):
            numbering.set_opening(
                connection,
                code,
                2026,
                used,
                lambda kind, data: engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, at),
            )
    desk = incoming.begin("2026-02-06 08:30", title=LETTER)
    received = {"title": LETTER, "channel": "电子公文交换", "copies": 1, "counted_ok": True}
    desk.do("2026-02-06 08:31", "shaxiaoman", "submit", **received)
    registered = {
        "title": LETTER,
        "source_organ": "砚江省国资委",
        "source_number": "砚国资办函〔2026〕9号",
        "document_type": "函",
        "urgency": "加急",
        "handling": "办件",
        "reply_required": True,
    }
    desk.do("2026-02-06 08:35", "shaxiaoman", "submit", **registered)
    desk.do("2026-02-06 08:40", "ranqinghe", "pass")
    desk.do("2026-02-06 08:45", "ranqinghe", "submit", "拟请安全环保部办理。", lead_unit="AHB", due_on="2026-02-10")
    desk.do("2026-02-06 08:50", "zhenliyan", "direct")
    desk.do("2026-02-06 08:55", "ranqinghe", "submit")
    desk.do("2026-02-06 09:00", "luanhaiping", "receive", lead_handler="suiyiming")
    report = answer(desk, "suiyiming", "2026-02-06T09:30", REPORT)
    report.act(
        "suiyiming",
        "submit",
        title=REPORT,
        issuing_organ="沐原能源集团有限公司",
        issuing_code="沐原",
        document_type="报告",
        direction="上行文",
        main_recipients="砚江省国资委",
        urgency="加急",
        body="春节期间值班安排如下。特此报告。",
    )
    report.act("luanhaiping", "agree", countersign_units=[])
    report.act("ranqinghe", "agree")
    report.act("zhenliyan", "agree")
    report.at("2026-02-09T09:00").act("biancongzhou", "agree", "拟同意上报，请启衡同志签发。")
    report.at("2026-02-09T11:00").act("shaoqiheng", "agree", "同意上报")
    report.act("shaxiaoman", "pass")
    report.act("shaxiaoman", "submit", copies=3, distribution_units=["BGS"])
    report.act("quanning", "submit")
    report.act("suiyiming", "pass")
    report.act("quanning", "submit")
    report.act("quanning", "submit", sealed_copies=3, seal_basis="签发意见", seal_supervisor="quanning")
    desk.do("2026-02-09 16:00", "suiyiming", "submit", result="值班安排已报送。")
    report.at("2026-02-10T09:00").act("shaxiaoman", "submit", dispatched_on="2026-02-10")
    deliver(report)
    assert row_of(desk) == ("沐原〔2026〕12号", "2026-02-10")
    desk.do("2026-02-10 09:05", "luanhaiping", "agree")
    closed = desk.do("2026-02-10 09:10", "ranqinghe", "submit", archiving="archived", retention="10年")
    assert closed.state is InstanceState.COMPLETED
    assert row_of(desk) == ("沐原〔2026〕12号", "2026-02-10")
    with reading(house.pool) as connection:
        office, reader = house.office, desk.person("zhenliyan")
        seen = thread_of(connection, office, reader, desk.instance_id, desk.now)
    assert [(one.case.number, [tie.relation for tie in one.ties]) for one in seen.cases] == [
        ("收2026-0043", []),
        ("沐原〔2026〕12号", ["issued_from"]),
    ]


def test_an_answer_to_a_document_that_is_closed_already_is_let_go(incoming: Registry) -> None:
    desk = incoming.begin()
    desk.to_report()
    notice = answer(desk, "gexingyao", "2025-11-07T10:00", TITLE)
    desk.do("11-13 17:00", "gexingyao", "submit", result="通知在办。")
    desk.do("11-13 17:10", "shiyanqiu", "agree")
    desk.do("11-13 17:20", "biancongzhou", "read", step="circulate")
    desk.do("11-13 17:30", "ranqinghe", "submit", archiving="archived", retention="10年")
    issue(notice)
    deliver(notice)
    with reading(desk.house.pool) as connection:
        assert jobs.count_by_state(connection)["pending"] == 0


def test_a_document_that_answers_nothing_tells_nobody(incoming: Registry) -> None:
    notice = Desk(incoming.house)
    notice.to_the_end()
    deliver(notice)
    with reading(incoming.house.pool) as connection:
        assert cases.get_row(connection, notice.instance_id).state is InstanceState.COMPLETED
        assert jobs.count_by_state(connection)["pending"] == 0
