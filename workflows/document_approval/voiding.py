"""作废此号: a number that was given is not taken back; it stays in its series, void, with who said so and why.

What happens to the document then is decided with it: it ends there, or is registered anew and gets another number.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from engine.canonical import instant
from engine.model import ENDED, Actor, ProcessInstance, RecordChange
from engine.persistence import instances
from engine.process import PERSON_TASKS
from workflows import duties
from workflows.document_approval.errors import AlreadyIssued, NothingToVoid
from workflows.document_approval.records import DOCUMENT, document
from workflows.duties import VOIDERS
from workflows.errors import ReasonRequired
from workflows.forms.validation import readable_text
from workflows.numbering.records import NUMBER, given_number
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_case
from workflows.visibility import require_visible

VOIDED = "document.number_voided"
"""The act under which history tells of it."""
END, AGAIN = "end", "again"
REGISTER = "register"
REASON_WITH_NUMBER = "作废{number}：{reason}"


@dataclass(frozen=True)
class Voidable:
    """A number that can be made void, and the step at which the document could then be registered anew."""

    id: str
    text: str
    register: str | None


def find_voidable(connection: Connection, office: Office, person: Person, case: ProcessInstance) -> Voidable | None:
    """Return the number of a case that a person may make void, or None."""
    if duties.holds(person, VOIDERS) is not None or _is_issued(connection, case.id):
        return None
    return _voidable(connection, office, case)


def void_number(
    connection: Connection, office: Office, person: Person, instance_id: str, reason: str, then: str, now: datetime
) -> str:
    """Make the number of a case void.

    Args:
        connection: In a transaction; the case stays locked until it ends.
        office: The office.
        person: Who says so.
        instance_id: The case.
        reason: Why, in words.
        then: :data:`END`: the case ends there, unless it has ended; :data:`AGAIN`: it is registered anew.
        now: Aware instant.

    Returns:
        The number.

    Raises:
        PostRequired, CaseNotVisible: The person may not.
        ReasonRequired: There are no words, or too many.
        NothingToVoid: The case has no number, or it is void already.
        AlreadyIssued: The document was dispatched.

    Source:
        PRACTICE of such offices: once a number is given there is no withdrawal, only 作废此号. What was issued is 撤销 or 废止
        by another document (第三十二条).
    """
    duties.require_post(person, VOIDERS)
    require_visible(connection, person, instance_id, now)
    words = reason.strip()
    if not words or len(words) > office.settings.opinion_characters or not readable_text(words, lines=True):
        raise ReasonRequired(office.settings.opinion_characters)
    office.engine.lock_case(connection, instance_id)
    case = instances.get_instance(connection, instance_id)
    found = _voidable(connection, office, case)
    if found is None:
        raise NothingToVoid(instance_id)
    if _is_issued(connection, instance_id):
        raise AlreadyIssued(instance_id, found.text)
    actor = Actor(person.username)
    data = {"number": found.text, "reason": words}
    record_in_case(
        connection,
        office,
        instance_id,
        VOIDED,
        data,
        _changes(connection, instance_id, found, person, words, now),
        actor,
        now,
    )
    if case.state in ENDED:
        return found.text
    told = REASON_WITH_NUMBER.format(number=found.text, reason=words)
    if then == AGAIN and found.register is not None:
        office.engine.jump(connection, instance_id, found.register, told, actor, now)
    else:
        office.engine.cancel(connection, instance_id, told, actor, now)
    return found.text


def _changes(
    connection: Connection, instance_id: str, found: Voidable, person: Person, reason: str, now: datetime
) -> list[RecordChange]:
    """Return what is written: the number is void, and a document that bore it has none."""
    voided = {"voided_at": instant(now.astimezone(UTC)), "voided_by": person.username, "void_reason": reason}
    changes = [RecordChange(NUMBER, found.id, dict(voided))]
    numbered = select(document.c.document_number).where(document.c.instance_id == instance_id)
    if connection.scalar(numbered) == found.text:
        emptied = dict.fromkeys(("issuing_code", "year", "serial", "document_number", "registered_at"))
        changes.append(RecordChange(DOCUMENT, instance_id, dict(emptied)))
    return changes


def _voidable(connection: Connection, office: Office, case: ProcessInstance) -> Voidable | None:
    number = given_number.c
    row = connection.execute(
        select(number.id, number.text)
        .where(number.instance_id == case.id, number.voided_at.is_(None))
        .order_by(number.given_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    steps: list[str] = []
    if case.state not in ENDED:
        process = office.engine.process_of(connection, case.id)
        steps = [one.id for one in process.activities.values() if one.kind == REGISTER and one.element in PERSON_TASKS]
    return Voidable(row.id, row.text, steps[0] if len(steps) == 1 else None)


def _is_issued(connection: Connection, instance_id: str) -> bool:
    row = document.c
    return connection.scalar(select(row.dispatched_on).where(row.instance_id == instance_id)) is not None
