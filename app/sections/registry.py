"""Which sections the pages of each business's cases show."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections import agenda_items, archiving, documents, flow_changes, incoming, meetings, redactions
from app.sections.shape import MakeSection, Section
from app.sections.supervision import matter_section, task_section
from engine.model import ProcessInstance
from workflows.contract import DEFAULT_BUSINESS
from workflows.extent import Extent, extent_of
from workflows.organisation.values import Person

SECTIONS: Mapping[str, tuple[MakeSection, ...]] = {
    "supervision": (matter_section,),
    "task_assignment": (task_section,),
    "agenda_item": (agenda_items.consent, agenda_items.discussed),
    "meeting_arrangement": (meetings.to_do, meetings.agenda, meetings.attendance, meetings.minutes, documents.receipts),
    "document_approval": (documents.receipts, documents.numbers, documents.checks, documents.types),
    "incoming_document": (
        incoming.closing,
        incoming.registration,
        incoming.instructions,
        incoming.units,
        incoming.circulation,
    ),
    "internal_submission": (documents.numbers,),
    "flow_change": (flow_changes.change,),
}
"""By business, in the order they are shown."""
EVERYWHERE: tuple[MakeSection, ...] = (archiving.filed, redactions.cleared)
"""Shown with the cases of every business, above their own."""
FROM_A_STEP: tuple[MakeSection, ...] = (meetings.received, documents.receipts)
"""Shown to those who see no more of a case than their own step shows."""


def sections_of(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> list[Section]:
    """Return what the pages of a case show of its business; the reader may see the case."""
    if extent_of(connection, house.office, person, case.id, now) is Extent.STEP:
        shown: tuple[MakeSection, ...] = FROM_A_STEP
    else:
        business = house.office.engine.deployed(connection, case.definition.id).process.business or DEFAULT_BUSINESS
        shown = (*EVERYWHERE, *SECTIONS.get(business, ()))
    made = (make(connection, house, person, case, now) for make in shown)
    return [one for one in made if one is not None]
