"""What can be done with many work items at once: each by itself, in a transaction of its own.

A further operation is one more line of :data:`OPERATIONS`; where it completes a step, its name also stands in :data:`COMPLETING`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.errors import InvalidSubmission, NotPermitted, ProcessError
from engine.persistence import work_items
from workflows import worklist
from workflows.catalogue import PERSON_ONLY
from workflows.office import Office
from workflows.operations import hands
from workflows.organisation.values import Person
from workflows.visibility import require_visible

LARGEST_BATCH = 100

Act = Callable[[Connection, Office, Person, str, int, datetime], None]
"""Acts on one work item, by its id and the version that was seen."""


def _mark_read(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, now: datetime
) -> None:
    hands.mark_read(connection, office, person, work_item_id, version, "", now)


def _urge(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, now: datetime
) -> None:
    hands.urge(connection, office, person, work_item_id, version, "", now)


OPERATIONS: Mapping[str, Act] = {
    "claim": worklist.claim,
    "mark_read": _mark_read,
    "urge": _urge,
}
COMPLETING = frozenset({"complete", "circle"})
"""Operations by which a step of the flow is completed."""
OFFERED_IN: Mapping[str, tuple[str, ...]] = {
    "claimable": ("claim",),
    "copies": ("mark_read",),
    "delegated": ("urge",),
}
"""Which operations a box offers for many items."""


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


def may_in_batch(operation: str, work_item_id: str, kind: str | None) -> ProcessError | None:
    """Say why an operation may not be carried out on an item together with others.

    Args:
        operation: One of :data:`OPERATIONS`.
        work_item_id: The item.
        kind: Of the item's step.

    Source:
        Signing, instructing, approving, voting and countersigning are decisions of a person about this one document
        (《党政机关公文处理工作条例》第二十二条：公文应当经…审批签发).
    """
    if operation in COMPLETING and kind in PERSON_ONLY:
        return OnlySingly(work_item_id)
    return None


def carry_out(
    connection: Connection,
    office: Office,
    person: Person,
    operation: str,
    work_item_id: str,
    version: int,
    now: datetime,
) -> None:
    """Do with one item of a batch what is done with each.

    Raises:
        UnknownBatchOperation: There is no such operation.
        OnlySingly: It completes the step, whose kind only a person decides, one by one.
        ProcessError: Whatever the operation itself refuses.
    """
    act = OPERATIONS.get(operation)
    if act is None:
        raise UnknownBatchOperation(operation)
    if operation in COMPLETING:
        item = work_items.get_work_item(connection, work_item_id)
        require_visible(connection, person, item.instance_id, now)
        refusal = may_in_batch(operation, item.id, item.kind)
        if refusal is not None:
            raise refusal
    act(connection, office, person, work_item_id, version, now)
