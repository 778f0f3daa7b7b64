"""The values the engine speaks in: what a definition says, what a case is, what people are handed.

Everything here is frozen and knows no database, no HTTP and no SpiffWorkflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

Value = None | bool | int | Decimal | str | list["Value"] | dict[str, "Value"]
"""What a process variable holds. There are no floats, so that every value has one canonical form."""

Variables = Mapping[str, Value]

SEMANTICS_VERSION = 4
"""Named by every input event; a change of behaviour gets a new number and the old one stays executable.

1 knew one scope and no events; its state hash is over the first format of the snapshot. 2 is what ``docs/semantics.md`` says of
the flow; 3 also tells which tokens a command has made and taken away, so that it can be withdrawn.
"""


class InstanceState(StrEnum):
    """What can be said of a process instance as a whole."""

    RUNNING = "running"
    INCIDENT = "incident"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ENDED = frozenset({InstanceState.COMPLETED, InstanceState.CANCELLED})
"""States in which nothing in a case can be moved any more."""


class WorkItemState(StrEnum):
    """The life of a work item; ``docs/architecture.md`` draws it."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class WorkItemRole(StrEnum):
    """Why somebody is handed a work item.

    ``step`` is a step of the flow or a seat of it; ``before`` and ``after`` are signers whom the step's owner has added;
    ``copy`` is to be read (传阅) and never moves the flow.
    """

    STEP = "step"
    BEFORE = "before"
    AFTER = "after"
    COPY = "copy"


READ, SEND_BACK = "read", "send_back"
"""What closes a copy that was read, and a step that was sent back, in place of a decision."""
WITHDRAW = "withdraw"
"""As what history tells of a move that takes back what somebody has just completed."""


class EventKind(StrEnum):
    """What history can say of a case: an input with its consequences, or a change of a business record."""

    PROCESS_STARTED = "process:started"
    WORK_ITEM_CLAIMED = "work_item:claimed"
    WORK_ITEM_RELEASED = "work_item:released"
    WORK_ITEM_COMPLETED = "work_item:completed"
    WORK_ITEM_WITHDRAWN = "work_item:withdrawn"
    WORK_ITEM_TRANSFERRED = "work_item:transferred"
    WORK_ITEM_DELEGATED = "work_item:delegated"
    WORK_ITEM_RESOLVED = "work_item:resolved"
    WORK_ITEM_URGED = "work_item:urged"
    WORK_ITEM_OVERDUE = "work_item:overdue"
    WORK_ITEM_CONFIRMED = "work_item:confirmed"
    WORK_ITEM_READ = "work_item:read"
    SIGNERS_ADDED = "signers:added"
    SIGNER_REMOVED = "signer:removed"
    PROCESS_CIRCULATED = "process:circulated"
    PROCESS_CANCELLED = "process:cancelled"
    PROCESS_SUSPENDED = "process:suspended"
    PROCESS_RESUMED = "process:resumed"
    INCIDENT_RETRIED = "incident:retried"
    TIMER_FIRED = "timer:fired"
    MESSAGE_RECEIVED = "message:received"
    SIGNAL_RECEIVED = "signal:received"
    SERVICE_FINISHED = "service:finished"
    SERVICE_FAILED = "service:failed"
    TOKEN_MOVED = "token:moved"  # noqa: S105  (a token of BPMN)
    PROCESS_MIGRATED = "process:migrated"
    DUE_RECOMPUTED = "due:recomputed"
    VARIABLES_CORRECTED = "variables:corrected"
    CASE_COMMENTED = "case:commented"
    CASE_RECORDED = "case:recorded"
    CONTENT_REDACTED = "content_redacted"

    WORK_ITEM_OPENED = "work_item:opened"
    WORK_ITEM_CANCELLED = "work_item:cancelled"
    WORK_ITEM_SKIPPED = "work_item:skipped"
    COUNTERSIGN_DECIDED = "countersign:decided"
    WORK_ITEM_DUE_SET = "work_item:due_set"
    WORK_ITEM_RENEWED = "work_item:renewed"
    TIMER_SET = "timer:set"
    MESSAGE_THROWN = "message:thrown"
    SIGNAL_THROWN = "signal:thrown"
    SERVICE_REQUESTED = "service:requested"
    SERVICE_RETURNED = "service:returned"
    VARIABLES_SET = "variables:set"
    INCIDENT_OPENED = "incident:opened"
    INCIDENT_CLOSED = "incident:closed"
    MARKING_SETTLED = "marking:settled"

    RECORD_CHANGED = "record:changed"


UNMARKING = frozenset(
    {
        EventKind.WORK_ITEM_CLAIMED,
        EventKind.WORK_ITEM_RELEASED,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_RESOLVED,
        EventKind.WORK_ITEM_URGED,
        EventKind.WORK_ITEM_OVERDUE,
        EventKind.WORK_ITEM_CONFIRMED,
        EventKind.WORK_ITEM_READ,
        EventKind.CASE_COMMENTED,
        EventKind.CASE_RECORDED,
    }
)
"""Events that come from outside and leave the marking as it is."""

