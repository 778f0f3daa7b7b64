"""Does what is due: timers, overdue steps, messages and signals between cases, slow services, changes of the calendar.

Whoever ticks calls it.

It holds no state.

Each job is one transaction of its own. A timer's case is locked before its job, as a person's command locks the case before it
takes its timers away; so neither waits for the other in a circle.
"""

import itertools
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import canonical
from engine.api import Engine
from engine.commands import overdue, react, recompute
from engine.commands.case import SYSTEM
from engine.commands.outside import failure_of
from engine.delegates import ServiceCall
from engine.errors import BusinessError, ProcessError, ServiceFailed, TokenGone
from engine.model import Actor, CalendarChange, ServiceResult
from engine.persistence import instances, jobs, subscriptions, work_items
from engine.persistence.jobs import Job
from engine.process import ADDRESSEE

Transact = Callable[[], AbstractContextManager[Connection]]
Clock = Callable[[Connection], datetime]
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LEASE = timedelta(minutes=10)
"""How long a slow service may take before another worker takes it for dead and calls it again."""

log = logging.getLogger(__name__)


def run_due(
    engine: Engine, transact: Transact, read: Transact, until: datetime | None = None, most: int = 1_000
) -> int:
    """Do everything that is due.

    Args:
        engine: The engine.
        transact: Opens a transaction and commits it.
        read: Opens a transaction that only reads.
        until: Aware instant up to which to go, each job at its own instant; without it, what is due now, at once.
        most: How many jobs at the most.

    Returns:
        How many jobs were done or postponed.
    """
    done = 0
    for _at in itertools.islice(_due(engine, transact, read, until), most):
        done += 1
    return done


def pass_time(engine: Engine, transact: Transact, read: Transact, until: datetime) -> int:
    """Let time pass up to an instant, on an installation whose clock may be set.

    What falls due on the way is done in order, each at its due instant, and the clock goes along with it; so whoever is stopped
    midway leaves nothing that lies in the future. Then the clock stands at the instant.

    Args:
        engine: The engine.
        transact: Opens a transaction and commits it.
        read: Opens a transaction that only reads.
        until: Aware instant.

    Returns:
        How many jobs were done or postponed.

    Raises:
        ClockNotAdjustable: This installation's clock may not be set.
        ClockSetBack: Something has happened after ``until``; then nothing is done.
    """
    with read() as connection:
        engine.require_clock_may_be_set(connection, until)
    done, reached = 0, None
    for at in _due(engine, transact, read, until):
        done += 1
        if reached is None or at > reached:
            reached = at
            with transact() as connection:
                engine.advance_clock(connection, at)
    with transact() as connection:
        engine.set_clock(connection, until)
    return done


def run_due_of(
    engine: Engine, connection: Connection, instance_id: str, now: datetime, until: datetime, most: int
) -> tuple[int, datetime]:
    """Do what is due of one case within the caller's transaction, which is rolled back: for what is only rehearsed.

    Services that work outside the transaction are not called.

    Args:
        engine: The engine.
        connection: In a transaction.
        instance_id: The case; what it has thrown is delivered to nobody.
        now: Aware instant: what was due before is done then.
        until: Aware instant up to which to go, each job at its own instant.
        most: How many jobs at the most.

    Returns:
        How many jobs were done, and the instant of the last one, or ``now``.
    """
    done = 0
    while done < most:
        rows = jobs.list_of_instance(connection, instance_id)
        job = next((one for one in rows if _is_due(engine, one, until)), None)
        if job is None or job.due_at is None:
            break
        now = max(now, job.due_at)
        with connection.begin_nested():
            _KINDS[job.kind](engine, connection, job, now)
        done += 1
    return done, now


def _is_due(engine: Engine, job: Job, until: datetime) -> bool:
    slow = job.kind == jobs.SERVICE and job.name in engine.vocabulary.slow_services
    return job.due_at is not None and job.due_at <= until and not slow


def _due(engine: Engine, transact: Transact, read: Transact, until: datetime | None) -> Iterator[datetime]:
    """Do one due job after the other, and yield the instant at which each was done or postponed.

    With ``until``, what was due before the start is done at the instant of the start, however long the rest takes.
    """
    busy: set[int] = set()
    with read() as connection:
        begun = min(engine.now(connection), until) if until is not None else None
    while True:
        with read() as connection:
            now = begun or engine.now(connection)
            job = jobs.find_next(connection, until or now, busy)
        if job is None:
            return
        at = max(now, job.due_at or now)
        if _do(engine, transact, job, at):
            yield at
        else:
            busy.add(job.id)


def _do(engine: Engine, transact: Transact, job: Job, at: datetime) -> bool:
    """Do one job in a transaction of its own; False where another worker has it."""
    try:
        if job.kind == jobs.SERVICE and job.name in engine.vocabulary.slow_services:
            return _call_slow_service(engine, transact, job, at)
        with transact() as connection:
            return _KINDS[job.kind](engine, connection, job, at)
    except Exception as error:  # noqa: BLE001  (whatever went wrong, the job is tried again and then set aside, never lost)
        attempts = job.attempts + 1
        log.warning("job %s (%s) of %s failed, attempt %s: %s", job.id, job.kind, job.instance_id, attempts, error)
        again = at + FIRST_PAUSE * 2**attempts if attempts < MOST_ATTEMPTS else None
        with transact() as connection:
            jobs.postpone(connection, job.id, again, f"{type(error).__name__}: {error}")
        return True


