"""What an office decides for itself about supervision; every value comes from ``config.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time


@dataclass(frozen=True)
class SupervisionSettings:
    """The custom of an office.

    Attributes:
        office_unit: Code of the unit that is the office; the leader in charge of it approves.
        limits: Working days that a matter has, by its source, where nobody says by when it is due.
        near_due_days: Working days before it is due, from which on the lamp is yellow; the unit is reminded then.
        feedback_notice_days: Working days before a feedback is due, at which the unit finds it among its work.
        report_after_days: Working days by which a matter is overdue when it is reported to the responsible leader.
        report_again_days: Working days after which that is done again, at least one.
        urgings_before_report: The how manieth urging of an overdue matter is reported to the responsible leader too.
        morning: When what is due on a day is done.
    """

    office_unit: str = "BGS"
    limits: Mapping[str, int] = field(default_factory=dict)
    near_due_days: int = 3
    feedback_notice_days: int = 3
    report_after_days: int = 3
    report_again_days: int = 10
    urgings_before_report: int = 2
    morning: time = time(8, 30)
