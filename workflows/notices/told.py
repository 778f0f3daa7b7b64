"""What one person is told of one event."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.model import Variables
from workflows.notices.kinds import NoticeKind


@dataclass(frozen=True)
class Told:
    """One thing that one person is told; ``on_behalf_of`` is for whom they stand in, where it is not theirs to do."""

    person: str
    kind: NoticeKind
    seq: int
    work_item_id: str | None
    actor: str
    at: datetime
    facts: Variables = field(default_factory=dict)
    on_behalf_of: str | None = None
