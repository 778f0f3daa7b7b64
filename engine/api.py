"""The front door of the engine: one line per operation."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine import replay as replays
from engine import verification
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.commands.claim_work_item import claim_work_item, release_work_item
from engine.commands.complete_work_item import complete_work_item, unpacked
from engine.commands.deploy_definition import LEDGER, deploy_definition
from engine.commands.retry_incident import retry_incident
from engine.commands.start_process import start_process
from engine.definitions import Definitions, Deployed, errors_of
from engine.delegates import Vocabulary
from engine.errors import ClockNotAdjustable, ClockSetBack, DefinitionRefused
from engine.history import Entry
from engine.marking import Marking
from engine.model import (
    Actor,
    Advanced,
    Completion,
    Finding,
    HistoryEvent,
    ProcessDefinition,
    ReplayResult,
    Value,
    Variables,
)
from engine.persistence import definitions, history, incidents, installation, instances, work_items
from engine.persistence.work_items import LockedWorkItem
from engine.spiff.check import check


class Engine:
    """Runs cases. It holds no connection and no case, and may be shared by threads."""

    def __init__(self, vocabulary: Vocabulary, *, clock_adjustable: bool = False) -> None:
        """Take what the upper layers hand in.

        Args:
            vocabulary: The names a model may use, and what stands behind them.
            clock_adjustable: Whether the clock of an installation may be set; for demonstration and tests only.
        """
        self.vocabulary = vocabulary
        self._clock_adjustable = clock_adjustable
        self._machine = SystemClock()
        self._definitions = Definitions()

    def clock(self, connection: Connection) -> Clock:
        """Return the clock of this installation."""
        offset = installation.find_clock_offset(connection) if self._clock_adjustable else None
        return ShiftedClock(self._machine, offset) if offset else self._machine

    def now(self, connection: Connection) -> datetime:
        """Return what the clock of this installation says, aware, in UTC."""
        return self.clock(connection).now()

    def clock_was_set(self, connection: Connection) -> bool:
        """Tell whether the clock of this installation was ever set."""
        return installation.find_clock_offset(connection) is not None

    def set_clock(self, connection: Connection, at: datetime) -> None:
        """Set the clock of this installation, which then runs on from there.

        Args:
            connection: In a transaction.
            at: Aware instant.

        Raises:
            ClockNotAdjustable: This installation's clock may not be set.
            ClockSetBack: Something has happened after ``at``.
        """
        if not self._clock_adjustable:
            raise ClockNotAdjustable
        last = history.last_instant(connection)
        if last is not None and at < last:
            raise ClockSetBack(at, last)
        offset: timedelta = at - self._machine.now()
        installation.set_clock_offset(connection, offset)

    def check(self, files: Mapping[str, bytes]) -> list[Finding]:
        """Say everything that is to be said of the files of one deployment."""
        return check(files, self.vocabulary)

    def deploy(
        self, connection: Connection, files: Mapping[str, bytes], actor: Actor, now: datetime
    ) -> ProcessDefinition:
        """Deploy files as the next version; raise ``DefinitionRefused`` with the findings where they are refused."""
        refused = errors_of(self.check(files))
        if refused:
            raise DefinitionRefused(refused)
        history.lock_ledger(connection, LEDGER)  # one deployment at a time, so that versions follow each other
        return deploy_definition(connection, files, actor, now)

    def deployed(self, connection: Connection, definition_id: int) -> Deployed:
        """Return a definition with its files and process; raise ``ProcessDefinitionNotFound``."""
        return self._definitions.get(connection, definition_id)

    def deployed_version(self, connection: Connection, key: str, version: int | None = None) -> Deployed:
        """Return one version, by default the newest; raise ``ProcessDefinitionNotFound``."""
        return self.deployed(connection, definitions.get_definition(connection, key, version).id)

    def start(
        self, connection: Connection, deployed: Deployed, actor: Actor, unit: str, variables: Variables, now: datetime
    ) -> Advanced:
        """Start a case; see :func:`engine.commands.start_process.start_process`."""
        return start_process(connection, self.vocabulary, deployed, actor, unit, variables, now)

    def lock_work_item(self, connection: Connection, work_item_id: str, version: int) -> LockedWorkItem:
        """Lock a work item; see :func:`engine.persistence.work_items.lock_work_item`."""
        return work_items.lock_work_item(connection, work_item_id, version)

    def marking_of(self, locked: LockedWorkItem) -> Marking:
        """Return the marking of the case a locked work item belongs to."""
        return unpacked(locked)

    def claim(self, connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
        """Claim a work item; see :func:`engine.commands.claim_work_item.claim_work_item`."""
        claim_work_item(connection, locked, actor, now)

    def release(self, connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
        """Put a claimed work item back into its pool."""
        release_work_item(connection, locked, actor, now)

    def complete(
        self,
        connection: Connection,
        locked: LockedWorkItem,
        marking: Marking,
        actor: Actor,
        completion: Completion,
        now: datetime,
    ) -> Advanced:
        """Complete a work item; see :func:`engine.commands.complete_work_item.complete_work_item`."""
        deployed = self.deployed(connection, locked.instance.definition_id)
        return complete_work_item(connection, self.vocabulary, deployed, locked, marking, actor, completion, now)

    def retry_incident(self, connection: Connection, incident_id: str, actor: Actor, now: datetime) -> Advanced:
        """Try a failed automatic step again; raise ``IncidentNotFound`` unless it is open."""
        instance = instances.lock_instance(connection, incidents.get_open_incident(connection, incident_id).instance_id)
        incident = incidents.get_open_incident(connection, incident_id)  # somebody may have cleared it meanwhile
        deployed = self.deployed(connection, instance.definition_id)
        return retry_incident(connection, self.vocabulary, deployed, instance, incident, actor, now)

    def record_ledger(
        self,
        connection: Connection,
        ledger: str,
        kind: str,
        data: Mapping[str, Value],
        actor: Actor,
        now: datetime,
    ) -> None:
        """Append one event to an office ledger, such as ``office:organisation``."""
        history.append_to_ledger(connection, ledger, Entry(kind, data), actor, now)

    def history(
        self, connection: Connection, chain: str, after: int = 0, limit: int | None = None
    ) -> list[HistoryEvent]:
        """Return the events of a case or ledger, in order, from the one after ``after``."""
        return [one.event for one in history.list_events(connection, chain, after, limit)]

    def events_of_kind(self, connection: Connection, kind: str) -> list[HistoryEvent]:
        """Return the events of one kind of all chains, in the order of each chain."""
        return [one.event for one in history.list_by_kind(connection, kind)]

    def export(self, connection: Connection, instance_id: str) -> Iterable[bytes]:
        """Return a case's history as JSON lines, with what a replay needs; raise ``ProcessInstanceNotFound``."""
        instance = instances.get_instance(connection, instance_id)
        deployed = self.deployed(connection, instance.definition.id)
        return replays.export_lines(deployed, instance_id, history.list_events(connection, instance_id))

    def replay(self, connection: Connection, instance_id: str) -> ReplayResult:
        """Check a case's chain and execute it again; raise ``ProcessInstanceNotFound``."""
        return replays.replay_export(self.export(connection, instance_id))

    def verify(self, connection: Connection) -> list[verification.Break]:
        """Check all chains and projections of the engine; return every break."""
        return list(verification.verify(connection, self.vocabulary))
