"""Rows of jobs: what is to be done at an instant, written in the transaction that made it due.

One table on both databases, so that a backup holds what is still to come (ADR 10). A timer is a job of its case, and so is what
tells that a work item is overdue; a thrown message or signal, and a slow service, is one that is due at once. A job without an
instant waits for something else than time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from engine import canonical
from engine.model import Value
from engine.persistence.tables import job

TIMER, START_TIMER, MESSAGE, SIGNAL, OFFER, SERVICE = "timer", "start_timer", "message", "signal", "offer", "service"
OVERDUE, RECOMPUTE = "overdue", "recompute"
IN_WORKING_TIME = canonical.encode({"calendar": "working"})
"""What a timer carries that is counted in working time."""
_insert = insert(job)
_next = select(job).where(job.c.due_at.is_not(None)).order_by(job.c.due_at, job.c.id).limit(1)


@dataclass(frozen=True)
class Job:
    """Something to be done at an instant.

    Attributes:
        id: Of the row.
        kind: timer, start_timer, message, signal, offer, service, overdue or recompute.
        instance_id: The case of a timer, a service or a work item, or in which what is due is computed again; without one,
            that is still to be done in all cases.
        definition_id: The definition that a timer starts.
        holder: The token or scope of a timer or service.
        name: Of the event, message, signal, service or change of the calendar; the id of the work item that is overdue.
        content: What it carries.
        due_at: Aware instant; None while it waits for something else, or has failed too often.
        attempts: How often it has failed.
        error: Why it failed last.
    """

    id: int
    kind: str
    instance_id: str | None
    definition_id: int | None
    holder: int | None
    name: str
    content: Mapping[str, Value]
    due_at: datetime | None
    attempts: int
    error: str | None


def enqueue(
    connection: Connection,
    kind: str,
    name: str,
    content: Mapping[str, Value],
    due_at: datetime | None,
    *,
    instance_id: str | None = None,
    definition_id: int | None = None,
    holder: int | None = None,
) -> None:
    """Write a job in the caller's transaction."""
    enqueue_all(connection, [row_of(kind, name, content, due_at, instance_id, definition_id, holder)])


def row_of(
    kind: str,
    name: str,
    content: Mapping[str, Value],
    due_at: datetime | None,
    instance_id: str | None = None,
    definition_id: int | None = None,
    holder: int | None = None,
) -> dict[str, Any]:
    """Return the row of a job."""
    return {
        "kind": kind,
        "instance_id": instance_id,
        "definition_id": definition_id,
        "holder": holder,
        "name": name,
        "content": canonical.encode(content),
        "due_at": due_at,
        "attempts": 0,
        "error": None,
    }


