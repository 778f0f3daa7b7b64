"""Rows of work items: what people are handed, as history told it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, insert, select, update

from engine import canonical
from engine.delegates import Vote
from engine.errors import StaleWorkItem, WorkItemClosed, WorkItemNotFound
from engine.history import Entry
from engine.model import Actor, Completion, WorkItem, WorkItemRole, WorkItemState
from engine.persistence.history import last_about
from engine.persistence.instances import LockedInstance, locked_instance_of
from engine.persistence.tables import (
    IS_COPY,
    NO_COPY,
    OPEN,
    PROVISIONAL,
    participant,
    process_instance,
    work_item,
    work_item_candidate,
    work_item_draft,
)

_UNTOLD = ("token_id", "claimed_at", "rank_at", "definition_key", "initiator")
"""What is kept of an item for the engine itself, and for the indices of the boxes."""
COLUMNS = tuple(column for column in work_item.c if column.name not in _UNTOLD)
UNDATED = datetime(9000, 1, 1, tzinfo=UTC)
"""Where work items without a time limit stand in the order of the boxes: after all that have one."""
NAMES = tuple(column.name for column in COLUMNS)
_insert = insert(work_item)
_insert_candidates = insert(work_item_candidate)
_lock_case: Select[Any] = (
    select(
        process_instance.c.id,
        process_instance.c.definition_id,
        process_instance.c.initiator,
        process_instance.c.snapshot,
        process_instance.c.head_seq,
        process_instance.c.head_hash,
        process_instance.c.head_at,
        process_instance.c.state,
        process_instance.c.ended_at,
    )
    .where(
        process_instance.c.id
        == select(work_item.c.instance_id).where(work_item.c.id == bindparam("work_item_id")).scalar_subquery()
    )
    .with_for_update(key_share=True)
)
_signer = work_item.alias("signer")
_awaits_signers = exists().where(
    _signer.c.parent_id == work_item.c.id,
    _signer.c.role == WorkItemRole.BEFORE.value,
    _signer.c.state == WorkItemState.OPEN.value,
)
_with_candidates = (
    select(
        work_item,
        work_item_candidate.c.person.label("candidate"),
        exists().where(work_item_draft.c.work_item_id == work_item.c.id).label("drafted"),
        _awaits_signers.label("awaits_signers"),
    )
    .outerjoin(work_item_candidate, work_item_candidate.c.work_item_id == work_item.c.id)
    .where(work_item.c.id == bindparam("work_item_id"))
)
_candidates = select(work_item_candidate.c.person).where(
    work_item_candidate.c.work_item_id == bindparam("work_item_id")
)
_close = (
    update(work_item)
    .where(
        work_item.c.id == bindparam("work_item_id"),
        work_item.c.version == bindparam("seen_version"),
        work_item.c.state == WorkItemState.OPEN.value,
    )
    .values(
        state=bindparam("new_state"),
        recorded_by=bindparam("new_recorded_by"),
        assignee=bindparam("new_assignee"),
        closed_at=bindparam("new_closed_at"),
        closed_by=bindparam("new_closed_by"),
        decision=bindparam("new_decision"),
        opinion=bindparam("new_opinion"),
        circled=bindparam("new_circled"),
        version=bindparam("seen_version") + 1,
    )
)


@dataclass(frozen=True)
class LockedWorkItem:
    """A work item at the version somebody saw, locked with its case until the transaction ends.

    ``drafted`` says whether anybody keeps unfinished entries on it, ``awaits_signers`` whether somebody signs before its owner.
    """

    item: WorkItem
    token_id: int
    claimed_at: datetime | None
    drafted: bool
    awaits_signers: bool
    instance: LockedInstance


def lock_work_item(
    connection: Connection, work_item_id: str, version: int, state: WorkItemState = WorkItemState.OPEN
) -> LockedWorkItem:
    """Lock a work item and its case.

    The case is locked first, and alone, before the item is read: who holds the case closes other items of it, so that
    an item locked while waiting for the case would be a deadlock, and one read before the wait might be out of date.

    Args:
        connection: In a transaction.
        work_item_id: The work item.
        version: What the person saw.
        state: In which it has to be; a completed one is locked to be withdrawn or confirmed.

    Returns:
        The work item at that version, with its candidates.

    Raises:
        WorkItemNotFound: There is none.
        WorkItemClosed: It is not, or no longer, in that state; names who and when.
        StaleWorkItem: It has another version; names who and when.
    """
    asked = {"work_item_id": work_item_id}
    case = connection.execute(_lock_case, asked).first()
    if case is None:
        raise WorkItemNotFound(work_item_id)
    rows = connection.execute(_with_candidates, asked).all()
    item = work_item_of(rows[0], tuple(row.candidate for row in rows if row.candidate is not None))
    if item.state is not state:
        by, at = last_about(connection, item.instance_id, item.id)
        raise WorkItemClosed(item.id, item.state, item.closed_by or by, item.closed_at or at)
    if item.version != version:
        raise StaleWorkItem(item.id, version, item.version, *last_about(connection, item.instance_id, item.id))
    first = rows[0]
    return LockedWorkItem(
        item,
        first.token_id,
        first.claimed_at,
        bool(first.drafted),
        bool(first.awaits_signers),
        locked_instance_of(case),
    )


def get_work_item(connection: Connection, work_item_id: str) -> WorkItem:
    """Return a work item with its candidates; raise ``WorkItemNotFound``."""
    row = connection.execute(select(*COLUMNS).where(work_item.c.id == work_item_id)).first()
    if row is None:
        raise WorkItemNotFound(work_item_id)
    return work_item_of(row, tuple(connection.scalars(_candidates, {"work_item_id": work_item_id})))


def token_of(connection: Connection, work_item_id: str) -> int:
    """Return the token that a work item belongs to; raise ``WorkItemNotFound``."""
    token_id = connection.scalar(select(work_item.c.token_id).where(work_item.c.id == work_item_id))
    if token_id is None:
        raise WorkItemNotFound(work_item_id)
    return int(token_id)


def list_of_instance(connection: Connection, instance_id: str) -> list[WorkItem]:
    """Return the work items of a case with their candidates, in the order in which they were opened."""
    candidates: dict[str, list[str]] = {}
    for row in connection.execute(
        select(work_item_candidate)
        .join(work_item, work_item.c.id == work_item_candidate.c.work_item_id)
        .where(work_item.c.instance_id == instance_id)
        .order_by(work_item_candidate.c.person)
    ):
        candidates.setdefault(row.work_item_id, []).append(row.person)
    rows = connection.execute(select(*COLUMNS).where(work_item.c.instance_id == instance_id))
    items = [work_item_of(row, tuple(candidates.get(row.id, ()))) for row in rows]
    return sorted(items, key=lambda item: serial_of(item.id))


def serial_of(work_item_id: str) -> int:
    """Return the number of a work item within its case."""
    return int(work_item_id.rpartition("-")[2])


def work_item_of(row: Row[Any], candidates: tuple[str, ...] = (), prefix: str = "") -> WorkItem:
    """Return the value of a row with the columns of the work item table, labelled with ``prefix`` where it has one."""
    values = dict(zip(NAMES, _read(prefix)(row), strict=True))
    return _valued(values, candidates)


def rank_of(due_at: datetime | None) -> datetime:
    """Return by what a work item is sorted in the boxes: by when it is due."""
    return due_at or UNDATED


def open_work_items(
    connection: Connection, case: LockedInstance, definition_key: str, entries: Sequence[Entry], at: datetime
) -> tuple[WorkItem, ...]:
    """Write the work items that ``work_item:opened`` entries tell of, and return them in order."""
    if not entries:
        return ()
    rows = [_opened_row(case, definition_key, entry, at) for entry in entries]
    connection.execute(_insert, rows)
    candidates = [
        {
            "work_item_id": entry.work_item_id,
            "person": person,
            "offered": entry.data["assignee"] is None,
            "opened_at": at,
            "rank_at": row["rank_at"],
            "definition_key": definition_key,
        }
        for row, entry in zip(rows, entries, strict=True)
        for person in candidates_of(entry.data)
    ]
    if candidates:
        connection.execute(_insert_candidates, candidates)
    return tuple(_opened_item(row, entry) for row, entry in zip(rows, entries, strict=True))


def candidates_of(opened: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the candidates that an opened entry names."""
    return tuple(opened["candidates"])


