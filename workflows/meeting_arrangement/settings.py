"""What an office decides about its meetings; every value comes from ``config.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.meeting_arrangement.quorum import ORDINARY, MatterRule

PERSON_PREFIX = "person:"


@dataclass(frozen=True)
class Body:
    """A body that meets.

    Attributes:
        name: Such as 党委会.
        series: The code of the series that its meetings are numbered in.
        minutes_series: The code of the series that its minutes are numbered in (期号).
        minutes_title: What stands above its minutes (纪要标志), such as 中共×××委员会会议纪要.
        members: Codes of posts, or ``person:USERNAME``, in order of rank.
        presides: The post, or ``person:USERNAME``, of who presides, speaks last and signs the minutes.
        first_topic: Whether an agenda begins with 第一议题.
        rules: How it decides, by matter; what has no rule of its own is decided as ordinary.
    """

    name: str
    series: str
    minutes_series: str
    minutes_title: str
    members: tuple[str, ...]
    presides: str
    first_topic: bool
    rules: Mapping[str, MatterRule] = field(default_factory=dict)

    def rule(self, matter: str) -> MatterRule:
        """Return how the body decides about a matter."""
        return self.rules.get(matter) or self.rules[ORDINARY]


@dataclass(frozen=True)
class MeetingSettings:
    """The bodies of an office, and what it asks of what is put before them.

    Attributes:
        bodies: In the order they are offered.
        finance_unit: The unit whose head countersigns what costs money.
        compliance_post: Who gives the opinion on compliance (合规审查).
        first_topic_unit: The unit that fills in 第一议题.
        paper_characters: Characters a paper may have; 0 for as many as it has.
        report_minutes: Minutes a report may take; 0 for as many as it takes.
        reading_days: Days for which a permission to read a meeting's record holds.
    """

    bodies: tuple[Body, ...] = ()
    finance_unit: str = ""
    compliance_post: str = ""
    first_topic_unit: str = ""
    paper_characters: int = 0
    report_minutes: int = 0
    reading_days: int = 7

    def minutes_title(self, name: str) -> str:
        """Return what stands above the minutes of a body; of one that the office no longer has, its name says."""
        found = self.find_body(name)
        return found.minutes_title if found is not None else f"{name}会议纪要"

    def find_body(self, name: str) -> Body | None:
        """Return the body of this name, or None."""
        return next((one for one in self.bodies if one.name == name), None)