def enqueue_all(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write several jobs in the caller's transaction."""
    connection.execute(_insert, rows)


def find_next(connection: Connection, due_by: datetime, skip: Iterable[int] = ()) -> Job | None:
    """Return the job that is due first, by an instant, without locking it; None where none is."""
    row = connection.execute(_next.where(job.c.due_at <= due_by, job.c.id.not_in(list(skip)))).first()
    return _job_of(row) if row is not None else None


def lock(connection: Connection, job_id: int) -> Job | None:
    """Lock a job until the transaction ends; None where it is done already, or another worker has it."""
    row = connection.execute(select(job).where(job.c.id == job_id).with_for_update(skip_locked=True)).first()
    return _job_of(row) if row is not None else None


def remove(connection: Connection, job_id: int) -> None:
    """Write that a job is done."""
    connection.execute(delete(job).where(job.c.id == job_id))


def remove_timers(connection: Connection, instance_id: str, timers: Iterable[tuple[int, str]]) -> None:
    """Write that a case no longer waits for these timers, each given by its holder and event."""
    which = [and_(job.c.holder == holder, job.c.name == event_id) for holder, event_id in timers]
    connection.execute(delete(job).where(job.c.instance_id == instance_id, job.c.kind == TIMER, or_(*which)))


def remove_overdue(connection: Connection, instance_id: str, work_item_ids: Collection[str] | None = None) -> None:
    """Write that nobody is to be told of these work items being overdue any more, or of none of the case."""
    which = delete(job).where(job.c.instance_id == instance_id, job.c.kind == OVERDUE)
    connection.execute(which if work_item_ids is None else which.where(job.c.name.in_(list(work_item_ids))))


def remove_start_timers(connection: Connection, definition_ids: Iterable[int]) -> None:
    """Write that timers no longer start cases of these definitions."""
    connection.execute(delete(job).where(job.c.definition_id.in_(list(definition_ids)), job.c.kind == START_TIMER))


def postpone(connection: Connection, job_id: int, due_at: datetime | None, error: str | None = None) -> None:
    """Write when a job is to be tried again, and why it failed where it did."""
    values: dict[str, Any] = {"due_at": due_at}
    if error is not None:
        values |= {"error": error, "attempts": job.c.attempts + 1}
    connection.execute(update(job).where(job.c.id == job_id).values(values))


def keep_pending(connection: Connection, job_id: int) -> None:
    """Write that a message found nobody and waits until somebody begins to wait for it."""
    connection.execute(update(job).where(job.c.id == job_id).values(due_at=None, attempts=0, error=None))


def take_up_parked(connection: Connection, now: datetime) -> int:
    """Let the jobs that failed too often be tried again from now, and return how many there are."""
    parked = and_(job.c.due_at.is_(None), job.c.error.is_not(None))
    return connection.execute(update(job).where(parked).values(due_at=now, attempts=0)).rowcount


def wake_messages(connection: Connection, name: str, now: datetime) -> None:
    """Let the messages of a name that found nobody be delivered again."""
    connection.execute(update(job).where(job.c.kind == MESSAGE, job.c.name == name).values(due_at=now))


def list_parked(connection: Connection) -> list[Job]:
    """Return the jobs that failed so often that they are no longer tried."""
    rows = connection.execute(select(job).where(job.c.due_at.is_(None), job.c.error.is_not(None)).order_by(job.c.id))
    return [_job_of(row) for row in rows]


def list_of_instance(connection: Connection, instance_id: str) -> list[Job]:
    """Return the timers and slow services of a case."""
    rows = connection.execute(select(job).where(job.c.instance_id == instance_id).order_by(job.c.due_at, job.c.id))
    return [_job_of(row) for row in rows]


def cases_timed_since(connection: Connection, since: datetime) -> set[str]:
    """Return the cases that wait for a timer in working time that is due at an instant or later."""
    timed = and_(job.c.kind == TIMER, job.c.due_at >= since, job.c.content == IN_WORKING_TIME)
    return set(connection.scalars(select(job.c.instance_id).distinct().where(timed)))


def list_start_timers(connection: Connection, since: datetime | None = None) -> list[Job]:
    """Return the timers that start cases, those alone that are due at an instant or later where one is given."""
    which = job.c.kind == START_TIMER if since is None else and_(job.c.kind == START_TIMER, job.c.due_at >= since)
    return [_job_of(row) for row in connection.execute(select(job).where(which).order_by(job.c.id))]


def move(connection: Connection, job_id: int, due_at: datetime, content: Mapping[str, Value]) -> None:
    """Write that a job is due at another instant, and what it carries then."""
    values = {"due_at": due_at, "content": canonical.encode(dict(content))}
    connection.execute(update(job).where(job.c.id == job_id).values(values))


def count_recomputing(connection: Connection, revision: int) -> int:
    """Return how many cases are still to be looked at after a change of the calendar; at least one before they are known."""
    return connection.scalar(select(func.count()).where(job.c.kind == RECOMPUTE, job.c.name == str(revision))) or 0


def count(connection: Connection) -> int:
    """Return how many jobs there are."""
    return connection.scalar(select(func.count()).select_from(job)) or 0


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many jobs wait for their instant, for something else than time, and are set aside after failing."""
    timed, failed = job.c.due_at.is_not(None), job.c.error.is_not(None)
    row = connection.execute(
        select(
            func.count().filter(timed).label("waiting"),
            func.count().filter(~timed, ~failed).label("pending"),
            func.count().filter(~timed, failed).label("parked"),
        ).select_from(job)
    ).one()
    return dict(row._mapping)


def _job_of(row: Row[Any]) -> Job:
    return Job(**{**row._mapping, "content": canonical.decode(bytes(row.content))})
