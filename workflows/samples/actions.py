"""Drawing a sample and writing on its worksheet; both are told to the ledger of samples, and touch no case."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.duties import AUDITORS, require_post
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger
from workflows.samples.drawing import population_digest
from workflows.samples.errors import FindingTooLong, NothingToSample, SampleNameRequired
from workflows.samples.queries import get_case, next_id
from workflows.samples.records import LEDGER, SAMPLE, SAMPLE_CASE
from workflows.samples.values import ALGORITHM, Chosen, Criteria, Method, Note, Point, Sample

FINDING_CHARACTERS = 4000


def keep(
    connection: Connection,
    office: Office,
    person: Person,
    sample: Sample,
    population: Sequence[str],
    chosen: Sequence[Chosen],
    now: datetime,
) -> str:
    """Keep a sample that was drawn, and lay out its worksheet.

    Args:
        connection: In a transaction; the ledger of samples stays locked until it ends.
        office: The office.
        person: Who draws it.
        sample: What was asked for, and when it was drawn; id, numbers and who are filled in here.
        population: The ids of the cases it was drawn from.
        chosen: The cases that were drawn, in order.
        now: Aware instant at which it is told.

    Returns:
        The id of the sample.

    Raises:
        PostRequired: The person is no auditor.
        SampleNameRequired: It does not say what it is for.
        NothingToSample: There was nothing to draw from.
    """
    require_post(person, AUDITORS)
    if not sample.name:
        raise SampleNameRequired
    if not chosen:
        raise NothingToSample
    lock_ledger(connection, LEDGER)
    sample_id = next_id(connection, now)
    told: dict[str, Value] = {
        "name": sample.name,
        "method": sample.method.value,
        "seed": sample.seed,
        "algorithm": ALGORITHM,
        "criteria": written(sample.criteria),
        "weights": dict(sample.weights) if sample.method is Method.RISK else {},
        "questions": [*sample.questions],
        "asked": sample.asked,
        "size": len(chosen),
        "population": len(population),
        "population_digest": population_digest(population),
        "drawn_by": person.username,
        "drawn_at": instant(sample.drawn_at),
    }
    changes = [RecordChange(SAMPLE, sample_id, told)]
    for rank, one in enumerate(chosen, start=1):
        line: dict[str, Value] = {
            "sample_id": sample_id,
            "instance_id": one.instance_id,
            "rank": rank,
            "score": one.score,
            "points": [_point(point) for point in one.points],
        }
        changes.append(RecordChange(SAMPLE_CASE, f"{sample_id}/{rank}", line))
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return sample_id


def note(
    connection: Connection, office: Office, person: Person, sample_id: str, rank: int, said: Note, now: datetime
) -> None:
    """Write on a worksheet what was found in a case; what stood there before stays in the ledger.

    Args:
        connection: In a transaction; the ledger of samples stays locked until it ends.
        office: The office.
        person: Who writes.
        sample_id: The sample.
        rank: Of the case in it.
        said: What is written; all of it takes the place of what stood there.
        now: Aware instant.

    Raises:
        PostRequired: The person is no auditor.
        SampleNotFound: There is no such line.
        FindingTooLong: The finding is longer than :data:`FINDING_CHARACTERS`.
    """
    require_post(person, AUDITORS)
    if len(said.finding) > FINDING_CHARACTERS:
        raise FindingTooLong(FINDING_CHARACTERS)
    line = get_case(connection, sample_id, rank)
    values: dict[str, Value] = {
        "answers": {str(number): answer.value for number, answer in said.answers.items()},
        "finding": said.finding or None,
        "conclusion": said.conclusion.value if said.conclusion else None,
        "noted_by": person.username,
        "noted_at": instant(now),
    }
    changes = [RecordChange(SAMPLE_CASE, line.id, values)]
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)


def written(criteria: Criteria) -> dict[str, Value]:
    """Return criteria in history's words."""
    return {
        "since": instant(criteria.since),
        "until": instant(criteria.until),
        "flows": [*criteria.flows],
        "units": [*criteria.units],
    }


def _point(point: Point) -> dict[str, Value]:
    return {
        "kind": point.kind,
        "seqs": [*point.seqs],
        "at": instant(point.at),
        "actor": point.actor,
        "step": point.step,
        "facts": dict(point.facts),
    }
