"""Searches among very many cases, for words that one of them has and for words that all have."""

from collections.abc import Callable
from functools import partial

from app.bench.report import BARE, Row, row
from app.bench.stand import Stand
from app.transaction import reading
from workflows import boxes

GOAL = 20
COMMON = "关于"


def rows(stand: Stand, cases: int, items: int) -> list[Row]:
    """Search the person's open items and the cases they may see.

    Args:
        stand: Where the crowd was added.
        cases: How many cases it has; the last one's number is the rare word.
        items: How many work items, for the names of the rows.
    """
    found: list[Row] = []
    for where, search in (("待办", _todo(stand)), ("事项查询", _cases(stand))):
        for kind, sought in (("罕见词", f"第{cases}件"), ("常见词", COMMON)):
            ratio = stand.ratio_to_bare_commit(partial(_act, search, sought))
            found.append(row(f"检索{where}（{kind}），表中 {items} 件", ratio, BARE, GOAL))
    return found


def _act(search: Callable[[str], object], sought: str, _number: int) -> object:
    return search(sought)


def _todo(stand: Stand) -> Callable[[str], object]:
    def search(sought: str) -> object:
        with reading(stand.house.pool) as connection:
            office = stand.house.office
            at = office.engine.now(connection)
            near_until = office.near_until(office.calendars.current(connection), at)
            return boxes.list_box(connection, stand.person, "todo", boxes.Filter(q=sought), at, near_until)

    return search


def _cases(stand: Stand) -> Callable[[str], object]:
    def search(sought: str) -> object:
        with reading(stand.house.pool) as connection:
            at = stand.house.office.engine.now(connection)
            return boxes.visible_cases(connection, stand.person, boxes.Filter(q=sought), at)

    return search
