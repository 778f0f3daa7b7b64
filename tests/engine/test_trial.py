"""What a finished case was given leads through its own definition in the way it took, whatever happened on it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.house import House
from app.transaction import reading
from engine.definitions import Deployed, build, hash_of
from engine.model import HistoryEvent, ProcessDefinition
from engine.replay import read_export
from engine.trial import WAITS, Tried, attempt
from tests.replay.test_golden_histories import HISTORIES, lines_of

ENDED = [one for one in HISTORIES if "handed_around" not in one.stem and "incident" not in one.stem]
"""All but those that end with a case cancelled, or one that waits for somebody to try again."""


@dataclass
class Past:
    """A case as its export tells it, with the definition it ended on."""

    deployed: Deployed
    files: dict[str, bytes]
    events: Sequence[HistoryEvent]


def past(history: Path) -> Past:
    header, sealed = read_export(lines_of(history))
    last = [header, *header.get("later", ())][-1]
    files = {name: base64.b64decode(content) for name, content in last["files"].items()}
    events = [one.event for one in sealed]
    return Past(built(files, last["definition"], events), files, events)


def built(files: dict[str, bytes], key: str, events: Sequence[HistoryEvent]) -> Deployed:
    return build(ProcessDefinition(0, key, 1, "", hash_of(files), events[0].at, ""), files)


def tried(house: House, case: Past, new: Deployed) -> Tried:
    with reading(house.pool) as connection:
        return attempt(connection, house.office.engine.vocabulary, case.deployed.process, new, case.events)


@pytest.mark.parametrize("history", ENDED, ids=lambda one: one.stem)
def test_a_finished_case_fits_the_definition_it_ran_on(sqlite_house: House, history: Path) -> None:
    case = past(history)
    found = tried(sqlite_house, case, case.deployed)
    assert found.stuck is None
    assert (found.after, found.assumed, found.uncalled) == (found.before, (), ())
    assert found.before


def test_a_case_that_failed_and_was_never_mended_is_stuck_where_it_stands(sqlite_house: House) -> None:
    [history] = [one for one in HISTORIES if "incident" in one.stem]
    case = past(history)
    found = tried(sqlite_house, case, case.deployed)
    assert found.stuck is not None
    assert (found.stuck.activity_id, found.stuck.reason) == ("compute", WAITS)
    assert found.after == found.before
