"""The words of the archive: how a case stands toward a year, what a 件 is and what it is made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.calendar.values import SHANGHAI

ARCHIVED, NOT_ARCHIVED = "archived", "not_archived"
"""归档 and 不归档, as the closing of a case and the archivist say it."""


class Standing(StrEnum):
    """How a case that is no part of a 件 stands toward a year: 待归档, 不归档, 未办结."""

    PENDING = "pending"
    NOT_ARCHIVED = "not_archived"
    UNFINISHED = "unfinished"


class Unfiled(StrEnum):
    """Why a case does not go to the archive: who or what has said so."""

    DECIDED = "decided"
    MERGED = "merged"
    RETURNED = "returned"
    CLOSING = "closing"
    CANCELLED = "cancelled"
    FLOW = "flow"


class ItemState(StrEnum):
    """已组件, 已编号, 已拆件 (before it had a number), 已出件 (afterwards: its number stays, with the reason)."""

    ASSEMBLED = "assembled"
    NUMBERED = "numbered"
    DISSOLVED = "dissolved"
    REMOVED = "removed"


class PartKind(StrEnum):
    """What a part of a 件 is; the names on screen stand in ``app/sentences/archiving.py``."""

    PROCESSING_SHEET = "processing_sheet"
    INCOMING = "incoming"
    FURTHER_COPY = "further_copy"
    RECORDED_ORIGINAL = "recorded_original"
    RESULT = "result"
    REPLY = "reply"
    ORIGINAL = "original"
    ANNEX = "annex"
    FINAL_DRAFT = "final_draft"
    MARKED_DRAFT = "marked_draft"
    DRAFTING_SHEET = "drafting_sheet"
    SHEET = "sheet"
    AGENDA_ITEM = "agenda_item"
    MATERIAL = "material"
    MINUTES = "minutes"
    MEETING_RECORD = "meeting_record"
    PAPER = "paper"


SHEETS = frozenset(
    {PartKind.PROCESSING_SHEET, PartKind.DRAFTING_SHEET, PartKind.SHEET, PartKind.AGENDA_ITEM, PartKind.FINAL_DRAFT}
)
"""Parts that may have no file because the system makes them from the history of their case."""


@dataclass(frozen=True)
class Part:
    """One part of a 件, in its order.

    ``attachment`` and ``sha256`` name a file; what has none is on paper, or is made from the history of ``instance_id``, of
    which ``seq`` and ``sha256`` name the last event and its hash.
    """

    kind: PartKind
    name: str
    instance_id: str | None = None
    attachment: str | None = None
    sha256: str | None = None
    size: int | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Described:
    """What the catalogue says of a 件.

    Source:
        归档文件目录 as DOMAIN of such offices names its columns: 文号, 责任者, 题名, 日期, 密级, 页数, 备注.
    """

    title: str
    document_number: str | None = None
    responsible: str | None = None
    dated_on: str | None = None
    classification: str | None = None
    pages: int | None = None
    remarks: str | None = None


@dataclass(frozen=True)
class Wish:
    """What the archivist says of a 件 when putting it together; ``reason`` where the period is not the proposed one."""

    retention: str = ""
    unit: str = ""
    pages: int | None = None
    remarks: str = ""
    reason: str = ""


def year_at(at: datetime) -> int:
    """Return the year in which an instant lies in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).year
