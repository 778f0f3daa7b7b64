"""发文登记簿 and 用印登记: filtered, searched, sorted, a page at a time; and every line of them."""

from datetime import datetime, timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from tests.office import TITLE, Desk, deploy
from workflows.document_approval import register, voiding
from workflows.document_approval.register import Line, Narrowing
from workflows.seals import register as seals
from workflows.seals.register import Narrowing as SealNarrowing

CODES = ["沐原党", "沐原党办", "沐原", "沐原办"]
TITLES = [f"集团办公室关于第{number}次检查的通知" for number in range(1, 6)]


def numbered(house: House, title: str = TITLE) -> Desk:
    desk = Desk(house, title=title)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2"])
    return desk


@pytest.fixture
def filled(house: House) -> House:
    """A house whose register has five documents: the second void, the first sent and received by one of two."""
    desks = [numbered(house, title) for title in TITLES]
    with transaction(house.pool) as connection:
        second = desks[1]
        clerk = second.person("shaxiaoman")
        given = (connection, house.office, clerk, second.instance_id)
        voiding.void_number(*given, "代字选错。", voiding.END, second.now)
    first = desks[0]
    first.act("quanning", "submit")
    first.act("gexingyao", "pass", "校对无误。")
    first.act("quanning", "submit")
    first.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    first.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    first.receive("tanzhixing")
    return house


def numbers(house: House, sort: str = "number", *, descending: bool = True, **narrowed: str) -> list[int]:
    with reading(house.pool) as connection:
        page = register.page_of(connection, CODES, Narrowing(**narrowed), sort, descending=descending)
    return [one.serial for one in page.rows]


def test_the_register_shows_each_number_with_what_became_of_it(filled: House) -> None:
    with reading(filled.pool) as connection:
        lines = {one.serial: one for one in register.page_of(connection, CODES, Narrowing()).rows}
    assert [one.state for one in (lines[47], lines[48], lines[49])] == ["dispatched", "void", "waiting"]
    sent: Line = lines[47]
    assert (sent.number, sent.title, sent.document_type, sent.unit) == (
        "沐原办〔2025〕47号",
        TITLES[0],
        "通知",
        "党委组织部（人力资源部）",
    )
    assert (sent.signed_by, sent.issued_on, sent.dispatched_on) == ("仇敬安", "2025-11-07", "2025-11-14")
    assert (sent.copies, sent.recipients, sent.received, sent.sealed_copies) == (19, 2, 1, 19)
    assert (lines[48].void_reason, lines[48].voided_by, lines[48].title) == ("代字选错。", "沙小满", TITLES[1])


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({}, [51, 50, 49, 48, 47]),
        ({"state": "void"}, [48]),
        ({"state": "dispatched"}, [47]),
        ({"state": "waiting"}, [51, 50, 49]),
        ({"q": "第3次"}, [49]),
        ({"q": "〔2025〕50号"}, [50]),
        ({"q": "100%"}, []),
        ({"code": "沐原"}, []),
        ({"year": "2025"}, [51, 50, 49, 48, 47]),
        ({"year": "2026"}, []),
        ({"year": "soon"}, []),
        ({"document_type": "通知"}, [51, 50, 49, 47]),
        ({"document_type": "函"}, []),
        ({"unit": "ZZB"}, [51, 50, 49, 48, 47]),
        ({"unit": "AHB"}, []),
        ({"since": "2025-11-07", "until": "2025-11-07"}, [51, 50, 49, 47]),
        ({"since": "2025-11-08"}, []),
    ],
)
def test_the_register_is_narrowed(filled: House, narrowed: dict[str, str], found: list[int]) -> None:
    assert numbers(filled, **narrowed) == found


@pytest.mark.parametrize("sort", sorted(register.SORTS))
@pytest.mark.parametrize("descending", [True, False])
def test_pages_follow_each_other_without_gap_or_twin_however_the_register_is_sorted(
    filled: House, sort: str, descending: bool
) -> None:
    whole = numbers(filled, sort, descending=descending)
    assert sorted(whole) == [47, 48, 49, 50, 51]
    pages, after = [], None
    with reading(filled.pool) as connection:
        for _ in range(5):
            given = (connection, CODES, Narrowing(), sort)
            page = register.page_of(*given, descending=descending, after=after, limit=2)
            pages += [one.serial for one in page.rows]
            after = page.next
            if after is None:
                break
        every = register.every_line(connection, CODES, Narrowing(), sort, descending=descending)
        assert [one.serial for one in every] == pages
    assert pages == whole


@pytest.mark.parametrize("after", ["", "x", "x\ty", "1\t"])
def test_a_key_that_is_none_begins_anew_or_finds_nothing(filled: House, after: str) -> None:
    with reading(filled.pool) as connection:
        page = register.page_of(connection, CODES, Narrowing(), after=after)
    assert [one.serial for one in page.rows] in ([51, 50, 49, 48, 47], [])


def test_the_use_of_a_seal_is_registered_by_documents_and_by_itself(filled: House) -> None:
    deploy(filled, "seal_use")
    desk = Desk(filled)
    desk.start("suiyiming", "seal_use", "检修合同")
    desk.act("suiyiming", "submit", seal_name="集团办公室印章", requested_copies=4, reason_for_use="签订检修合同")
    desk.act("luanhaiping", "agree")
    desk.act("zhenliyan", "agree")
    desk.act("quanning", "submit", sealed_copies=4, seal_supervisor="shaxiaoman")

    def found(**narrowed: str) -> list[str]:
        with reading(filled.pool) as connection:
            return [one.matter for one in seals.page_of(connection, SealNarrowing(**narrowed)).rows]

    assert found() == ["检修合同", TITLES[0]] or found() == [TITLES[0], "检修合同"]
    assert found(q="合同") == ["检修合同"]
    assert found(unit="AHB") == ["检修合同"]
    assert found(seal="集团办公室印章", q="47号") == [TITLES[0]]
    assert found(since="2025-11-08") == []
    assert found(since="bad", until="2025-11-07") == found()
    with reading(filled.pool) as connection:
        [line] = seals.page_of(connection, SealNarrowing(q="合同")).rows
        assert seals.seals_used(connection) == ["集团办公室印章"]
    assert (line.copies, line.approved_by, line.applicant, line.keeper, line.supervisor, line.basis) == (
        4,
        "甄立言",
        "隋一鸣",
        "屈安宁",
        "沙小满",
        "审批意见",
    )
    assert isinstance(line.used_at, datetime)


@pytest.mark.parametrize("sort", sorted(seals.SORTS))
@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_the_seal_register_follow_each_other(house: House, sort: str, descending: bool) -> None:
    deploy(house, "seal_use")
    for number in range(5):
        desk = Desk(house)
        desk.now += timedelta(days=number)
        desk.start("suiyiming", "seal_use", f"合同{number}")
        copies = {"requested_copies": 4, "seal_name": "集团办公室印章", "reason_for_use": "签订合同"}
        desk.act("suiyiming", "submit", **copies)
        desk.act("luanhaiping", "agree")
        desk.act("zhenliyan", "agree")
        desk.act("quanning", "submit", sealed_copies=1 + number % 2, seal_supervisor="shaxiaoman")
    with reading(house.pool) as connection:
        whole = [one.id for one in seals.every_line(connection, SealNarrowing(), sort, descending=descending)]
        pages: list[str] = []
        after = None
        for _ in range(5):
            page = seals.page_of(connection, SealNarrowing(), sort, descending=descending, after=after, limit=2)
            pages += [one.id for one in page.rows]
            after = page.next
            if after is None:
                break
    assert len(set(whole)) == 5
    assert pages == whole
