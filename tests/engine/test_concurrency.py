"""Many clients at once: one succeeds, the others are told who was faster; nothing is lost, nothing done twice."""

import threading
from collections import Counter

from app.house import House
from app.transaction import reading, transaction
from engine.errors import Conflict, WorkItemClosed
from tests.office import DRAFT, Desk
from workflows import verification, worklist
from workflows.numbering import series as numbering
from workflows.worklist import Submission

CLIENTS = 50


def at_once(act, number: int) -> list[object]:
    """Run an act in so many threads, started together; return what each returned or raised."""
    outcomes: list[object] = [None] * number
    barrier = threading.Barrier(number)

    def run(index: int) -> None:
        barrier.wait()
        try:
            outcomes[index] = act(index)
        except Conflict as error:
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_fifty_clients_on_one_work_item_one_succeeds(house: House) -> None:
    desk = Desk(house)
    desk.start()
    [item] = desk.open_items("gexingyao")
    person = desk.person("gexingyao")

    def complete(_index: int) -> str:
        with transaction(house.pool) as connection:
            submission = Submission(item.version, "submit", "", DRAFT)
            worklist.complete(connection, house.office, person, item.id, submission, desk.now)
        return "done"

    outcomes = at_once(complete, CLIENTS)
    assert Counter(type(one).__name__ for one in outcomes) == {"str": 1, "WorkItemClosed": CLIENTS - 1}
    refused = next(one for one in outcomes if isinstance(one, WorkItemClosed))
    assert (refused.by, refused.at) == ("gexingyao", desk.now)
    with reading(house.pool) as connection:
        assert verification.verify(connection, house.office) == []


def test_both_seats_of_a_countersign_at_once_succeed(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    seats = [(desk.person(name), desk.open_items(name)[0]) for name in ("luanhaiping", "wanliqing")]

    def vote(index: int) -> str:
        person, item = seats[index]
        with transaction(house.pool) as connection:
            submission = Submission(item.version, "agree")
            worklist.complete(connection, house.office, person, item.id, submission, desk.now)
        return "done"

    assert at_once(vote, 2) == ["done", "done"]
    assert [item.activity_id for item in desk.open_items("gexingyao")] == ["reconcile"]


def test_fifty_registrations_at_once_have_neither_twin_nor_gap(house: House) -> None:
    def register(index: int) -> int:
        with transaction(house.pool) as connection:
            return numbering.next_serial(connection, "沐原办" if index % 2 else "沐原", 2025)

    serials = at_once(register, CLIENTS)
    assert sorted(serials[1::2]) == list(range(47, 47 + CLIENTS // 2))
    assert sorted(serials[0::2]) == list(range(1, 1 + CLIENTS // 2))