def close(
    connection: Connection,
    locked: LockedWorkItem,
    by: Actor,
    completion: Completion,
    at: datetime,
    state: WorkItemState = WorkItemState.COMPLETED,
) -> None:
    """Write that a work item is done with; raise ``StaleWorkItem`` if another transaction was faster after all.

    A step that somebody does on behalf of another stays the other's, and says who did it.
    """
    changed = connection.execute(
        _close,
        {
            "work_item_id": locked.item.id,
            "seen_version": locked.item.version,
            "new_state": state.value,
            "new_recorded_by": by.recorded_by,
            "new_assignee": locked.item.assignee or by.acts_as,
            "new_closed_at": at,
            "new_closed_by": by.username,
            "new_decision": completion.decision,
            "new_opinion": completion.opinion,
            "new_circled": completion.circled,
        },
    )
    if changed.rowcount != 1:
        raise StaleWorkItem(locked.item.id, locked.item.version, locked.item.version + 1, None, None)
    if locked.item.candidates and locked.item.assignee is None:
        _offer(connection, [locked.item.id], offered=False)


def withdraw(connection: Connection, work_item_id: str) -> None:
    """Write that what was said with a completed work item no longer counts."""
    _change(connection, work_item_id, state=WorkItemState.WITHDRAWN.value)


