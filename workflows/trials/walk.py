"""走一遍: a draft is deployed, and a case walked through on it, by the real rules, in a transaction that is rolled back.

A walk is the list of its acts; whoever looks at it anew walks it anew. It has a clock of its own, an engine of its own (so that
nothing of what is rolled back is remembered by the one that serves), and does what falls due of its own case alone: what it
throws to others is delivered to nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine import canonical
from engine.api import Engine
from engine.clock import RehearsalClock
from engine.commands import react
from engine.commands.case import SYSTEM
from engine.commands.deploy_definition import deploy_definition
from engine.commands.start_process import start_process
from engine.definitions import Deployed
from engine.errors import ProcessError
from engine.execution.waiting import Awaited, awaited
from engine.jobs import run_due_of
from engine.marking import unpack
from engine.model import Actor, EventKind, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import instances, jobs, work_items
from workflows import cases, worklist
from workflows.attachments.samples import put_samples
from workflows.cases import CaseDetail, Happening, TimelineEntry
from workflows.duties import DIRECTORS
from workflows.flow_changes.drafts import FlowDraft
from workflows.forms.access import AccessMap
from workflows.forms.catalogue import Forms
from workflows.forms.fields import Form
from workflows.office import Office
from workflows.operations import offered, send_back
from workflows.organisation import queries
from workflows.organisation.values import Holding, Person
from workflows.trials.acts import EVENT, MOST_ACTS, SEND_BACK, START, TIME, Act
from workflows.trials.errors import WalkClockRefused, WalkStepGone, WalkTimersEndless, WalkTooLong
from workflows.waits import place_of
from workflows.worklist import Choice, ItemDetail, Submission

BETWEEN = timedelta(minutes=1)
"""How much time passes between two acts."""
LONGEST = timedelta(days=3660)
MOST_JOBS = 100
"""How many timers may fire in one walk."""
THROWN = frozenset({EventKind.MESSAGE_THROWN, EventKind.SIGNAL_THROWN})

ReadEntries = Callable[[Form, AccessMap], Mapping[str, object]]


@dataclass(frozen=True)
class Wanted:
    """An act that is not carried out yet, with how to read what was entered once its form is known."""

    act: Act
    read: ReadEntries | None = None


@dataclass(frozen=True)
class OpenItem:
    """A work item that waits, with who may act on it: username and name; ``number`` is its number within the case."""

    item: WorkItem
    number: int
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Coming:
    """A message or signal that the case waits for."""

    event_id: str
    kind: str
    name: str
    place: str


@dataclass(frozen=True)
class Chosen:
    """The step that somebody is about to act on, as they would see it."""

    person: Person
    number: int
    detail: ItemDetail
    earlier: tuple[Choice, ...]


@dataclass(frozen=True)
class Walked:
    """How a walk stands.

    Attributes:
        acts: What was done.
        refusal: Why the next act was refused, where one was.
        refused_at: Which act that was, counted from 0.
        now: What the clock of the walk says.
        deployed: The draft as it was deployed for the walk.
        starters: Who may start a case, username and name; empty where an event starts it.
        case: The case, once it was started.
        timeline: What has happened in it.
        thrown: The names of messages and signals it has thrown.
        open_items: What waits for people.
        coming: What it waits for besides, but for time.
        due_next: When the next timer fires.
        chosen: The step to act on.
    """

    acts: tuple[Act, ...]
    refusal: ProcessError | None
    refused_at: int | None
    now: datetime
    deployed: Deployed
    starters: tuple[tuple[str, str], ...]
    case: CaseDetail | None = None
    timeline: tuple[TimelineEntry | Happening, ...] = ()
    thrown: tuple[str, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    coming: tuple[Coming, ...] = ()
    due_next: datetime | None = None
    chosen: Chosen | None = None


def walk(
    connection: Connection,
    office: Office,
    draft: FlowDraft,
    person: Person,
    acts: Sequence[Act],
    wanted: Wanted | None,
    looking_at: tuple[int, str],
    now: datetime,
) -> Walked:
    """Walk through a draft.

    Args:
        connection: In a transaction that the caller rolls back, whatever happens.
        office: The office.
        draft: Without errors.
        person: Who walks; that they may is for the caller to say.
        acts: What was done.
        wanted: What is to be done next, if anything.
        looking_at: The number of a work item and a username: whose page of which step to show; 0 for the first.
        now: Aware instant: when the walk begins.

    Returns:
        How it stands. What was refused, and all that would have followed, is left out of its acts.

    Raises:
        WalkTooLong: Nothing more can be done.
    """
    if wanted is not None and len(acts) >= MOST_ACTS:
        raise WalkTooLong(MOST_ACTS)
    walking = _Walk(connection, office, draft, person, now)
    done: list[Act] = []
    refusal: ProcessError | None = None
    for one in [*map(Wanted, acts), *([wanted] if wanted is not None else [])]:
        try:
            with connection.begin_nested():
                done.append(walking.carry_out(one))
        except ProcessError as error:
            refusal = error
            break
    return walking.shown(tuple(done), refusal, looking_at)


class _Walk:
    def __init__(self, connection: Connection, office: Office, draft: FlowDraft, person: Person, now: datetime) -> None:
        self._connection = connection
        self._clock = RehearsalClock(now)
        self._engine = Engine(office.engine.vocabulary, machine=self._clock)
        self._office = replace(office, engine=self._engine, forms=Forms())
        self._key = draft.key
        self._reader = replace(person, holdings=(Holding("", "", DIRECTORS[0]),))
        self._instance_id = ""
        self._jobs = 0
        deploy_definition(connection, self._engine.vocabulary, draft.files, Actor(person.username), now)
        self._deployed = self._engine.deployed_version(connection, draft.key)

    def carry_out(self, wanted: Wanted) -> Act:
        """Do one thing and what falls due because of it; return it as it can be done again."""
        act = wanted.act
        before = self._clock.instant
        try:
            return self._carry_out(act, wanted.read)
        except ProcessError:
            self._clock.instant = before
            raise

    def _carry_out(self, act: Act, read: ReadEntries | None) -> Act:
        if act.kind == START:
            return self._start(act)
        if not self._instance_id:
            raise WalkStepGone("")
        if act.kind == TIME:
            self._put_clock(act)
            return act
        self._clock.instant += BETWEEN
        if act.kind == EVENT:
            self._let_come(act)
        elif act.kind == SEND_BACK:
            item = self._item(act)
            given = self._person(act), item.id, item.version, act.decision, act.opinion
            send_back.send_back(self._connection, self._office, *given, self._clock.instant)
        else:
            act = self._complete(act, read)
        self._let_fall_due(self._clock.instant)
        return act

    def _start(self, act: Act) -> Act:
        if self._instance_id:
            raise WalkStepGone("")
        connection, office, deployed = self._connection, self._office, self._deployed
        start = deployed.process.start
        self._clock.instant = _instant(act.at) if act.at else self._clock.instant
        act = replace(act, at=canonical.instant(self._clock.instant), step=start.id)
        if start.trigger is not None:
            given = dict(act.values)
            begun = start_process(
                connection, office.engine.vocabulary, deployed, SYSTEM, "", given, self._clock.instant, start.id
            )
        else:
            person = self._person(act)
            begun = cases.start(connection, office, person, self._key, act.title, {}, self._clock.instant)
        self._instance_id = begun.instance_id
        self._let_fall_due(self._clock.instant)
        return act

    def _complete(self, act: Act, read: ReadEntries | None) -> Act:
        item = self._item(act)
        form, access = worklist.step_form(self._connection, self._office, item.id)
        if read is not None:
            act = replace(act, values=dict(read(form, access)))
        self._put_samples(form, act)
        submission = Submission(item.version, act.decision, act.opinion, act.values)
        person = self._person(act)
        worklist.complete(self._connection, self._office, person, item.id, submission, self._clock.instant)
        return act

    def _put_clock(self, act: Act) -> None:
        until = _instant(act.at)
        if not self._clock.instant < until <= self._clock.instant + LONGEST:
            raise WalkClockRefused
        self._let_fall_due(until)
        self._clock.instant = until

    def _let_fall_due(self, until: datetime) -> None:
        left = MOST_JOBS - self._jobs
        now = self._clock.instant
        done, reached = run_due_of(self._engine, self._connection, self._instance_id, now, until, left + 1)
        if done > left:
            raise WalkTimersEndless(MOST_JOBS)
        self._jobs += done
        self._clock.instant = max(now, reached)

    def _let_come(self, act: Act) -> None:
        case = self._engine.open_case(self._connection, self._instance_id, self._clock.instant)
        one = next((one for one in self._awaited() if one.event_id == act.step and one.kind != "timer"), None)
        if one is None:
            raise WalkStepGone(act.step)
        react.receive(case, one.kind, one.holder, one.event_id, dict(act.values))

    def _awaited(self) -> tuple[Awaited, ...]:
        marking = unpack(instances.snapshot_of(self._connection, self._instance_id))
        return awaited(self._deployed.process, marking)

    def _item(self, act: Act) -> WorkItem:
        number = f"{self._instance_id}-{act.item}"
        items = work_items.list_of_instance(self._connection, self._instance_id)
        found = next((one for one in items if one.id == number), None)
        if found is None or found.state is not WorkItemState.OPEN or found.activity_id != act.step:
            activity = self._deployed.process.activities.get(act.step)
            raise WalkStepGone(activity.name if activity is not None else act.step)
        return found

    def _person(self, act: Act) -> Person:
        return queries.get_person(self._connection, act.person)

    def _put_samples(self, form: Form, act: Act) -> None:
        values = {name: value for name, value in act.values.items() if name in form.fields}
        ids = worklist.attached(form, values)
        put_samples(self._connection, ids, act.person, self._clock.instant)

    def shown(self, done: tuple[Act, ...], refusal: ProcessError | None, looking_at: tuple[int, str]) -> Walked:
        """Return how the walk stands."""
        connection, office, now = self._connection, self._office, self._clock.instant
        refused_at = len(done) if refusal is not None else None
        if not self._instance_id:
            by_people = cases.people_start(self._deployed)
            people = queries.list_people(connection) if by_people else []
            starters = tuple(
                (one.username, one.name) for one in people if cases.why_not_start(one, self._deployed) is None
            )
            return Walked(done, refusal, refused_at, now, self._deployed, starters)
        case = cases.get_case(connection, office, self._reader, self._instance_id, now, recorded=True)
        timed = [one.due_at for one in jobs.list_of_instance(connection, self._instance_id) if one.due_at]
        items = self._open_items(case)
        history = self._engine.history(connection, self._instance_id)
        return Walked(
            acts=done,
            refusal=refusal,
            refused_at=refused_at,
            now=now,
            deployed=self._deployed,
            starters=(),
            case=case,
            timeline=cases.timeline(connection, office, self._reader, self._instance_id, now),
            thrown=tuple(str(one.data["name"]) for one in history if one.kind in THROWN),
            open_items=items,
            coming=self._coming(),
            due_next=min(timed, default=None),
            chosen=self._chosen(items, looking_at),
        )

    def _open_items(self, case: CaseDetail) -> tuple[OpenItem, ...]:
        found = [one for one in case.open_items if one.role is not WorkItemRole.COPY]
        names = queries.names_of(self._connection, {name for item in found for name in _whose(item)})
        return tuple(
            OpenItem(item, _number(item), tuple((name, names.get(name, name)) for name in _whose(item)))
            for item in found
        )

    def _coming(self) -> tuple[Coming, ...]:
        process = self._deployed.process
        return tuple(
            Coming(one.event_id, one.kind, one.name, place_of(process, process.activity(one.event_id)))
            for one in self._awaited()
            if one.kind != "timer"
        )

    def _chosen(self, items: tuple[OpenItem, ...], looking_at: tuple[int, str]) -> Chosen | None:
        number, username = looking_at
        one = next((item for item in items if item.number == number), items[0] if items else None)
        if one is None or not one.people:
            return None
        known = [name for name, _shown in one.people]
        username = username if username in known else known[0]
        person = queries.get_person(self._connection, username)
        detail = worklist.get_item(self._connection, self._office, person, one.item.id, self._clock.instant)
        operations = offered.offered(self._connection, self._office, detail, self._clock.instant)
        back = next((operation for operation in operations if operation.name == "send_back"), None)
        earlier = back.targets if back is not None and back.allowed else ()
        return Chosen(person, one.number, detail, earlier)


def _whose(item: WorkItem) -> tuple[str, ...]:
    return (item.assignee,) if item.assignee is not None else item.candidates


def _number(item: WorkItem) -> int:
    return int(item.id.rpartition("-")[2])


def _instant(text: str) -> datetime:
    try:
        return canonical.parse_instant(text)
    except ValueError as error:
        raise WalkClockRefused from error
