"""会议记录: the full record of a meeting, kept apart from its minutes and its case, and read with permission.

It is told to a ledger of its own, since the history of a case is read by everybody who may see the case.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from engine.persistence import instances
from workflows.meeting_arrangement.errors import LineClosed, RecordNotReadable
from workflows.meeting_arrangement.in_hand import RECORD as RECORD_STEPS
from workflows.meeting_arrangement.in_hand import find_actor, require_actor, words
from workflows.meeting_arrangement.records import RECORD, RECORDS_LEDGER, meeting_record, record_reading
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.meeting_arrangement.state import get_meeting
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger
from workflows.visibility import readings_of, require_visible

READ = "meeting_record:read"


@dataclass(frozen=True)
class Reading:
    """That somebody asked to read a record, what for, and who decided what about it."""

    person: str
    purpose: str
    allowed: bool
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class KeptRecord:
    """The full record of a meeting."""

    text: str
    kept_by: str
    kept_at: datetime


def keep_record(
    connection: Connection, office: Office, person: Person, instance_id: str, text: str, now: datetime
) -> None:
    """Keep the full record of a meeting; until the case is closed it can be completed.

    Raises:
        NotInHand, MeetingNotFound: It is not theirs to keep.
        LineClosed: The meeting has not begun.
        WordsRefused: There is no text.
    """
    actor = require_actor(connection, office, person, instance_id, RECORD_STEPS, now)
    held = get_meeting(connection, instance_id)
    if held.opened_at is None:
        raise LineClosed(held.body)
    values: dict[str, Value] = {
        "text": words(office, text, "record"),
        "kept_by": actor.acts_as,
        "kept_at": instant(now),
    }
    record_in_ledger(connection, office, RECORDS_LEDGER, [RecordChange(RECORD, instance_id, values)], actor, now)


def may_read_record(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    settings: MeetingSettings,
    now: datetime,
) -> bool:
    """Tell whether a person reads the record of a meeting: who keeps it, who allows it, and whom that was allowed of late.

    Whoever has a step in hand at which it is written keeps it, also where somebody else began: they would else write over what
    they have not read.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads.
        instance_id: The meeting.
        settings: For how long a permission holds.
        now: Aware instant.

    Source:
        DOMAIN of such offices: kept by a named person; reading needs the principal's approval.
    """
    if "principal" in person.posts:
        return True
    if person.username == instances.get_instance(connection, instance_id).initiator:
        return True
    if find_actor(connection, office, person, instance_id, RECORD_STEPS, now) is not None:
        return True
    since = now - timedelta(days=settings.reading_days)
    allowed = select(record_reading.c.id).where(
        record_reading.c.meeting == instance_id,
        record_reading.c.person == person.username,
        record_reading.c.allowed.is_(True),
        record_reading.c.decided_at >= since,
    )
    return connection.scalar(allowed) is not None


def read_record(
    connection: Connection, office: Office, person: Person, instance_id: str, settings: MeetingSettings, now: datetime
) -> KeptRecord | None:
    """Return the record of a meeting, None where it is not kept yet; that it was read is told to the ledger of readings.

    Raises:
        CaseNotVisible: The meeting is not theirs to see.
        RecordNotReadable: Its record is not.
    """
    require_visible(connection, person, instance_id, now)
    if not may_read_record(connection, office, person, instance_id, settings, now):
        raise RecordNotReadable(instance_id)
    row = connection.execute(select(meeting_record).where(meeting_record.c.instance_id == instance_id)).first()
    if row is None:
        return None
    told: dict[str, Value] = {"instance": instance_id}
    office.engine.record_ledger(connection, readings_of(person.username), READ, told, Actor(person.username), now)
    return KeptRecord(row.text, row.kept_by, row.kept_at)


def is_kept(connection: Connection, instance_id: str) -> bool:
    """Tell whether the record of a meeting is kept."""
    kept = select(meeting_record.c.instance_id).where(meeting_record.c.instance_id == instance_id)
    return connection.scalar(kept) is not None


def list_readings(connection: Connection, instance_id: str) -> list[Reading]:
    """Return who asked to read the record of a meeting, in order."""
    rows = connection.execute(
        select(record_reading).where(record_reading.c.meeting == instance_id).order_by(record_reading.c.decided_at)
    )
    return [Reading(row.person, row.purpose, row.allowed, row.decided_by, row.decided_at) for row in rows]
