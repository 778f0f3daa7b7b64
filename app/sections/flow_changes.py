"""What the pages of a change of a flow show: which flow, from which version to which, by whom, and what the check says."""

from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.shape import Section
from engine.definitions import errors_of
from engine.model import ENDED, ProcessInstance
from engine.persistence import definitions
from workflows import definitions as office_definitions
from workflows.extent import Extent, extent_of
from workflows.flow_changes.changes import find_change
from workflows.flow_changes.drafts import get_draft
from workflows.flow_changes.errors import FlowKeyRefused
from workflows.organisation import queries
from workflows.organisation.values import Person


def change(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show to who sees the whole case what is changed; nothing while it names no flow that could be changed."""
    if extent_of(connection, house.office, person, case.id, now) is not Extent.WHOLE:
        return None
    try:
        draft = get_draft(connection, case.id)
    except FlowKeyRefused:
        return None
    told = find_change(connection, case.id)
    deployed = told.deployed_version if told is not None else None
    made = definitions.get_definition(connection, draft.key, deployed) if deployed is not None else None
    findings = [] if case.state in ENDED else office_definitions.check(house.office, draft.files, connection)
    people = {one for one in (told.drafted_by, told.approved_by) if one} if told is not None else set()
    newest = definitions.find_newest(connection, draft.key)
    content = {
        "case": case,
        "draft": draft,
        "change": told,
        "deployed": made,
        "newest": newest,
        "overtaken": case.state not in ENDED and newest is not None and newest.version != draft.base_version,
        "errors": len(errors_of(findings)),
        "warnings": len(findings) - len(errors_of(findings)),
        "checked": case.state not in ENDED,
        "names": queries.names_of(connection, people),
    }
    return Section("studio/section.html", content)
