"""What was known at a moment of a case: the form, files, opinions, who could act, who acted for whom, what was waited for.

Everything is told by history up to that event; people and units have the names they had then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.complete_work_item import decisions_of
from engine.definitions import Deployed
from engine.model import EventKind, HistoryEvent, ProcessInstance, Value, WorkItemRole, WorkItemState
from engine.told_work_items import Told
from workflows.attachments import actions as attachments
from workflows.attachments.actions import Attachment
from workflows.cases import HAPPENINGS, SENT, Happening, happenings, readable_fields
from workflows.circling import consents, shown_as_circled
from workflows.forms.fields import FieldView
from workflows.moments.life import Held, Life, is_intervention
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names
from workflows.organisation.values import Person
from workflows.recording import QUIET
from workflows.substitutions.queries import substitutions_of
from workflows.waits import Wait

MOST_HAPPENINGS, MOST_OPINIONS = 40, 60
"""So many of the latest are shown; the records have them all."""


@dataclass(frozen=True)
class FieldThen:
    """A field as it stood; ``before`` is what it was until this moment, where this moment has changed it."""

    view: FieldView
    before: FieldView | None
    changed: bool


@dataclass(frozen=True)
class StepThen:
    """A step that waited for somebody: who had it or could take it, and who could act for them (代理).

    ``substitutes`` are pairs of owner and substitute; ``working_seconds`` is how long it had been open, in working time;
    ``acting`` that it is the one on which the moment's event acts.
    """

    work_item_id: str
    step: str
    role: str
    seat: str
    assignee: str
    candidates: tuple[str, ...]
    owner: str
    substitutes: tuple[tuple[str, str], ...]
    opened_at: datetime
    due_at: datetime | None
    due_provisional: bool
    late: bool
    urges: int
    urged_at: datetime | None
    working_seconds: float
    acting: bool


@dataclass(frozen=True)
class OpinionThen:
    """What somebody had decided and said by then; ``owner`` is for whom they acted, ``recorded_by`` who typed it in."""

    seq: int
    work_item_id: str
    step: str
    state: str
    role: str
    person: str
    owner: str
    unit: str
    at: datetime
    decision: str
    opinion: str
    circled: bool
    consents: bool
    recorded_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class HappenedThen:
    """Something that was no person's step, with the number of its event."""

    seq: int
    happening: Happening
    intervention: bool


@dataclass(frozen=True)
class Known:
    """Everything that was known at a moment; ``exact`` is False where history and its execution have parted before.

    ``record`` is what the event has changed of a record: the column, what it was and what it is, people and units by name.
    """

    event: HistoryEvent
    actor: str
    owner: str
    recorded_by: str
    place: str
    version: int
    state: str
    tokens: tuple[tuple[str, int], ...]
    fields: tuple[FieldThen, ...]
    files: Mapping[str, Attachment]
    steps: tuple[StepThen, ...]
    opinions: tuple[OpinionThen, ...]
    earlier_opinions: int
    happened: tuple[HappenedThen, ...]
    waits: tuple[Wait, ...]
    record: tuple[tuple[str, Value, Value], ...]
    exact: bool


@dataclass(frozen=True)
class _Names:
    people: Mapping[str, str]
    known: Mapping[str, Person]
    units: Mapping[str, str]

    def of(self, username: object) -> str:
        return self.people.get(str(username), str(username)) if username else ""

    def unit_of(self, username: object) -> str:
        person = self.known.get(str(username))
        return self.units.get(person.unit, person.unit) if person is not None and person.unit else ""

    def in_value(self, value: Value) -> Value:
        """Return a value of a record with names where it says usernames and units' codes."""
        if isinstance(value, list):
            return [self.in_value(one) for one in value]
        if not isinstance(value, str):
            return value
        return self.known[value].name if value in self.known else self.units.get(value, value)

    def of_seat(self, seat: object) -> str:
        return self.units.get(str(seat), self.people.get(str(seat), str(seat))) if seat else ""


