"""What a business offers to the rest of the office: how its kinds of step are judged, and what its services do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.model import Actor, RecordChange, Variables
from engine.process import Activity

REFUSING = frozenset({"revise", "disagree", "amend", "correct", "substantive", "reject"})
"""Decisions that refuse or ask for a change: with ``opinion = required_on_refusal`` they need words, and no
setting takes them."""


@dataclass(frozen=True)
class StepFacts:
    """What a rule may know when a step is completed.

    ``variables`` are the case's, with this submission's form values in place; ``votes`` the results of countersigns by
    activity; ``today`` the date in Asia/Shanghai at ``now``.
    """

    instance_id: str
    activity: Activity
    actor: Actor
    variables: Variables
    votes: Mapping[str, Mapping[str, Mapping[str, str]]]
    today: date
    now: datetime


@dataclass(frozen=True)
class Verdict:
    """What follows from a step for the case's variables and the business's records."""

    variables: Variables = field(default_factory=dict)
    records: tuple[RecordChange, ...] = ()


JudgeStep = Callable[[StepFacts, str, str], Verdict]
"""Judge facts, decision and opinion; raise an ``InvalidSubmission`` or ``NotPermitted`` to refuse."""
