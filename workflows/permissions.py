"""Who may do what with a work item or a case: the page greys a button by the very rule that guards the deed."""

from collections.abc import Callable, Mapping

from engine.errors import CaseSuspended, ProcessError, SignersAwaited, WorkItemClosed
from engine.model import ENDED, InstanceState, ProcessInstance, WorkItemRole, WorkItemState
from workflows import duties
from workflows.errors import (
    CaseEnded,
    CaseNumbered,
    CopyIsRead,
    NoPartInCase,
    NotACandidate,
    NotACopy,
    NotClaimable,
    NotDoneByYou,
    NothingDelegated,
    NothingToConfirm,
    NothingToRecord,
    NothingToRelease,
    NothingToWithdraw,
    NotSuspended,
    NotTheAssignee,
    OnlyAsked,
    OpinionAwaited,
    PostRequired,
    ServesNobodyHere,
    SwitchedOff,
    YourOwn,
)
from workflows.organisation.values import Person
from workflows.standing import Standing

Rule = Callable[[Standing], ProcessError | None]
CaseRule = Callable[[Person, ProcessInstance], ProcessError | None]


def may_complete(standing: Standing) -> ProcessError | None:
    """Say why this person may not complete this item; a candidate of an unclaimed pool item may, and claims it thereby."""
    refused = _in_hand(standing)
    if refused is not None:
        return refused
    item = standing.item
    if item.role is WorkItemRole.COPY:
        return CopyIsRead(item.id)
    if item.owner is not None:
        return OpinionAwaited(item.id, item.assignee or "")
    return SignersAwaited(item.id) if standing.awaits_signers else None


def may_claim(standing: Standing) -> ProcessError | None:
    """Say why this person may not claim this item."""
    return _in_hand(standing) or (NotClaimable(standing.item.id) if standing.item.assignee is not None else None)


def may_release(standing: Standing) -> ProcessError | None:
    """Say why this person may not put this item back into its pool."""
    item = standing.item
    stopped = _stopped(standing)
    if stopped is not None or item.assignee is None:
        return stopped or NothingToRelease(item.id)
    return _in_hand(standing) or (None if item.candidates else NothingToRelease(item.id))


def may_save_draft(standing: Standing) -> ProcessError | None:
    """Say why this person may not keep a draft on this item."""
    return _in_hand(standing)


def may_send_back(standing: Standing) -> ProcessError | None:
    """Say why this person may not send this item back (退回)."""
    return _on_own_step(standing, "send_back")


def may_transfer(standing: Standing) -> ProcessError | None:
    """Say why this person may not give this item to somebody else to decide (转办)."""
    return _on_own_step(standing, "transfer")


def may_delegate(standing: Standing) -> ProcessError | None:
    """Say why this person may not ask somebody for an opinion on this item (委派)."""
    return _on_own_step(standing, "delegate")


def may_resolve(standing: Standing) -> ProcessError | None:
    """Say why this person may not return this item with an opinion; its owner may take it back without one."""
    item = standing.item
    stopped = _stopped(standing)
    if stopped is not None:
        return stopped
    if item.owner is None:
        return NothingDelegated(item.id)
    return None if standing.person.username == item.owner else _in_hand(standing)


def may_add_signer(standing: Standing) -> ProcessError | None:
    """Say why this person may not ask others to sign (加签)."""
    return _on_own_step(standing, "add_signer")


def may_remove_signer(standing: Standing) -> ProcessError | None:
    """Say why this person may not remove a signer (减签); whom they added is for the deed to say."""
    return _on_own_step(standing, "remove_signer")


def may_withdraw(standing: Standing) -> ProcessError | None:
    """Say why this person may not take this item back (撤回); what has followed from it is for the deed to look at."""
    item = standing.item
    if standing.state is InstanceState.SUSPENDED:
        return CaseSuspended(item.instance_id)
    if standing.state is InstanceState.CANCELLED:
        return CaseEnded(item.instance_id)
    if item.state is not WorkItemState.COMPLETED or item.role is not WorkItemRole.STEP:
        return NothingToWithdraw(item.id)
    if standing.person.username not in (item.closed_by, item.assignee):
        return NotDoneByYou(item.id)
    return _switched_off(standing, "withdraw")


def may_urge(standing: Standing) -> ProcessError | None:
    """Say why this person may not urge those who have this item in hand (催办); how often is for the deed to look at."""
    item = standing.item
    stopped = _stopped(standing)
    if stopped is not None:
        return stopped
    if standing.own:
        return YourOwn(item.id)
    lent = item.owner == standing.person.username
    if not lent and not standing.has_part and not standing.person.posts & set(duties.URGERS):
        return NoPartInCase(item.instance_id)
    return _switched_off(standing, "urge")


def may_circulate(standing: Standing) -> ProcessError | None:
    """Say why this person may not hand copies of the case around (传阅); it never moves it, so it may have ended."""
    if standing.state is InstanceState.CANCELLED:
        return CaseEnded(standing.item.instance_id)
    if not standing.may_work and not standing.has_part and not standing.person.posts & set(duties.URGERS):
        return NoPartInCase(standing.item.instance_id)
    return _switched_off(standing, "circulate")


def may_mark_read(standing: Standing) -> ProcessError | None:
    """Say why this person may not say that they have read this copy; it may be read after its case has ended."""
    item = standing.item
    if item.role is not WorkItemRole.COPY:
        return NotACopy(item.id)
    if item.state is not WorkItemState.OPEN:
        return WorkItemClosed(item.id, item.state, item.closed_by, item.closed_at)
    return None if standing.own else NotTheAssignee(item.id, item.assignee or "")


