"""Every deliberate error of the engine; the kinds are the contract, the leaves carry the facts.

Facts are attributes. The first line of a class's docstring is its headline for programmers and logs; people read the
translated headline that the web layer keeps under the class's name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime


class ProcessError(Exception):
    """The root of every deliberate error.

    ``from_outside`` is set where the error came from what a command asked of the office or a service; history says so of an
    incident, because executing again has to be told of it.
    """

    from_outside = False

    @property
    def error_name(self) -> str:
        """The name under which history and the screens know it."""
        return type(self).__name__

    def facts(self) -> Iterator[tuple[str, object]]:
        """Yield the name and value of each fact, in the order of declaration."""
        if is_dataclass(self):
            for fact in fields(self):
                yield fact.name, getattr(self, fact.name)

    def __str__(self) -> str:
        """Return the headline followed by the facts."""
        headline = (type(self).__doc__ or type(self).__name__).strip().splitlines()[0]
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts())
        return f"{headline} ({facts})" if facts else headline


class NotFound(ProcessError):
    """What was asked for does not exist."""


class Conflict(ProcessError):
    """What was asked for clashes with what happened meanwhile."""


class NotPermitted(ProcessError):
    """This person may not do this."""


class NotAuthenticated(ProcessError):
    """Nobody has said who asks."""


class InvalidSubmission(ProcessError):
    """What was handed in cannot be accepted as it is."""


class InvalidDefinition(ProcessError):
    """The process definition cannot be accepted as it is."""


class ExecutionFailed(ProcessError):
    """An automatic step could not be carried out."""


class IntegrityFault(ProcessError):
    """What is stored contradicts itself."""


@dataclass(eq=False)
class ProcessDefinitionNotFound(NotFound):
    """There is no such process definition."""

    key: str
    version: int | None = None


@dataclass(eq=False)
class ProcessInstanceNotFound(NotFound):
    """There is no such process instance."""

    instance_id: str


@dataclass(eq=False)
class WorkItemNotFound(NotFound):
    """There is no such work item."""

    work_item_id: str


@dataclass(eq=False)
class IncidentNotFound(NotFound):
    """There is no such open incident."""

    incident_id: str


@dataclass(eq=False)
class TokenGone(Conflict):
    """The token, or what it waited for, is no longer there."""

    instance_id: str
    holder: int


@dataclass(eq=False)
class MessageNotAwaited(Conflict):
    """The case does not wait for this message, or no longer."""

    instance_id: str
    name: str


@dataclass(eq=False)
class MoveRefused(Conflict):
    """The token cannot be put there: somebody would wait for ever, or the activity does not exist in that scope.

    ``reason`` is one of ``unknown_target``, ``not_a_step``, ``other_scope``, ``not_passed``, ``no_way_back``, ``strands``.
    """

    activity_id: str
    target: str
    reason: str


@dataclass(eq=False)
class WithdrawalRefused(Conflict):
    """The step cannot be taken back.

    ``reason`` is one of ``too_old`` (done before withdrawals were known), ``followed`` (a number, message or service has
    followed), ``handled`` (somebody has taken up what followed), ``others_sign`` (signers were asked after it), ``decided`` (the
    countersign was decided), ``moved_on`` (the flow has come further).
    """

    work_item_id: str
    reason: str


@dataclass(eq=False)
class CaseSuspended(Conflict):
    """The case is suspended, so nothing in it can be done before it is resumed."""

    instance_id: str


@dataclass(eq=False)
class SignersAwaited(NotPermitted):
    """Somebody was asked to sign before, and has not."""

    work_item_id: str


@dataclass(eq=False)
class SuspensionRefused(Conflict):
    """The case cannot be suspended while an automatic step is under way."""

    instance_id: str
    activity_id: str


@dataclass(eq=False)
class MigrationRefused(Conflict):
    """The case cannot move to the other version as it stands; ``refused`` says for each token or arrival why."""

    refused: tuple[str, ...]


@dataclass(eq=False)
class StaleWorkItem(Conflict):
    """The work item was changed by someone else after it was displayed."""

    work_item_id: str
    expected_version: int
    actual_version: int
    by: str | None
    at: datetime | None


@dataclass(eq=False)
class WorkItemClosed(Conflict):
    """The work item is closed already."""

    work_item_id: str
    state: str
    by: str | None
    at: datetime | None


@dataclass(eq=False)
class WorkItemAlreadyClaimed(Conflict):
    """Somebody else has claimed the work item."""

    work_item_id: str
    by: str
    at: datetime | None


@dataclass(eq=False)
class KeyReused(Conflict):
    """The idempotency key was used for a different request."""

    key: str


@dataclass(eq=False)
class ClockNotAdjustable(Conflict):
    """The clock of this installation cannot be set."""


@dataclass(eq=False)
class ClockSetBack(Conflict):
    """The clock cannot be set to before the last recorded event."""

    asked: datetime
    last_event_at: datetime


@dataclass(eq=False)
class UnknownDecision(InvalidSubmission):
    """The decision is not one of those this step offers."""

    field: str
    decision: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class ActivityUnknown(InvalidSubmission):
    """The file has no such step."""

    file: str
    activity_id: str


@dataclass(eq=False)
class NobodyToAct(InvalidSubmission):
    """The next step would have nobody who can act on it."""

    activity_id: str
    activity_name: str
    expression: str


@dataclass(eq=False)
class FileUnreadable(InvalidDefinition):
    """The file is not readable XML, or holds what is never accepted in one."""

    file: str
    line: int
    reason: str


@dataclass(eq=False)
class DefinitionRefused(InvalidDefinition):
    """The files contain what this engine would not run as BPMN says."""

    findings: tuple[object, ...]


@dataclass(eq=False)
class ExpressionInvalid(InvalidDefinition):
    """The expression is not one this engine accepts."""

    source: str
    reason: str
    column: int = 0


@dataclass(eq=False)
class ExpressionFailed(ExecutionFailed):
    """The expression could not be evaluated with the values at hand."""

    expression: str
    reason: str


@dataclass(eq=False)
class NoFlowTaken(ExecutionFailed):
    """No condition of the gateway holds and it has no default flow."""

    activity_id: str


@dataclass(eq=False)
class LoopWithoutPerson(ExecutionFailed):
    """A command went through more nodes than any sensible flow has between two people."""

    activity_id: str
    nodes: int


@dataclass(eq=False)
class JoinStarved(ExecutionFailed):
    """A join waits for a token that can no longer come."""

    activity_id: str


@dataclass(eq=False)
class BusinessError(ExecutionFailed):
    """A service says by a code that its work has no ordinary result; a boundary error event with that code takes it."""

    code: str


@dataclass(eq=False)
class ErrorNotCaught(ExecutionFailed):
    """An error was thrown that no event around it takes."""

    activity_id: str
    code: str


@dataclass(eq=False)
class NotAList(ExecutionFailed):
    """What a step is to be repeated for is not a list."""

    activity_id: str
    collection: str


@dataclass(eq=False)
class NotANumber(ExecutionFailed):
    """How often a step is to be repeated is not a whole number from 0, or is too many."""

    activity_id: str
    expression: str


@dataclass(eq=False)
class ServiceFailed(ExecutionFailed):
    """The service could not do its work; ``cause`` is the class of the error it raised, ``details`` its facts."""

    service: str
    cause: str
    details: Mapping[str, str]


@dataclass(eq=False)
class ClearingRefused(IntegrityFault):
    """The chain does not verify, or the case could not be executed again without the contents that are to be cleared."""

    chain: str
    seq: int


@dataclass(eq=False)
class ReplayDiverged(IntegrityFault):
    """Executing the history again does not give what it says."""

    instance_id: str
    seq: int
    expected: str
    actual: str


@dataclass(eq=False)
class ChainBroken(IntegrityFault):
    """The chain of history does not hold together."""

    chain: str
    seq: int
    reason: str


@dataclass(eq=False)
class AnchorKeyUnreadable(IntegrityFault):
    """A file that should hold a key for anchors holds none."""

    file: str


@dataclass(eq=False)
class AnchorsUnreadable(IntegrityFault):
    """A file that should hold anchors holds something else; ``number`` is the line."""

    number: int
