"""What the pages of an incoming document show beside its form: its registration and what was put right in it, what leaders
said and where each sentence went, the units that act, who has read, and what still holds back its closing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, select

from app.house import House
from app.sections.shape import Section
from app.sentences.incoming_document import missing_sentence
from engine.marking import unpack
from engine.model import ENDED, ProcessInstance, Value
from engine.persistence import instances, work_items
from engine.persistence.tables import process_instance
from workflows import permissions, worklist
from workflows.destinations import became
from workflows.incoming_document import corrections
from workflows.incoming_document.closing import missing_in
from workflows.incoming_document.coverage import MISSED, READ, WAITING, WRONG, coverage_of
from workflows.incoming_document.instructions import (
    AGENDA,
    CIRCULATE,
    HANDLE,
    NOTHING,
    SUPERVISION,
    instructions_in,
    lines_of,
)
from workflows.incoming_document.records import incoming_copy, incoming_document
from workflows.incoming_document.units import parts_of
from workflows.numbering.records import given_number
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names
from workflows.organisation.values import Person

SAID: Mapping[str, Any] = {
    "read": _("圈阅（已阅知）"),
    "agree": _("圈阅（同意）"),
    "instruct": _("批示"),
    "disagree": _("不同意"),
}
DESTINATIONS: Mapping[str, Any] = {
    HANDLE: _("承办"),
    CIRCULATE: _("传阅"),
    AGENDA: _("转议题"),
    SUPERVISION: _("告督查"),
    NOTHING: _("不办理"),
}
READERS: Mapping[str, Any] = {READ: _("已阅"), WAITING: _("未阅"), MISSED: _("漏传"), WRONG: _("误传")}


def registration(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show further copies, corrections and a verification that is due; offer the correction to registrars."""
    row = _register(connection, case.id)
    if row is None or (row.registered_at is None and row.outcome is None):
        return None
    copies = connection.execute(
        select(incoming_copy).where(incoming_copy.c.first_id == case.id).order_by(incoming_copy.c.merged_at)
    ).all()
    first = _first_of(connection, case.id)
    corrected = corrections.corrections_of(connection, house.office, case.id)
    may_correct = row.registered_at is not None and corrections.may_correct(person)
    awaits = bool(row.needs_verification) and row.verified_at is None
    if not (copies or first or corrected or may_correct or row.needs_verification):
        return None
    names = queries.names_of(connection, {name for name in (row.registered_by, row.verified_by) if name})
    content = {
        "case": case,
        "copies": copies,
        "first": first,
        "corrections": corrected,
        "may_correct": may_correct,
        "register": row,
        "awaits": awaits,
        "names": names,
    }
    return Section("incoming/registration_section.html", content)


def instructions(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show what each leader has said, who typed it in, where each sentence goes, and what it has become."""
    said = instructions_in(connection, work_items.list_of_instance(connection, case.id))
    if not said:
        return None
    lines = lines_of(_variables(connection, case).get("destinations"))
    keys = [(str(one.get("leader")), str(one.get("sentence"))) for one in lines]
    allocated = _register_says(connection, case.id)
    cases = became(connection, house.office, person, case.id, lines, now) if allocated else [[] for _line in lines]
    recorders = queries.names_of(connection, {one.recorded_by for one in said if one.recorded_by})
    content = {
        "said": [
            (one, str(SAID.get(one.decision, one.decision)), recorders.get(one.recorded_by or "")) for one in said
        ],
        "placed": dict(zip(keys, lines, strict=True)),
        "became": dict(zip(keys, cases, strict=True)),
        "labels": DESTINATIONS,
        "units": unit_names(connection).all_at(case.ended_at),
        "allocated": allocated,
    }
    return Section("incoming/instructions_section.html", content)


def units(connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime) -> Section | None:
    """Show how far each unit is that acts, each called as it was when it was done with its part."""
    parts = parts_of(connection, case.id)
    if not parts:
        return None
    people = {
        name
        for one in parts
        for name in (one.received_by, one.handler, one.declined_by, one.reported_by, one.signed_by)
        if name
    }
    units = unit_names(connection)
    content = {
        "parts": parts,
        "names": queries.names_of(connection, people),
        "called": {one.unit: units.at(one.unit, one.done_at or case.ended_at) for one in parts},
    }
    return Section("incoming/units_section.html", content)


def circulation(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show who was to read and has, and whether anybody was missed, wrong or late; offer to urge."""
    items = work_items.list_of_instance(connection, case.id)
    seen = _variables(connection, case)
    named = _texts(seen.get("circulation")) if _register_says(connection, case.id) else []
    due = str(seen.get("circulation_due") or "")
    due_on = date.fromisoformat(due) if due else None
    between = house.incoming.days.between
    lines = coverage_of(named, items, due_on, lambda first, last: between(connection, first, last), now)
    if not lines:
        return None
    waiting = [one for one in lines if one.state == WAITING and one.work_item_id and one.person != person.username]
    may_urge = False
    if waiting:
        first = work_items.get_work_item(connection, str(waiting[0].work_item_id))
        may_urge = permissions.may_urge(worklist.stand_at(connection, house.office, person, first, now)) is None
    content = {
        "lines": lines,
        "labels": READERS,
        "names": queries.names_of(connection, [one.person for one in lines]),
        "due_on": due_on,
        "urgeable": {one.work_item_id for one in waiting} if may_urge else set(),
        "counts": {
            "read": sum(one.read_at is not None for one in lines),
            "missed": sum(one.state == MISSED for one in lines),
            "wrong": sum(one.state == WRONG for one in lines),
            "late": sum(one.late_days > 0 for one in lines),
        },
    }
    return Section("incoming/circulation_section.html", content)


def closing(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Say who still holds back the closing of a document that was allocated."""
    if case.state in ENDED or not _register_says(connection, case.id):
        return None
    missing = missing_in(connection, case.id, work_items.list_of_instance(connection, case.id))
    names = queries.names_of(connection, missing.readers)
    units = queries.names_of_units(connection)
    text = missing_sentence(
        tuple(names[one] for one in missing.readers),
        units.get(missing.lead, missing.lead),
        tuple(units.get(one, one) for one in missing.helping),
        unverified=missing.unverified,
    )
    return Section("incoming/closing_section.html", {"missing": text})


def _register(connection: Connection, instance_id: str) -> Any:
    return connection.execute(select(incoming_document).where(incoming_document.c.instance_id == instance_id)).first()


def _register_says(connection: Connection, instance_id: str) -> bool:
    """Tell whether the register says that a document was allocated."""
    row = _register(connection, instance_id)
    return row is not None and row.co_units is not None


def _first_of(connection: Connection, instance_id: str) -> Any:
    """Return the document of which this one is a further copy, or None."""
    return connection.execute(
        select(incoming_copy.c.first_id, given_number.c.text, process_instance.c.title)
        .join(given_number, given_number.c.instance_id == incoming_copy.c.first_id)
        .join(process_instance, process_instance.c.id == incoming_copy.c.first_id)
        .where(incoming_copy.c.id == instance_id)
    ).first()


def _variables(connection: Connection, case: ProcessInstance) -> Mapping[str, Value]:
    return unpack(instances.snapshot_of(connection, case.id)).variables


def _texts(value: Value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
