"""Two archivists at once: a year is numbered once, without gaps, and a case is part of one 件; on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from app.house import House
from app.transaction import reading
from engine.errors import Conflict
from tests.archiving import Archive, read_only, settle_incoming
from workflows import verification
from workflows.archiving.errors import NotPending, YearNumbered
from workflows.archiving.records import archive_item, archive_part
from workflows.archiving.values import ARCHIVED

AT_ONCE = 6


def at_once(acts: list[Any]) -> list[Any]:
    """Let threads act in the same moment; return what each got, or the refusal it met."""
    together = Barrier(len(acts))

    def turn(act: Any) -> Any:
        together.wait()
        try:
            return act()
        except Conflict as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(turn, acts))


def test_a_year_is_numbered_once_however_many_number_it(house: House) -> None:
    archive = Archive(house)
    for number in range(7):
        archive.add_paper(f"文件{number}", retention=("永久", "10年")[number % 2])
    confirmed = archive.order().digest
    answers = at_once([lambda: archive.number(confirmed)] * AT_ONCE)
    assert Counter(map(type, answers)) == {int: 1, YearNumbered: AT_ONCE - 1}
    with reading(house.pool) as connection:
        rows = connection.execute(select(archive_item).order_by(archive_item.c.archival_code)).all()
        assert verification.verify(connection, house.office) == []
    assert [(one.retention, one.serial) for one in rows] == [
        *(("10年", serial) for serial in (1, 2, 3)),
        *(("永久", serial) for serial in (1, 2, 3, 4)),
    ]


def test_paper_that_is_added_at_once_is_several_items_and_a_case_is_one(house: House) -> None:
    settle_incoming(house)
    case = read_only(house).instance_id
    archive = Archive(house)
    archive.decide(case, ARCHIVED, "仍有查考价值")
    wish = {"retention": "10年"}
    answers = at_once([lambda: archive.assemble(case, **wish)] * AT_ONCE)
    assert Counter(map(type, answers)) == {str: 1, NotPending: AT_ONCE - 1}
    papers = at_once([lambda: archive.add_paper("同一份文件")] * AT_ONCE)
    assert len(set(papers)) == AT_ONCE
    assert archive.number() == AT_ONCE + 1
    with reading(house.pool) as connection:
        positions = connection.scalars(select(archive_part.c.position).where(archive_part.c.item == case)).all()
        assert verification.verify(connection, house.office) == []
    assert sorted(positions) == list(range(1, len(positions) + 1))
