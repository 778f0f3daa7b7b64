"""How many events a second are checked and executed again, on one core; and how many the whole database is verified by."""

import time

from sqlalchemy import func, select

from app.bench import flows
from app.bench.report import Row, row_at_least
from app.bench.stand import Stand, case_of
from app.transaction import reading
from engine.persistence.tables import history_event
from workflows import verification


def rows(stand: Stand) -> list[Row]:
    """Replay whole cases of five steps, and one that went round in a loop as often as it has events."""
    finished = [_finished(stand) for _ in range(stand.sizes.replays)]
    [item] = stand.start(flows.LOOP)
    rounds = stand.complete_in_a_row(item, stand.sizes.repeats, "more", note="又一次")
    return [
        row_at_least("重放并全部验证（五步事项）", _events_a_second(stand, finished), "条/秒·核", 1000),
        row_at_least("重放并全部验证（循环事项）", _events_a_second(stand, [case_of(rounds[0])]), "条/秒·核", 1000),
        row_at_least("验证整个数据库（链与投影）", _verified_a_second(stand), "条/秒·核", 1000),
    ]


def _finished(stand: Stand) -> str:
    items = stand.start()
    instance_id = case_of(items[0])
    while items:
        items = stand.complete(items[0], note="一段测量用的文字")
    return instance_id


def _events_a_second(stand: Stand, instance_ids: list[str]) -> float:
    """Return events for each second of processor time, so that neighbours on the machine do not count."""
    with reading(stand.house.pool) as connection:
        started = time.process_time()
        results = [stand.house.office.engine.replay(connection, one) for one in instance_ids]
        spent = time.process_time() - started
    broken = [one.divergence for one in results if not one.verified]
    if broken:
        raise RuntimeError(f"a case of the measurement does not replay: {broken[0]}")
    return sum(one.events for one in results) / spent


def _verified_a_second(stand: Stand) -> float:
    """Return events for each second of processor time, all projections being compared with them."""
    with reading(stand.house.pool) as connection:
        events = connection.scalar(select(func.count()).select_from(history_event)) or 0
        started = time.process_time()
        breaks = verification.verify(connection, stand.house.office)
        spent = time.process_time() - started
    if breaks:
        raise RuntimeError(f"the installation of the measurement does not verify: {breaks[0]}")
    return events / spent
