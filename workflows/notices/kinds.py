"""What people can be told of, and by which ways."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told something."""

    ASSIGNED = "assigned"
    OFFERED = "offered"
    SENT_BACK = "sent_back"
    URGED = "urged"
    NEAR_DUE = "near_due"
    OVERDUE = "overdue"
    TRANSFERRED = "transferred"
    DELEGATED = "delegated"
    RESOLVED = "resolved"
    CIRCULATED = "circulated"
    INSTRUCTION = "instruction"
    MENTIONED = "mentioned"
    COMMENTED = "commented"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    INCIDENT = "incident"


class Channel(StrEnum):
    """The way by which somebody is told: on the pages, by e-mail, by the robot of a group."""

    IN_APP = "in_app"
    MAIL = "mail"
    ROBOT = "robot"


class Interval(StrEnum):
    """How often messages go outside: at once, each full hour, once in the morning, or never."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    NEVER = "never"


OUTSIDE = (Channel.MAIL, Channel.ROBOT)
ALWAYS = frozenset({NoticeKind.ASSIGNED, NoticeKind.URGED, NoticeKind.OVERDUE})
"""What nobody can choose not to see on the pages."""
QUIET = frozenset({NoticeKind.COMMENTED, NoticeKind.WITHDRAWN, NoticeKind.CANCELLED, NoticeKind.COMPLETED})
"""What goes outside only where somebody has chosen so."""
TO_DO = frozenset(
    {
        NoticeKind.ASSIGNED,
        NoticeKind.OFFERED,
        NoticeKind.SENT_BACK,
        NoticeKind.URGED,
        NoticeKind.TRANSFERRED,
        NoticeKind.DELEGATED,
        NoticeKind.CIRCULATED,
    }
)
"""What asks for something to be done with a work item, and is worth nothing once that is no longer to be done."""
STOOD_IN_FOR = (TO_DO - {NoticeKind.CIRCULATED}) | {NoticeKind.OVERDUE, NoticeKind.RESOLVED}
"""What a substitute (代理) is told of too, since it is theirs to do while they stand in; copies are read by oneself alone."""


def wanted_by_default(kind: NoticeKind, channel: Channel) -> bool:
    """Tell whether somebody who has chosen nothing is told of something by a channel."""
    return channel is Channel.IN_APP or kind not in QUIET
