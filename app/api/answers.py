"""Cases and work items as the API tells them to the person who asks."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.api import shapes
from app.current import current_house, now
from app.messages import sentence
from app.security import current_person
from workflows import cases, worklist
from workflows.errors import CaseNotVisible
from workflows.operations.offered import offered
from workflows.worklist import Operation


def instance(connection: Connection, instance_id: str, at: datetime) -> dict[str, Any]:
    """Return a case as the current person sees it; raise ``CaseNotVisible``."""
    detail = cases.get_case(connection, current_house().office, current_person(), instance_id, at)
    return {
        **shapes.instance(detail.case),
        "variables": {view.key: shapes.value(view.value) for view in detail.fields},
        "open_items": [shapes.work_item(one, detail.case, "none") for one in detail.open_items],
    }


def acted_on(connection: Connection, instance_id: str, at: datetime) -> dict[str, Any]:
    """Return a case after an intervention, without its content where the person may not read it."""
    try:
        return instance(connection, instance_id, at)
    except CaseNotVisible:
        return shapes.unseen_instance(cases.get_row(connection, instance_id))


def work_item(connection: Connection, work_item_id: str) -> dict[str, Any]:
    """Return a work item as the current person sees it, with its form and what they may do; raise ``CaseNotVisible``."""
    house, person, at = current_house(), current_person(), now(connection)
    detail = worklist.get_item(connection, house.office, person, work_item_id, at)
    return {
        **shapes.work_item(detail.item, detail.case, detail.lamp),
        "decisions": [{"value": one.value, "label": one.label} for one in detail.decisions],
        "form": {"fields": [shapes.field(one) for one in detail.fields]},
        "operations": [_operation(one) for one in offered(connection, house.office, detail, at)],
    }


def _operation(one: Operation) -> dict[str, Any]:
    reason = sentence(one.refusal) if one.refusal else None
    told = {"name": one.name, "allowed": one.allowed, "reason": reason}
    targets = [{"value": target.value, "label": target.label} for target in one.targets]
    return {**told, "targets": targets} if targets else told
