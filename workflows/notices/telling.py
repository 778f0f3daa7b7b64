"""Who is told what of the events of a case."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.model import (
    INPUTS,
    SEND_BACK,
    WITHDRAW,
    EventKind,
    HistoryEvent,
    InstanceState,
    ProcessInstance,
    Variables,
    WorkItem,
    WorkItemRole,
)
from engine.persistence import instances, work_items
from workflows.duties import DIRECTORS
from workflows.notices.kinds import NoticeKind
from workflows.notices.standing_in import StandingIn
from workflows.notices.told import Told
from workflows.organisation import queries
from workflows.reminders import REMINDER

HANDED = {
    EventKind.WORK_ITEM_TRANSFERRED: NoticeKind.TRANSFERRED,
    EventKind.WORK_ITEM_DELEGATED: NoticeKind.DELEGATED,
    EventKind.WORK_ITEM_RESOLVED: NoticeKind.RESOLVED,
}
INSTRUCT = "instruct"
REGISTRY = "registry_clerk"
BESIDE_WORDS = " \t\r\n\u3000。．.，,；;！!、"


def told_of(
    connection: Connection, instance_id: str, events: Sequence[HistoryEvent], bare_words: frozenset[str]
) -> Iterator[Told]:
    """Yield who is told what of events of a case; nobody is told what they have done themselves.

    Whoever stands in for somebody (代理) at that instant, and may do in their place what they are told of, is told of it too.

    Args:
        connection: For reading.
        instance_id: The case.
        events: Whole commands, in order.
        bare_words: Opinions that instruct nobody.

    Yields:
        What each person is told, in the order of the events.
    """
    case = instances.get_instance(connection, instance_id)
    items = {item.id: item for item in work_items.list_of_instance(connection, instance_id)}
    telling = _Telling(connection, case, items, bare_words)
    everything: list[tuple[HistoryEvent, list[Told]]] = []
    for event in events:
        first = {(one.person, one.seq): one for one in reversed(list(telling.of(event)))}  # what is told first stands
        everything.append((event, [*reversed(first.values())]))
    standing_in = StandingIn(connection, case, items, (one for _event, told in everything for one in told))
    for event, told in everything:
        reached = [*told, *standing_in.also(told)]
        yield from (one for one in reached if one.person not in (event.actor, event.recorded_by))


def is_bare(opinion: str, bare_words: frozenset[str]) -> bool:
    """Tell whether an opinion instructs nobody: no words, or a bare 同意."""
    said = opinion.strip(BESIDE_WORDS)
    return not said or said in bare_words


class _Telling:
    """Tells events of one case in order; it keeps which command the consequences belong to."""

    def __init__(
        self, connection: Connection, case: ProcessInstance, items: dict[str, WorkItem], bare_words: frozenset[str]
    ) -> None:
        self._connection = connection
        self._case = case
        self._items = items
        self._bare_words = bare_words
        self._mode = ""

    def of(self, event: HistoryEvent) -> Iterator[Told]:
        if event.kind in INPUTS:
            self._mode = str(event.data.get("mode", "")) if event.kind == EventKind.TOKEN_MOVED else ""
            if event.kind == EventKind.WORK_ITEM_WITHDRAWN:
                self._mode = WITHDRAW
        if event.kind == EventKind.WORK_ITEM_OPENED:
            yield from self._opened(event)
        elif event.kind == EventKind.WORK_ITEM_RELEASED:
            yield from _tell(event, NoticeKind.OFFERED, self._item(event).candidates, self._facts(event))
        elif event.kind == EventKind.WORK_ITEM_CANCELLED:
            kind = NoticeKind.WITHDRAWN if self._mode == WITHDRAW else NoticeKind.CANCELLED
            item = self._item(event)
            yield from _tell(event, kind, [item.assignee, item.owner], self._facts(event))
        elif event.kind == EventKind.WORK_ITEM_COMPLETED:
            yield from self._instructed(event)
        elif event.kind == EventKind.CASE_COMMENTED:
            facts: Variables = {"comment": event.data.get("comment")}
            yield from _tell(event, NoticeKind.MENTIONED, _usernames(event.data.get("mentions")), facts)
            yield from _tell(event, NoticeKind.COMMENTED, self._concerned(event.at), facts)
        elif event.kind == EventKind.WORK_ITEM_URGED:
            facts = {**self._facts(event), "message": str(event.data.get("message") or "")}
            yield from _tell(event, NoticeKind.URGED, _usernames(event.data.get("to")), facts)
        elif event.kind == EventKind.WORK_ITEM_OVERDUE:
            facts = {**self._facts(event), "number": event.data.get("number")}
            yield from _tell(event, NoticeKind.OVERDUE, _usernames(event.data.get("to")), facts)
        elif event.kind == EventKind.RECORD_CHANGED and event.data.get("record") == REMINDER:
            yield from _reminded(event)
        elif event.kind in HANDED:
            yield from _tell(event, HANDED[EventKind(event.kind)], _usernames(event.data.get("to")), self._facts(event))
            away: Variables = {**self._facts(event), "away": True}
            yield from _tell(event, HANDED[EventKind(event.kind)], _usernames(event.data.get("from")), away)
        elif event.kind == EventKind.MARKING_SETTLED:
            yield from self._ended(event)
        elif event.kind == EventKind.INCIDENT_OPENED:
            clearing = [name for post in DIRECTORS for name in queries.holders(self._connection, post)]
            yield from _tell(event, NoticeKind.INCIDENT, clearing)

    def _opened(self, event: HistoryEvent) -> Iterator[Told]:
        assignee, offered = event.data.get("assignee"), _usernames(event.data.get("candidates"))
        if event.data.get("role") == WorkItemRole.COPY.value:
            kind = NoticeKind.CIRCULATED
        elif self._mode == SEND_BACK:
            kind = NoticeKind.SENT_BACK
        else:
            kind = NoticeKind.ASSIGNED if assignee else NoticeKind.OFFERED
        yield from _tell(event, kind, [str(assignee)] if assignee else offered, self._facts(event))

    def _instructed(self, event: HistoryEvent) -> Iterator[Told]:
        """Tell the registry what a leader has instructed.

        Source:
            PRACTICE of such offices: after 领导批示 the 文书 wants to know, but not of a bare 同意.
        """
        if self._item(event).kind == INSTRUCT and not is_bare(str(event.data.get("opinion") or ""), self._bare_words):
            acted = {one.closed_by for one in self._items.values() if one.closed_at and one.closed_at <= event.at}
            clerks = [name for name in queries.holders(self._connection, REGISTRY) if name in acted]
            yield from _tell(event, NoticeKind.INSTRUCTION, clerks, self._facts(event))

    def _ended(self, event: HistoryEvent) -> Iterator[Told]:
        if event.data.get("state") == InstanceState.COMPLETED.value:
            yield from _tell(event, NoticeKind.COMPLETED, [self._case.initiator])
        elif event.data.get("state") == InstanceState.CANCELLED.value:
            yield from _tell(event, NoticeKind.CANCELLED, [self._case.initiator])

    def _concerned(self, at: datetime) -> list[str | None]:
        """Return who has started the case, and in whose hands it was at an instant."""
        in_hand = (one for one in self._items.values() if one.opened_at <= at)
        return [
            self._case.initiator,
            *(one.assignee for one in in_hand if one.closed_at is None or one.closed_at > at),
        ]

    def _item(self, event: HistoryEvent) -> WorkItem:
        return self._items[str(event.work_item_id)]

    def _facts(self, event: HistoryEvent) -> Variables:
        return {"step": self._items[str(event.work_item_id)].name} if event.work_item_id in self._items else {}


def _reminded(event: HistoryEvent) -> Iterator[Told]:
    """Tell people what a business reminds them of."""
    values = event.data.get("values")
    if isinstance(values, dict):
        facts: Variables = {"case": True, "due_on": values.get("due_on"), "message": str(values.get("words") or "")}
        yield from _tell(event, NoticeKind(str(values["kind"])), _usernames(values.get("people")), facts)


def _tell(
    event: HistoryEvent, kind: NoticeKind, people: Sequence[str | None], facts: Variables | None = None
) -> Iterator[Told]:
    for person in dict.fromkeys(people):
        if person is not None:
            yield Told(person, kind, event.seq, event.work_item_id, event.actor, event.at, facts or {})


def _usernames(named: object) -> list[str]:
    if isinstance(named, str):
        return [named]
    return [str(one) for one in named] if isinstance(named, list | tuple) else []
