"""The acceptance story, part F: 匡玉衡 files the year 2025, from 2026-03-09 to 06-12, in its dates; on both databases."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.persistence import instances
from tests.archiving import (
    ARCHIVIST,
    CLERK,
    Archive,
    issue_the_notice,
    on,
    read_only,
    receive_the_notice,
    report_upward,
)
from tests.meetings.days import Days
from tests.office import SYSTEM
from tests.supervising import Supervising
from tests.workflows.test_supervision_story import THIRD
from workflows.archiving import catalogue
from workflows.archiving.checks import Outcome
from workflows.archiving.errors import CasesPending, TransferNotHandedOver
from workflows.archiving.transfer import get_transfer
from workflows.archiving.values import NOT_ARCHIVED, PartKind, Standing
from workflows.errors import PostRequired
from workflows.links.records import link_change
from workflows.recording import record_in_case

PAPER = 125
"""As many 件 of 10年 are on paper and older than the notice, so that the two of the story are 0126 and 0127."""


def hold_the_meeting(house: House) -> tuple[str, str, str]:
    """Part C to its end; return the meeting's case, and those of 甲 and 乙."""
    days = Days(house)
    report, plan, case = days.to_dispatch()
    days.close(case)
    days.receive(case)
    return case, report, plan


def supervise(house: House) -> str:
    """Part D: a matter of December that is closed in February of the year after."""
    office = Supervising(house)
    matter = office.decided(**THIRD)
    office.propose(matter)
    office.act("wanliqing", matter, "accept")
    return matter


def tie(house: House, source: str, target: str) -> None:
    """Say that an item came from what a leader wrote on a document, as C1 does."""
    with transaction(house.pool) as connection:
        change = link_change(source, target, "agenda_from")
        told = {"source": source}
        record_in_case(connection, house.office, target, "case.linked", told, [change], SYSTEM, on("2025-11-29 09:00"))


def kinds_of(house: House, item: str) -> list[PartKind]:
    with reading(house.pool) as connection:
        return [PartKind(one.kind) for one in catalogue.list_parts(connection, item)]


def test_part_f_the_year_2025_is_filed(house: House) -> None:
    meeting, report, plan = hold_the_meeting(house)
    incoming, copy = receive_the_notice(house)
    tie(house, incoming.instance_id, report)
    issued = issue_the_notice(house, incoming.instance_id)
    read = read_only(house)
    matter = supervise(house)
    upward = report_upward(house)

    archive = Archive(house, "2026-03-09 09:00")
    assert archive.standing(Standing.PENDING) == {incoming.instance_id, issued.instance_id, meeting}
    unfiled = {one.instance_id: (one.unfiled, one.reason) for one in archive.lines(Standing.NOT_ARCHIVED)}
    assert unfiled == {
        read.instance_id: ("closing", "普发阅件，无需办理"),
        copy.instance_id: ("merged", "收2025-0817"),
    }
    assert matter in archive.standing(Standing.UNFINISHED)
    assert upward.instance_id not in {one for standing in Standing for one in archive.standing(standing)}

    with reading(house.pool) as connection:
        assert catalogue.find_filed(connection, incoming.instance_id) is None  # closing gave no 档号
    for number in range(PAPER):
        archive.add_paper(f"纸质文件之{number + 1}", f"2025-01-{number % 28 + 1:02}")
    archive.now = on("2026-03-10 09:00")
    proposed = {one.instance_id: one.retention for one in archive.lines(Standing.PENDING)}
    assert proposed == {incoming.instance_id: "10年", issued.instance_id: "10年", meeting: "永久"}
    for case in (incoming.instance_id, issued.instance_id):
        archive.assemble(case)
    with pytest.raises(CasesPending):
        archive.number()
    archive.assemble(meeting)
    assert kinds_of(house, incoming.instance_id) == [
        PartKind.PROCESSING_SHEET,
        PartKind.INCOMING,
        PartKind.FURTHER_COPY,
        PartKind.RECORDED_ORIGINAL,
    ]
    assert list(dict.fromkeys(kinds_of(house, issued.instance_id))) == [
        PartKind.ORIGINAL,
        PartKind.ANNEX,
        PartKind.FINAL_DRAFT,
        PartKind.MARKED_DRAFT,
        PartKind.DRAFTING_SHEET,
    ]
    assert kinds_of(house, meeting) == [
        PartKind.SHEET,
        PartKind.AGENDA_ITEM,
        PartKind.MATERIAL,
        PartKind.AGENDA_ITEM,
        PartKind.MATERIAL,
        PartKind.MINUTES,
        PartKind.MEETING_RECORD,
    ]

    archive.now = on("2026-04-20 09:00")
    assert archive.number() == PAPER + 3
    with reading(house.pool) as connection:
        filed = {
            case: catalogue.find_filed(connection, case)
            for case in (incoming.instance_id, issued.instance_id, meeting, report, plan, copy.instance_id)
        }
    codes = {case: one.item.archival_code for case, one in filed.items() if one}
    first, second, whole = codes[incoming.instance_id], codes[issued.instance_id], codes[meeting]
    assert (first, second) == ("M018-WS·2025-D10-BGS-0126", "M018-WS·2025-D10-BGS-0127")
    assert whole == "M018-WS·2025-Y-BGS-0001"
    assert (codes[report], codes[plan], codes[copy.instance_id]) == (whole, whole, first)
    seen = {case: one.see for case, one in filed.items() if one}
    assert second in seen[incoming.instance_id]
    assert seen[issued.instance_id] == (first,)  # 互注
    assert seen[meeting] == (first,)

    archive.now = on("2026-05-20 09:00")
    outcomes = archive.outcomes()
    assert (outcomes[Outcome.MANUAL], outcomes[Outcome.FAILED]) == (2, 0)
    assert outcomes[Outcome.PASSED] > 0

    archive.now = on("2026-05-29 09:00")
    handed = archive.make_list()
    with pytest.raises(TransferNotHandedOver):
        archive.sign(handed, ARCHIVIST)
    with pytest.raises(PostRequired):
        archive.sign(handed, "gexingyao")
    archive.sign(handed, CLERK)
    archive.now = on("2026-05-29 10:00")
    archive.sign(handed, ARCHIVIST)
    with reading(house.pool) as connection:
        row = get_transfer(connection, handed)
    assert (row.items, row.handed_over_by, row.taken_over_by) == (PAPER + 3, CLERK, ARCHIVIST)
    assert row.taken_over_at.date().isoformat() == "2026-05-29"

    archive.now, archive.year = on("2026-06-12 09:00"), 2026
    assert archive.standing(Standing.PENDING) == {upward.instance_id}  # 留待 2027 年整理
    assert matter in archive.standing(Standing.UNFINISHED)
    with reading(house.pool) as connection:
        assert instances.get_instance(connection, matter).ended_at is None
    archive.decide(upward.instance_id, NOT_ARCHIVED, "试用数据")
    assert archive.standing(Standing.PENDING) == set()
    archive.assert_sound()
