"""Who reads the minutes of a meeting: whoever sees its case, and the units that they were issued to, once they are signed."""

from datetime import datetime

from sqlalchemy import Connection

from workflows.extent import Extent, extent_of, own_items
from workflows.meeting_arrangement.values import Meeting
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.receipts import list_receipts


def reads_minutes(connection: Connection, office: Office, person: Person, held: Meeting, now: datetime) -> bool:
    """Tell whether a person reads the minutes of a meeting as they stand.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads.
        held: The meeting.
        now: Aware instant.

    Raises:
        CaseNotVisible: The person may not see the meeting at all.

    Source:
        DOMAIN of such offices: minutes are issued to those with need to know; they are a 公文, the record is none.
    """
    if extent_of(connection, office, person, held.instance_id, now) > Extent.STEP:
        return held.closed_at is not None
    mine = own_items(connection, person, held.instance_id, now)
    return held.signed_by is not None and any(
        one.work_item_id in mine for one in list_receipts(connection, held.instance_id)
    )
