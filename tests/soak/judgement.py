"""Compares what was acknowledged with what is there: nothing lost, nothing twice, everything proves itself."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from app.house import House
from app.transaction import reading
from engine.model import EventKind
from engine.persistence.tables import idempotency_key, process_instance
from tests.serving import installation_environment
from tests.soak.journal import Journal
from workflows.attachments.records import attachment

INPUTS = {
    "complete": EventKind.WORK_ITEM_COMPLETED,
    "claim": EventKind.WORK_ITEM_CLAIMED,
    "release": EventKind.WORK_ITEM_RELEASED,
}
EXPECTED = {200, 201, 409}


def contradictions(house: House, journal: Journal) -> list[str]:
    """Return everything that is not as it was acknowledged, in sentences."""
    return [*_answers(journal), *_acts(house, journal), *_proofs(house)]


def _answers(journal: Journal) -> Iterator[str]:
    for status, number in journal.statuses().items():
        if status not in EXPECTED:
            yield f"{number} answers had the status {status}"


def _acts(house: House, journal: Journal) -> Iterator[str]:
    engine = house.office.engine
    with reading(house.pool) as connection:
        for act, kind in INPUTS.items():
            told = Counter((event.work_item_id, event.actor) for event in engine.events_of_kind(connection, kind))
            yield from _compared(act, told, Counter((one.subject, one.person) for one in journal.done(act)))
        cases = Counter(connection.scalars(select(process_instance.c.id)))
        yield from _compared("start", cases, Counter(one.subject for one in journal.done("start")))
        files = Counter(connection.scalars(select(attachment.c.id)))
        yield from _compared("upload", files, Counter(one.subject for one in journal.done("upload")))
        keys = Counter(connection.scalars(select(idempotency_key.c.key)))
        yield from _compared("key", keys, Counter(one.key for one in journal.lines if one.status < 300))
        for event in engine.events_of_kind(connection, EventKind.INCIDENT_OPENED):
            yield f"an incident in {event.chain}"


def _compared(what: str, there: Counter, acknowledged: Counter) -> Iterator[str]:
    for subject in sorted(there.keys() | acknowledged.keys()):
        if there[subject] != acknowledged[subject]:
            yield f"{what} {subject}: {acknowledged[subject]} acknowledged, {there[subject]} there"


def _proofs(house: House) -> Iterator[str]:
    """Let the command line prove everything, in processes of its own."""
    storage = house.settings.storage
    environment = installation_environment(storage.database_url, storage.data_dir)
    for command in (("verify",), ("replay", "--all")):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            yield f"banjie {' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
