"""The kinds of deviation, and what one finding says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.model import HistoryEvent, Value
from workflows.calendar.working_time import WorkingTime

CLEARED = "$redacted"
"""What stands in the place of a value that two people have cleared."""
CLEARED_WORDS = "［内容已清除］"


def words(value: Value) -> str:
    """Return a text of an event; of one that was cleared, that it was; nothing of what is no text."""
    if isinstance(value, dict) and CLEARED in value:
        return CLEARED_WORDS
    return value if isinstance(value, str) else ""


class Kind(StrEnum):
    """What was found, in the order in which a page counts it."""

    INTERVENTION = "intervention"
    REPEATED = "repeated"
    SKIPPED_BY_RULE = "skipped_by_rule"
    SKIPPED_BY_PERSON = "skipped_by_person"
    DRAFTED_AND_SIGNED = "drafted_and_signed"
    OUTSIDE_HOURS = "outside_hours"
    OUT_OF_ORDER = "out_of_order"
    VOIDED = "voided"
    GAP = "gap"
    BACKDATED = "backdated"
    RECORDED = "recorded"
    UNCONFIRMED = "unconfirmed"
    OVERDUE = "overdue"
    SIGNED_AFTER_NUMBER = "signed_after_number"
    UNANSWERED = "unanswered"
    ATTACHMENT_AFTER_SIGNING = "attachment_after_signing"
    TEXT_AFTER_SIGNING = "text_after_signing"


@dataclass(frozen=True)
class Finding:
    """One deviation. Nothing is said of whether it was right: an auditor decides that.

    Attributes:
        kind: What it is.
        instance_id: The case; empty for a number that no case has.
        seqs: The events of the case that show it, in order.
        at: Aware instant, of the last event that it takes.
        actor: The username of who acted, or empty.
        step: What the step is called, or empty.
        facts: What the sentence about it is filled with: usernames, instants and days in canonical words, counts.
    """

    kind: Kind
    instance_id: str
    seqs: tuple[int, ...]
    at: datetime
    actor: str = ""
    step: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """A case as the rules look at it.

    Attributes:
        instance_id: The case.
        events: Its whole chain, in order.
        steps: What the steps of its flow are called, by id.
        fields: What the fields of its forms are called, by key.
        files: Keys of the fields that hold files.
        texts: Keys of the fields whose text people write.
        calendar: The working calendar.
        now: Aware instant at which it is looked at.
    """

    instance_id: str
    events: tuple[HistoryEvent, ...]
    steps: Mapping[str, str]
    fields: Mapping[str, str]
    files: frozenset[str]
    texts: frozenset[str]
    calendar: WorkingTime
    now: datetime

    def step_of(self, event: HistoryEvent) -> str:
        """Return what the step of an event is called, or an empty text."""
        return self.steps.get(event.activity_id or "", event.activity_id or "")
