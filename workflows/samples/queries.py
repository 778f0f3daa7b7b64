"""Reads samples, their worksheets, and the population that a sample is drawn from."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.canonical import parse_instant
from engine.persistence.tables import process_definition, process_instance
from workflows.calendar.values import SHANGHAI
from workflows.samples.errors import SampleNotFound
from workflows.samples.records import audit_sample, audit_sample_case
from workflows.samples.values import Answer, Conclusion, Criteria, Method, Point, Sample, SampledCase


def population(connection: Connection, criteria: Criteria, until: datetime) -> list[str]:
    """Return the ids of the cases that meet criteria, in order.

    Args:
        connection: For reading.
        criteria: What they have to meet.
        until: Aware instant; cases that began after it did not exist when the sample was drawn.
    """
    case = process_instance.c
    query = (
        select(case.id)
        .join(process_definition, process_definition.c.id == case.definition_id)
        .where(case.started_at >= criteria.since, case.started_at < criteria.until, case.started_at <= until)
        .order_by(case.id)
    )
    if criteria.flows:
        query = query.where(process_definition.c.key.in_(criteria.flows))
    if criteria.units:
        query = query.where(case.initiator_unit.in_(criteria.units))
    return list(connection.scalars(query))


def list_samples(connection: Connection) -> list[tuple[Sample, int]]:
    """Return all samples, the newest first, and in how many cases of each something was concluded."""
    line = audit_sample_case.c
    counts = connection.execute(select(line.sample_id, func.count(line.conclusion)).group_by(line.sample_id))
    concluded: dict[str, int] = {row[0]: row[1] for row in counts}
    order = (audit_sample.c.drawn_at.desc(), audit_sample.c.id.desc())
    rows = connection.execute(select(audit_sample).order_by(*order))
    return [(_sample(row), concluded.get(row.id, 0)) for row in rows]


def get_sample(connection: Connection, sample_id: str) -> Sample:
    """Return a sample; raise ``SampleNotFound``."""
    row = connection.execute(select(audit_sample).where(audit_sample.c.id == sample_id)).first()
    if row is None:
        raise SampleNotFound(sample_id)
    return _sample(row)


def list_cases(connection: Connection, sample_id: str) -> list[SampledCase]:
    """Return the lines of a worksheet, in the order in which they were drawn."""
    query = select(audit_sample_case).where(audit_sample_case.c.sample_id == sample_id)
    return [_case(row) for row in connection.execute(query.order_by(audit_sample_case.c.rank))]


def get_case(connection: Connection, sample_id: str, rank: int) -> SampledCase:
    """Return one line of a worksheet; raise ``SampleNotFound``."""
    query = select(audit_sample_case).where(audit_sample_case.c.id == f"{sample_id}/{rank}")
    row = connection.execute(query).first()
    if row is None:
        raise SampleNotFound(sample_id)
    return _case(row)


def next_id(connection: Connection, now: datetime) -> str:
    """Return the id of the next sample of a year; the ledger of samples is held by whoever asks."""
    year = now.astimezone(SHANGHAI).year
    count = connection.scalar(select(func.count()).where(audit_sample.c.id.startswith(f"{year}-")))
    return f"{year}-{(count or 0) + 1:03}"


def _sample(row: Row[Any]) -> Sample:
    values = dict(row._mapping)
    told: Any = values.pop("criteria")
    criteria = Criteria(
        since=parse_instant(told["since"]),
        until=parse_instant(told["until"]),
        flows=tuple(told["flows"]),
        units=tuple(told["units"]),
    )
    method = Method(values.pop("method"))
    questions = tuple(values.pop("questions"))
    return Sample(**values, method=method, criteria=criteria, questions=questions)


def _case(row: Row[Any]) -> SampledCase:
    values: dict[str, Any] = dict(row._mapping)
    points = [
        Point(one["kind"], tuple(one["seqs"]), parse_instant(one["at"]), one["actor"], one["step"], dict(one["facts"]))
        for one in values["points"]
    ]
    answers = {int(number): Answer(answer) for number, answer in (values["answers"] or {}).items()}
    conclusion = values["conclusion"]
    return SampledCase(
        id=values["id"],
        sample_id=values["sample_id"],
        instance_id=values["instance_id"],
        rank=values["rank"],
        score=values["score"],
        points=tuple(points),
        answers=answers,
        finding=values["finding"] or "",
        conclusion=Conclusion(conclusion) if conclusion else None,
        noted_by=values["noted_by"] or "",
        noted_at=values["noted_at"],
    )