def may_record_for(standing: Standing) -> ProcessError | None:
    """Say why this person may not record what a leader has written or said (代录): they have to serve the leader.

    Source:
        PRACTICE of such offices: it is neither 代签 nor 代理, and shown as such until the leader confirms.
    """
    item = standing.item
    stopped = _stopped(standing)
    if stopped is not None:
        return stopped
    if item.role is WorkItemRole.COPY or item.owner is not None:
        return NothingToRecord(item.id)
    whose = {item.assignee} if item.assignee is not None else set(item.candidates)
    if not standing.leaders & whose:
        return ServesNobodyHere(item.id)
    return _switched_off(standing, "record_for") or (SignersAwaited(item.id) if standing.awaits_signers else None)


def may_confirm(standing: Standing) -> ProcessError | None:
    """Say why this person may not confirm what was recorded for them."""
    item = standing.item
    if item.recorded_by is None or item.confirmed_at is not None or item.state is not WorkItemState.COMPLETED:
        return NothingToConfirm(item.id)
    return None if item.closed_by == standing.person.username else NotTheAssignee(item.id, item.closed_by or "")


def may_cancel(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not end a case before its end (终止办理): who began it may until it has a number.

    Source:
        PRACTICE of such offices: once a number is given there is no withdrawal, only 作废此号.
    """
    if case.state in ENDED:
        return CaseEnded(case.id)
    if duties.holds(person, duties.INTERVENERS) is None:
        return None
    if case.initiator != person.username:
        return PostRequired(duties.INTERVENERS)
    return CaseNumbered(case.id, case.number) if case.number else None


def may_suspend(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not suspend a case (挂起)."""
    if case.state in ENDED:
        return CaseEnded(case.id)
    return CaseSuspended(case.id) if case.state is InstanceState.SUSPENDED else duties.holds(person, duties.DIRECTORS)


def may_resume(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not let a suspended case go on (恢复)."""
    return (
        NotSuspended(case.id) if case.state is not InstanceState.SUSPENDED else duties.holds(person, duties.DIRECTORS)
    )


def may_jump_case(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not put this case at another step (跳转)."""
    return CaseEnded(case.id) if case.state in ENDED else duties.may_jump(person)


def may_reassign_in(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not give an open item of this case to somebody else from outside (改派)."""
    if case.state is InstanceState.SUSPENDED:
        return CaseSuspended(case.id)
    return may_jump_case(person, case)


def may_migrate_case(person: Person, case: ProcessInstance) -> ProcessError | None:
    """Say why this person may not move this case to another version of its flow (迁移版本)."""
    if case.state in ENDED:
        return CaseEnded(case.id)
    return CaseSuspended(case.id) if case.state is InstanceState.SUSPENDED else duties.may_migrate(person)


def allowed_on_case(person: Person, case: ProcessInstance) -> tuple[str, ...]:
    """Return the names of what this person may do to a case as a whole."""
    return tuple(name for name, may in CASE_OPERATIONS.items() if may(person, case) is None)


CASE_OPERATIONS: Mapping[str, CaseRule] = {
    "suspend": may_suspend,
    "resume": may_resume,
    "jump": may_jump_case,
    "reassign": may_reassign_in,
    "migrate": may_migrate_case,
    "cancel": may_cancel,
}
OPERATIONS: Mapping[str, Rule] = {
    "claim": may_claim,
    "release": may_release,
    "save_draft": may_save_draft,
    "complete": may_complete,
    "send_back": may_send_back,
    "withdraw": may_withdraw,
    "transfer": may_transfer,
    "delegate": may_delegate,
    "resolve": may_resolve,
    "add_signer": may_add_signer,
    "remove_signer": may_remove_signer,
    "urge": may_urge,
    "circulate": may_circulate,
    "mark_read": may_mark_read,
    "record_for": may_record_for,
    "confirm": may_confirm,
}
ALWAYS_ALLOWED = frozenset({"claim", "release", "save_draft", "complete", "resolve", "mark_read", "confirm"})
"""Operations that no step can switch off: without them what somebody has in hand could not be done."""


def _stopped(standing: Standing) -> ProcessError | None:
    """Say that the item is closed, or its case suspended."""
    item = standing.item
    if item.state is not WorkItemState.OPEN:
        return WorkItemClosed(item.id, item.state, item.closed_by, item.closed_at)
    return CaseSuspended(item.instance_id) if standing.state is InstanceState.SUSPENDED else None


def _in_hand(standing: Standing) -> ProcessError | None:
    """Say that the item is closed, or not the person's to work on, as their own or for somebody they substitute for."""
    item = standing.item
    stopped = _stopped(standing)
    if stopped is not None or standing.may_work:
        return stopped
    if standing.why_not is not None:
        return standing.why_not
    return NotTheAssignee(item.id, item.assignee) if item.assignee is not None else NotACandidate(item.id)


def _on_own_step(standing: Standing, operation: str) -> ProcessError | None:
    """Say why this person may not do something with a step that they have in hand and may decide."""
    item = standing.item
    refused = _in_hand(standing)
    if refused is not None:
        return refused
    if item.role is not WorkItemRole.STEP:
        return OnlyAsked(item.id)
    return (
        OpinionAwaited(item.id, item.assignee or "") if item.owner is not None else _switched_off(standing, operation)
    )


def _switched_off(standing: Standing, operation: str) -> ProcessError | None:
    allowed = standing.allowed
    return None if allowed is None or operation in allowed else SwitchedOff(standing.activity.name, operation)