def _fire_timer(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    case = engine.open_case(connection, str(job.instance_id), at)
    if jobs.lock(connection, job.id) is None:
        return True
    try:
        react.fire_timer(case, int(job.holder or 0), job.name)
    except TokenGone:
        jobs.remove(connection, job.id)
    return True


def _tell_overdue(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    case = engine.open_case(connection, str(job.instance_id), at)
    if jobs.lock(connection, job.id) is None:
        return True
    jobs.remove(connection, job.id)
    overdue.fire(case, job.name, int(str(job.content["number"])))
    return True


def _recompute(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    """Compute again what is due after the calendar has changed: one job becomes one for each case, so that each is a command.

    When timers start the next cases of a flow belongs to no case and is computed at once.
    """
    content: Mapping[str, Any] = job.content
    since, corrects = canonical.parse_instant(content["since"]), bool(content["corrects"])
    if job.instance_id is not None:
        case = engine.open_case(connection, job.instance_id, at)
        if jobs.lock(connection, job.id) is not None:
            jobs.remove(connection, job.id)
            recompute.recompute_due(case, CalendarChange(int(job.name), content["name"], since, corrects))
        return True
    if jobs.lock(connection, job.id) is None:
        return False
    jobs.remove(connection, job.id)
    engine.recompute_starts(connection, since, at)
    cases = work_items.cases_due_since(connection, since, only_provisional=not corrects)
    cases |= jobs.cases_timed_since(connection, since)
    rows = [jobs.row_of(jobs.RECOMPUTE, job.name, content, at, instance_id=one) for one in sorted(cases)]
    if rows:
        jobs.enqueue_all(connection, rows)
    return True


def _start_by_timer(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    if jobs.lock(connection, job.id) is None:
        return False
    engine.start_by_timer(connection, job, at)
    return True


def _deliver_message(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    """Hand a message to who waits for it; one that is for a case that has ended, or was never there, is let go."""
    if jobs.lock(connection, job.id) is None:
        return False
    content: Mapping[str, Any] = job.content
    sender = Actor(content["sender"]) if "sender" in content else SYSTEM
    addressee = str(content[ADDRESSEE] or "") if ADDRESSEE in content else None
    given = content["correlation"], content["payload"], at, sender, addressee
    taken = engine.deliver_message(connection, job.name, *given)
    if taken or (addressee is not None and not instances.goes_on(connection, addressee)):
        jobs.remove(connection, job.id)
    else:
        jobs.keep_pending(connection, job.id)
    return True


def _deliver_signal(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    """Hand a signal to everything that waits for it: one job becomes one for each, so that each is its own command."""
    locked = jobs.lock(connection, job.id)
    if locked is None:
        return False
    content: Mapping[str, Any] = job.content
    if job.instance_id is not None or job.definition_id is not None:
        engine.deliver_signal_to(connection, job, content["payload"], at)
    else:
        waiting = subscriptions.list_waiting(connection, "signal", job.name)
        starting = subscriptions.list_starting(connection, "signal", job.name)
        rows = [
            jobs.row_of(
                jobs.SIGNAL,
                job.name,
                {"payload": content["payload"], "event": one.event_id},
                at,
                one.instance_id,
                one.definition_id,
                one.holder,
            )
            for one in [*waiting, *starting]
        ]
        if rows:
            jobs.enqueue_all(connection, rows)
    jobs.remove(connection, job.id)
    return True


def _offer(_engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    if jobs.lock(connection, job.id) is None:
        return False
    jobs.wake_messages(connection, job.name, at)
    jobs.remove(connection, job.id)
    return True


def _call_service(engine: Engine, connection: Connection, job: Job, at: datetime) -> bool:
    """Carry out an ordinary service that the model marks asynchronous: in one transaction with what follows."""
    case = engine.open_case(connection, str(job.instance_id), at)
    if jobs.lock(connection, job.id) is None:
        return True
    jobs.remove(connection, job.id)
    token = case.marking.find_token(int(job.holder or 0))
    if token is None or not token.requested:
        return True
    content: Mapping[str, Any] = job.content
    activity = case.deployed.process.activity(token.activity_id)
    try:
        result = case.outside.call(activity, content["inputs"])
    except (BusinessError, ServiceFailed) as error:
        react.fail_service(case, token.id, error)
    else:
        react.finish_service(case, token.id, result)
    return True


def _call_slow_service(engine: Engine, transact: Transact, job: Job, at: datetime) -> bool:
    """Carry out a slow service outside any transaction, then bring its answer back as a command."""
    with transact() as connection:
        locked = jobs.lock(connection, job.id)
        if locked is None or locked.due_at != job.due_at:
            return False
        jobs.postpone(connection, job.id, at + LEASE)
    content: Mapping[str, Any] = job.content
    failure: BusinessError | ServiceFailed | None = None
    result = ServiceResult()
    try:
        call = ServiceCall(str(job.instance_id), str(content["activity"]), content["inputs"], at)
        result = engine.vocabulary.slow_services[job.name](call)
    except BusinessError as error:
        failure = error
    except ProcessError as error:
        failure = failure_of(job.name, error)
    with transact() as connection:
        case = engine.open_case(connection, str(job.instance_id), at)
        if jobs.lock(connection, job.id) is None:
            return True
        jobs.remove(connection, job.id)
        token = case.marking.find_token(int(job.holder or 0))
        if token is None or not token.requested:
            return True
        if failure is not None:
            react.fail_service(case, token.id, failure)
        else:
            for change in result.records:
                engine.vocabulary.records[change.record](connection, change)
            react.finish_service(case, token.id, result)
    return True


_KINDS: Mapping[str, Callable[[Engine, Connection, Job, datetime], bool]] = {
    jobs.TIMER: _fire_timer,
    jobs.OVERDUE: _tell_overdue,
    jobs.RECOMPUTE: _recompute,
    jobs.START_TIMER: _start_by_timer,
    jobs.MESSAGE: _deliver_message,
    jobs.SIGNAL: _deliver_signal,
    jobs.OFFER: _offer,
    jobs.SERVICE: _call_service,
}
