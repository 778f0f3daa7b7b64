"""The rules of changes of flows: what is handed in can be deployed, and another person than its drafter approves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import errors_of, read_processes
from engine.model import Actor, Finding, ProcessDefinition, RecordChange, Value
from engine.persistence import definitions
from workflows.contract import REFUSING, StepFacts, Verdict
from workflows.flow_changes.drafts import FlowDraft, files_of_version, get_draft
from workflows.flow_changes.errors import (
    FlowChangedMeanwhile,
    FlowFileRefused,
    FlowKeyRefused,
    FlowNotDeployable,
    FlowUnchanged,
    OwnFlowChange,
)
from workflows.flow_changes.records import FLOW_CHANGE

DRAFTED_BY, APPROVED_BY, SUBMITTED = "drafted_by", "approved_by", "submitted_files"
WRITTEN = frozenset({DRAFTED_BY, APPROVED_BY, SUBMITTED})
"""The variables that the rules of steps write."""
GIVES_UP = "withdraw"

Check = Callable[[Connection, Mapping[str, bytes]], list[Finding]]
Deploy = Callable[[Connection, Mapping[str, bytes], Actor, datetime], list[ProcessDefinition]]


@dataclass(frozen=True)
class Publishing:
    """How files are checked and deployed, which is the house's to say."""

    check: Check
    deploy: Deploy


def judge_draft(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, publishing: Publishing
) -> Verdict:
    """Hand in what was drawn: another flow than the one that is, deployable, and from then on as it is.

    Raises:
        FlowKeyRefused: A new flow has the key of one that there is.
        FlowUnchanged: Nothing was changed.
        FlowFileRefused: The draft lacks the flow, or would replace another one with it.
        FlowNotDeployable: The check finds errors.
        FlowChangedMeanwhile: Somebody else has published a change of it meanwhile.
    """
    if decision == GIVES_UP:
        return Verdict()
    draft = get_draft(connection, facts.instance_id)
    _require_newest(connection, draft)
    if not draft.changed or draft.version == 0:
        raise FlowUnchanged
    _require_deployable(connection, draft, publishing)
    by = facts.actor.acts_as
    digests: dict[str, Value] = dict(draft.digests)
    told: dict[str, Value] = {
        "flow_key": draft.key,
        "base_version": draft.base_version,
        "files": digests,
        "reason": str(facts.variables.get("change_reason") or ""),
        "drafted_by": by,
        "approved_by": None,
    }
    variables: dict[str, Value] = {DRAFTED_BY: by, APPROVED_BY: None, SUBMITTED: digests}
    return Verdict(variables, (RecordChange(FLOW_CHANGE, facts.instance_id, told),))


def judge_approve(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, publishing: Publishing
) -> Verdict:
    """Let another person than the one who drew it publish a change.

    Raises:
        OwnFlowChange: It is their own.
        FlowChangedMeanwhile: Somebody else has published a change of the flow meanwhile.
        FlowNotDeployable: What it calls has changed, so that it could not be deployed any more.
    """
    drafter = str(facts.variables.get(DRAFTED_BY) or "")
    if drafter in (facts.actor.acts_as, facts.actor.username):
        raise OwnFlowChange(drafter)
    if decision in REFUSING:
        return Verdict()
    draft = get_draft(connection, facts.instance_id)
    _require_newest(connection, draft)
    _require_deployable(connection, draft, publishing)
    by = facts.actor.acts_as
    return Verdict({APPROVED_BY: by}, (RecordChange(FLOW_CHANGE, facts.instance_id, {"approved_by": by}),))


def _require_newest(connection: Connection, draft: FlowDraft) -> None:
    newest = definitions.find_newest(connection, draft.key)
    if newest is None:
        return
    if draft.base is None:
        raise FlowKeyRefused(draft.key, "taken")
    if newest.version != draft.base.version:
        raise FlowChangedMeanwhile(draft.base.version, newest.version)


def _require_deployable(connection: Connection, draft: FlowDraft, publishing: Publishing) -> None:
    _require_own(connection, draft)
    errors = errors_of(publishing.check(connection, draft.files))
    if errors:
        raise FlowNotDeployable(len(errors))


def _require_own(connection: Connection, draft: FlowDraft) -> None:
    """Refuse a draft by which another flow would get a new version: whoever approves sees the comparison of this one alone."""
    drawn = {one.key for one in read_processes(draft.files)}
    if draft.key not in drawn:
        raise FlowFileRefused(draft.key, "key")
    before = files_of_version(connection, draft.base) if draft.base is not None else {}
    for key in sorted(drawn - {draft.key} - {one.key for one in read_processes(before)}):
        if definitions.find_newest(connection, key) is not None:
            raise FlowFileRefused(key, "other_flow")
