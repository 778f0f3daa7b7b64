"""Cases: started, read by those who may, told as a timeline, proved by replay."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import SYSTEM
from engine.commands.complete_work_item import decisions_of
from engine.definitions import Deployed
from engine.errors import NotPermitted
from engine.marking import unpack
from engine.model import (
    Actor,
    Advanced,
    EventKind,
    HistoryEvent,
    ProcessDefinition,
    ProcessInstance,
    ReplayResult,
    Value,
    Variables,
    WorkItem,
    WorkItemState,
)
from engine.persistence import definitions, incidents, instances, work_items
from engine.persistence.incidents import Incident
from engine.process import Process, starters_of
from workflows import duties
from workflows.attachments import actions as attachments
from workflows.attachments.actions import Attachment
from workflows.boxes import lamp_of
from workflows.calendar.working_time import WorkingTime
from workflows.circling import consents, shown_as_circled
from workflows.contract import DEFAULT_BUSINESS
from workflows.errors import CaseNotVisible, NotAStarter, NotStartedFrom
from workflows.extent import Extent, extent_of, own_items, require_extent
from workflows.forms.access import EDIT, Choices, access_map, fields_of
from workflows.forms.fields import FieldView, Form
from workflows.forms.validation import validate
from workflows.initiators import senders_of
from workflows.links.carrying import SOURCE_CASE, SOURCE_FLOW, carried, relation_of, sources_of
from workflows.links.records import link_change
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names
from workflows.organisation.values import Person
from workflows.recording import QUIET, record_in_case
from workflows.steps import find_step
from workflows.visibility import reads_every_case, record_reading, require_visible
from workflows.waits import Wait, place_of, waits_of
from workflows.worklist import attached, check_title, choices, known_values, read_only


@dataclass(frozen=True)
class CalledDiagram:
    """The diagram of a process that the case has called: its key, what the step that calls it is called, what was passed."""

    key: str
    name: str
    done: tuple[str, ...]
    current: tuple[str, ...]


@dataclass(frozen=True)
class CaseDetail:
    """Everything the page of a case shows to a reader; ``done`` and ``current`` are elements of the main diagram.

    ``calendar`` counts what is left of the time of its steps.
    """

    case: ProcessInstance
    fields: tuple[FieldView, ...]
    open_items: tuple[WorkItem, ...]
    incidents: tuple[Incident, ...]
    done: tuple[str, ...]
    current: tuple[str, ...]
    calendar: WorkingTime
    called: tuple[CalledDiagram, ...] = ()
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True)
class TimelineEntry:
    """One step in the words of the office: who did what, when, after how long; open ones have no ``closed_at``.

    ``owner`` is the name of whom a substitute acted for (代), or empty.
    """

    work_item_id: str
    step: str
    state: str
    people: tuple[str, ...]
    owner: str
    unit: str
    opened_at: datetime
    closed_at: datetime | None
    decision: str
    opinion: str
    circled: bool
    consents: bool
    attachments: tuple[Attachment, ...]
    role: str
    recorded_by: str
    confirmed_at: datetime | None
    kind: str
    due_at: datetime | None
    due_provisional: bool
    lamp: str

    @property
    def at(self) -> datetime:
        """When it was opened."""
        return self.opened_at

    @property
    def is_late(self) -> bool:
        """Whether it was closed after it was due."""
        return self.due_at is not None and self.closed_at is not None and self.closed_at > self.due_at


@dataclass(frozen=True)
class Happening:
    """Something that was no person's step: a timer, message or signal, a move or a migration; ``place`` is what it was at.

    ``rule`` is the setting, or its reason, by which a step was skipped or somebody told of it.
    """

    kind: str
    at: datetime
    actor: str
    place: str
    name: str
    reason: str
    rule: str = ""

    @property
    def intervention(self) -> bool:
        """Whether somebody has put the case elsewhere than its flow would."""
        moved = self.kind == EventKind.TOKEN_MOVED and self.name == "jump"
        return self.kind == EventKind.PROCESS_MIGRATED or moved or self.rule == INTERVENTION


ABOUT_PEOPLE = frozenset(
    {
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_RESOLVED,
        EventKind.WORK_ITEM_URGED,
        EventKind.WORK_ITEM_OVERDUE,
        EventKind.WORK_ITEM_SKIPPED,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        EventKind.PROCESS_CIRCULATED,
    }
)
HAPPENINGS = frozenset(
    {
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE_RECEIVED,
        EventKind.SIGNAL_RECEIVED,
        EventKind.TOKEN_MOVED,
        EventKind.PROCESS_MIGRATED,
        EventKind.SERVICE_FAILED,
        EventKind.WORK_ITEM_WITHDRAWN,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_RESOLVED,
        EventKind.WORK_ITEM_URGED,
        EventKind.WORK_ITEM_OVERDUE,
        EventKind.WORK_ITEM_SKIPPED,
        EventKind.WORK_ITEM_CONFIRMED,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        EventKind.PROCESS_CIRCULATED,
        EventKind.CASE_RECORDED,
        EventKind.VARIABLES_CORRECTED,
        EventKind.PROCESS_CANCELLED,
        EventKind.PROCESS_SUSPENDED,
        EventKind.PROCESS_RESUMED,
        EventKind.DUE_RECOMPUTED,
        EventKind.CONTENT_REDACTED,
    }
)


@dataclass(frozen=True)
class Startable:
    """A flow that people can start; ``refusal`` says why this person may not."""

    definition: ProcessDefinition
    refusal: NotPermitted | None


def startable(connection: Connection, office: Office) -> list[ProcessDefinition]:
    """Return the newest version of each flow that people can start; others begin by an event, or are only called."""
    return [
        one for one in definitions.list_newest(connection) if people_start(office.engine.deployed(connection, one.id))
    ]


def offered_to_start(connection: Connection, office: Office, person: Person) -> list[Startable]:
    """Return the flows that people can start, with those that this person may not and why."""
    flows = startable(connection, office)
    return [Startable(one, why_not_start(person, office.engine.deployed(connection, one.id))) for one in flows]


def why_not_start(person: Person, deployed: Deployed) -> NotPermitted | None:
    """Say why a person may not start a case of a flow: they have no business, or its model names the posts that may."""
    refusal = duties.may_do_business(person)
    if refusal is not None:
        return refusal
    start = deployed.process.start
    posts = starters_of(start)
    if not posts or person.posts & set(posts):
        return None
    return NotAStarter(deployed.process.name, posts, start.properties.get("starters_note", ""))


def people_start(deployed: Deployed) -> bool:
    """Tell whether a flow has a start event that people start; others begin by a timer, message or signal."""
    return deployed.process.start.trigger is None


def start_form(connection: Connection, office: Office, deployed: Deployed) -> tuple[FieldView, ...]:
    """Return the fields that may be filled in when a case is started: those the start event lets be written."""
    start = deployed.process.start
    form = office.forms.of(deployed, start)
    views = fields_of(
        form, access_map(form, start.properties), {}, choices(connection, office, office.engine.now(connection))
    )
    return tuple(view for view in views if view.access == EDIT)


def start(
    connection: Connection,
    office: Office,
    person: Person,
    key: str,
    title: str,
    variables: Mapping[str, object],
    now: datetime,
    version: int | None = None,
    source: str | None = None,
) -> Advanced:
    """Start a case.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who starts it, for the unit they belong to first.
        key: The flow.
        title: One line.
        variables: Values of the start form.
        now: Aware instant.
        version: Of the flow; the newest without it.
        source: The case it is started from: what its start event says is carried over, where nothing else is given, and the
            two are linked.

    Returns:
        What the start left behind.

    Raises:
        ProcessDefinitionNotFound: There is no such flow or version.
        WithoutBusiness: The person only administers or audits.
        NotAStarter: The person holds none of the posts that may start it.
        TitleRefused, SubmissionInvalid: It cannot be accepted so.
        CaseNotVisible: The person may not see the source.
        NotStartedFrom: Cases of this flow are not started from those of the source's.
        NobodyToAct: The first step would have nobody.
    """
    deployed = office.engine.deployed_version(connection, key, version)
    duties.require(why_not_start(person, deployed))
    check_title(office, {"title": title})
    first = deployed.process.start
    form = office.forms.of(deployed, first)
    known = known_values(connection, person, None, office, now)
    given = {name: value for name, value in variables.items() if name != "title"}
    values = validate(form, access_map(form, first.properties), given, known, draft=True)
    actor = Actor(person.username)
    came: Variables = {SOURCE_CASE: None, SOURCE_FLOW: None}
    if source is not None:
        came = _carried(connection, office, person, deployed.process, form, source, now)
    values = {**came, **values}
    advanced = office.engine.start(connection, deployed, actor, person.unit, {**values, "title": title.strip()}, now)
    attachments.bind(connection, attached(form, values), advanced.instance_id)
    if source is not None:
        change = link_change(source, advanced.instance_id, relation_of(first))
        told: dict[str, Value] = {"source": source}
        record_in_case(connection, office, advanced.instance_id, "case.linked", told, [change], actor, now)
    return advanced


def startable_from(
    connection: Connection, office: Office, case: ProcessInstance, person: Person | None = None
) -> list[ProcessDefinition]:
    """Return the flows that say of themselves that their cases may be started from this one, by a person where one is given."""
    found = []
    for one in startable(connection, office):
        deployed = office.engine.deployed(connection, one.id)
        may = person is None or why_not_start(person, deployed) is None
        if may and case.definition.key in sources_of(deployed.process):
            found.append(one)
    return found


def _carried(
    connection: Connection, office: Office, person: Person, process: Process, form: Form, source: str, now: datetime
) -> Variables:
    """Return what a new case takes over from another; files come along as the new case's own."""
    require_extent(connection, office, person, source, Extent.COPY, now)
    earlier = instances.get_instance(connection, source)
    if earlier.definition.key not in sources_of(process):
        raise NotStartedFrom(earlier.definition.name, process.name)
    variables = unpack(instances.snapshot_of(connection, source)).variables
    values: dict[str, Value] = {SOURCE_CASE: source, SOURCE_FLOW: earlier.definition.key}
    for key, value in carried(process.start, variables).items():
        field = form.fields.get(key)
        if field is None:
            continue
        if field.type in ("file", "files"):
            ids = [value] if isinstance(value, str) else value
            copies = attachments.copy(connection, map(str, ids), source, person.username, now)  # type: ignore[arg-type]
            values[key] = list(copies) if field.type == "files" else next(iter(copies), None)
        else:
            values[key] = value
    return values


