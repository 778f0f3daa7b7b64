"""Who follows history is told each event once and in order, after the commit that told it; whoever fails is told again."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from app.house import House
from app.transaction import reading, transaction
from engine.following import Follower, follow
from engine.model import HistoryEvent
from tests.engine.running import Running
from tests.flows import model

Told = list[tuple[str, int]]


def noting(told: Told) -> Follower:
    def take(_connection: Connection, instance_id: str, events: Sequence[HistoryEvent]) -> None:
        told.extend((instance_id, event.seq) for event in events)

    return take


def followed(house: House, *followers: Follower) -> int:
    return follow(partial(transaction, house.pool), partial(reading, house.pool), followers)


def running(house: House) -> Running:
    return Running(house, model("s_ -> first\nfirst -> second\nsecond -> e_"))


def test_each_event_is_told_once_and_in_order(house: House) -> None:
    told: Told = []
    case = running(house)
    case.start()
    assert followed(house, noting(told)) == 1
    first = len(told)
    case.complete("first")
    assert followed(house, noting(told)) == 1
    assert followed(house, noting(told)) == 0
    assert [seq for _case, seq in told] == list(range(1, len(told) + 1))
    assert len(told) > first > 0


def test_who_fails_on_one_case_is_told_of_it_again_and_of_the_others_now(house: House) -> None:
    told: Told = []
    case = running(house)
    bad, good = case.start().instance_id, case.start().instance_id

    def failing(_connection: Connection, instance_id: str, _events: Sequence[HistoryEvent]) -> None:
        if instance_id == bad:
            raise LookupError(instance_id)

    assert followed(house, noting(told), failing) == 1
    assert {one for one, _seq in told} == {bad, good}
    told.clear()
    assert followed(house, noting(told)) == 1
    assert {one for one, _seq in told} == {bad}
