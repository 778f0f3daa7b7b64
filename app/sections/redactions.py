"""What the page of a case shows of contents that were cleared, or that somebody asks to be."""

from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.shape import Section
from engine.model import ProcessInstance
from workflows.organisation.values import Person
from workflows.redaction.actions import list_of_case
from workflows.redaction.rules import may_ask


def cleared(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show what was cleared, when and with whose approval; who may ask for more finds the way there."""
    requests, asks = list_of_case(connection, case.id), may_ask(person) is None
    if not requests and not asks:
        return None
    return Section("redactions/section.html", {"requests": requests, "may_ask": asks, "case": case})
