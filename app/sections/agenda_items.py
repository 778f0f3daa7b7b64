"""What the pages of an item show: whose consent it has and lacks, and what meetings have made of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.shape import Section
from engine.marking import unpack
from engine.model import ProcessInstance
from engine.persistence import instances
from workflows.extent import opens
from workflows.meeting_arrangement import consents
from workflows.meeting_arrangement.state import meetings_of_item
from workflows.organisation import queries
from workflows.organisation.values import Person


def consent(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Whose consent the item needs, and what they have said."""
    variables = unpack(instances.snapshot_of(connection, case.id)).variables
    asked = consents.needed(connection, variables, house.meetings)
    if not asked:
        return None
    words = consents.said(connection, case.id)
    missing, refused = consents.judged(asked, words)
    given = {name: [words[one] for one in sorted(people) if one in words] for name, people in asked.items()}
    everybody = {*words, *(one for people in asked.values() for one in people)}
    content: Mapping[str, object] = {
        "asked": {name: sorted(people) for name, people in asked.items()},
        "given": given,
        "missing": missing,
        "refused": refused,
        "names": queries.names_of(connection, everybody),
    }
    return Section("meetings/section_consents.html", content)


def discussed(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """On which agenda the item is or was, and what became of it; ballots are seen in the meeting alone."""
    found = meetings_of_item(connection, case.id)
    if not found:
        return None
    visible = {
        held.instance_id for held, _line in found if opens(connection, house.office, person, held.instance_id, now)
    }
    return Section("meetings/section_discussed.html", {"found": found, "visible": visible})
