"""A locked case, opened for one command: executed on its marking, then settled into history and rows.

``settle`` is what every command on a case does at its end: it tells history, then writes what follows from it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine import canonical
from engine import marking as markings
from engine.commands import reminders
from engine.commands.outside import LiveOutside
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.errors import CaseSuspended
from engine.execution.execution import Execution
from engine.execution.waiting import Awaited, awaited
from engine.history import Entry, Head
from engine.marking import Marking
from engine.model import (
    ENDED,
    SEMANTICS_VERSION,
    Actor,
    Advanced,
    EventKind,
    InstanceState,
    RecordChange,
    Value,
    WorkItem,
)
from engine.persistence import history, incidents, instances, jobs, subscriptions, work_items
from engine.persistence.instances import LockedInstance
from engine.persistence.subscriptions import Subscription

SYSTEM = Actor("system")
"""Who acts where time, a message or a job does."""


class Case:
    """One locked case and one command on it."""

    def __init__(
        self,
        connection: Connection,
        vocabulary: Vocabulary,
        deployed: Deployed,
        instance: LockedInstance,
        now: datetime,
        marking: Marking | None = None,
        awaited_before: tuple[Awaited, ...] | None = None,
    ) -> None:
        """Open a case.

        Args:
            connection: In the command's transaction.
            vocabulary: What the engine was handed.
            deployed: The definition on which the command runs.
            instance: The case, locked.
            now: The command's instant; if the case's last event is later, it happens at that one's.
            marking: The case's marking where it was unpacked already.
            awaited_before: What the case waits for, where the definition cannot say that of the marking as it is.
        """
        self.connection = connection
        self.vocabulary = vocabulary
        self.deployed = deployed
        self.instance = instance
        self.now = now = max(now, instance.head_at)
        self.marking = marking if marking is not None else markings.unpack(instance.snapshot)
        self.outside = LiveOutside(connection, vocabulary, instance.id, now, deployed.process)
        self._awaited = awaited_before if awaited_before is not None else awaited(deployed.process, self.marking)

    def execution(self, *, unattended: bool = False, while_suspended: bool = False) -> Execution:
        """Return the execution of the command; see :class:`engine.execution.execution.Execution`.

        Args:
            unattended: See there.
            while_suspended: Whether the command may be given to a suspended case.

        Returns:
            The execution, on the case's marking.

        Raises:
            CaseSuspended: The case is suspended, and the command would move something.
        """
        if self.marking.suspended_at is not None and not while_suspended:
            raise CaseSuspended(self.instance.id)
        return Execution(
            self.deployed.stepper,
            self.marking,
            self.instance.id,
            self.outside,
            self.vocabulary.person_only,
            unattended=unattended,
        )

    def settle(self, execution: Execution, told: Sequence[Entry], actor: Actor) -> Advanced:
        """Append the command to the case's history, and write work items, incidents, jobs and the case from it.

        Args:
            execution: The command, executed.
            told: The input event, and the changes of business records that came with it.
            actor: Who acts.

        Returns:
            What the command left behind.
        """
        connection, at = self.connection, self.now
        snapshot = markings.pack(execution.marking)
        entries = [
            *told,
            *execution.told,
            *map(record_entry, execution.records),
            execution.settled(markings.state_hash(snapshot)),
        ]
        head = history.append(connection, self.instance.id, self.instance.head, entries, actor, at)
        key = self.deployed.definition.key
        opened = work_items.open_work_items(
            connection, self.instance, key, _of(execution.told, EventKind.WORK_ITEM_OPENED), at
        )
        cancelled = [str(entry.work_item_id) for entry in _of(execution.told, EventKind.WORK_ITEM_CANCELLED)]
        if cancelled:
            work_items.cancel(connection, cancelled, at)
            opened = tuple(item for item in opened if item.id not in cancelled)
        failed = self._incidents(execution.told)
        self._waits(execution.marking)
        self._thrown(execution.told)
        if self.deployed.process.has_timeouts:
            self._reminders([*told, *execution.told], opened, execution.marking)
        state = execution.state
        ended_at = (self.instance.ended_at or at) if state in ENDED else None
        columns = columns_of(self.vocabulary, execution.marking, state, snapshot, head, at, ended_at)
        instances.save(connection, self.instance, {**columns, "definition_id": self.deployed.definition.id})
        return Advanced(self.instance.id, state, opened, failed)

    def _incidents(self, told: Sequence[Entry]) -> tuple[str, ...]:
        failed = incidents.open_incidents(
            self.connection, self.instance.id, _of(told, EventKind.INCIDENT_OPENED), self.now
        )
        gone = [int(str(entry.data["token"])) for entry in _of(told, EventKind.INCIDENT_CLOSED)]
        if gone:
            incidents.close_incidents_of(self.connection, self.instance.id, gone, self.now)
        return failed

    def _waits(self, marking: Marking) -> None:
        """Write which timers, messages and signals the case waits for since the command."""
        after = awaited(self.deployed.process, marking)
        known, now = set(self._awaited), set(after)
        begun = [one for one in after if one not in known]
        ended = [one for one in self._awaited if one not in now]
        if timers := [(one.holder, one.event_id) for one in ended if one.kind == "timer"]:
            jobs.remove_timers(self.connection, self.instance.id, timers)
        if others := [(one.holder, one.event_id) for one in ended if one.kind != "timer"]:
            subscriptions.remove(self.connection, self.instance.id, others)
        rows = [self._timer(one) for one in begun if one.kind == "timer"]
        waits = [one for one in begun if one.kind != "timer"]
        if waits:
            subscriptions.add(self.connection, [self._subscription(one) for one in waits])
        rows.extend(
            jobs.row_of(jobs.OFFER, name, {}, self.now)
            for name in sorted({one.name for one in waits if one.kind == "message"})
        )
        if rows:
            jobs.enqueue_all(self.connection, rows)

    def _reminders(self, told: Sequence[Entry], opened: Sequence[WorkItem], marking: Marking) -> None:
        """Write who is to be told when what was opened is overdue; nobody is told of what was closed, or while suspended."""
        connection, process, instance_id = self.connection, self.deployed.process, self.instance.id
        reminders.take_away(connection, process, instance_id, told)
        if marking.suspended_at is None:
            reminders.enqueue(connection, process, instance_id, opened, {}, self.outside.reminded_later)

    def _timer(self, one: Awaited) -> dict[str, object]:
        due_at = canonical.parse_instant(one.due_at or "")
        event = self.deployed.process.activity(one.event_id)
        content: dict[str, Value] = {"calendar": "working"} if self.outside.in_working_time(event) else {}
        return jobs.row_of(jobs.TIMER, one.event_id, content, due_at, instance_id=self.instance.id, holder=one.holder)

    def _subscription(self, one: Awaited) -> Subscription:
        return Subscription(one.kind, one.name, self.instance.id, None, one.holder, one.event_id)

    def _thrown(self, told: Sequence[Entry]) -> None:
        """Write the jobs that deliver what was thrown, and that carry out slow services, after the commit."""
        kinds = {
            EventKind.MESSAGE_THROWN: jobs.MESSAGE,
            EventKind.SIGNAL_THROWN: jobs.SIGNAL,
            EventKind.SERVICE_REQUESTED: jobs.SERVICE,
        }
        rows: list[dict[str, object]] = []
        for entry in told:
            kind = kinds.get(EventKind(entry.kind))
            if kind == jobs.SERVICE:
                token, service = int(str(entry.data["token"])), str(entry.data["service"])
                content: dict[str, Value] = {"inputs": entry.data["inputs"], "activity": entry.activity_id}
                rows.append(jobs.row_of(kind, service, content, self.now, instance_id=self.instance.id, holder=token))
            elif kind is not None:
                rows.append(jobs.row_of(kind, str(entry.data["name"]), entry.data, self.now))
        if rows:
            jobs.enqueue_all(self.connection, rows)


def input_entry(
    kind: EventKind, data: dict[str, Value], activity_id: str | None = None, work_item_id: str | None = None
) -> Entry:
    """Return an input event, which names the semantics that the command is executed by."""
    return Entry(kind, {"semantics_version": SEMANTICS_VERSION, **data}, activity_id, work_item_id)


def columns_of(
    vocabulary: Vocabulary,
    marking: Marking,
    state: InstanceState,
    snapshot: bytes,
    head: Head,
    at: datetime,
    ended_at: datetime | None,
) -> dict[str, object]:
    """Return the columns of a case's row that follow from its marking."""
    return {
        **shown_columns(vocabulary, marking),
        "state": state.value,
        "ended_at": ended_at,
        "snapshot": snapshot,
        "head_seq": head.seq,
        "head_hash": head.hash,
        "head_at": at,
    }


def shown_columns(vocabulary: Vocabulary, marking: Marking) -> dict[str, object]:
    """Return title, urgency and number of a case, from the variables that stand for them."""
    shown = {
        column: next(filter(None, map(marking.variables.get, variables)), None)
        for column, variables in vocabulary.columns.items()
    }
    return {
        **{column: str(value) if value else None for column, value in shown.items()},
        "title": str(shown["title"] or ""),
    }


def record_entry(change: RecordChange) -> Entry:
    """Return the event that tells of a business record's new values."""
    return Entry(
        EventKind.RECORD_CHANGED,
        {"record": change.record, "id": change.record_id, "values": dict(change.values)},
    )


def _of(entries: Iterable[Entry], kind: EventKind) -> list[Entry]:
    return [entry for entry in entries if entry.kind == kind]
