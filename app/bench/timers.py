"""One sweep for what is due, while very many timers are open and none is."""

from functools import partial

from app.bench import crowd
from app.bench.report import BARE, Row, row
from app.bench.stand import Stand
from app.transaction import reading, transaction
from engine import jobs

GOAL = 10


def rows(stand: Stand) -> list[Row]:
    found, there = [], 0
    cases = stand.sizes.work_items[-1] // crowd.STEPS
    for timers in stand.sizes.timers:
        crowd.add_timers(stand.house.pool, there, timers, cases)
        there = timers
        found.append(row(f"{timers} 个未到期定时器，扫描一次", _sweep(stand), BARE, GOAL))
    return found


def _sweep(stand: Stand) -> float:
    house = stand.house
    transact, read = partial(transaction, house.pool), partial(reading, house.pool)

    def sweep(_number: int) -> None:
        if jobs.run_due(house.office.engine, transact, read):
            raise RuntimeError("something was due")

    return stand.ratio_to_bare_commit(sweep, stand.sizes.growth_repeats)
