"""The minutes once they are signed: under which title, to whom they go, who has signed for them, and what those see."""

from datetime import timedelta

import pytest

from app.house import House
from app.sections.registry import sections_of
from app.transaction import reading
from engine.persistence import instances
from tests.meetings.days import RECIPIENTS, Days
from workflows.errors import CaseNotVisible
from workflows.extent import Extent, extent_of, require_extent
from workflows.meeting_arrangement import record_keeping
from workflows.meeting_arrangement.errors import RecordNotReadable
from workflows.meeting_arrangement.minutes_reading import reads_minutes
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.operations import hands
from workflows.receipts import Receipt, list_receipts

TITLE = "中共沐原能源集团有限公司委员会会议纪要"


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def receipts(days: Days, case: str) -> dict[str, Receipt]:
    with reading(days.house.pool) as connection:
        return {one.unit: one for one in list_receipts(connection, case)}


def reads(days: Days, username: str, case: str) -> bool:
    person = days.person(username)
    with reading(days.house.pool) as connection:
        return reads_minutes(connection, days.office, person, days.meeting(case), days.now)


def shown_to(days: Days, username: str, case: str) -> set[str]:
    person = days.person(username)
    with reading(days.house.pool) as connection:
        kept = instances.get_instance(connection, case)
        return {one.template for one in sections_of(connection, days.house, person, kept, days.now)}


def test_minutes_bear_the_title_that_the_settings_give_their_body(days: Days) -> None:
    """C10; it stays what it was when they were signed, and one that no settings give is the name of the body."""
    _report, _plan, case = days.to_dispatch()
    held = days.meeting(case)
    assert (held.minutes_title, held.issue, held.dispatched_on) == (TITLE, "第21期", "2025-11-28")
    assert (held.copies, held.recipients) == (12, ("AHB", "DQB", "CWB"))
    assert days.house.meetings.minutes_title("党委会") == TITLE
    assert MeetingSettings().minutes_title("总经理办公会") == "总经理办公会会议纪要"


def test_each_unit_signs_for_the_minutes_and_is_urged_while_it_has_not(days: Days) -> None:
    """As with a document: who has signed is known by unit, and the case is closed when all have and the record is kept."""
    _report, _plan, case = days.to_dispatch()
    waiting = receipts(days, case)
    assert {name: (one.assignee, one.signed_at) for name, one in waiting.items()} == {
        "安全环保部": ("luanhaiping", None),
        "党群工作部": ("wanliqing", None),
        "财务部": ("zonghuaigu", None),
    }
    days.act("luanhaiping", case, "received")
    days.close(case)
    days.now += timedelta(days=1)
    left = [one.work_item_id for one in receipts(days, case).values() if one.signed_at is None]
    assert days.record(hands.urge_all, left, "请签收", by="shaxiaoman") == 2
    assert [one.urges for one in receipts(days, case).values()] == [0, 1, 1]
    assert not is_over(days, case)
    for username in ("wanliqing", "zonghuaigu"):
        days.act(username, case, "received")
    assert is_over(days, case)
    assert all(one.signed_at for one in receipts(days, case).values())
    days.assert_sound()


def test_a_unit_that_signs_for_the_minutes_sees_them_and_nothing_else_of_the_meeting(days: Days) -> None:
    _report, _plan, case = days.to_dispatch()
    signer = days.person("zonghuaigu")
    with reading(days.house.pool) as connection:
        assert extent_of(connection, days.office, signer, case, days.now) is Extent.STEP
        with pytest.raises(CaseNotVisible):
            require_extent(connection, days.office, signer, case, Extent.COPY, days.now)
    assert shown_to(days, "zonghuaigu", case) == {"meetings/section_received.html", "documents/receipts_section.html"}
    assert all(reads(days, one, case) for one in RECIPIENTS.values())
    with pytest.raises(RecordNotReadable):
        days.record(record_keeping.read_record, case, days.house.meetings, by="zonghuaigu")
    with pytest.raises(CaseNotVisible):
        reads(days, "gexingyao", case)


def test_minutes_are_read_only_once_the_meeting_is_over(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    assert not reads(days, "yuwenshu", case)
    days.open_meeting(case)
    days.deliberate(case)
    assert reads(days, "yuwenshu", case)


def test_whoever_takes_over_the_record_reads_what_is_kept_before_writing_over_it(days: Days) -> None:
    _report, _plan, case = days.to_dispatch()
    days.record(record_keeping.keep_record, case, "阮知微：列支渠道先核清。")
    with pytest.raises(CaseNotVisible):
        days.record(record_keeping.read_record, case, days.house.meetings, by="ranqinghe")
    [item] = days.items("jinshubai", case)
    days.record(hands.transfer, item.id, item.version, "ranqinghe", "会务移交", by="jinshubai")
    read = days.record(record_keeping.read_record, case, days.house.meetings, by="ranqinghe")
    assert read.text == "阮知微：列支渠道先核清。"


def is_over(days: Days, case: str) -> bool:
    with reading(days.house.pool) as connection:
        return instances.get_instance(connection, case).ended_at is not None
