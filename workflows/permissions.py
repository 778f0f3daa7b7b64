"""Who may do what with a work item or a case. Pure: the page greys a button by the very rule that guards the deed."""

from engine.errors import ProcessError, WorkItemClosed
from engine.model import WorkItem, WorkItemState
from workflows.errors import NotACandidate, NotClaimable, NothingToRelease, NotTheAssignee, PostRequired
from workflows.organisation.values import Person

DIRECTORS = ("office_director", "process_administrator")
"""Posts that draw flows and clear incidents. Source: PRACTICE of such offices; 流程管理员 belongs to the office."""
INTERVENERS = ("process_administrator",)
"""Posts that put a case elsewhere than its flow would: jump, migration, messages from outside. The office's own administrator of
flows, never one of the system, of security or of audit. Source: PRACTICE of such offices (跳转 belongs to 流程管理员).

An integration that sends messages has an account of its own that holds this post: a message can move any case and write into it.
"""
AUDITORS = ("auditor", "security_auditor")
ADMINISTRATORS = ("system_administrator",)


def may_complete(person: Person, item: WorkItem) -> ProcessError | None:
    """Say why this person may not complete this item; a candidate of an unclaimed pool item may, and claims it thereby."""
    closed = _closed(item)
    if closed:
        return closed
    if item.assignee == person.username:
        return None
    if item.assignee is not None:
        return NotTheAssignee(item.id, item.assignee)
    return None if person.username in item.candidates else NotACandidate(item.id)


def may_claim(person: Person, item: WorkItem) -> ProcessError | None:
    """Say why this person may not claim this item."""
    closed = _closed(item)
    if closed:
        return closed
    if item.assignee == person.username:
        return NotClaimable(item.id)
    return may_complete(person, item)


def may_release(person: Person, item: WorkItem) -> ProcessError | None:
    """Say why this person may not put this item back into its pool."""
    closed = _closed(item)
    if closed:
        return closed
    if item.assignee is None:
        return NothingToRelease(item.id)
    if item.assignee != person.username:
        return NotTheAssignee(item.id, item.assignee)
    return None if item.candidates else NothingToRelease(item.id)


def may_save_draft(person: Person, item: WorkItem) -> ProcessError | None:
    """Say why this person may not keep a draft on this item."""
    return may_complete(person, item)


def may_jump(person: Person) -> ProcessError | None:
    """Say why this person may not put a case at another step."""
    return _holds(person, INTERVENERS)


def may_migrate(person: Person) -> ProcessError | None:
    """Say why this person may not move a case to another version of its flow, nor see what that would change."""
    return _holds(person, INTERVENERS)


def may_send_message(person: Person) -> ProcessError | None:
    """Say why this person may not send a message to whichever case waits for it."""
    return _holds(person, INTERVENERS)


def may_edit_office_phrases(person: Person) -> ProcessError | None:
    """Say why this person may not change the usual phrases that the office offers to everybody."""
    return _holds(person, DIRECTORS)


def may_clear_incidents(person: Person) -> ProcessError | None:
    """Say why this person may not read what failed in any case, nor try it again."""
    return _holds(person, DIRECTORS)


def may_arrange_for_others(person: Person) -> ProcessError | None:
    """Say why this person may not arrange or end a substitution (代理) of somebody else, nor say whom a secretary serves."""
    return _holds(person, DIRECTORS)


def require(refusal: ProcessError | None) -> None:
    """Raise what a rule has said, if it has."""
    if refusal is not None:
        raise refusal


def require_post(person: Person, posts: tuple[str, ...]) -> None:
    """Raise ``PostRequired`` unless the person holds one of the posts."""
    require(_holds(person, posts))


def reads_everything(person: Person) -> bool:
    """Tell whether the person's post is to read all cases, which is recorded."""
    return bool(person.posts & set(AUDITORS))


OPERATIONS = {
    "claim": may_claim,
    "release": may_release,
    "save_draft": may_save_draft,
    "complete": may_complete,
}


def _holds(person: Person, posts: tuple[str, ...]) -> ProcessError | None:
    return None if person.posts & set(posts) else PostRequired(posts)


def _closed(item: WorkItem) -> ProcessError | None:
    if item.state is WorkItemState.OPEN:
        return None
    return WorkItemClosed(item.id, item.state, item.closed_by, item.closed_at)
