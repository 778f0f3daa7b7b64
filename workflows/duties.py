"""What a person's posts allow, whatever the case."""

from engine.errors import ProcessError
from workflows.errors import PostRequired, WithoutBusiness
from workflows.organisation.values import Person

DIRECTORS = ("office_director", "process_administrator")
"""Posts that draw flows and clear incidents. Source: PRACTICE of such offices; 流程管理员 belongs to the office."""
INTERVENERS = ("process_administrator",)
"""Posts that put a case elsewhere than its flow would: jump, migration, messages from outside. The office's own administrator of
flows, never one of the system, of security or of audit. Source: PRACTICE of such offices (跳转 belongs to 流程管理员).

An integration that sends messages has an account of its own that holds this post: a message can move any case and write into it.
"""
SUPERVISION_CLERK = "supervision_clerk"
URGERS = (*DIRECTORS, SUPERVISION_CLERK)
"""Posts that urge, and hand copies around, in cases in which they have no part."""
KEEPERS = (SUPERVISION_CLERK,)
"""Posts that keep a register and see every case that stands in it (:mod:`workflows.case_keepers`). Source: STORY of such offices
(督办台账、任务交办台账 are 督查专员's)."""
CALENDAR_KEEPERS = (*DIRECTORS, "duty_officer")
"""Posts that import a year of the working calendar, and put into force what another of them has imported."""
VOIDERS = ("registry_clerk", "office_director")
"""Posts that make a number void. Source: PRACTICE of such offices (作废此号 is the registry's)."""
REGISTER_READERS = ("registry_clerk", "office_director", "document_secretary", "archivist")
"""Posts that keep and read the office's registers: of documents, of seals."""
INCOMING_READERS = (
    *REGISTER_READERS,
    "duty_officer",
    "principal",
    "executive_head",
    "deputy_leader",
    "unit_head",
    "unit_registrar",
    "auditor",
)
"""Posts to which the register of incoming documents is offered; who does not keep it finds there what they may see anyway."""
MEETING_READERS = (
    *REGISTER_READERS,
    "meeting_secretary",
    "supervision_clerk",
    "principal",
    "executive_head",
    "deputy_leader",
    "unit_head",
    "unit_registrar",
    "auditor",
)
"""Posts to which the register of meetings is offered; everybody finds there the meetings that they may see anyway."""
ARCHIVISTS = ("archivist",)
"""Posts that put a year's 件 together, number them and take them over. Source: STORY of such offices."""
HANDERS_OVER = ("registry_clerk", "office_director")
"""Posts that sign a transfer list (移交清册) for the office that hands over."""
ARCHIVE_READERS = (*REGISTER_READERS, "auditor")
"""Posts that read the catalogue of the archive; it shows no more of a case than 归档文件目录 must."""
AUDITORS = ("auditor", "security_auditor")
ADMINISTRATORS = ("system_administrator",)
WITHOUT_BUSINESS = (*ADMINISTRATORS, "security_administrator", *AUDITORS)
"""Posts that give no part in the office's business: who holds nothing else starts no case and books no room.

Source: PRACTICE of such offices (三员 have no business of their own, and who audits does not act in what is audited).
"""


def may_hand_over(person: Person) -> ProcessError | None:
    """Say why this person may not hand everything open of one person to another (交接)."""
    return holds(person, DIRECTORS)


def may_jump(person: Person) -> ProcessError | None:
    """Say why this person may not put a case at another step."""
    return holds(person, INTERVENERS)


def may_migrate(person: Person) -> ProcessError | None:
    """Say why this person may not move a case to another version of its flow, nor see what that would change."""
    return holds(person, INTERVENERS)


def may_send_message(person: Person) -> ProcessError | None:
    """Say why this person may not send a message to whichever case waits for it."""
    return holds(person, INTERVENERS)


def may_clear_incidents(person: Person) -> ProcessError | None:
    """Say why this person may not read what failed in any case, nor try it again."""
    return holds(person, DIRECTORS)


def may_arrange_for_others(person: Person) -> ProcessError | None:
    """Say why this person may not arrange or end a substitution (代理) of somebody else, nor say whom a secretary serves."""
    return holds(person, DIRECTORS)


def may_edit_office_phrases(person: Person) -> ProcessError | None:
    """Say why this person may not change the usual phrases that the office offers to everybody."""
    return holds(person, DIRECTORS)


def may_keep_calendar(person: Person) -> ProcessError | None:
    """Say why this person may not import a year of the working calendar, nor put one into force."""
    return holds(person, CALENDAR_KEEPERS)


def may_do_business(person: Person) -> WithoutBusiness | None:
    """Say why this person has no part in the office's business: all they hold are posts that administer or audit."""
    return WithoutBusiness() if person.posts and not person.posts - set(WITHOUT_BUSINESS) else None


def require(refusal: ProcessError | None) -> None:
    """Raise what a rule has said, if it has."""
    if refusal is not None:
        raise refusal


def require_post(person: Person, posts: tuple[str, ...]) -> None:
    """Raise ``PostRequired`` unless the person holds one of the posts."""
    require(holds(person, posts))


def reads_everything(person: Person) -> bool:
    """Tell whether the person's post is to read all cases, which is recorded."""
    return bool(person.posts & set(AUDITORS))


def holds(person: Person, posts: tuple[str, ...]) -> ProcessError | None:
    """Say that the person holds none of these posts."""
    return None if person.posts & set(posts) else PostRequired(posts)
