"""The words of supervision: states, lamps, sources, what became of a candidate."""

from enum import StrEnum


class State(StrEnum):
    """What can be said of a matter; the names on screen stand in ``app/sentences/supervision.py``.

    Source:
        Practice of such offices: 待立项, 待签收, 办理中, 已退办, 延期审批中, 暂停, 待审核, 待审阅, 已销号, 已终止.
    """

    CANDIDATE = "candidate"
    AWAITING_RECEIPT = "awaiting_receipt"
    IN_PROGRESS = "in_progress"
    HANDED_BACK = "handed_back"
    EXTENSION_ASKED = "extension_asked"
    PAUSED = "paused"
    AWAITING_REVIEW = "awaiting_review"
    AWAITING_READING = "awaiting_reading"
    CLOSED = "closed"
    TERMINATED = "terminated"


ENDED = frozenset({State.CLOSED, State.TERMINATED})
REPORTED = frozenset({State.AWAITING_REVIEW, State.AWAITING_READING})
"""States of a matter of which its unit has said that it is done."""
UNDER_WAY = frozenset(set(State) - ENDED - {State.CANDIDATE})
"""States of a matter that was taken up and has not ended."""


class Disposal(StrEnum):
    """What became of a candidate that was not taken up as it came."""

    MERGED = "merged"
    SPLIT = "split"
    DECLINED = "declined"
    ASSIGNED = "assigned"


class Lamp(StrEnum):
    """How a matter stands by its due date; nobody sets it, it follows from the day."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    DONE = "done"


class Source(StrEnum):
    """Where a matter comes from.

    Source:
        Practice of such offices: 上级部署, 会议议定, 领导批示, 文件要求, 口头交办, 建议提案, 信访.
    """

    SUPERIOR = "superior"
    MEETING = "meeting"
    INSTRUCTION = "instruction"
    DOCUMENT = "document"
    ORAL = "oral"
    PROPOSAL = "proposal"
    PETITION = "petition"
    OTHER = "other"


class Cycle(StrEnum):
    """When a unit tells how far it is."""

    HALF_MONTHLY = "half_monthly"
    MONTHLY = "monthly"
    DATES = "dates"


class ChangeKind(StrEnum):
    """Why a matter is due later than it was."""

    EXTENSION = "extension"
    PAUSE = "pause"


class ReturnKind(StrEnum):
    """What was returned: a matter by the unit that was to take it, or a closing by the clerk."""

    RECEIPT = "receipt"
    CLOSING = "closing"