def get_case(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    now: datetime,
    *,
    recorded: bool = False,
) -> CaseDetail:
    """Return a case as a reader sees it; raise ``CaseNotVisible``.

    Args:
        connection: For reading; see :func:`workflows.visibility.record_reading`.
        office: The office.
        person: Who reads.
        instance_id: The case.
        now: Aware instant.
        recorded: Whether the reading is told already, or nothing of the case's content is shown.
    """
    extent = extent_of(connection, office, person, instance_id, now)
    if not recorded:
        record_reading(connection, office, person, instance_id, "case", now)
    case = instances.get_instance(connection, instance_id)
    deployed = office.engine.deployed(connection, case.definition.id)
    marking = unpack(instances.snapshot_of(connection, instance_id))
    if extent is Extent.STEP:
        return _seen_from_steps(connection, office, person, case, marking.variables, now)
    done = passed_elements(office.engine.history(connection, instance_id))
    current = tuple(dict.fromkeys(token.activity_id for token in marking.tokens))
    items = work_items.list_of_instance(connection, instance_id)
    return CaseDetail(
        case=case,
        fields=readable_fields(connection, office, deployed, marking.variables, case.ended_at),
        open_items=tuple(item for item in items if item.state is WorkItemState.OPEN),
        incidents=tuple(incidents.list_open(connection, instance_id)),
        done=_drawn_in("", done),
        current=_drawn_in("", current),
        calendar=office.calendars.current(connection),
        called=_called_diagrams(deployed.process, done, current),
        waits=waits_of(deployed.process, marking),
    )


