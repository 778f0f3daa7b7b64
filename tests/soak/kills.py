"""Kills serving processes at random instants under load, and then asks whether anything was lost or done twice.

Two processes serve one database. One after the other is killed with SIGKILL and started again, now and then while it is
still starting, now and then both at once; clients meanwhile take documents through the flow.
"""

import random
import tempfile
import threading
import time
from pathlib import Path

from app.house import House
from tests.databases import SETTLED, PostgresDatabases, SqliteDatabases, installation
from tests.rest import tokens_of
from tests.serving import Server, installation_environment
from tests.soak.clients import PEOPLE, Walker
from tests.soak.journal import Journal
from tests.soak.judgement import contradictions

WALKERS = 5
LONGEST_LIFE_SECONDS = 0.8
LONGEST_START_SECONDS = 1.5
SHARE_KILLED_STARTING, SHARE_BOTH = 0.15, 0.15


def run(databases: SqliteDatabases | PostgresDatabases, kills: int, most_seconds: float, seed: int) -> list[str]:
    """Kill so often, within so many seconds; return every contradiction."""
    url = databases.new(SETTLED)
    with tempfile.TemporaryDirectory(prefix="banjie-soak-") as folder:
        house = installation(url, Path(folder))
        journal = Journal(Path(folder) / "journal.jsonl")
        try:
            found = _run(house, journal, kills, most_seconds, seed)
        finally:
            journal.close()
            house.pool.dispose()
            databases.drop(url)
    return found


def _run(house: House, journal: Journal, kills: int, most_seconds: float, seed: int) -> list[str]:
    storage = house.settings.storage
    servers = [Server(installation_environment(storage.database_url, storage.data_dir)) for _ in range(2)]
    stop, started = threading.Event(), time.monotonic()
    try:
        for server in servers:
            server.start()
        for server in servers:
            server.wait_until_ready()
        tokens = tokens_of(servers, PEOPLE)
        walkers = [Walker(f"walker{n}", servers, tokens, journal, seed) for n in range(WALKERS)]
        threads = [threading.Thread(target=one.walk_until, args=(stop,)) for one in walkers]
        for thread in threads:
            thread.start()
        killed = _kill(servers, walkers, kills, started + most_seconds, random.Random(seed))
        stop.set()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        for server in servers:
            server.kill()
    found = [f"{type(one.error).__name__}: {one.error}" for one in walkers if one.error]
    if killed < kills and not found:
        found.append(f"only {killed} kills in {most_seconds} seconds")
    print(
        f"{house.pool.dialect.name}: {killed} kills in {time.monotonic() - started:.0f} s, "
        f"{sum(one.finished for one in walkers)} documents, {len(journal.lines)} acts answered "
        f"({dict(sorted(journal.statuses().items()))}), {journal.retried()} of them sent again",
        flush=True,
    )
    return found + contradictions(house, journal)


def _kill(servers: list[Server], walkers: list[Walker], kills: int, deadline: float, chance: random.Random) -> int:
    killed = 0
    while killed < kills and time.monotonic() < deadline and not any(one.error for one in walkers):
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        victims = servers if chance.random() < SHARE_BOTH else [chance.choice(servers)]
        for victim in victims:
            victim.kill()
            killed += 1
        for victim in victims:
            victim.start()
        if chance.random() < SHARE_KILLED_STARTING:
            time.sleep(chance.uniform(0, LONGEST_START_SECONDS))
            victims[0].kill()
            killed += 1
            victims[0].start()
        for victim in victims:
            victim.wait_until_ready()
    return killed
