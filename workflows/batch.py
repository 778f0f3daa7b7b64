"""What can be done with many work items at once: each by itself, in a transaction of its own.

A further operation is one more line of :data:`ACTS`, or of :data:`COMPLETES` where it completes a step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.commands.complete_work_item import decisions_of
from engine.errors import InvalidSubmission, NotPermitted, ProcessError
from engine.model import WorkItem
from engine.persistence import instances, work_items
from workflows import worklist
from workflows.catalogue import PERSON_ONLY
from workflows.circling import CIRCULATE
from workflows.forms.validation import SubmissionInvalid
from workflows.office import Office
from workflows.operations import hands, send_back
from workflows.operations.chosen import chosen_people, words
from workflows.organisation.values import Person
from workflows.steps import find_step
from workflows.visibility import require_visible
from workflows.worklist import Submission

LARGEST_BATCH = 100
RECEIVE = "receive"


@dataclass(frozen=True)
class Asked:
    """What was asked once for all items: to whom, and why."""

    to: str = ""
    reason: str = ""


NOTHING = Asked()
Act = Callable[[Connection, Office, Person, str, int, Asked, datetime], None]
"""Acts on one work item, by its id and the version that was seen."""


@dataclass(eq=False)
class UnknownBatchOperation(InvalidSubmission):
    """This cannot be done with many items at once."""

    operation: str
    field: str = "operation"


@dataclass(eq=False)
class TooManyAtOnce(InvalidSubmission):
    """More items than may be handed in at once."""

    limit: int
    field: str = "item"


@dataclass(eq=False)
class OnlySingly(NotPermitted):
    """A step of this kind is never completed together with others."""

    work_item_id: str


@dataclass(eq=False)
class OtherKind(NotPermitted):
    """Steps of this kind are not completed by this operation."""

    step: str
    operation: str


@dataclass(eq=False)
class SeveralDecisions(InvalidSubmission):
    """The step offers a choice, which is made with the document in view."""

    step: str


@dataclass(eq=False)
class FieldsMissing(InvalidSubmission):
    """The step asks for entries that the case does not hold yet."""

    fields: tuple[str, ...]


@dataclass(eq=False)
class DraftUnsent(InvalidSubmission):
    """The person has begun to write on this item, which would be lost."""

    work_item_id: str


def _claim(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, _: Asked, now: datetime
) -> None:
    worklist.claim(connection, office, person, work_item_id, version, now)


def _transfer(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, asked: Asked, now: datetime
) -> None:
    hands.transfer(connection, office, person, work_item_id, version, asked.to, asked.reason, now)


def _mark_read(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, _: Asked, now: datetime
) -> None:
    hands.mark_read(connection, office, person, work_item_id, version, "", now)


def _urge(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, _: Asked, now: datetime
) -> None:
    hands.urge(connection, office, person, work_item_id, version, "", now)


def _withdraw(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, _: Asked, now: datetime
) -> None:
    send_back.withdraw(connection, office, person, work_item_id, version, "", now)


ACTS: Mapping[str, Act] = {
    "claim": _claim,
    "transfer": _transfer,
    "mark_read": _mark_read,
    "urge": _urge,
    "withdraw": _withdraw,
}
"""Operations by which no step is completed."""
COMPLETES: Mapping[str, str] = {"circle": CIRCULATE, "receive": RECEIVE}
"""Operations by which a step is completed, and the only kind of step that each completes."""
OPERATIONS = frozenset({*ACTS, *COMPLETES})
ADDRESSED = frozenset({"transfer"})
"""Operations that need to be told, once for all items, to whom."""
OFFERED_IN: Mapping[str, tuple[str, ...]] = {
    "todo": ("circle", "receive", "transfer"),
    "claimable": ("claim", "receive"),
    "copies": ("mark_read",),
    "delegated": ("urge",),
}
"""Which operations a box offers for many items; ``withdraw`` is offered for those just completed."""


def may_in_batch(operation: str, item: WorkItem) -> ProcessError | None:
    """Say why an operation may not be carried out on an item together with others.

    Args:
        operation: One of :data:`OPERATIONS`.
        item: The item.

    Source:
        Signing, instructing, approving, voting and countersigning are decisions of a person about this one document
        (《党政机关公文处理工作条例》第二十二条：公文应当经…审批签发). Practice of such offices: 批量 only for 圈阅 and 签收.
    """
    kind = COMPLETES.get(operation)
    if kind is None:
        return None
    if item.kind in PERSON_ONLY:
        return OnlySingly(item.id)
    return None if item.kind == kind else OtherKind(item.name, operation)


def require_address(connection: Connection, office: Office, asked: Asked) -> None:
    """Raise ``PersonRefused`` or ``ReasonRequired`` where what was asked for all items can be accepted for none."""
    chosen_people(connection, [asked.to] if asked.to else [], "to")
    words(office, asked.reason, required=False)


def carry_out(
    connection: Connection,
    office: Office,
    person: Person,
    operation: str,
    work_item_id: str,
    version: int,
    now: datetime,
    asked: Asked = NOTHING,
) -> None:
    """Do with one item of a batch what is done with each.

    Args:
        connection: In a transaction of this item alone.
        office: The office.
        person: Who acts.
        operation: One of :data:`OPERATIONS`.
        work_item_id: What they act on.
        version: The one they saw.
        now: Aware instant.
        asked: What was asked once for all.

    Raises:
        UnknownBatchOperation: There is no such operation.
        OnlySingly: It completes the step, whose kind only a person decides, one by one.
        OtherKind: It completes steps of another kind.
        SeveralDecisions, FieldsMissing, DraftUnsent: The step wants more than to be completed.
        ProcessError: Whatever the operation itself refuses.
    """
    if operation in COMPLETES:
        _complete_plainly(connection, office, person, operation, work_item_id, version, now)
        return
    act = ACTS.get(operation)
    if act is None:
        raise UnknownBatchOperation(operation)
    act(connection, office, person, work_item_id, version, asked, now)


def _complete_plainly(
    connection: Connection,
    office: Office,
    person: Person,
    operation: str,
    work_item_id: str,
    version: int,
    now: datetime,
) -> None:
    """Complete a step by its one plain decision, without words; what was begun on it is not thrown away."""
    item = work_items.get_work_item(connection, work_item_id)
    require_visible(connection, person, item.instance_id, now)
    refusal = may_in_batch(operation, item)
    if refusal is not None:
        raise refusal
    draft = work_items.find_draft(connection, item.id, person.username)
    if draft is not None and _says_something(draft):
        raise DraftUnsent(item.id)
    case = instances.get_instance(connection, item.instance_id)
    deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
    decisions = decisions_of(activity, item.role)
    if len(decisions) != 1:
        raise SeveralDecisions(item.name)
    submission = Submission(version, decisions[0].value, circled=operation == "circle")
    try:
        worklist.complete(connection, office, person, item.id, submission, now)
    except SubmissionInvalid as error:
        form = office.forms.of(deployed, activity)
        raise FieldsMissing(tuple(form.fields[one.field].label for one in error.errors)) from error


def _says_something(draft: Mapping[str, Any]) -> bool:
    """Tell whether a draft holds words, files or entries; one that was emptied again is not missed."""
    return bool(draft["opinion"].strip() or draft.get("attachments") or any(draft["variables"].values()))