def hand_over(connection: Connection, locked: LockedWorkItem, assignee: str, owner: str | None) -> None:
    """Write whose an open work item is now, and to whom it returns after an opinion; who had it stays a participant."""
    if locked.item.assignee is not None:
        take_part(connection, locked.item.instance_id, locked.item.assignee)
    _change(connection, locked.item.id, assignee=assignee, owner=owner, claimed_at=None)
    if locked.item.candidates:
        _offer(connection, [locked.item.id], offered=False)


def take_part(connection: Connection, instance_id: str, person: str) -> None:
    """Write that a person has to do with a case, and may see it."""
    row = {"instance_id": instance_id, "person": person}
    if (
        connection.scalar(select(participant.c.person).filter_by(**row)) is None
    ):  # the case is locked, so nobody is faster
        connection.execute(insert(participant).values(row))


def note_urged(connection: Connection, work_item_id: str, at: datetime) -> None:
    """Write that somebody was urged; the version stays, for nothing changes of what may be done."""
    connection.execute(
        update(work_item).where(work_item.c.id == work_item_id).values(urged_at=at, urges=work_item.c.urges + 1)
    )


def note_confirmed(connection: Connection, work_item_id: str, at: datetime) -> None:
    """Write that a person has confirmed what was recorded for them."""
    _change(connection, work_item_id, confirmed_at=at)


def _change(connection: Connection, work_item_id: str, **values: object) -> None:
    connection.execute(
        update(work_item).where(work_item.c.id == work_item_id).values(version=work_item.c.version + 1, **values)
    )


def cancel(connection: Connection, work_item_ids: Sequence[str], at: datetime) -> None:
    """Write that open work items are no longer needed."""
    connection.execute(
        update(work_item)
        .where(work_item.c.id.in_(work_item_ids))
        .values(state=WorkItemState.CANCELLED.value, closed_at=at, version=work_item.c.version + 1)
    )
    _offer(connection, work_item_ids, offered=False)


def set_due(connection: Connection, work_item_id: str, due_at: datetime, *, provisional: bool) -> None:
    """Write by when a work item is due."""
    rank = rank_of(due_at)
    connection.execute(
        update(work_item)
        .where(work_item.c.id == work_item_id)
        .values(due_at=due_at, rank_at=rank, due_provisional=provisional)
    )
    connection.execute(
        update(work_item_candidate).where(work_item_candidate.c.work_item_id == work_item_id).values(rank_at=rank)
    )


def renew(connection: Connection, work_item_id: str, activity_id: str, name: str, kind: str | None) -> None:
    """Write that an open work item now belongs to a step of another version, where its form may be another."""
    connection.execute(
        update(work_item)
        .where(work_item.c.id == work_item_id)
        .values(activity_id=activity_id, name=name, kind=kind, version=work_item.c.version + 1)
    )


def list_due(connection: Connection, instance_id: str) -> list[WorkItem]:
    """Return the open work items of a case that are due at some time, in order."""
    rows = connection.execute(
        select(*COLUMNS).where(
            work_item.c.instance_id == instance_id,
            OPEN,
            work_item.c.due_at.is_not(None),
        )
    )
    return sorted((work_item_of(row) for row in rows), key=lambda item: serial_of(item.id))


