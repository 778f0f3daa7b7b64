"""What the pages of a document show beside its form: its number, what it was warned of, who has signed for it."""

from datetime import datetime

from sqlalchemy import Connection, select

from app.house import House
from app.sections.shape import Section
from engine.model import ProcessInstance, WorkItemState
from engine.persistence import work_items
from workflows import permissions, worklist
from workflows.document_approval import voiding
from workflows.document_approval.records import document_check
from workflows.document_approval.types import DIRECTIONS, INTENTS, allowed_types
from workflows.extent import Extent, extent_of, own_items
from workflows.numbering.records import given_number
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.receipts import list_receipts

CHOOSING = frozenset({"draft", "edit"})
"""Kinds of step at which a type of document is chosen."""


def numbers(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show the numbers a case was given where one is void, or could be made so by the reader."""
    number = given_number.c
    rows = connection.execute(select(given_number).where(number.instance_id == case.id).order_by(number.given_at)).all()
    voidable = voiding.find_voidable(connection, house.office, person, case) if rows else None
    if voidable is None and not any(row.voided_at for row in rows):
        return None
    names = queries.names_of(connection, {row.voided_by for row in rows if row.voided_by})
    return Section("documents/number_section.html", {"rows": rows, "voidable": voidable, "names": names, "case": case})


def checks(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show what a document was warned of and why it was kept."""
    row = document_check.c
    rows = connection.execute(
        select(document_check).where(row.instance_id == case.id).order_by(row.answered_at, row.id)
    ).all()
    names = queries.names_of(connection, {one.person for one in rows})
    return Section("documents/checks_section.html", {"rows": rows, "names": names}) if rows else None


def receipts(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show which units have signed for a document, and offer to urge the others."""
    lines = list_receipts(connection, case.id)
    if extent_of(connection, house.office, person, case.id, now) is Extent.STEP:
        mine = own_items(connection, person, case.id, now)
        lines = [one for one in lines if one.work_item_id in mine]
    if not lines:
        return None
    others = [one for one in lines if one.signed_at is None and one.assignee != person.username]
    may_urge = False
    if others:
        first = work_items.get_work_item(connection, others[0].work_item_id)
        may_urge = permissions.may_urge(worklist.stand_at(connection, house.office, person, first, now)) is None
    content = {
        "lines": lines,
        "signed": sum(one.signed_at is not None for one in lines),
        "urgeable": {one.work_item_id for one in others} if may_urge else set(),
        "case": case,
        "now": now,
    }
    return Section("documents/receipts_section.html", content)


def types(connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime) -> Section | None:
    """Offer, to whoever is choosing, the types of document that fit each direction and intent."""
    mine = (
        one
        for one in work_items.list_of_instance(connection, case.id)
        if one.state is WorkItemState.OPEN and one.kind in CHOOSING
    )
    if not any(person.username in (one.assignee, *one.candidates) for one in mine):
        return None
    table = {way: {intent: allowed_types(way, intent) for intent in INTENTS} for way in DIRECTIONS}
    offered = {way: {intent: list(of) for intent, of in row.items() if of} for way, row in table.items()}
    every = {way: list(allowed_types(way, None)) for way in DIRECTIONS}
    return Section("documents/types_section.html", {"offered": offered, "every": every})
