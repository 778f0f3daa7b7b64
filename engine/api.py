"""The front door of the engine: one line per operation."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine import canonical, redaction, verification
from engine import marking as markings
from engine import replay as replays
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.commands import add_signers as signers
from engine.commands import edit, hand_over, lifecycle, react, recompute
from engine.commands import send_back as sending
from engine.commands import withdraw as withdrawals
from engine.commands.case import SYSTEM, Case
from engine.commands.claim_work_item import claim_work_item, release_work_item
from engine.commands.complete_work_item import complete_work_item, unpacked
from engine.commands.deploy_definition import LEDGER, deploy_definition, files_called, set_start_timer
from engine.commands.outside import LiveOutside
from engine.commands.start_process import start_process
from engine.commands.tell import tell
from engine.definitions import Definitions, Deployed, errors_of, parts_of
from engine.delegates import Vocabulary
from engine.errors import (
    ClockNotAdjustable,
    ClockSetBack,
    DefinitionRefused,
    FileUnreadable,
    MessageNotAwaited,
    TokenGone,
)
from engine.execution import migration, moves, waiting
from engine.execution.migration import Migration
from engine.history import Entry, SealedEvent
from engine.marking import Marking
from engine.model import (
    Actor,
    Advanced,
    CalendarChange,
    Completion,
    EventKind,
    Finding,
    HistoryEvent,
    ProcessDefinition,
    RecordChange,
    ReplayResult,
    Value,
    Variables,
    WorkItemState,
)
from engine.persistence import definitions, history, incidents, installation, instances, jobs, subscriptions, work_items
from engine.persistence.instances import LockedInstance
from engine.persistence.jobs import Job
from engine.persistence.work_items import LockedWorkItem
from engine.process import Process
from engine.spiff import rules
from engine.spiff.check import Judgement, check
from engine.spiff.checks.judged import finding


class Engine:
    """Runs cases. It holds no connection and no case, and may be shared by threads."""

    def __init__(self, vocabulary: Vocabulary, *, clock_adjustable: bool = False, machine: Clock | None = None) -> None:
        """Take what the upper layers hand in.

        Args:
            vocabulary: The names a model may use, and what stands behind them.
            clock_adjustable: Whether the clock of an installation may be set; for demonstration and tests only.
            machine: Another clock than the machine's, for what is only rehearsed.
        """
        self.vocabulary = vocabulary
        self._clock_adjustable = clock_adjustable
        self._machine = machine or SystemClock()
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
        self.require_clock_may_be_set(connection, at)
        self._set_clock(connection, at)

    def require_clock_may_be_set(self, connection: Connection, at: datetime) -> None:
        """Raise ``ClockNotAdjustable``, or ``ClockSetBack`` where something has happened after an instant."""
        if not self._clock_adjustable:
            raise ClockNotAdjustable
        last = history.last_instant(connection)
        if last is not None and at < last:
            raise ClockSetBack(at, last)

    def advance_clock(self, connection: Connection, at: datetime) -> None:
        """Set the clock forward to an instant, unless it is later already; raise ``ClockNotAdjustable``."""
        if not self._clock_adjustable:
            raise ClockNotAdjustable
        if self.now(connection) < at:
            self._set_clock(connection, at)

    def _set_clock(self, connection: Connection, at: datetime) -> None:
        offset: timedelta = at - self._machine.now()
        installation.set_clock_offset(connection, offset)

    def check(self, files: Mapping[str, bytes], connection: Connection | None = None) -> list[Finding]:
        """Say everything that is to be said of the files of one deployment; see :meth:`judge`."""
        return self.judge(files, connection).findings

    def judge(self, files: Mapping[str, bytes], connection: Connection | None = None) -> Judgement:
        """Say everything that is to be said of the files of one deployment, and return the processes in them.

        Args:
            files: Name and content.
            connection: For reading, so that called processes are found among the deployed ones; without one, every called
                process has to be among the files.
        """
        called: Mapping[str, Mapping[str, bytes]] = {}
        if connection is not None:
            try:
                called = files_called(connection, files)
            except FileUnreadable:
                called = {}
        judgement = check(files, self.vocabulary, called)
        if not errors_of(judgement.findings):
            try:
                parts_of(files, called)
            except FileUnreadable as error:
                told = finding(error.file, error.line, None, rules.FILE_UNREADABLE, reason=error.reason)
                judgement.findings.append(told)
        return judgement

    def deploy(
        self, connection: Connection, files: Mapping[str, bytes], actor: Actor, now: datetime
    ) -> list[ProcessDefinition]:
        """Deploy files as the next version of each process in them; raise ``DefinitionRefused`` with the findings."""
        refused = errors_of(self.check(files, connection))
        if refused:
            raise DefinitionRefused(refused)
        history.lock_ledger(connection, LEDGER)  # one deployment at a time, so that versions follow each other
        return deploy_definition(connection, self.vocabulary, files, actor, now)

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

    def lock_completed(self, connection: Connection, work_item_id: str, version: int) -> LockedWorkItem:
        """Lock a completed work item, to withdraw or confirm it; see :func:`engine.persistence.work_items.lock_work_item`."""
        return work_items.lock_work_item(connection, work_item_id, version, WorkItemState.COMPLETED)

    def claim(self, connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
        """Make the actor the assignee of a pool item; raise ``WorkItemAlreadyClaimed``."""
        claim_work_item(connection, self.vocabulary, locked, actor, now)

    def release(self, connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
        """Put a claimed work item back into its pool."""
        release_work_item(connection, self.vocabulary, locked, actor, now)

    def transfer(
        self,
        connection: Connection,
        locked: LockedWorkItem,
        to: str,
        reason: str,
        actor: Actor,
        now: datetime,
        *,
        intervention: bool = False,
    ) -> None:
        """Give a work item to somebody who decides in the giver's place; as an ``intervention``, by somebody whose it is not."""
        given = connection, self.vocabulary, locked, to, reason, actor, now
        hand_over.transfer(*given, intervention=intervention)

    def delegate(
        self, connection: Connection, locked: LockedWorkItem, to: str, reason: str, actor: Actor, now: datetime
    ) -> None:
        """Give a work item to somebody for an opinion; it returns to its owner."""
        hand_over.delegate(connection, self.vocabulary, locked, to, reason, actor, now)

    def resolve(
        self, connection: Connection, locked: LockedWorkItem, opinion: str, actor: Actor, now: datetime
    ) -> None:
        """Return a delegated work item to its owner."""
        hand_over.resolve(connection, self.vocabulary, locked, opinion, actor, now)

    def urge(self, connection: Connection, locked: LockedWorkItem, message: str, actor: Actor, now: datetime) -> None:
        """Urge those who have a work item in hand."""
        hand_over.urge(connection, self.vocabulary, locked, message, actor, now)

    def confirm(self, connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
        """Confirm what somebody has recorded for the actor."""
        hand_over.confirm(connection, self.vocabulary, locked, actor, now)

    def mark_read(
        self, connection: Connection, locked: LockedWorkItem, opinion: str, actor: Actor, now: datetime
    ) -> None:
        """Say that a copy was read."""
        hand_over.mark_read(connection, self.vocabulary, locked, opinion, actor, now)

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

    def open_case(self, connection: Connection, instance_id: str, now: datetime) -> Case:
        """Lock a case and open it for one command; raise ``ProcessInstanceNotFound``."""
        instance = instances.lock_instance(connection, instance_id)
        return Case(connection, self.vocabulary, self.deployed(connection, instance.definition_id), instance, now)

    def lock_case(self, connection: Connection, instance_id: str) -> LockedInstance:
        """Lock a case, whatever its state, until the transaction ends; raise ``ProcessInstanceNotFound``."""
        return instances.lock_instance(connection, instance_id)

    def tell(
        self,
        connection: Connection,
        locked: LockedInstance,
        kind: EventKind,
        data: Mapping[str, Value],
        records: Sequence[RecordChange],
        actor: Actor,
        now: datetime,
    ) -> datetime:
        """Tell history something of a case that leaves its marking as it is; see :func:`engine.commands.tell.tell`."""
        return tell(connection, self.vocabulary, locked, kind, data, actor, now, records=records)

    def retry_incident(self, connection: Connection, incident_id: str, actor: Actor, now: datetime) -> Advanced:
        """Try a failed automatic step again; raise ``IncidentNotFound`` unless it is open."""
        incident = incidents.get_open_incident(connection, incident_id)
        case = self.open_case(connection, incident.instance_id, now)
        return react.retry_incident(case, incidents.get_open_incident(connection, incident_id), actor)

    def process_of(self, connection: Connection, instance_id: str) -> Process:
        """Return the process a case runs on; raise ``ProcessInstanceNotFound``."""
        return self.deployed(connection, instances.get_instance(connection, instance_id).definition.id).process

    def case_of(self, connection: Connection, locked: LockedWorkItem, now: datetime) -> Case:
        """Open the case of a locked work item for one command."""
        deployed = self.deployed(connection, locked.instance.definition_id)
        return Case(connection, self.vocabulary, deployed, locked.instance, now)

    def send_back(
        self,
        connection: Connection,
        locked: LockedWorkItem,
        to: str,
        reason: str,
        actor: Actor,
        now: datetime,
        *,
        person: str | None = None,
        whole_block: bool = False,
        direct: bool = False,
    ) -> Advanced:
        """Send a work item back to a step that was certainly passed.

        Args:
            connection: In the transaction that holds the lock.
            locked: The work item.
            to: The step.
            reason: The actor's words.
            actor: Who sends back.
            now: Aware instant.
            person: Whose the step is to be again; without it, as its model says.
            whole_block: Start a finished parallel block again from its split, instead of one branch of it.
            direct: Let the step, once completed, come straight back here; what goes on beside it is left alone.

        Returns:
            What the command left behind.

        Raises:
            MoveRefused: The step was not certainly passed, or cannot come straight back.
            NobodyToAct: The step would have nobody who can act.
        """
        case = self.case_of(connection, locked, now)
        move = moves.plan_send_back(
            case.deployed.process, case.marking, locked.token_id, to, whole_block=whole_block, direct=direct
        )
        return sending.send_back(case, locked, move, reason, actor, person, direct=direct)

    def withdraw(
        self, connection: Connection, locked: LockedWorkItem, reason: str, actor: Actor, now: datetime
    ) -> Advanced:
        """Take a completed step back; raise ``WithdrawalRefused``."""
        return withdrawals.withdraw(self.case_of(connection, locked, now), locked, reason, actor)

    def add_signers(
        self,
        connection: Connection,
        locked: LockedWorkItem,
        mode: str,
        people: Sequence[str],
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> Advanced:
        """Ask people to sign before or after a work item's owner, or beside them; raise ``NobodyToAct``."""
        return signers.add_signers(self.case_of(connection, locked, now), locked, mode, people, reason, actor)

    def remove_signer(
        self,
        connection: Connection,
        locked: LockedWorkItem,
        person: str,
        work_item_id: str | None,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> Advanced:
        """Ask somebody no longer who was added to a step."""
        return signers.remove_signer(self.case_of(connection, locked, now), locked, person, work_item_id, reason, actor)

    def cancel(self, connection: Connection, instance_id: str, reason: str, actor: Actor, now: datetime) -> Advanced:
        """End a case where it stands; raise ``ProcessInstanceNotFound``."""
        return lifecycle.cancel(self.open_case(connection, instance_id, now), reason, actor)

    def suspend(self, connection: Connection, instance_id: str, reason: str, actor: Actor, now: datetime) -> Advanced:
        """Stop a case's clocks; raise ``ProcessInstanceNotFound``, ``CaseSuspended`` or ``SuspensionRefused``."""
        return lifecycle.suspend(self.open_case(connection, instance_id, now), reason, actor)

    def resume(self, connection: Connection, instance_id: str, actor: Actor, now: datetime) -> Advanced:
        """Let a suspended case go on; raise ``ProcessInstanceNotFound``."""
        return lifecycle.resume(self.open_case(connection, instance_id, now), actor)

    def circulate(
        self,
        connection: Connection,
        instance_id: str,
        people: Sequence[str],
        message: str,
        activity_id: str,
        actor: Actor,
        now: datetime,
    ) -> Advanced:
        """Hand copies of a case to people, to be read; raise ``ProcessInstanceNotFound``."""
        case = self.open_case(connection, instance_id, now)
        return lifecycle.circulate(case, people, message, activity_id, actor)

    def correct(
        self,
        connection: Connection,
        instance_id: str,
        values: Variables,
        data: Mapping[str, Value],
        records: Sequence[RecordChange],
        actor: Actor,
        now: datetime,
    ) -> Advanced:
        """Correct what a case's variables say, beside its steps and also after its end.

        Args:
            connection: In a transaction.
            instance_id: The case.
            values: What its variables, those of its outermost scope, hold from now on.
            data: What is told of it beside them, such as a ``reason``.
            records: Business records that change with them; they are written here.
            actor: Who corrects; that they may is for the caller to say.
            now: Aware instant.

        Returns:
            What the command left behind: a condition that the case waits for may have turned true.

        Raises:
            ProcessInstanceNotFound: There is no such case.
            CaseSuspended: It is suspended.
        """
        return lifecycle.correct(self.open_case(connection, instance_id, now), values, data, records, actor)

    def jump(
        self,
        connection: Connection,
        instance_id: str,
        to: str,
        reason: str,
        actor: Actor,
        now: datetime,
        token_id: int | None = None,
    ) -> Advanced:
        """Put a token, or everything in the step's scope, at a step, as an intervention.

        Raises:
            ProcessInstanceNotFound: There is no such case.
            TokenGone: The token is no longer there.
            MoveRefused: The step is not in a scope of the case, or a token left behind would wait for ever.
        """
        case = self.open_case(connection, instance_id, now)
        token = case.marking.find_token(token_id) if token_id is not None else None
        if token_id is not None and token is None:
            raise TokenGone(instance_id, token_id)
        move = moves.jump(case.deployed.process, case.marking, to, token)
        return edit.move_token(case, move, "jump", reason, actor)

    def plan_migration(
        self, connection: Connection, instance_id: str, definition_id: int, renamed: Mapping[str, str]
    ) -> Migration:
        """Return where each token of a case would stand in another version, and what speaks against it."""
        instance = instances.get_instance(connection, instance_id)
        marking = markings.unpack(instances.snapshot_of(connection, instance_id))
        old, new = self.deployed(connection, instance.definition.id), self.deployed(connection, definition_id)
        return migration.plan(old.process, new.process, marking, renamed)

    def migrate(
        self,
        connection: Connection,
        instance_id: str,
        definition_id: int,
        renamed: Mapping[str, str],
        actor: Actor,
        now: datetime,
        reason: str = "",
    ) -> Advanced:
        """Move a case to another version; raise ``ProcessInstanceNotFound``, ``CaseSuspended`` or ``MigrationRefused``."""
        instance = instances.lock_instance(connection, instance_id)
        old, new = self.deployed(connection, instance.definition_id), self.deployed(connection, definition_id)
        before = waiting.awaited(old.process, markings.unpack(instance.snapshot))
        case = Case(connection, self.vocabulary, new, instance, now, awaited_before=before)
        return edit.migrate(case, old, renamed, actor, reason)

    def calendar_changed(self, connection: Connection, change: CalendarChange, now: datetime) -> None:
        """Let everything that is due by the calendar be computed again, by jobs, once the caller's transaction is committed.

        Args:
            connection: In the transaction that changes the calendar. Commands keep the calendar they have counted by until they
                end (``Vocabulary.calendar``), so that the jobs find what those have written that counted without the change.
            change: What has changed.
            now: Aware instant.
        """
        if not instances.is_any(connection) and not jobs.list_start_timers(connection, change.since):
            return
        content: dict[str, Value] = {
            "name": change.name,
            "since": canonical.instant(change.since),
            "corrects": change.corrects,
        }
        jobs.enqueue(connection, jobs.RECOMPUTE, str(change.revision), content, now)

    def recompute_starts(self, connection: Connection, since: datetime, now: datetime) -> None:
        """Compute again when timers in working time start cases, of those that are due at an instant or later."""
        for job in jobs.list_start_timers(connection, since):
            begun_at = job.content.get("begun_at")
            if begun_at is None or job.attempts or jobs.lock(connection, job.id) is None:
                continue
            process = self.deployed(connection, int(job.definition_id or 0)).process
            outside = LiveOutside(connection, self.vocabulary, "", now)
            begun, text = canonical.parse_instant(str(begun_at)), str(job.content["text"])
            due_at, _provisional = outside.timer_from(process.activity(job.name), text, begun)
            if due_at != job.due_at:
                jobs.move(connection, job.id, due_at, {**job.content, "due_at": canonical.instant(due_at)})

    def recompute_due(
        self, connection: Connection, instance_id: str, now: datetime, change: CalendarChange | None = None
    ) -> Advanced | None:
        """Compute again what is due in a case; see :func:`engine.commands.recompute.recompute_due`."""
        return recompute.recompute_due(self.open_case(connection, instance_id, now), change)

    def send_message(
        self,
        connection: Connection,
        name: str,
        correlation: Variables,
        payload: Variables,
        now: datetime,
        sender: Actor = SYSTEM,
    ) -> str | None:
        """Hand a message to the one who waits for it, or keep it until somebody does.

        Arguments and result are those of :meth:`deliver_message`.
        """
        taken_by = self.deliver_message(connection, name, correlation, payload, now, sender)
        if taken_by is None:
            kept: dict[str, Value] = {"correlation": dict(correlation), "payload": dict(payload)}
            jobs.enqueue(connection, jobs.MESSAGE, name, {**kept, "sender": sender.username}, None)
        return taken_by

    def deliver_message(
        self,
        connection: Connection,
        name: str,
        correlation: Variables,
        payload: Variables,
        now: datetime,
        sender: Actor = SYSTEM,
        addressee: str | None = None,
    ) -> str | None:
        """Hand a message to the one who waits for it.

        Args:
            connection: In a transaction.
            name: Of the message.
            correlation: Variables that must be equal in the receiver's scope.
            payload: Variables that the receiver gets.
            now: Aware instant.
            sender: Who sends it, where no case does.
            addressee: The one case that may take it; it starts none then.

        Returns:
            The case that took it: the oldest that waits for it, else a new one that it starts; None where nobody does.
        """
        for one in subscriptions.list_waiting(connection, "message", name, addressee):
            case = self.open_case(connection, str(one.instance_id), now)
            if react.is_receiver(case, int(one.holder or 0), one.event_id, correlation):
                return react.receive(case, "message", int(one.holder or 0), one.event_id, payload, sender).instance_id
        if addressee is not None:
            return None
        for start in subscriptions.list_starting(connection, "message", name):
            given = {**correlation, **payload}
            return self._start_by_event(
                connection, int(start.definition_id or 0), start.event_id, given, now, sender
            ).instance_id
        return None

    def hand_message(
        self, connection: Connection, instance_id: str, name: str, payload: Variables, now: datetime, sender: Actor
    ) -> Advanced:
        """Hand a message to one case, whichever of its tokens or scopes waits for it first; no other case is looked at.

        Args:
            connection: In a transaction.
            instance_id: The case.
            name: Of the message.
            payload: Variables that the receiver gets.
            now: Aware instant.
            sender: Who sends it.

        Returns:
            What the message left behind.

        Raises:
            ProcessInstanceNotFound: There is no such case.
            MessageNotAwaited: Nothing in it waits for this message.
        """
        case = self.open_case(connection, instance_id, now)
        for one in waiting.awaited(case.deployed.process, case.marking):
            if (one.kind, one.name) == ("message", name):
                return react.receive(case, one.kind, one.holder, one.event_id, payload, sender)
        raise MessageNotAwaited(instance_id, name)

    def throw_signal(self, connection: Connection, name: str, payload: Variables, now: datetime) -> None:
        """Broadcast a signal to everything that waits for it when it is delivered."""
        jobs.enqueue(connection, jobs.SIGNAL, name, {"payload": dict(payload)}, now)

    def deliver_signal_to(self, connection: Connection, job: Job, payload: Variables, now: datetime) -> None:
        """Hand a signal to one of those who waited for it, or start the case that it starts."""
        event_id = str(job.content["event"])
        if job.instance_id is None:
            self._start_by_event(connection, int(job.definition_id or 0), event_id, payload, now)
            return
        case = self.open_case(connection, job.instance_id, now)
        with suppress(TokenGone):
            react.receive(case, "signal", int(job.holder or 0), event_id, payload)

    def start_by_timer(self, connection: Connection, job: Job, now: datetime) -> Advanced:
        """Start the case that a start timer starts, and let the timer wait again as often as its cycle says."""
        definition_id, left = int(job.definition_id or 0), job.content["left"]
        jobs.remove(connection, job.id)
        if left is None or int(str(left)) > 1:
            event = self.deployed(connection, definition_id).process.activity(job.name)
            outside = LiveOutside(connection, self.vocabulary, "", now)
            last = canonical.parse_instant(str(job.content["due_at"]))
            remaining = int(str(left)) - 1 if left is not None else None
            timing = outside.timer_again(0, event, str(job.content["text"]), last, remaining)
            set_start_timer(connection, definition_id, job.name, timing)
        return self._start_by_event(connection, definition_id, job.name, {}, now)

    def _start_by_event(
        self,
        connection: Connection,
        definition_id: int,
        event_id: str,
        variables: Variables,
        now: datetime,
        actor: Actor = SYSTEM,
    ) -> Advanced:
        deployed = self.deployed(connection, definition_id)
        return start_process(connection, self.vocabulary, deployed, actor, "", variables, now, event_id)

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

    def clear_in_case(
        self, connection: Connection, instance_id: str, wanted: redaction.Wanted, actor: Actor, now: datetime
    ) -> redaction.Cleared:
        """Clear contents of a case; see :func:`engine.redaction.clear_in_case`."""
        return redaction.clear_in_case(connection, self.vocabulary, self.deployed, instance_id, wanted, actor, now)

    def clear_in_ledger(
        self, connection: Connection, ledger: str, wanted: redaction.Wanted, actor: Actor, now: datetime
    ) -> redaction.Cleared:
        """Clear contents of an office ledger; see :func:`engine.redaction.clear_in_ledger`."""
        return redaction.clear_in_ledger(connection, ledger, wanted, actor, now)

    def history(
        self, connection: Connection, chain: str, after: int = 0, limit: int | None = None
    ) -> list[HistoryEvent]:
        """Return the events of a case or ledger, in order, from the one after ``after``."""
        return [one.event for one in history.list_events(connection, chain, after, limit)]

    def events_of_kind(self, connection: Connection, kind: str) -> list[HistoryEvent]:
        """Return the events of one kind of all chains, in the order of each chain."""
        return [one.event for one in history.list_by_kind(connection, kind)]

    def chain(self, connection: Connection, instance_id: str) -> list[SealedEvent]:
        """Return the whole chain of a case with what seals it; raise ``ProcessInstanceNotFound``."""
        instances.get_instance(connection, instance_id)
        return history.list_events(connection, instance_id)

    def versions_of(self, connection: Connection, events: Iterable[HistoryEvent]) -> dict[str, Deployed]:
        """Return the definitions that a case has run on, the first one first, by their hashes."""
        named = replays.versions_of(events)
        return {one: self.deployed(connection, definitions.get_by_hash(connection, key, one).id) for key, one in named}

    def export(self, connection: Connection, instance_id: str) -> Iterable[bytes]:
        """Return a case's history as JSON lines, with what a replay needs; raise ``ProcessInstanceNotFound``."""
        instances.get_instance(connection, instance_id)
        events = history.list_events(connection, instance_id)
        named = replays.versions_of(one.event for one in events)
        versions = [self.deployed(connection, definitions.get_by_hash(connection, *one).id) for one in named]
        return replays.export_lines(versions, instance_id, events)

    def replay(self, connection: Connection, instance_id: str) -> ReplayResult:
        """Check a case's chain and execute it again; raise ``ProcessInstanceNotFound``."""
        return replays.replay_export(self.export(connection, instance_id))

    def verify(self, connection: Connection) -> list[verification.Break]:
        """Check all chains and projections of the engine; return every break."""
        return list(verification.verify(connection, self.vocabulary, self.deployed))