def list_done(connection: Connection, instance_id: str) -> list[WorkItem]:
    """Return the steps and seats of a case that were completed and not taken back, the last one last."""
    rows = connection.execute(
        select(*COLUMNS).where(
            work_item.c.instance_id == instance_id,
            work_item.c.state == WorkItemState.COMPLETED.value,
            work_item.c.role == WorkItemRole.STEP.value,
        )
    )
    return sorted((work_item_of(row) for row in rows), key=lambda item: (item.closed_at, serial_of(item.id)))


def list_completed(connection: Connection, instance_ids: Collection[str], kind: str) -> list[WorkItem]:
    """Return the completed work items of a kind in several cases, in the order in which they were opened."""
    rows = connection.execute(
        select(*COLUMNS)
        .where(
            work_item.c.instance_id.in_(instance_ids),
            work_item.c.kind == kind,
            work_item.c.state == WorkItemState.COMPLETED.value,
        )
        .order_by(work_item.c.opened_at, work_item.c.id)
    )
    return [work_item_of(row) for row in rows]


def list_of_token(connection: Connection, instance_id: str, token_id: int) -> list[WorkItem]:
    """Return the work items that a token ever had, in order."""
    rows = connection.execute(
        select(*COLUMNS).where(work_item.c.instance_id == instance_id, work_item.c.token_id == token_id)
    )
    return sorted((work_item_of(row) for row in rows), key=lambda item: serial_of(item.id))


def has_handled(connection: Connection, instance_id: str, person: str) -> bool:
    """Tell whether a person has closed a work item of a case, for themselves or another."""
    found = select(work_item.c.id).where(
        work_item.c.instance_id == instance_id,
        (work_item.c.closed_by == person) | ((work_item.c.assignee == person) & work_item.c.closed_by.is_not(None)),
    )
    return connection.scalar(found.limit(1)) is not None


def unread_copies(connection: Connection, instance_id: str) -> set[str]:
    """Return who has a copy of a case and has not read it."""
    return set(
        connection.scalars(
            select(work_item.c.assignee).where(
                work_item.c.instance_id == instance_id,
                work_item.c.role == WorkItemRole.COPY.value,
                work_item.c.state == WorkItemState.OPEN.value,
            )
        )
    )


def list_open_of(connection: Connection, person: str) -> list[WorkItem]:
    """Return the open work items in a person's hands, the oldest first."""
    mine = select(*COLUMNS).where(work_item.c.assignee == person, OPEN)
    rows = [row for part in (NO_COPY, IS_COPY) for row in connection.execute(mine.where(part))]  # each has its index
    return [work_item_of(row) for row in sorted(rows, key=lambda row: (row.opened_at, row.id))]


def tokens_of_open(connection: Connection, instance_id: str) -> dict[str, int]:
    """Return the token of each open work item of a case."""
    rows = connection.execute(
        select(work_item.c.id, work_item.c.token_id).where(work_item.c.instance_id == instance_id, OPEN)
    )
    return {row.id: row.token_id for row in rows}


def cases_due_since(connection: Connection, since: datetime, *, only_provisional: bool) -> set[str]:
    """Return the cases in which something is due at an instant or later, or only those in which that is provisional."""
    which = PROVISIONAL if only_provisional else OPEN
    return set(connection.scalars(select(work_item.c.instance_id).where(which, work_item.c.due_at >= since)))


def assign(connection: Connection, locked: LockedWorkItem, assignee: str | None, at: datetime | None) -> None:
    """Write who has claimed a work item, or that it was released."""
    connection.execute(
        update(work_item)
        .where(work_item.c.id == locked.item.id)
        .values(assignee=assignee, claimed_at=at, version=work_item.c.version + 1)
    )
    _offer(connection, [locked.item.id], offered=assignee is None)


def votes(connection: Connection, instance_id: str, token_id: int) -> list[Vote]:
    """Return what was said on the closed seats of a token, in order of the work items."""
    rows = connection.execute(
        select(work_item).where(
            and_(
                work_item.c.instance_id == instance_id,
                work_item.c.token_id == token_id,
                work_item.c.state == WorkItemState.COMPLETED.value,
                work_item.c.role == WorkItemRole.STEP.value,
            )
        )
    )
    return [
        Vote(row.seat, row.decision, row.opinion or "", row.closed_by, row.closed_at)
        for row in sorted(rows, key=lambda row: serial_of(row.id))
    ]


