"""What the sentences of an instruction have become: the items, documents and matters that hang on the case, by sentence.

Apart from the flow of documents that came in, because it looks into what other flows have made of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, String, cast, select

from engine.model import ProcessInstance, Value
from engine.persistence import instances
from workflows.extent import opens
from workflows.incoming_document.instructions import AGENDA, HANDLE, SUPERVISION, Line
from workflows.links.records import case_link
from workflows.meeting_arrangement.records import agenda_line, meeting_resolution
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.supervision.records import matter_source

BECAME: Mapping[str, str] = {
    "agenda_from": AGENDA,
    "issued_from": HANDLE,
    "reply_to": HANDLE,
    "follows": HANDLE,
    "supervises": SUPERVISION,
    "assigned_from": SUPERVISION,
}
"""Which destination a case has come to that hangs on the document, by how it hangs on it."""
MOST_CASES = 50
Found = list[tuple[str, ProcessInstance]]


def became(
    connection: Connection, office: Office, person: Person, instance_id: str, lines: Sequence[Line], now: datetime
) -> list[list[ProcessInstance]]:
    """Return for each line of an allocation which cases its sentence has become, as far as a reader may see them.

    An item stands with the sentences that asked the unit which put it forward; one of another unit with all that went to the
    meeting. With an item stand the matters that a meeting has made of it.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads.
        instance_id: The document that came in.
        lines: Its allocation.
        now: Aware instant.

    Returns:
        A list for each line, in its order; each in the order in which the cases began.

    Source:
        PRACTICE of such offices: 批示逐条有去向; what it came to is found from where it was said.
    """
    direct = _hanging_on(connection, instance_id)
    items = [case.id for destination, case in direct if destination == AGENDA]
    matters = _matters_of(connection, items) if items else []
    seen = {
        one.id: one
        for one in (*(case for _destination, case in direct), *(case for _item, case in matters))
        if opens(connection, office, person, one.id, now)
    }
    asked = {unit for line in lines for unit in _units(line)}
    return [
        sorted(
            {one: seen[one] for one in _of_line(line, direct, matters, asked) if one in seen}.values(),
            key=lambda one: (one.started_at, one.id),
        )
        for line in lines
    ]


def _of_line(line: Line, direct: Found, matters: Found, asked: set[str]) -> Iterable[str]:
    chosen, units = _listed(line.get("destinations")), _units(line)
    for destination, case in direct:
        if destination not in chosen:
            continue
        if destination != AGENDA:
            yield case.id
        elif case.initiator_unit in units or case.initiator_unit not in asked:
            yield case.id
            yield from (matter.id for item, matter in matters if item == case.id)


def _hanging_on(connection: Connection, instance_id: str) -> Found:
    """Return the cases that hang on a document, each with the destination it has come to."""
    link = case_link.c
    rows = connection.execute(
        select(link.target_id, link.relation)
        .where(link.source_id == instance_id, link.relation.in_(BECAME))
        .order_by(link.target_id)
        .limit(MOST_CASES)
    ).all()
    return [(BECAME[row.relation], instances.get_instance(connection, row.target_id)) for row in rows]


def _matters_of(connection: Connection, items: Sequence[str]) -> Found:
    """Return the matters that meetings have made of items, each with its item; one that was merged is the one that carries it."""
    rows = connection.execute(
        select(agenda_line.c.item_case, matter_source.c.instance_id)
        .join(meeting_resolution, meeting_resolution.c.line == agenda_line.c.id)
        .join(case_link, case_link.c.source_id == agenda_line.c.instance_id)
        .join(matter_source, matter_source.c.id == case_link.c.target_id)
        .where(
            agenda_line.c.item_case.in_(items),
            case_link.c.relation == "supervises",
            matter_source.c.decision_no == cast(meeting_resolution.c.number, String),
        )
        .distinct()
        .limit(MOST_CASES)
    ).all()
    return [(row.item_case, instances.get_instance(connection, row.instance_id)) for row in rows]


def _units(line: Line) -> list[str]:
    return _listed(line.get("units"))


def _listed(value: Value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
