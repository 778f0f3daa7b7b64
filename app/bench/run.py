"""Runs every measurement, one after the other, on one installation."""

import gc
import statistics

from app.bench import ageing, audit_log, completion, concurrency, countersign, inbox, replaying, served, timers
from app.bench.report import Report
from app.bench.sizes import Sizes
from app.bench.stand import set_up
from app.house import House


def run(house: House, username: str, password: str, sizes: Sizes) -> Report:
    """Measure on an installation that is for this alone, with one person who can sign in."""
    stand = set_up(house, username, sizes)
    gc.collect()
    gc.freeze()  # as the server does
    with served.serving(house, username, password) as client:
        rows = [
            *completion.rows(stand),
            *served.rows(stand, client),
            *countersign.rows(stand),
            *ageing.rows(stand),
            *replaying.rows(stand),
            *concurrency.rows(stand),
            *inbox.rows(stand, client),
            *audit_log.rows(stand, client, password),
            *timers.rows(stand),
        ]
    bare = statistics.median(stand.bare_commits)
    return Report(round(bare * 1000, 3), house.pool.dialect.name, tuple(rows))
