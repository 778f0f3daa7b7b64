"""Whose consent an item needs before the office lets it on, and what they have said, as the case's work items say it.

It counts who has signed, not at which step: a countersign, a step of its own, or a signer whom the drafter asked.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from engine.model import Variables, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import work_items
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.organisation import queries

FINANCE, COMPLIANCE, LEADER = "finance", "compliance", "leader"
CONSENTING_KINDS = frozenset({"countersign", "review"})
OPPOSED = frozenset({"disagree", "revise", "reject"})


def needed(connection: Connection, variables: Variables, settings: MeetingSettings) -> Mapping[str, frozenset[str]]:
    """Return whose consent an item needs: by name of the consent, the people of whom any one can give it.

    Source:
        PRACTICE of such offices: what costs money wants 财务会签 and 合规审查; the leader in charge agrees to everything that
        a unit puts forward, unless that leader decides about it anyway.
    """
    unit = str(variables.get("initiator_unit") or "")
    found = {}
    if variables.get("involves_money") is True:
        found[FINANCE] = frozenset(filter(None, [queries.head_of(connection, settings.finance_unit)]))
        found[COMPLIANCE] = frozenset(queries.holders(connection, settings.compliance_post))
    leader = queries.leader_of(connection, unit)
    if leader and leader not in queries.holders(connection, "principal"):
        found[LEADER] = frozenset({leader})
    return found


def said(connection: Connection, instance_id: str) -> Mapping[str, WorkItem]:
    """Return the last word of everybody who has consented to a case or refused to, by username."""
    items = [one for one in work_items.list_of_instance(connection, instance_id) if _is_word(one)]
    items.sort(key=lambda one: (one.closed_at or one.opened_at, one.id))
    return {str(one.assignee or one.closed_by): one for one in items}


def judged(
    asked: Mapping[str, frozenset[str]], words: Mapping[str, WorkItem]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which consents are missing, and which were refused by the last who could give them. Pure."""
    missing, refused = [], []
    for name, people in asked.items():
        given = [words[one] for one in people if one in words]
        if not given:
            missing.append(name)
        elif max(given, key=lambda one: one.closed_at or one.opened_at).decision in OPPOSED:
            refused.append(name)
    return tuple(missing), tuple(refused)


def _is_word(item: WorkItem) -> bool:
    if item.state is not WorkItemState.COMPLETED or item.role is WorkItemRole.COPY:
        return False
    return item.role is not WorkItemRole.STEP or item.kind in CONSENTING_KINDS
