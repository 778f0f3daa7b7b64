"""The clerk's work: the boxes, one item with its form, and what can be done with it, for any flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.errors import InvalidSubmission, ProcessError
from engine.marking import Marking
from engine.model import (
    Activity,
    Actor,
    Advanced,
    Completion,
    Decision,
    ProcessInstance,
    RecordChange,
    Value,
    Variables,
    WorkItem,
)
from engine.persistence.work_items import LockedWorkItem
from workflows import boxes, catalogue, permissions, visibility
from workflows.attachments import actions as attachments
from workflows.contract import StepFacts, Verdict
from workflows.errors import OpinionRequired, OpinionTooLong, OpinionUnreadable
from workflows.forms import access as form_access
from workflows.forms import validation
from workflows.forms.fields import FieldView
from workflows.office import Office
from workflows.organisation.values import Person

SHANGHAI = ZoneInfo("Asia/Shanghai")
REFUSING = frozenset({"revise", "disagree", "correct", "substantive", "reject"})
"""Decisions that send back or refuse: with ``opinion = required_on_refusal`` they need words."""
OPINION_RULES = ("optional", "required", "required_on_refusal")


@dataclass(frozen=True)
class Submission:
    """What a person sends with a step, as it came: ``version`` is the one they saw."""

    version: int
    decision: str
    opinion: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    circled: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that could be done with an item; ``refusal`` says why this person may not."""

    name: str
    refusal: ProcessError | None

    @property
    def allowed(self) -> bool:
        """Whether this person may do it."""
        return self.refusal is None


@dataclass(frozen=True)
class ItemDetail:
    """Everything the page of a work item shows."""

    item: WorkItem
    case: ProcessInstance
    activity: Activity
    decisions: tuple[Decision, ...]
    opinion_rule: str
    fields: tuple[FieldView, ...]
    opinion_draft: str
    operations: tuple[Operation, ...]
    lamp: str

    def may(self, operation: str) -> bool:
        """Whether the reader may carry out this operation."""
        return any(one.name == operation and one.allowed for one in self.operations)
