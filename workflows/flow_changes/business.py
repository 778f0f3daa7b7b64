"""流程修改 as one business: its rules by kind of step, its service, its record."""

from datetime import date
from functools import partial

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.model import Actor, RecordChange, ServiceResult
from engine.persistence import definitions
from workflows.contract import Business
from workflows.flow_changes import rules
from workflows.flow_changes.drafts import get_draft
from workflows.flow_changes.errors import FlowChangeNotApproved
from workflows.flow_changes.records import FLOW_CHANGE, FLOW_CHANGES
from workflows.flow_changes.rules import APPROVED_BY, SUBMITTED, Publishing

DEPLOYED = "deployed_version"
"""The variable that the service writes."""


def flow_change(publishing: Publishing) -> Business:
    """Return the business of an office that publishes its flows so."""
    return Business(
        judges={
            "draft": partial(rules.judge_draft, publishing=publishing),
            "approve": partial(rules.judge_approve, publishing=publishing),
        },
        services={"flow.deploy": partial(deploy, publishing=publishing)},
        records=(FLOW_CHANGES,),
        written=rules.WRITTEN | {DEPLOYED},
        offers={"flows": list_flows},
    )


def list_flows(connection: Connection, _day: date) -> list[tuple[str, str]]:
    """Return the flows of the office, key and name."""
    return [(one.key, one.name) for one in definitions.list_newest(connection)]


def deploy(connection: Connection, call: ServiceCall, publishing: Publishing) -> ServiceResult:
    """Deploy what was approved as the next version (``flow.deploy``), in the name of whoever approved it.

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds the case's variables.
        publishing: How files are checked and deployed.

    Returns:
        The variable ``deployed_version``.

    Raises:
        FlowChangeNotApproved: Nobody has approved it, or what is kept is not what was approved.
        DefinitionRefused: It could not be deployed any more.
    """
    draft = get_draft(connection, call.instance_id)
    approved_by = str(call.inputs.get(APPROVED_BY) or "")
    if not approved_by or call.inputs.get(SUBMITTED) != draft.digests:
        raise FlowChangeNotApproved(call.instance_id)
    deployed = publishing.deploy(connection, draft.files, Actor(approved_by), call.now)
    version = next(one.version for one in deployed if one.key == draft.key)
    told = RecordChange(FLOW_CHANGE, call.instance_id, {"deployed_version": version})
    return ServiceResult({DEPLOYED: version}, (told,))