def open_items(connection: Connection, instance_id: str, token_id: int) -> list[str]:
    """Return the open work items of a token, in order."""
    ids = connection.scalars(
        select(work_item.c.id).where(
            work_item.c.instance_id == instance_id,
            work_item.c.token_id == token_id,
            work_item.c.state == WorkItemState.OPEN.value,
        )
    )
    return sorted(ids, key=serial_of)


def save_draft(
    connection: Connection, work_item_id: str, person: str, content: Mapping[str, object], at: datetime
) -> None:
    """Keep one person's unfinished entries on a work item, in place of the earlier ones."""
    drop_draft(connection, work_item_id, person)
    packed = canonical.encode(content)
    connection.execute(
        insert(work_item_draft).values(work_item_id=work_item_id, person=person, content=packed, saved_at=at)
    )


def drop_draft(connection: Connection, work_item_id: str, person: str) -> None:
    """Forget one person's unfinished entries on a work item."""
    connection.execute(_drop_draft, {"draft_of": work_item_id, "draft_by": person})


def find_draft(connection: Connection, work_item_id: str, person: str) -> Any | None:
    """Return what :func:`save_draft` kept, decoded, or None."""
    content = connection.scalar(
        select(work_item_draft.c.content).where(
            work_item_draft.c.work_item_id == work_item_id, work_item_draft.c.person == person
        )
    )
    return canonical.decode(bytes(content)) if content is not None else None


def draft_saved_at(connection: Connection, work_item_id: str, person: str) -> datetime | None:
    """Return when one person's unfinished entries on a work item were kept last, or None where there are none."""
    return connection.scalar(
        select(work_item_draft.c.saved_at).where(
            work_item_draft.c.work_item_id == work_item_id, work_item_draft.c.person == person
        )
    )


_drop_draft = delete(work_item_draft).where(
    work_item_draft.c.work_item_id == bindparam("draft_of"), work_item_draft.c.person == bindparam("draft_by")
)


def _offer(connection: Connection, work_item_ids: Sequence[str], *, offered: bool) -> None:
    """Write whether items wait for one of their candidates to take them."""
    connection.execute(
        update(work_item_candidate).where(work_item_candidate.c.work_item_id.in_(work_item_ids)).values(offered=offered)
    )


@cache
def _read(prefix: str) -> Callable[[Row[Any]], tuple[Any, ...]]:
    return attrgetter(*(prefix + name for name in NAMES))


def _opened_row(case: LockedInstance, definition_key: str, entry: Entry, at: datetime) -> dict[str, Any]:
    data: Mapping[str, Any] = entry.data
    due_at = canonical.parse_instant(data["due_at"]) if data["due_at"] else None
    return {
        "id": entry.work_item_id,
        "instance_id": case.id,
        "definition_key": definition_key,
        "initiator": case.initiator,
        "token_id": data["token"],
        "activity_id": entry.activity_id,
        "name": data["name"],
        "kind": data["kind"],
        "role": data.get("role", WorkItemRole.STEP.value),
        "parent_id": data.get("parent"),
        "owner": None,
        "state": WorkItemState.OPEN.value,
        "assignee": data["assignee"],
        "claimed_at": None,
        "seat": data["seat"],
        "opened_at": at,
        "due_at": due_at,
        "rank_at": rank_of(due_at),
        "due_provisional": data["due_provisional"],
        "closed_at": None,
        "closed_by": None,
        "decision": None,
        "opinion": None,
        "circled": False,
        "recorded_by": None,
        "confirmed_at": None,
        "urged_at": None,
        "urges": 0,
        "version": 1,
    }


def _opened_item(row: dict[str, Any], entry: Entry) -> WorkItem:
    values = {name: row[name] for name in NAMES}
    return _valued(values, candidates_of(entry.data))


def _valued(values: dict[str, Any], candidates: tuple[str, ...]) -> WorkItem:
    values["state"], values["role"] = WorkItemState(values["state"]), WorkItemRole(values["role"])
    return WorkItem(**values, candidates=candidates)
