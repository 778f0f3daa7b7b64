"""The changes of flows as they are listed: those under way, and which of them made each version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.marking import unpack
from engine.model import WorkItemState
from engine.persistence import instances, work_items
from engine.persistence.tables import process_definition, process_instance
from workflows.duties import DIRECTORS, require_post
from workflows.flow_changes.drafts import NAME
from workflows.flow_changes.records import flow_change
from workflows.organisation.values import Person
from workflows.visibility import sees


@dataclass(frozen=True)
class FlowChange:
    """What is on record of a change: handed in, approved, deployed, as far as it has come.

    ``title`` is what its case is called; ``visible`` whether the reader may open that.
    """

    instance_id: str
    flow_key: str
    title: str
    base_version: int
    drafted_by: str
    approved_by: str | None
    deployed_version: int | None
    reason: str
    visible: bool = False


@dataclass(frozen=True)
class OpenChange:
    """A change under way; ``steps`` are the steps it waits at, ``flow_key`` is empty where it names no flow."""

    instance_id: str
    flow_key: str
    title: str
    initiator: str
    started_at: datetime
    steps: tuple[str, ...]
    visible: bool


def find_change(connection: Connection, instance_id: str) -> FlowChange | None:
    """Return what is on record of a change, or None before it was handed in."""
    row = connection.execute(_changes().where(flow_change.c.instance_id == instance_id)).first()
    return FlowChange(**row._mapping) if row is not None else None


def changes_by_version(connection: Connection, person: Person, key: str, now: datetime) -> Mapping[int, FlowChange]:
    """Return the change that made each version of a flow, to those who draw flows; raise ``PostRequired``."""
    require_post(person, DIRECTORS)
    made = _changes().where(flow_change.c.flow_key == key, flow_change.c.deployed_version.is_not(None))
    found = {}
    for row in connection.execute(made):
        visible = sees(connection, person, row.instance_id, now)
        found[row.deployed_version] = FlowChange(**row._mapping, visible=visible)
    return found


def list_open(connection: Connection, person: Person, now: datetime, key: str | None = None) -> list[OpenChange]:
    """Return the changes under way, of one flow or of all, the oldest first.

    Raises:
        PostRequired: The person draws no flows.
    """
    require_post(person, DIRECTORS)
    case = process_instance.c
    of_changes = process_definition.c.id == case.definition_id, process_definition.c.key == NAME
    query = select(case.id, case.title, case.initiator, case.started_at).where(*of_changes, case.ended_at.is_(None))
    found = []
    for row in connection.execute(query.order_by(case.started_at, case.id)).all():
        variables = unpack(instances.snapshot_of(connection, row.id)).variables
        named = str(variables.get("flow_key") or variables.get("new_flow_key") or "")
        if key in (None, named):
            items = work_items.list_of_instance(connection, row.id)
            steps = tuple(dict.fromkeys(one.name for one in items if one.state is WorkItemState.OPEN))
            visible = sees(connection, person, row.id, now)
            found.append(OpenChange(row.id, named, row.title, row.initiator, row.started_at, steps, visible))
    return found


def _changes() -> Select[Any]:
    change = flow_change.c
    return select(
        change.instance_id,
        change.flow_key,
        process_instance.c.title,
        change.base_version,
        change.drafted_by,
        change.approved_by,
        change.deployed_version,
        change.reason,
    ).join(process_instance, process_instance.c.id == change.instance_id)