INPUTS = UNMARKING | frozenset(
    {
        EventKind.PROCESS_STARTED,
        EventKind.WORK_ITEM_COMPLETED,
        EventKind.WORK_ITEM_WITHDRAWN,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        EventKind.PROCESS_CIRCULATED,
        EventKind.PROCESS_CANCELLED,
        EventKind.PROCESS_SUSPENDED,
        EventKind.PROCESS_RESUMED,
        EventKind.INCIDENT_RETRIED,
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE_RECEIVED,
        EventKind.SIGNAL_RECEIVED,
        EventKind.SERVICE_FINISHED,
        EventKind.SERVICE_FAILED,
        EventKind.TOKEN_MOVED,
        EventKind.PROCESS_MIGRATED,
        EventKind.DUE_RECOMPUTED,
        EventKind.VARIABLES_CORRECTED,
        EventKind.CONTENT_REDACTED,
    }
)
"""The events that come from outside; all others follow from them, or are changes of records beside them."""


@dataclass(frozen=True)
class CalendarChange:
    """A change of the working calendar, after which what is due is computed again.

    Attributes:
        revision: Of the calendar since then; the one before had the number below.
        name: What readers call it: the year.
        since: Aware instant; what is due before it is as it was.
        corrects: Whether also what was not provisional may move.
    """

    revision: int
    name: str
    since: datetime
    corrects: bool


@dataclass(frozen=True)
class Actor:
    """Who acts: the person, on whose behalf, and who typed it in. Usernames."""

    username: str
    on_behalf_of: str | None = None
    recorded_by: str | None = None

    @property
    def acts_as(self) -> str:
        """Whose work it is that the actor does: the owner's where a substitute acts, else their own."""
        return self.on_behalf_of or self.username


@dataclass(frozen=True)
class Finding:
    """One thing ``check`` has to say about a file; an ``error`` makes it not deployable."""

    file: str
    line: int
    element: str | None
    rule: str
    severity: str
    message: str


@dataclass(frozen=True)
class ProcessDefinition:
    """A deployed version; ``hash`` is over the names and contents of its files."""

    id: int
    key: str
    version: int
    name: str
    hash: str
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True)
class ProcessInstance:
    """A case as its row tells it; the history tells it in full."""

    id: str
    definition: ProcessDefinition
    title: str
    urgency: str | None
    number: str | None
    state: InstanceState
    initiator: str
    initiator_unit: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class WorkItem:
    """A person's piece of work. ``version`` changes with assignee, state and seat, never by reading or drafts.

    ``parent_id`` is the item whose owner added this one; ``owner`` who gave it to the assignee for an opinion (委派);
    ``recorded_by`` who typed in what ``closed_by`` wrote or said (代录), and ``confirmed_at`` when that person
    confirmed it; ``urged_at`` is when it was urged last.
    """

    id: str
    instance_id: str
    activity_id: str
    name: str
    kind: str | None
    role: WorkItemRole
    parent_id: str | None
    owner: str | None
    state: WorkItemState
    assignee: str | None
    candidates: tuple[str, ...]
    seat: str | None
    opened_at: datetime
    due_at: datetime | None
    due_provisional: bool
    closed_at: datetime | None
    closed_by: str | None
    decision: str | None
    opinion: str | None
    circled: bool
    recorded_by: str | None
    confirmed_at: datetime | None
    urged_at: datetime | None
    urges: int
    version: int


@dataclass(frozen=True)
class HistoryEvent:
    """One event of a chain, with its payload where that has not been redacted."""

    chain: str
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    recorded_by: str | None
    kind: str
    activity_id: str | None
    work_item_id: str | None
    data: Mapping[str, Value]
    payload_digest: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class RecordChange:
    """A business record's new field values, to be told by history in the transaction that writes them."""

    record: str
    record_id: str
    values: Variables


@dataclass(frozen=True)
class Completion:
    """What a person hands in with a step, after the office's rules have judged it."""

    decision: str
    opinion: str = ""
    variables: Variables = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    circled: bool = False
    records: tuple[RecordChange, ...] = ()


@dataclass(frozen=True)
class ServiceResult:
    """What a service task gives back: variables for the case, and the business records it wrote."""

    variables: Variables = field(default_factory=dict)
    records: tuple[RecordChange, ...] = ()


@dataclass(frozen=True)
class Advanced:
    """What a command left behind: the case, and the work items it opened."""

    instance_id: str
    state: InstanceState
    opened: tuple[WorkItem, ...]
    incidents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """What a case is after a command: where its tokens stand, the case's own variables, open work items, what was told of it."""

    tokens: tuple[str, ...]
    variables: Variables
    open_items: tuple[str, ...]
    consequences: tuple[str, ...]


@dataclass(frozen=True)
class Parting:
    """Where a history and its execution part: the two states after the command ``command``, of which event ``seq`` differs."""

    seq: int
    command: int
    told: Side
    given: Side


@dataclass(frozen=True)
class ReplayResult:
    """Whether executing the history again met every consequence and state hash; ``divergence`` says where not.

    ``state_hashes`` counts those that were met, each after one command; ``parting`` shows the two states at a divergence.

    Where contents were cleared, ``redacted_states`` counts the states that were compared by the hash they have without them, as
    the clearing told it.
    """

    instance_id: str
    verified: bool
    events: int
    divergence: str | None = None
    divergence_seq: int | None = None
    state_hashes: int = 0
    parting: Parting | None = None
    redacted_states: int = 0