def known_at(connection: Connection, office: Office, case: ProcessInstance, life: Life, seq: int, held: Held) -> Known:
    """Return what was known after an event of a case.

    Args:
        connection: For reading.
        office: The office.
        case: The case; that the reader may see it is for the caller to say.
        life: Its life.
        seq: The number of an event of it.
        held: What the case held then.

    Returns:
        What was known, with names as of then.
    """
    event = life.events[seq - 1]
    items, stood = life.items_at(seq), life.standing_seq(seq)
    names = _names(connection, event, items)
    deployed = life.deployed_at(seq)
    fields = _fields(connection, office, deployed, held, event.at)
    opinions = _opinions(life, seq, items, names)
    return Known(
        event=event,
        actor=names.of(event.actor),
        owner=names.of(event.on_behalf_of),
        recorded_by=names.of(event.recorded_by),
        place=_place(life, event.activity_id, seq),
        version=deployed.definition.version,
        state=life.state_at(seq),
        tokens=_tokens(life, seq),
        fields=fields,
        files=_files(connection, fields),
        steps=_steps(connection, office, case, items if stood == seq else life.items_at(stood), names, event),
        opinions=opinions,
        earlier_opinions=sum(1 for one in items.values() if one["closed_by"]) - len(opinions),
        happened=_happened(connection, office, case, life.events[:seq]),
        waits=held.waits,
        record=_record(life.events[: seq - 1], event, names),
        exact=held.exact,
    )


def _names(connection: Connection, event: HistoryEvent, items: Mapping[str, Told]) -> _Names:
    people = {event.actor, event.on_behalf_of, event.recorded_by}
    for item in items.values():
        people |= {item["assignee"], item["closed_by"], item["owner"], item["recorded_by"], item["seat"]}
        people |= set(item["candidates"])
    known = {one.username: one for one in queries.list_people(connection, include_disabled=True)}
    return _Names(
        queries.names_of(connection, {str(one) for one in people if one}),
        known,
        unit_names(connection).all_at(event.at),
    )


def _record(before: Sequence[HistoryEvent], event: HistoryEvent, names: _Names) -> tuple[tuple[str, Value, Value], ...]:
    """Return what an event has changed of a business record, if it tells of one."""
    values = event.data.get("values")
    if event.kind != EventKind.RECORD_CHANGED or not isinstance(values, dict):
        return ()
    held: dict[str, Value] = {}
    for one in before:
        told = one.data.get("values")
        same = one.kind == event.kind and all(one.data.get(key) == event.data.get(key) for key in ("record", "id"))
        held |= told if same and isinstance(told, dict) else {}
    changed = [key for key, value in values.items() if key not in held or held[key] != value]
    return tuple((key, names.in_value(held.get(key)), names.in_value(values[key])) for key in changed)


def _place(life: Life, activity_id: str | None, seq: int) -> str:
    activity = life.find_activity(activity_id, seq)
    return (activity.name or activity.id) if activity is not None else activity_id or ""


def _tokens(life: Life, seq: int) -> tuple[tuple[str, int], ...]:
    """Return where tokens stood, by name, and how many at each; what has no name is told by what it waits for."""
    counted: dict[str, int] = {}
    for activity_id in life.standing_at(seq).tokens.values():
        activity = life.find_activity(activity_id, seq)
        name = activity.name if activity is not None else activity_id
        if name:
            counted[name] = counted.get(name, 0) + 1
    return tuple(counted.items())


def _fields(
    connection: Connection, office: Office, deployed: Deployed, held: Held, at: datetime
) -> tuple[FieldThen, ...]:
    after = {one.key: one for one in readable_fields(connection, office, deployed, held.variables, at)}
    before = {one.key: one for one in readable_fields(connection, office, deployed, held.before, at)}
    shown = []
    for key in dict.fromkeys([*after, *before]):
        now, then = after.get(key), before.get(key)
        view = now or _emptied(before[key])
        changed = (now.value if now else None) != (then.value if then else None)
        shown.append(FieldThen(view, then if changed else None, changed))
    return tuple(sorted(shown, key=lambda one: not one.changed))


def _emptied(view: FieldView) -> FieldView:
    return FieldView(view.field, view.access, view.required, None, view.options)