def _seen_from_steps(
    connection: Connection,
    office: Office,
    person: Person,
    case: ProcessInstance,
    variables: Mapping[str, object],
    now: datetime,
) -> CaseDetail:
    """Return a case as somebody sees it who sees no more of it than their own steps show."""
    mine = own_items(connection, person, case.id, now)
    items = [one for one in work_items.list_of_instance(connection, case.id) if one.id in mine]
    offered, views = _labels_at(connection, case.ended_at), dict[str, FieldView]()
    for activity_id in dict.fromkeys(one.activity_id for one in items):
        deployed, step = find_step(connection, office, case.definition.id, activity_id)
        form = office.forms.of(deployed, step)
        shown = read_only(access_map(form, step.properties))
        for view in fields_of(form, shown, variables, offered):  # type: ignore[arg-type]
            if view.value not in (None, "", []):
                views.setdefault(view.key, view)
    return CaseDetail(
        case=case,
        fields=tuple(views.values()),
        open_items=tuple(item for item in items if item.state is WorkItemState.OPEN),
        incidents=(),
        done=(),
        current=(),
        calendar=office.calendars.current(connection),
    )


def require_file(
    connection: Connection, office: Office, person: Person, instance_id: str, attachment_id: str, now: datetime
) -> None:
    """Raise ``CaseNotVisible`` unless a file of a case is one that a person sees there."""
    if extent_of(connection, office, person, instance_id, now) is Extent.STEP:
        detail = get_case(connection, office, person, instance_id, now, recorded=True)
        if attachment_id not in attachments_named(connection, detail.fields):
            raise CaseNotVisible(instance_id)


