"""Turns at writing to SQLite: in the order of asking, passed on by the dead, and never a reason to wait for ever."""

import subprocess
import sys
import threading
from pathlib import Path

from app.bench import concurrency, flows
from app.bench.sizes import QUICK
from app.bench.stand import set_up
from app.house import House
from app.transaction import reading
from engine.model import InstanceState
from engine.persistence.turns import Turns
from tests.flows import WHO
from workflows import boxes
from workflows.organisation import queries

WAITING = 8
SEATS = 300
HOLD = (
    "import sys; from engine.persistence.turns import Turns\n"
    "with Turns(sys.argv[1], 30).take():\n"
    "    print('taken', flush=True); sys.stdin.read()"
)


def wait_for(turns: Turns, number: int) -> None:
    """Wait until so many threads have asked; each asks within moments of its start."""
    asked = threading.Event()
    for _ in range(1000):
        if len(turns._waiting) == number:
            return
        asked.wait(0.01)
    raise TimeoutError


def test_threads_get_their_turns_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    turns, got = Turns(str(tmp_path / "a.db"), 30), []

    def write(number: int) -> None:
        with turns.take():
            got.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WAITING)]
    with turns.take():
        for number, thread in enumerate(threads):
            thread.start()
            wait_for(turns, number + 1)
        assert got == []
    for thread in threads:
        thread.join()
    assert got == list(range(WAITING))


def test_the_turn_of_a_killed_process_is_passed_on(tmp_path: Path) -> None:
    database = str(tmp_path / "a.db")
    got = threading.Event()

    def write() -> None:
        with Turns(database, 30).take():
            got.set()

    command = [sys.executable, "-c", HOLD, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "taken\n"
        thread = threading.Thread(target=write)
        thread.start()
        assert not got.wait(0.2)
        holder.kill()
        assert got.wait(30)
        thread.join()


def test_who_waits_too_long_tries_without_a_turn(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "a.db"), 0.05)
    with turns.take(), turns.take():
        assert not turns._waiting
    with turns.take():
        assert turns._taken
    assert not turns._taken


def test_four_processes_complete_all_seats_of_a_countersign_without_an_error(house: House) -> None:
    waits = concurrency.measure(set_up(house, WHO, QUICK), SEATS)
    assert waits.errors == ()
    assert len(waits.spans) == SEATS
    with reading(house.pool) as connection:
        person = queries.get_person(connection, WHO)
        now = house.office.engine.now(connection)
        [row] = boxes.visible_cases(connection, person, boxes.Filter(definition=flows.COUNTERSIGN), now).rows
    assert row.case.state is InstanceState.COMPLETED
