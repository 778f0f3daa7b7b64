"""How many events a second are checked, executed again and compared, on one core; how fast a long case is looked at."""

import time

from sqlalchemy import func, select

from app.bench import flows
from app.bench.report import Row, row, row_at_least
from app.bench.stand import Stand, case_of
from app.transaction import reading
from engine.persistence import instances
from engine.persistence.tables import history_event
from workflows import verification
from workflows.moments.reading import Lives, known_then, last_known

EVENTS_OF_A_ROUND = 3
OPENING_GOAL, MOMENT_GOAL = 1_000, 100
MOMENTS = 20


def rows(stand: Stand) -> list[Row]:
    """Replay whole cases of five steps, and one that went round in a loop as often as it has events."""
    finished = [_finished(stand) for _ in range(stand.sizes.replays)]
    [item] = stand.start(flows.LOOP)
    rounds = stand.complete_in_a_row(item, stand.sizes.repeats, "more", note="又一次")
    return [
        row_at_least("重放并全部验证（五步事项）", _events_a_second(stand, finished), "条/秒·核", 1000),
        row_at_least("重放并全部验证（循环事项）", _events_a_second(stand, [case_of(rounds[0])]), "条/秒·核", 1000),
        row_at_least("验证整个数据库（链与投影）", _verified_a_second(stand), "条/秒·核", 1000),
        *_looked_at(stand),
    ]


def _looked_at(stand: Stand) -> list[Row]:
    """Open a long case as the auditor's page does, and go to moments all over its life; in processor time."""
    [item] = stand.start(flows.LOOP)
    rounds = -(-stand.sizes.long_case // EVENTS_OF_A_ROUND)
    instance_id = case_of(stand.complete_in_a_row(item, rounds, "more", note="又一次")[0])
    office, lives = stand.house.office, Lives()
    with reading(stand.house.pool) as connection:
        case = instances.get_instance(connection, instance_id)
        started = time.process_time()
        life = lives.read(connection, office, instance_id)
        told = (life.standing, life.passed, life.moves, life.passages)
        last_known(connection, office, case, life)
        opening = time.process_time() - started
        if not all(told[:2]):
            raise RuntimeError("a case of the measurement tells nothing")
        lives.prove(connection, office, instance_id)  # the page asks for it once it is open
        proved = lives.get(connection, office, instance_id)
        started = time.process_time()
        for number in range(MOMENTS):
            known_then(connection, office, case, proved, 1 + number * (len(life.events) - 1) // MOMENTS)
        moment = (time.process_time() - started) / MOMENTS
    return [
        row(f"打开 {len(life.events)} 条记录的过程回放（服务端）", opening * 1000, "毫秒", OPENING_GOAL),
        row("过程回放换一个时刻（服务端）", moment * 1000, "毫秒", MOMENT_GOAL),
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
