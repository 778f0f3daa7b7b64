"""Reads the life of a case's steps from its events, in one pass. Pure.

Words are those of process mining: a work item is *scheduled* when it is opened, *started* when somebody takes it up, *completed*
when it is closed (IEEE 1849, lifecycle extension). What this history can tell of *started* is a claim, or an act on the item
before its closing; of an item that was assigned when it was opened and closed without any, nobody can say when its work began,
and all its time counts as waiting.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.model import SEND_BACK, WITHDRAW, EventKind, WorkItemRole
from workflows.flow_figures.values import Closing, Edit, Item, Life, Passage, Sent, Stretch, Told

READ = frozenset(
    {
        EventKind.PROCESS_STARTED,
        EventKind.WORK_ITEM_OPENED,
        EventKind.WORK_ITEM_CLAIMED,
        EventKind.WORK_ITEM_RELEASED,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_COMPLETED,
        EventKind.WORK_ITEM_CANCELLED,
        EventKind.WORK_ITEM_WITHDRAWN,
        EventKind.WORK_ITEM_SKIPPED,
        EventKind.WORK_ITEM_RENEWED,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        EventKind.TOKEN_MOVED,
        EventKind.PROCESS_SUSPENDED,
        EventKind.PROCESS_RESUMED,
        EventKind.PROCESS_MIGRATED,
        EventKind.VARIABLES_SET,
        EventKind.VARIABLES_CORRECTED,
        EventKind.SERVICE_RETURNED,
        EventKind.MARKING_SETTLED,
    }
)
"""The kinds of event that a life is read from."""
SILENT = frozenset(
    {
        EventKind.WORK_ITEM_CLAIMED,
        EventKind.WORK_ITEM_RELEASED,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_CANCELLED,
        EventKind.WORK_ITEM_WITHDRAWN,
        EventKind.WORK_ITEM_SKIPPED,
        EventKind.WORK_ITEM_RENEWED,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        EventKind.PROCESS_SUSPENDED,
        EventKind.PROCESS_RESUMED,
    }
)
"""Those of which the payload says nothing that is needed here."""
NOTHING: tuple[object, ...] = (None, "", [], {}, False)
"""Values of a field in which nothing was filled in."""


@dataclass(frozen=True)
class Model:
    """What the versions of a flow say that history does not.

    Attributes:
        repeated: Steps that stand in something that runs several times, beside itself or one after another, so that to come to
            them again is no round.
        editable: Which fields a person may write at a step; other variables of a completion are the office's rules'.
    """

    repeated: frozenset[str] = frozenset()
    editable: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class _Open:
    passage: "_Coming"
    opened_seq: int
    opened_at: datetime
    is_step: bool
    since: datetime
    taken_up: bool = False
    begun: bool = False
    stretches: list[Stretch] = field(default_factory=list)
    closed_seq: int | None = None
    closing: Closing | None = None
    decision: str | None = None
    opinion: bool = False
    withdrawn: bool = False
    edits: set[Edit] = field(default_factory=set)

    def turn(self, at: datetime, *, taken_up: bool) -> None:
        if self.closing is None and taken_up != self.taken_up:
            self.stretches.append(Stretch(self.since, at, self.taken_up))
            self.since, self.taken_up = at, taken_up
        self.begun = self.begun or taken_up

    def close(self, told: Told, closing: Closing) -> None:
        if self.closing is None:
            self.stretches.append(Stretch(self.since, told.at, self.taken_up))
            self.closed_seq, self.closing = told.seq, closing

    def frozen(self, number: int) -> Item:
        return Item(
            opened_seq=self.opened_seq,
            opened_at=self.opened_at,
            closed_seq=self.closed_seq,
            closing=self.closing,
            round=number,
            stretches=tuple(self.stretches),
            begun=self.begun,
            is_step=self.is_step,
            decision=self.decision,
            opinion=self.opinion,
            withdrawn=self.withdrawn,
            edits=frozenset(self.edits),
        )


@dataclass
class _Coming:
    activity_id: str
    token: int
    seq: int
    scope: int | None = None
    items: list[_Open] = field(default_factory=list)
    goes_on: "_Coming | None" = None
    undone: bool = False


@dataclass
class _Reading:
    model: Model
    comings: list[_Coming] = field(default_factory=list)
    by_token: dict[int, _Coming] = field(default_factory=dict)
    items: dict[str, _Open] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    suspended_at: datetime | None = None
    variables: dict[str, object] = field(default_factory=dict)
    withdrawing: _Coming | None = None
    is_withdrawal: bool = False


def life_of(events: Iterable[Told], model: Model = Model()) -> Life:
    """Return the life of a case's steps.

    Args:
        events: Of the kinds in :data:`READ`, the whole chain of one case, in order; copies to read are passed over.
        model: What the case's flow says.

    Returns:
        The life as far as it has come; what is open has no closing, and a suspension that lasts no end.
    """
    reading = _Reading(model)
    for told in events:
        follow = _FOLLOWED.get(told.kind)
        if follow is not None:
            follow(reading, told)
    if reading.suspended_at is not None:
        reading.pauses.append((reading.suspended_at, datetime.max.replace(tzinfo=reading.suspended_at.tzinfo)))
    return Life(
        passages=_numbered(reading),
        sent=tuple(reading.sent),
        passed=reading.passed,
        skipped=reading.skipped,
        pauses=tuple(reading.pauses),
    )


def _numbered(reading: _Reading) -> tuple[Passage, ...]:
    """Return the passages with their rounds: one more than the rounds of the step before it that were not undone."""
    rounds: dict[int, int] = {}
    counted: Counter[tuple[str, int]] = Counter()
    found = []
    for coming in reading.comings:
        group = _group(coming, reading.model)
        key = (coming.activity_id, group)
        before = coming.goes_on
        number = rounds[id(before)] if before is not None else counted[key] + 1
        rounds[id(coming)] = number
        if not coming.undone:
            counted[key] = max(counted[key], number)
        items = tuple(one.frozen(number) for one in coming.items)
        again = before is not None
        found.append(Passage(coming.activity_id, group, number, coming.seq, items, again, coming.undone))
    return tuple(found)


def _group(coming: _Coming, model: Model) -> int:
    """Return what tells apart the runs of something repeated: the scope, or where no completion names it the token."""
    if coming.activity_id not in model.repeated:
        return 0
    return coming.scope if coming.scope is not None else -coming.token


def _started(reading: _Reading, told: Told) -> None:
    _write(reading, told.data.get("variables"))


def _opened(reading: _Reading, told: Told) -> None:
    token, role = told.data.get("token"), told.data.get("role", WorkItemRole.STEP.value)
    if role == WorkItemRole.COPY or not isinstance(token, int) or told.activity_id is None:
        return
    coming = reading.by_token.get(token)
    if coming is None:
        before = reading.withdrawing
        goes_on = before if before is not None and before.activity_id == told.activity_id else None
        coming = _Coming(told.activity_id, token, told.seq, goes_on=goes_on)
        reading.by_token[token] = coming
        reading.comings.append(coming)
    item = _Open(coming, told.seq, told.at, role == WorkItemRole.STEP, told.at)
    coming.items.append(item)
    reading.items[str(told.work_item_id)] = item


def _taken_up(reading: _Reading, told: Told) -> None:
    item = _item(reading, told)
    if item is not None:
        item.turn(told.at, taken_up=True)


def _put_down(reading: _Reading, told: Told) -> None:
    """A pool item was given back, or an item given to somebody who has not begun: it waits again."""
    item = _item(reading, told)
    if item is not None:
        item.turn(told.at, taken_up=False)


def _delegated(reading: _Reading, told: Told) -> None:
    _taken_up(reading, told)
    _edited(reading, told, Edit.ASKED)


def _signers(reading: _Reading, told: Told) -> None:
    _taken_up(reading, told)
    _edited(reading, told, Edit.SIGNERS)


def _completed(reading: _Reading, told: Told) -> None:
    item, scope, decision = _item(reading, told), told.data.get("scope"), told.data.get("decision")
    written = told.data.get("variables")
    if item is not None:
        item.close(told, Closing.COMPLETED)
        item.decision = decision if isinstance(decision, str) else None
        item.opinion = bool(told.data.get("opinion"))
        if told.data.get("attachments"):
            item.edits.add(Edit.FILES)
        if isinstance(written, Mapping) and _changes(reading, item.passage.activity_id, written):
            item.edits.add(Edit.FIELDS)
        if isinstance(scope, int):
            item.passage.scope = scope
    _write(reading, written)


def _changes(reading: _Reading, activity_id: str, written: Mapping[str, object]) -> bool:
    """Tell whether a field that a person may write at the step has got another value."""
    return any(
        not _same(reading.variables.get(name), written[name])
        for name in reading.model.editable.get(activity_id, ())
        if name in written
    )


def _same(before: object, after: object) -> bool:
    return before == after or (before in NOTHING and after in NOTHING)


def _cancelled(reading: _Reading, told: Told) -> None:
    item = _item(reading, told)
    if item is None:
        return
    item.close(told, Closing.CANCELLED)
    if reading.is_withdrawal and item.passage is not reading.withdrawing:
        item.passage.undone = all(one.closing is Closing.CANCELLED or one.withdrawn for one in item.passage.items)
        if item.passage.undone and item.passage.goes_on is not None:
            item.passage.goes_on.undone = True


def _moved(reading: _Reading, told: Told) -> None:
    mode, item = str(told.data.get("mode")), _item(reading, told)
    if mode == WITHDRAW:
        _withdrawn(reading, told)
        return
    source = item.passage.activity_id if item is not None else _standing(reading, told)
    if item is not None and mode == SEND_BACK:
        item.close(told, Closing.RETURNED)
        item.decision, item.opinion = SEND_BACK, True
    reading.sent.append(Sent(source, str(told.activity_id), mode, told.seq))


def _withdrawn(reading: _Reading, told: Told) -> None:
    """Take back what was decided; what follows in the same command takes away what had come of it."""
    item = _item(reading, told)
    reading.is_withdrawal = True
    if item is not None:
        item.withdrawn = True
        reading.withdrawing = item.passage


def _standing(reading: _Reading, told: Told) -> str | None:
    """Return the step of the token that was moved, where it stood at one of a person."""
    taken = told.data.get("take")
    tokens = [one for one in taken if isinstance(one, int)] if isinstance(taken, list) else []
    return next((reading.by_token[one].activity_id for one in tokens if one in reading.by_token), None)


def _skipped(reading: _Reading, told: Told) -> None:
    reading.skipped[str(told.activity_id)] += 1


def _renewed(reading: _Reading, told: Told) -> None:
    item = _item(reading, told)
    if item is not None and told.activity_id is not None:
        item.passage.activity_id = told.activity_id


def _suspended(reading: _Reading, told: Told) -> None:
    reading.suspended_at = told.at


def _resumed(reading: _Reading, told: Told) -> None:
    if reading.suspended_at is not None:
        reading.pauses.append((reading.suspended_at, told.at))
    reading.suspended_at = None


def _migrated(reading: _Reading, told: Told) -> None:
    """What was done before the case moved to another version is counted by what the parts are called there."""
    renamed = told.data.get("renamed")
    names = {str(old): str(new) for old, new in renamed.items()} if isinstance(renamed, Mapping) else {}
    if not names:
        return
    for coming in reading.comings:
        coming.activity_id = names.get(coming.activity_id, coming.activity_id)
    reading.sent = [
        replace(one, source=names.get(one.source or "", one.source), target=names.get(one.target, one.target))
        for one in reading.sent
    ]
    reading.passed = _renamed_in(reading.passed, names)
    reading.skipped = _renamed_in(reading.skipped, names)


def _renamed_in(counter: Counter[str], names: Mapping[str, str]) -> Counter[str]:
    renamed: Counter[str] = Counter()
    for name, times in counter.items():
        renamed[names.get(name, name)] += times
    return renamed


def _edited(reading: _Reading, told: Told, edit: Edit) -> None:
    item = _item(reading, told)
    if item is not None:
        item.edits.add(edit)


def _variables(reading: _Reading, told: Told) -> None:
    _write(reading, told.data.get("variables"))


def _settled(reading: _Reading, told: Told) -> None:
    """Count what tokens went through in the command, which ends here."""
    passed = told.data.get("passed")
    if isinstance(passed, list):
        reading.passed.update(map(str, passed))
    reading.withdrawing, reading.is_withdrawal = None, False


def _write(reading: _Reading, values: object) -> None:
    if isinstance(values, Mapping):
        reading.variables.update(values)


def _item(reading: _Reading, told: Told) -> _Open | None:
    return reading.items.get(told.work_item_id or "")


_FOLLOWED: Mapping[str, Callable[[_Reading, Told], None]] = {
    EventKind.PROCESS_STARTED: _started,
    EventKind.WORK_ITEM_OPENED: _opened,
    EventKind.WORK_ITEM_CLAIMED: _taken_up,
    EventKind.WORK_ITEM_RELEASED: _put_down,
    EventKind.WORK_ITEM_TRANSFERRED: _put_down,
    EventKind.WORK_ITEM_DELEGATED: _delegated,
    EventKind.WORK_ITEM_COMPLETED: _completed,
    EventKind.WORK_ITEM_CANCELLED: _cancelled,
    EventKind.WORK_ITEM_WITHDRAWN: _withdrawn,
    EventKind.WORK_ITEM_SKIPPED: _skipped,
    EventKind.WORK_ITEM_RENEWED: _renewed,
    EventKind.SIGNERS_ADDED: _signers,
    EventKind.SIGNER_REMOVED: _signers,
    EventKind.TOKEN_MOVED: _moved,
    EventKind.PROCESS_SUSPENDED: _suspended,
    EventKind.PROCESS_RESUMED: _resumed,
    EventKind.PROCESS_MIGRATED: _migrated,
    EventKind.VARIABLES_SET: _variables,
    EventKind.VARIABLES_CORRECTED: _variables,
    EventKind.SERVICE_RETURNED: _variables,
    EventKind.MARKING_SETTLED: _settled,
}
