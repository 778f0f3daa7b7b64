"""分办: every sentence of each instruction gets a destination, every unit its part, every reader a date."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from engine.model import RecordChange, Value, Variables
from workflows.contract import StepFacts, Verdict
from workflows.incoming_document.errors import (
    DestinationContradicts,
    DestinationReasonMissing,
    DestinationUnitsMissing,
    DueBeforeToday,
    LeadUnitMissing,
    NothingAllocated,
    ReadersMissing,
    ReadingDateMissing,
    ReplacementInvolved,
    ReplacementMissing,
    SentencesUnallocated,
)
from workflows.incoming_document.instructions import (
    AGENDA,
    CIRCULATE,
    HANDLE,
    NOTHING,
    SUPERVISION,
    Instruction,
    Line,
    instructions_of,
    lines_of,
)
from workflows.incoming_document.limits import due_of
from workflows.incoming_document.records import HELPING, INCOMING, LEAD, UNIT, unit_record_id
from workflows.incoming_document.rules import helping_unit, listed, moment, require_lead
from workflows.incoming_document.settings import IncomingSettings
from workflows.incoming_document.units import helping_units, parts_of
from workflows.organisation import queries

TAKE_OFF, REPLACE, INSIST = "take_off", "replace", "insist"
"""What becomes of a unit that declined: it is left out, another takes its place, or it is asked again."""
SUPERVISOR = "supervision_clerk"
NO_LIMIT = "P30D"
"""What a step's time limit says where neither people nor the office's table do."""


def judge_allocate(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: IncomingSettings
) -> Verdict:
    """Allocate a document, or say what becomes of a unit that declined it.

    Raises:
        SentencesUnallocated: A sentence of an instruction has no destination.
        DestinationContradicts, DestinationReasonMissing, DestinationUnitsMissing: A destination says too much or too little.
        LeadUnitMissing, LeadAmongOthers: As :func:`workflows.incoming_document.rules.require_lead` says.
        ReadersMissing, ReadingDateMissing, DueBeforeToday, NothingAllocated: It is not said who, or until when.
        ReplacementMissing, ReplacementInvolved: Another unit is to take the place of the one that declined, and is not named,
            or has a part already.

    Source:
        PRACTICE of such offices: the step is not done while a sentence has no destination; what a unit declines comes back
        here, never to the leader. 第二十四条（四）（五） for lead unit and circulation.
    """
    if decision in (TAKE_OFF, REPLACE, INSIST):
        return _judge_declined(connection, facts, decision)
    seen = facts.variables
    lines = placed_lines(lines_of(seen.get("destinations")), instructions_of(connection, facts.instance_id))
    lead, helping = seen.get("lead_unit"), listed(seen, "co_units")
    require_lead(seen)
    _require_destinations(lines, lead)
    readers = listed(seen, "circulation")
    _require_dates(facts, readers)
    if any(CIRCULATE in _chosen(one) for one in lines) and not (readers or listed(seen, "circlers")):
        raise ReadersMissing
    informed = _informed(connection, lines)
    if not (lead or readers or informed):
        raise NothingAllocated
    due = due_of(connection, seen, facts.today, settings)
    variables: dict[str, Value] = {
        "destinations": list(lines),
        "lead_unit": lead,
        "co_units": list(helping),
        "circulation": list(readers),
        "informed": list(informed),
        "due_on": due.on if due else None,
        "handle_due": due.limit if due else NO_LIMIT,
    }
    register: Variables = {"lead_unit": lead, "co_units": list(helping), "due_on": variables["due_on"]}
    parts = _parts(connection, facts, [(str(lead), LEAD)] if lead else [], [(one, HELPING) for one in helping])
    return Verdict(variables, (RecordChange(INCOMING, facts.instance_id, register), *parts))


def placed_lines(lines: Sequence[Line], instructions: Iterable[Instruction]) -> list[Line]:
    """Return one line for each sentence that leaders have said, with the destination that was chosen for it.

    What stands in the lines and nobody has said is left out.

    Args:
        lines: As they were handed in.
        instructions: What leaders have said.

    Raises:
        SentencesUnallocated: Names each sentence without a destination.
    """
    chosen = {(str(one.get("leader")), str(one.get("sentence"))): one for one in lines}
    said = [(one.name, sentence) for one in instructions for sentence in one.sentences]
    missing = tuple(
        f"{name}“{sentence.rstrip('。')}”" for name, sentence in said if not _chosen(chosen.get((name, sentence), {}))
    )
    if missing:
        raise SentencesUnallocated(missing)
    return [chosen[one] for one in said]


def _chosen(line: Line) -> list[Value]:
    value = line.get("destinations")
    return value if isinstance(value, list) else []


def _require_destinations(lines: Iterable[Line], lead: Value) -> None:
    for line in lines:
        chosen, sentence = _chosen(line), str(line["sentence"])
        if NOTHING in chosen and len(chosen) > 1:
            raise DestinationContradicts(sentence)
        if NOTHING in chosen and not str(line.get("note") or "").strip():
            raise DestinationReasonMissing(sentence)
        if AGENDA in chosen and not line.get("units"):
            raise DestinationUnitsMissing(sentence)
        if HANDLE in chosen and not lead:
            raise LeadUnitMissing


def _require_dates(facts: StepFacts, readers: Sequence[str]) -> None:
    today = facts.today.isoformat()
    for name in ("due_on", "circulation_due"):
        on = facts.variables.get(name)
        if on and str(on) < today:
            raise DueBeforeToday(str(on), name)
    if readers and not facts.variables.get("circulation_due"):
        raise ReadingDateMissing


def _informed(connection: Connection, lines: Iterable[Line]) -> list[str]:
    """Return who is told what a sentence asks of them: the heads of units that propose a topic, the supervision clerk."""
    people: dict[str, None] = {}
    for line in lines:
        chosen, units = _chosen(line), line.get("units")
        if AGENDA in chosen and isinstance(units, list):
            for unit in map(str, units):
                head = queries.head_of(connection, unit)
                people.update(dict.fromkeys(filter(None, [head or queries.receiver_of(connection, unit)])))
        if SUPERVISION in chosen:
            people.update(dict.fromkeys(queries.holders(connection, SUPERVISOR)))
    return list(people)


def _parts(
    connection: Connection, facts: StepFacts, lead: list[tuple[str, str]], helping: list[tuple[str, str]]
) -> Iterable[RecordChange]:
    """Yield the parts of the units that act upon the document; those that did before and do no longer are taken off."""
    now, wanted = moment(facts), [*lead, *helping]
    for one in parts_of(connection, facts.instance_id):
        if one.unit not in dict(wanted) and one.taken_off_at is None:
            yield _part(facts, one.unit, {"taken_off_at": now})
    for unit, role in wanted:
        yield _part(facts, unit, fresh_part(facts, unit, role))


def fresh_part(facts: StepFacts, unit: str, role: str) -> dict[str, Value]:
    """Return what is kept of a unit that is just asked to act, whatever was kept of it before."""
    empty = """received_at received_by handler declined_at declined_by decline_reason taken_off_at reported_at reported_by
    result signed_at signed_by""".split()
    asked = {"instance_id": facts.instance_id, "unit": unit, "role": role, "assigned_at": moment(facts)}
    return {**dict.fromkeys(empty), **asked}


def _judge_declined(connection: Connection, facts: StepFacts, decision: str) -> Verdict:
    helping = helping_unit(facts)
    if helping is None:
        return _judge_declined_lead(connection, facts, decision)
    if decision == INSIST:
        return Verdict(records=(_part(facts, helping, {"declined_at": None}),))
    taken_off = _part(facts, helping, {"taken_off_at": moment(facts)})
    if decision == TAKE_OFF:
        left = helping_units(connection, facts.instance_id, without=helping)
        register = RecordChange(INCOMING, facts.instance_id, {"co_units": list(left)})
        return Verdict({"co_units": list(left)}, (taken_off, register))
    other = _replacement(connection, facts, "replacement_unit")
    units = helping_units(connection, facts.instance_id, without=helping, besides=other)
    register = RecordChange(INCOMING, facts.instance_id, {"co_units": list(units)})
    asked = _part(facts, other, fresh_part(facts, other, HELPING))
    return Verdict({"unit": other, "replacement_unit": None, "co_handler": None}, (taken_off, asked, register))


def _judge_declined_lead(connection: Connection, facts: StepFacts, decision: str) -> Verdict:
    before = next(one.unit for one in parts_of(connection, facts.instance_id) if one.leads and one.taken_off_at is None)
    if decision == INSIST:
        return Verdict({"lead_unit": before}, (_part(facts, before, {"declined_at": None}),))
    other = _replacement(connection, facts, "lead_unit")
    records = (
        _part(facts, before, {"taken_off_at": moment(facts)}),
        _part(facts, other, fresh_part(facts, other, LEAD)),
        RecordChange(INCOMING, facts.instance_id, {"lead_unit": other}),
    )
    return Verdict({"lead_handler": None}, records)


def _replacement(connection: Connection, facts: StepFacts, field: str) -> str:
    other = facts.variables.get(field)
    if not other:
        raise ReplacementMissing(field)
    if other in {one.unit for one in parts_of(connection, facts.instance_id) if one.taken_off_at is None}:
        raise ReplacementInvolved(field)
    return str(other)


def _part(facts: StepFacts, unit: str, values: Variables) -> RecordChange:
    return RecordChange(UNIT, unit_record_id(facts.instance_id, unit), values)