def _files(connection: Connection, fields: Iterable[FieldThen]) -> Mapping[str, Attachment]:
    ids: set[str] = set()
    for one in fields:
        for view in (one.view, one.before):
            if view is not None and view.type in ("file", "files") and view.value:
                ids.update([view.value] if isinstance(view.value, str) else map(str, view.value))  # type: ignore[arg-type]
    return attachments.list_by_id(connection, ids)


def _steps(
    connection: Connection,
    office: Office,
    case: ProcessInstance,
    items: Mapping[str, Told],
    names: _Names,
    event: HistoryEvent,
) -> tuple[StepThen, ...]:
    at = event.at
    opened = {key: item for key, item in items.items() if item["state"] == WorkItemState.OPEN}
    owners = {str(one) for item in opened.values() for one in _whose(item)}
    standing = [
        one
        for one in (substitutions_of(connection, owners, at, at) if owners else ())
        if one.created_at <= at and one.covers(case.definition.key)
    ]
    people = queries.names_of(connection, {one.substitute for one in standing})
    calendar = office.calendars.current(connection)
    return tuple(
        StepThen(
            work_item_id=key,
            step=str(item["name"]),
            role=str(item["role"]),
            seat=names.of_seat(item["seat"]),
            assignee=names.of(item["assignee"]),
            candidates=tuple(map(names.of, item["candidates"])),
            owner=names.of(item["owner"]),
            substitutes=tuple(
                (names.of(one.owner), people[one.substitute]) for one in standing if one.owner in _whose(item)
            ),
            opened_at=item["opened_at"],
            due_at=item["due_at"],
            due_provisional=bool(item["due_provisional"]),
            late=item["due_at"] is not None and item["due_at"] < at,
            urges=int(item["urges"]),
            urged_at=item["urged_at"],
            working_seconds=calendar.between(item["opened_at"], at).total_seconds(),
            acting=key == event.work_item_id,
        )
        for key, item in opened.items()
    )


def _whose(item: Told) -> list[str]:
    return [item["assignee"]] if item["assignee"] else list(item["candidates"])


def _opinions(life: Life, seq: int, items: Mapping[str, Told], names: _Names) -> tuple[OpinionThen, ...]:
    closing: dict[str, HistoryEvent] = {}
    for event in life.events[:seq]:
        closes = event.kind in (EventKind.WORK_ITEM_COMPLETED, EventKind.WORK_ITEM_READ, EventKind.TOKEN_MOVED)
        if closes and event.work_item_id and event.data.get("mode") in (None, "send_back"):
            closing[event.work_item_id] = event
    found = []
    latest = sorted(closing.items(), key=lambda one: -one[1].seq)[:MOST_OPINIONS]
    for key, event in latest:
        item, activity = items[key], life.find_activity(event.activity_id, event.seq)
        role = WorkItemRole(item["role"])
        labels = {one.value: one.label for one in decisions_of(activity, role)} if activity is not None else {}
        decision = item["decision"] or ""
        found.append(
            OpinionThen(
                seq=event.seq,
                work_item_id=key,
                step=str(item["name"]),
                state=str(item["state"]),
                role=role.value,
                person=names.of(item["closed_by"]),
                owner=names.of(event.on_behalf_of),
                unit=names.of_seat(item["seat"]) if item["seat"] in names.units else names.unit_of(item["closed_by"]),
                at=event.at,
                decision=labels.get(decision, decision),
                opinion=str(item["opinion"] or ""),
                circled=shown_as_circled(item["decision"], circled=item["circled"]),
                consents=consents(item["decision"]),
                recorded_by=names.of(item["recorded_by"]),
                confirmed_at=item["confirmed_at"],
            )
        )
    return tuple(found)


def _happened(
    connection: Connection, office: Office, case: ProcessInstance, events: Iterable[HistoryEvent]
) -> tuple[HappenedThen, ...]:
    told = [event for event in events if event.kind in HAPPENINGS and not event.data.get(QUIET)][-MOST_HAPPENINGS:]
    said = [one for one in happenings(connection, office, case, told) if one.rule != SENT]
    shown = [HappenedThen(event.seq, one, is_intervention(event)) for event, one in zip(told, said, strict=True)]
    return tuple(reversed(shown))
