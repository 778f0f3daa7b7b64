"""口头交办登记: what leaders have ordered by word, and why an order was not taken up. A ledger of the office tells it.

Source:
    The founding paper of this platform asks for a register of oral orders with the reason for not taking one up.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, literal, or_, select, tuple_

from engine.canonical import instant, parse_instant
from engine.model import Actor, RecordChange, Value, Variables
from workflows import duties
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger
from workflows.supervision.board import UnknownBoardPage
from workflows.supervision.errors import OralOrderNotFound, OralOrderRefused, OralOrderSettled
from workflows.supervision.records import ORAL_ORDER, ORAL_ORDERS_LEDGER, oral_order
from workflows.supervision.rules import SHANGHAI
from workflows.supervision.values import Source

RECORDERS = ("supervision_clerk", "leader_secretary", "document_secretary", "office_director", "duty_officer")
"""Posts that record what they were told."""
SETTLERS = ("supervision_clerk",)
LEADERS = ("principal", "executive_head", "deputy_leader", "office_director")
LONGEST_WORDS = 2_000
LARGEST_PAGE = 100


class OrderDisposal(StrEnum):
    """What became of an oral order."""

    SUPERVISED = "supervised"
    ASSIGNED = "assigned"
    DECLINED = "declined"


FLOWS = {OrderDisposal.SUPERVISED: "supervision", OrderDisposal.ASSIGNED: "task_assignment"}


@dataclass(frozen=True)
class OralOrder:
    """One entry of the register."""

    id: str
    ordered_by: str
    ordered_on: date
    words: str
    lead_unit: str | None
    due_on: date | None
    recorded_by: str
    recorded_at: datetime
    disposal: OrderDisposal | None
    reason: str | None
    instance_id: str | None
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class OralOrderFields:
    """What is said of an order when it is recorded, as it came."""

    ordered_by: str
    ordered_on: date | None
    words: str
    lead_unit: str = ""
    due_on: date | None = None


def record(connection: Connection, office: Office, person: Person, said: OralOrderFields, now: datetime) -> str:
    """Enter an oral order, and return its id.

    Raises:
        PostRequired: The person's post is not to record oral orders.
        OralOrderRefused: It lacks who ordered it, when or what; or it was ordered later than today.
    """
    duties.require_post(person, RECORDERS)
    today, words = now.astimezone(SHANGHAI).date(), said.words.strip()
    leader = queries.find_person(connection, said.ordered_by)
    if leader is None or leader.disabled or not leader.posts & set(LEADERS):
        raise OralOrderRefused("ordered_by")
    if said.ordered_on is None or said.ordered_on > today:
        raise OralOrderRefused("ordered_on")
    if not words or len(words) > LONGEST_WORDS or not readable_text(words, lines=True):
        raise OralOrderRefused("words")
    if said.lead_unit and said.lead_unit not in {one.code for one in queries.list_units(connection)}:
        raise OralOrderRefused("lead_unit")
    values: dict[str, Value] = {
        "ordered_by": said.ordered_by,
        "ordered_on": said.ordered_on.isoformat(),
        "words": words,
        "lead_unit": said.lead_unit or None,
        "due_on": said.due_on.isoformat() if said.due_on else None,
        "recorded_by": person.username,
        "recorded_at": instant(now),
    }
    order_id = f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(4)}"
    _tell(connection, office, RecordChange(ORAL_ORDER, order_id, values), person, now)
    return order_id


def settle(
    connection: Connection,
    office: Office,
    person: Person,
    order_id: str,
    disposal: OrderDisposal,
    reason: str,
    now: datetime,
) -> str | None:
    """Say what becomes of an oral order: a candidate of supervision, a task, or nothing, with the reason.

    Args:
        connection: In a transaction.
        office: The office.
        person: The clerk, who begins the case.
        order_id: The order.
        disposal: What becomes of it.
        reason: Why nothing does; may be empty where something does.
        now: Aware instant.

    Returns:
        The case that was begun, or None.

    Raises:
        PostRequired: The person is no clerk of supervision.
        OralOrderNotFound: There is no such order.
        OralOrderSettled: It was said before what becomes of it.
        OralOrderRefused: It is not taken up, and nobody says why.
        ProcessDefinitionNotFound: The office has no such flow.
    """
    duties.require_post(person, SETTLERS)
    words = reason.strip()
    if len(words) > LONGEST_WORDS or not readable_text(words, lines=True):
        raise OralOrderRefused("reason")
    if disposal is OrderDisposal.DECLINED and not words:
        raise OralOrderRefused("reason")
    order = get_order(connection, order_id, lock=True)
    if order.disposal is not None:
        raise OralOrderSettled(order_id)
    case = None
    if disposal in FLOWS:
        deployed = office.engine.deployed_version(connection, FLOWS[disposal])
        given = _carried(connection, office, order, disposal)
        started = office.engine.start(connection, deployed, Actor(person.username), person.unit, given, now)
        case = started.instance_id
    values: dict[str, Value] = {
        "disposal": disposal.value,
        "reason": words or None,
        "instance_id": case,
        "settled_by": person.username,
        "settled_at": instant(now),
    }
    _tell(connection, office, RecordChange(ORAL_ORDER, order_id, values), person, now)
    return case


def get_order(connection: Connection, order_id: str, *, lock: bool = False) -> OralOrder:
    """Return an order; raise ``OralOrderNotFound``."""
    query = select(oral_order).where(oral_order.c.id == order_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise OralOrderNotFound(order_id)
    return _order(row)


def list_orders(
    connection: Connection, *, disposal: str = "", q: str = "", after: str | None = None, limit: int = 20
) -> tuple[list[OralOrder], str | None]:
    """Return a page of the register, the last recorded first, and the key from which the next one goes on.

    Args:
        connection: For reading.
        disposal: What became of them, ``open`` for those of which nobody has said yet, or anything.
        q: Words of the order or its reason.
        after: What the page before returned.
        limit: Rows, at most 100.

    Raises:
        UnknownBoardPage: ``after`` is none that a page before gave.
    """
    size = max(1, min(limit, LARGEST_PAGE))
    conditions: list[ColumnElement[bool]] = []
    if disposal == "open":
        conditions.append(oral_order.c.disposal.is_(None))
    elif disposal:
        conditions.append(oral_order.c.disposal == disposal)
    for word in q.split():
        searched = (oral_order.c.words, oral_order.c.reason)
        conditions.append(or_(*(column.contains(word, autoescape=True) for column in searched)))
    place = tuple_(oral_order.c.recorded_at, oral_order.c.id)
    if after:
        at, _, order_id = after.partition(" ")
        try:
            key = parse_instant(at)
        except ValueError as error:
            raise UnknownBoardPage from error
        conditions.append(place < tuple_(literal(key, oral_order.c.recorded_at.type), literal(order_id)))
    query = select(oral_order).where(*conditions).order_by(oral_order.c.recorded_at.desc(), oral_order.c.id.desc())
    found = [_order(row) for row in connection.execute(query.limit(size + 1))]
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{instant(last.recorded_at)} {last.id}" if last else None


def _carried(connection: Connection, office: Office, order: OralOrder, disposal: OrderDisposal) -> Variables:
    """Return what a case begun by an order is told, so that nothing is typed twice."""
    leader = queries.names_of(connection, [order.ordered_by])[order.ordered_by]
    day = order.ordered_on
    title = order.words.splitlines()[0][: office.settings.title_characters]
    common: dict[str, Value] = {
        "title": title,
        "matter": order.words,
        "due_on": order.due_on.isoformat() if order.due_on else None,
        "source_number": f"{leader}{day.year}年{day.month}月{day.day}日口头交办",
    }
    if disposal is OrderDisposal.ASSIGNED:
        return {**common, "assigned_unit": order.lead_unit, "accepter": order.ordered_by}
    ordered: dict[str, Value] = {
        "source_kind": Source.ORAL.value,
        "source_text": order.words,
        "lead_unit": order.lead_unit,
        "instructed_by": order.ordered_by,
    }
    return {**common, **ordered}


def _tell(connection: Connection, office: Office, change: RecordChange, person: Person, now: datetime) -> None:
    record_in_ledger(connection, office, ORAL_ORDERS_LEDGER, [change], Actor(person.username), now)


def _order(row: Row[Any]) -> OralOrder:
    said = dict(row._mapping)
    return OralOrder(
        **{
            **said,
            "ordered_on": date.fromisoformat(said["ordered_on"]),
            "due_on": date.fromisoformat(said["due_on"]) if said["due_on"] else None,
            "disposal": OrderDisposal(said["disposal"]) if said["disposal"] else None,
        }
    )
