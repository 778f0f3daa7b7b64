"""更正: what a registration says is put right beside the steps, with the old value, the new one, who and why.

The case's variables and the register change in one act, so that lists, later steps and the paper say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from engine.canonical import instant
from engine.marking import unpack
from engine.model import Actor, RecordChange, Value, Variables
from engine.persistence import instances
from engine.process import Activity
from workflows import duties
from workflows.errors import ReasonRequired
from workflows.forms.access import EDIT, HIDDEN, FieldAccess
from workflows.forms.fields import Form
from workflows.forms.validation import Known, readable_text, validate
from workflows.incoming_document.business import BUSINESS
from workflows.incoming_document.errors import NothingCorrected, NotRegistered, SuspectedDuplicate
from workflows.incoming_document.records import CORRECTION, INCOMING, incoming_correction, incoming_document
from workflows.incoming_document.registration import REGISTERED, REGISTRAR, find_registered, registered_values
from workflows.incoming_document.rules import require_acceptable
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person

CORRECTORS = (REGISTRAR,)
"""Posts that correct a registration."""
RECEIVED = ("channel", "forwarding_unit", "copies")
CORRIGIBLE = ("title", *REGISTERED, *RECEIVED, "not_duplicate")
"""The fields that a correction may change: those of the registration, not what followed from it."""
KIND = "register"
NOTHING_KNOWN = Known(*[lambda _asked: frozenset[str]()] * 3)
"""None of these fields refers to people, units or files."""

_register = select(incoming_document).where(incoming_document.c.instance_id == bindparam("instance_id"))
_of_case = incoming_correction.c.instance_id == bindparam("instance_id")
_number = select(func.count()).select_from(incoming_correction).where(_of_case)
_corrections = select(incoming_correction).where(_of_case).order_by(incoming_correction.c.position)


@dataclass(frozen=True)
class Correction:
    """One field that was put right; ``by`` is the name of who did it."""

    field: str
    label: str
    old: Value
    new: Value
    reason: str
    at: datetime
    by: str


def may_correct(person: Person) -> bool:
    """Tell whether a person may correct a registration."""
    return duties.holds(person, CORRECTORS) is None


def correction_form(
    connection: Connection, office: Office, person: Person, instance_id: str
) -> tuple[Form, dict[str, FieldAccess], Variables]:
    """Return the form of a registration, which of its fields may be put right, and what they say now.

    Raises:
        PostRequired: The person may not correct a registration.
        NotRegistered: There is no such registration.
    """
    duties.require(duties.holds(person, CORRECTORS))
    form, step = _form_of(connection, office, instance_id)
    _require_registered(connection, instance_id)
    return form, _access(form, step), unpack(instances.snapshot_of(connection, instance_id)).variables


def correct(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    submitted: Mapping[str, object],
    reason: str,
    now: datetime,
) -> list[str]:
    """Put right what a registration says; it may be closed already.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who corrects.
        instance_id: The case.
        submitted: Values of :data:`CORRIGIBLE` fields, as they came; those that say the same change nothing.
        reason: Why, in words.
        now: Aware instant.

    Returns:
        The labels of the fields that were changed.

    Raises:
        PostRequired: The person may not.
        NotRegistered: There is no such registration.
        SubmissionInvalid, UrgencyOfTelegram, StateSecretRefused, SuspectedDuplicate: It may not say that.
        ReasonRequired: There are no words, or too many.
        NothingCorrected: It says that already.
        CaseSuspended: The case is suspended.

    Source:
        PRACTICE of such offices: a registration is corrected with old and new value, by whom and why.
    """
    duties.require(duties.holds(person, CORRECTORS))
    why, limit = reason.strip(), office.settings.opinion_characters
    if not why or len(why) > limit or not readable_text(why, lines=True):
        raise ReasonRequired(limit)
    locked = office.engine.lock_case(connection, instance_id)
    form, step = _form_of(connection, office, instance_id)
    _require_registered(connection, instance_id)
    held = unpack(locked.snapshot).variables
    clean = validate(form, _access(form, step), submitted, NOTHING_KNOWN, held=held)
    changed = {key: value for key, value in clean.items() if not _same(held.get(key), value)}
    if not changed:
        raise NothingCorrected
    after = {**held, **changed}
    require_acceptable(after)
    if {"source_organ", "source_number"} & changed.keys() and not after.get("not_duplicate"):
        first = find_registered(connection, after, instance_id)
        if first is not None:
            raise SuspectedDuplicate(first.number, first.instance_id)
    labels = [form.fields[key].label for key in changed]
    number = connection.scalar(_number, {"instance_id": instance_id}) or 0
    data: dict[str, Value] = {"reason": why, "fields": list(changed)}
    records = _records(instance_id, held, changed, after, why, person, now, number)
    office.engine.correct(connection, instance_id, changed, data, records, Actor(person.username), now)
    return labels


def corrections_of(connection: Connection, office: Office, instance_id: str) -> list[Correction]:
    """Return what was put right in a registration, in order."""
    rows = connection.execute(_corrections, {"instance_id": instance_id}).all()
    if not rows:
        return []
    form, _step = _form_of(connection, office, instance_id)
    names = queries.names_of(connection, {row.corrected_by for row in rows})
    return [
        Correction(
            row.field,
            form.fields[row.field].label if row.field in form.fields else row.field,
            row.old,
            row.new,
            row.reason,
            row.corrected_at,
            names[row.corrected_by],
        )
        for row in rows
    ]


def _records(
    instance_id: str,
    held: Variables,
    changed: Variables,
    after: Variables,
    reason: str,
    person: Person,
    now: datetime,
    number: int,
) -> list[RecordChange]:
    kept = {**registered_values(after), **{name: after.get(name) for name in RECEIVED}}
    told: Variables = {"reason": reason, "corrected_at": instant(now), "corrected_by": person.username}
    lines = [
        RecordChange(
            CORRECTION,
            f"{instance_id}-{number + position}",
            {
                **told,
                "instance_id": instance_id,
                "position": number + position,
                "field": key,
                "old": held.get(key),
                "new": value,
            },
        )
        for position, (key, value) in enumerate(changed.items(), start=1)
    ]
    return [RecordChange(INCOMING, instance_id, kept), *lines]


def _form_of(connection: Connection, office: Office, instance_id: str) -> tuple[Form, Activity]:
    """Return the form of the step by which a case was registered; raise ``NotRegistered`` where its flow has none."""
    case = instances.get_instance(connection, instance_id)
    deployed = office.engine.deployed(connection, case.definition.id)
    process = deployed.process
    steps = [one for one in process.activities.values() if one.kind == KIND and one.form is not None]
    if process.business != BUSINESS or not steps:
        raise NotRegistered(instance_id)
    return office.forms.of(deployed, steps[0]), steps[0]


def _access(form: Form, step: Activity) -> dict[str, FieldAccess]:
    required = {key for key in form.fields if step.properties.get(f"required:{key}") == "true"}
    return {
        key: FieldAccess(EDIT, required=key in required) if key in CORRIGIBLE else FieldAccess(HIDDEN, required=False)
        for key in form.fields
    }


def _require_registered(connection: Connection, instance_id: str) -> None:
    row = connection.execute(_register, {"instance_id": instance_id}).first()
    if row is None or row.registered_at is None:
        raise NotRegistered(instance_id)


def _same(old: Value, new: Value) -> bool:
    return old == new or (old in (None, "", False) and new in (None, "", False))
