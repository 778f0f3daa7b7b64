"""Starting a case of five steps and completing its work items, through the services of the office."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine as Pool
from sqlalchemy import event

from app.bench.report import BARE, Row, row
from app.bench.stand import Item, Stand

NOTE = "一段测量用的文字"


def rows(stand: Stand) -> list[Row]:
    items = stand.start()
    for _ in range(2):  # the first time, statements are compiled and the flow is read
        items = stand.complete(items[0], note=NOTE)
    counted = _Counted()
    with counted.on(stand.house.pool):
        stand.complete(items[0], note=NOTE)
    started: list[Item] = []
    start = stand.ratio_to_bare_commit(lambda _number: started.extend(stand.start()))
    complete = ratio_to_bare_commit(stand, started)
    return [
        row("完成一件待办（服务层，五步流程）", complete, BARE, 4),
        row("每次完成的 SQL 语句", counted.statements, "条", 12),
        row("每次完成的提交", counted.commits, "次", 1),
        row("发起一个事项", start, BARE, 6),
    ]


def ratio_to_bare_commit(stand: Stand, items: list[Item]) -> float:
    """Complete items that have another step behind them, and return the ratio to a bare commit."""
    return stand.ratio_to_bare_commit(lambda number: stand.complete(items[number], note=NOTE), len(items))


class _Counted:
    """Counts what is sent to a database."""

    def __init__(self) -> None:
        self.statements = 0
        self.commits = 0

    @contextmanager
    def on(self, pool: Pool) -> Iterator[None]:
        event.listen(pool, "before_cursor_execute", self._execute)
        event.listen(pool, "commit", self._commit)
        yield
        event.remove(pool, "before_cursor_execute", self._execute)
        event.remove(pool, "commit", self._commit)

    def _execute(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.statements += 1

    def _commit(self, _connection: Any) -> None:
        self.commits += 1
