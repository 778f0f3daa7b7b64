"""Random commands on random processes: engine and second judge agree after each, all cases replay, verify finds nothing."""

import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import seed

from app.transaction import reading
from tests.databases import SETTLED, PostgresDatabases, SqliteDatabases, installation
from tests.engine.test_two_judges import play_random_processes
from workflows import verification

PROCESSES_AT_ONCE, PLAYS_OF_ONE_PROCESS = 60, 12
FORGOTTEN = ("timer ", "message ", "signal ")
"""Rows that each play takes from the cases before it, so that messages and signals find it alone."""


def run(
    databases: SqliteDatabases | PostgresDatabases, most_commands: int, seconds: float, first_seed: int
) -> list[str]:
    """Play until so many commands were carried out, or the time is up; return what contradicts itself."""
    commands, rounds, begun = 0, 0, time.monotonic()
    found: list[str] = []
    with TemporaryDirectory(prefix="banjie-soak-") as folder:
        while commands < most_commands and time.monotonic() - begun < seconds and not found:
            url = databases.new(SETTLED)
            house = installation(url, Path(folder))
            try:
                at_random = seed(first_seed + rounds)
                commands += sum(play_random_processes(house, PROCESSES_AT_ONCE, at_random, PLAYS_OF_ONE_PROCESS))
                with reading(house.pool) as connection:
                    breaks = verification.verify(connection, house.office)
                found += [
                    f"{one.chain} {one.seq} {one.reason}" for one in breaks if not one.reason.startswith(FORGOTTEN)
                ]
            except AssertionError as error:
                found.append(f"seed {first_seed + rounds}: " + "".join(traceback.format_exception(error)))
            finally:
                house.pool.dispose()
                databases.drop(url)
            rounds += 1
            print(f"{databases.name}: {commands} random commands so far", flush=True)
    print(f"{databases.name}: {commands} random commands in {time.monotonic() - begun:.0f} s", flush=True)
    return found