def get_row(connection: Connection, instance_id: str) -> ProcessInstance:
    """Return a case without asking who reads it, for callers that have just acted on it."""
    return instances.get_instance(connection, instance_id)


def timeline(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> tuple[TimelineEntry | Happening, ...]:
    """Return what a case went through, in order: the steps as they were opened, and what else has happened.

    Who sees no more of a case than their own steps show gets these alone.

    Raises:
        CaseNotVisible: The person has no part in the case.
    """
    extent = extent_of(connection, office, person, instance_id, now)
    case = instances.get_instance(connection, instance_id)
    events = office.engine.history(connection, instance_id)
    if extent is Extent.STEP:
        mine = own_items(connection, person, instance_id, now)
        return tuple(one for one in _steps(connection, office, case, events, now) if one.work_item_id in mine)
    entries: list[TimelineEntry | Happening] = [
        *happenings(connection, office, case, events),
        *_steps(connection, office, case, events, now),
    ]
    return tuple(sorted(entries, key=lambda one: one.at))


def _steps(
    connection: Connection, office: Office, case: ProcessInstance, events: list[HistoryEvent], now: datetime
) -> list[TimelineEntry]:
    near_until = office.near_until(office.calendars.current(connection), now)
    items = [
        item for item in work_items.list_of_instance(connection, case.id) if item.state is not WorkItemState.CANCELLED
    ]
    handed_in = _attachments_of(connection, events)
    owners = {
        event.work_item_id: event.on_behalf_of
        for event in events
        if event.kind == EventKind.WORK_ITEM_COMPLETED and event.on_behalf_of
    }
    people = {
        name for item in items for name in (item.closed_by, item.assignee, item.recorded_by, *item.candidates) if name
    }
    names = queries.names_of(connection, people | set(owners.values()))
    units = unit_names(connection)
    known = {one.username: one for one in queries.list_people(connection, include_disabled=True)}
    entries = []
    for item in items:
        _deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
        labels = {one.value: one.label for one in decisions_of(activity, item.role)}
        who = [item.closed_by or item.assignee] if item.closed_by or item.assignee else list(item.candidates)
        first = known.get(who[0] or "") if who else None
        own = units.of_person(first, item.closed_at) if first is not None else ""
        entries.append(
            TimelineEntry(
                work_item_id=item.id,
                step=item.name,
                state=item.state.value,
                people=tuple(names[name] for name in who if name),
                owner=names.get(owners.get(item.id, ""), ""),
                unit=units.at(item.seat, item.closed_at) if item.seat in units.now else own,
                opened_at=item.opened_at,
                closed_at=item.closed_at,
                decision=labels.get(item.decision or "", item.decision or ""),
                opinion=item.opinion or "",
                circled=shown_as_circled(item.decision, circled=item.circled),
                consents=consents(item.decision),
                attachments=handed_in.get(item.id, ()),
                role=item.role.value,
                recorded_by=names.get(item.recorded_by or "", ""),
                confirmed_at=item.confirmed_at,
                kind=item.kind or "",
                due_at=item.due_at,
                due_provisional=item.due_provisional,
                lamp=lamp_of(item, now, near_until),
            )
        )
    return entries


def happenings(
    connection: Connection, office: Office, case: ProcessInstance, events: list[HistoryEvent]
) -> Iterator[Happening]:
    """Yield what these events of a case tell that was no person's step, after who has sent the message that started it."""
    told = [event for event in events if event.kind in HAPPENINGS and not event.data.get(QUIET)]
    actors = {event.actor for event in told if event.actor != SYSTEM.username}
    units = unit_names(connection)
    people = queries.names_of(connection, actors.union(*map(_whom, told)) - set(units.now))
    sender = senders_of(connection, {case.id: case.initiator}).get(case.id)
    if sender is not None:
        name = queries.names_of(connection, [sender])[sender]
        yield Happening(EventKind.PROCESS_STARTED, case.started_at, name, "", "", "", SENT)
    for event in told:
        names = {**units.all_at(event.at), **people}
        place, name = "", ""
        if event.activity_id:
            deployed, activity = find_step(connection, office, case.definition.id, event.activity_id)
            place = place_of(deployed.process, activity)
            name = (activity.trigger.name or "") if activity.trigger is not None else ""
        if event.kind == EventKind.PROCESS_MIGRATED:
            name = str(event.data["version"])
        elif event.kind == EventKind.TOKEN_MOVED:
            name = str(event.data["mode"])
        elif event.kind == EventKind.DUE_RECOMPUTED:
            name = str(event.data.get("name", ""))
        elif event.kind == EventKind.CASE_RECORDED:
            name = str(event.data["act"])
        elif event.kind == EventKind.VARIABLES_CORRECTED:
            name = "、".join(_labels_of(office, office.engine.deployed(connection, case.definition.id), event))
        elif whom := _whom(event):
            name = "、".join(names.get(one, one) for one in whom)
        said, rule = next((str(event.data[word]) for word in SAID if event.data.get(word)), ""), ""
        if event.kind == EventKind.WORK_ITEM_SKIPPED:
            said, rule = "", said
        elif event.kind == EventKind.WORK_ITEM_OVERDUE:
            rule = str(event.data["rule"])
        elif event.data.get(INTERVENTION):
            rule = INTERVENTION
        yield Happening(event.kind, event.at, names.get(event.actor, ""), place, name, said, rule)


SENT = "sent"
"""The rule by which a case began that a message of another case has started."""
INTERVENTION = "intervention"
"""Under which an event says that somebody has acted on what was not theirs; also the rule by which it then happened."""
SAID = ("reason", "message", "opinion")
"""Under which of these an event tells what was said with it."""


def _labels_of(office: Office, deployed: Deployed, event: HistoryEvent) -> list[str]:
    """Return what the fields are called that an event has written."""
    forms = [office.forms.of(deployed, one) for one in deployed.process.activities.values()]
    labels = {key: field.label for form in forms for key, field in form.fields.items()}
    written = event.data.get("variables")
    return [labels.get(name, name) for name in written] if isinstance(written, dict) else []


def _whom(event: HistoryEvent) -> list[str]:
    """Return whom an event of people's operations is about, beside who acted: usernames, or elements of seats."""
    data: Mapping[str, object] = event.data
    whom = data.get("people") or data.get("to") or data.get("person") if event.kind in ABOUT_PEOPLE else None
    if isinstance(whom, list):
        return [str(one) for one in whom]
    return [str(whom)] if whom else []


def history(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    now: datetime,
    after: int = 0,
    limit: int = 500,
) -> list[HistoryEvent]:
    """Return a case's events in order. The reading is recorded.

    Raises:
        CaseNotVisible: The person does not see the whole case, or its chain tells what is withheld from them.
    """
    require_chain(connection, office, person, instance_id, now)
    record_reading(connection, office, person, instance_id, "history", now)
    return office.engine.history(connection, instance_id, after, limit)


def export(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> Iterator[bytes]:
    """Return a case's history as lines to be verified elsewhere; raise as :func:`history` does. A reading is recorded."""
    require_chain(connection, office, person, instance_id, now)
    record_reading(connection, office, person, instance_id, "export", now)
    return iter(list(office.engine.export(connection, instance_id)))


def replay(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> ReplayResult:
    """Check a case's chain and execute it again; raise ``CaseNotVisible``."""
    require_visible(connection, person, instance_id, now)
    return office.engine.replay(connection, instance_id)


def require_chain(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> None:
    """Raise ``CaseNotVisible`` unless the person sees the whole case and its chain tells nothing withheld from them."""
    require_extent(connection, office, person, instance_id, Extent.WHOLE, now)
    if reads_every_case(person):
        return
    business = office.businesses.get(office.engine.process_of(connection, instance_id).business or DEFAULT_BUSINESS)
    if (
        business is not None
        and business.withholds is not None
        and business.withholds(connection, person.username, instance_id)
    ):
        raise CaseNotVisible(instance_id)


def passed_elements(events: list[HistoryEvent]) -> tuple[str, ...]:
    """Return the nodes and flows that tokens of a case have passed, each once, in order.

    What was passed since the step that a case was sent back to, or that was taken back, is to be passed again, and is left out;
    where it comes straight back, it stays.
    """
    passed: list[str] = []
    for event in events:
        again = event.kind == EventKind.TOKEN_MOVED and event.data["mode"] != "jump" and "back" not in event.data
        if again and event.activity_id in passed:
            del passed[passed.index(event.activity_id) :]
        elements = event.data.get("passed") if event.kind == EventKind.MARKING_SETTLED else None
        if isinstance(elements, list):
            passed.extend(map(str, elements))
    return tuple(dict.fromkeys(passed))


def _drawn_in(key: str, elements: tuple[str, ...]) -> tuple[str, ...]:
    """Return the elements that stand in the diagram of a called process, without its key, or of the main one."""
    if not key:
        return tuple(one for one in elements if ":" not in one)
    return tuple(one.removeprefix(f"{key}:") for one in elements if one.startswith(f"{key}:"))


def _called_diagrams(process: Process, done: tuple[str, ...], current: tuple[str, ...]) -> tuple[CalledDiagram, ...]:
    named = {one.called: one.name or one.called for one in process.activities.values() if one.called}
    diagrams = [CalledDiagram(key, named[key], _drawn_in(key, done), _drawn_in(key, current)) for key in named]
    return tuple(one for one in diagrams if one.done or one.current)


def readable_fields(
    connection: Connection,
    office: Office,
    deployed: Deployed,
    variables: Mapping[str, object],
    ended_at: datetime | None,
) -> tuple[FieldView, ...]:
    """Return the filled fields of all forms of a flow, read-only; a case that has ended names units as they were called then."""
    views: dict[str, FieldView] = {}
    offered = _labels_at(connection, ended_at)
    for activity in deployed.process.activities.values():
        form = office.forms.of(deployed, activity)
        for view in fields_of(form, access_map(form, {}), variables, offered):  # type: ignore[arg-type]
            if view.value not in (None, "", []):
                views.setdefault(view.key, view)
    return tuple(views.values())


def _labels_at(connection: Connection, at: datetime | None) -> Choices:
    if at is None:
        return choices(connection)
    units = unit_names(connection)
    people = tuple(
        (one.username, f"{one.name}（{units.of_person(one, at)}）" if one.unit else one.name)
        for one in queries.list_people(connection)
    )
    return Choices(people=people, units=tuple(units.all_at(at).items()))


def _attachments_of(connection: Connection, events: list[HistoryEvent]) -> dict[str, tuple[Attachment, ...]]:
    ids: dict[str, list[str]] = {}
    for event in events:
        handed_in = event.data.get("attachments")
        if event.kind == EventKind.WORK_ITEM_COMPLETED and isinstance(handed_in, list):
            ids[str(event.work_item_id)] = [str(one) for one in handed_in]
    found = attachments.list_by_id(connection, {one for several in ids.values() for one in several})
    return {item: tuple(found[one] for one in several if one in found) for item, several in ids.items()}


def attachments_named(connection: Connection, views: tuple[FieldView, ...]) -> Mapping[str, Attachment]:
    """Return the attachments that fields name, by id."""
    ids: set[str] = set()
    for view in views:
        if view.type in ("file", "files") and view.value:
            ids.update([view.value] if isinstance(view.value, str) else map(str, view.value))  # type: ignore[arg-type]
    return attachments.list_by_id(connection, ids)


def attachments_usable(
    connection: Connection, person: Person, instance_id: str, ids: Iterable[str]
) -> Mapping[str, Attachment]:
    """Return, of these attachments, those that a person may hand in with a case, by id."""
    usable = attachments.usable_by(connection, frozenset(ids), person.username, instance_id)
    return attachments.list_by_id(connection, usable)
