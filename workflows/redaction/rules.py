"""Who may ask for a clearing, and who may decide one. Pure.

Source:
    STORY of such offices, 9.1 (双人批准「清除内容」); 三员: whoever administers security decides without seeing the content,
    whoever audits changes nothing.
"""

from engine.errors import ProcessError
from workflows.duties import AUDITORS, holds
from workflows.organisation.values import Person
from workflows.redaction.errors import OwnClearing, ReaderCannotClear

ASKERS = ("registry_clerk", "document_secretary", "office_director")
"""Posts that ask for contents of a case that they see to be cleared."""
APPROVERS = ("security_administrator", "office_director")
"""Posts that approve or refuse what somebody else has asked for."""


def may_ask(person: Person) -> ProcessError | None:
    """Say why this person may not ask for contents to be cleared; that they see the case is asked beside this."""
    return _audits(person) or holds(person, ASKERS)


def may_decide(person: Person) -> ProcessError | None:
    """Say why this person may not decide any request."""
    return _audits(person) or holds(person, APPROVERS)


def may_decide_on(person: Person, clearing_id: str, asked_by: str) -> ProcessError | None:
    """Say why this person may not decide this request."""
    return may_decide(person) or (OwnClearing(clearing_id) if person.username == asked_by else None)


def _audits(person: Person) -> ProcessError | None:
    return ReaderCannotClear() if person.posts & set(AUDITORS) else None
