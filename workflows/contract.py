"""What a business offers to the rest of the office: how its kinds of step are judged, its services, and its records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from engine.delegates import Service
from engine.model import Actor, RecordChange, Variables
from engine.process import Activity
from workflows.record_tables import RecordTable

DEFAULT_BUSINESS = "document_approval"
"""Whose rules the steps of a flow follow that names no business."""
GENERAL_BUSINESS = "general_matter"
"""What has no rules beside its model: new flows begin so, or the rules of documents would judge their drafts."""
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


JudgeFacts = Callable[[StepFacts, str, str], Verdict]
"""Judge facts, decision and opinion; raise an ``InvalidSubmission`` or ``NotPermitted`` to refuse."""
JudgeStep = Callable[[Connection, StepFacts, str, str], Verdict]
"""The same for a rule that must also look into the database, in the transaction that completes the step."""


Withholds = Callable[[Connection, str, str], bool]
"""Tell whether something of a case, named last, is kept from somebody who would see it; people by username."""
Offer = Callable[[Connection, date], Sequence[tuple[str, str]]]
"""What a field of a form may be chosen from on a day, as pairs of value and label, where the office keeps that as a table."""


@dataclass(frozen=True)
class Business:
    """A business of the office. A flow says that it is of one by the property ``business`` of its process.

    Attributes:
        judges: How each kind of step is judged in its flows; a kind that is missing has no rule of its own.
        services: What service tasks of any flow may call, by name.
        records: The tables it keeps, by the name under which history tells of their rows.
        written: The variables that its services and rules write.
        withholds: Whose reading of a case's whole history is refused, beside those who do not see the whole case.
        bars: Who opens a case no more, whatever part they have in it.
        offers: What select fields of any form may be chosen from, by the name they give in ``banjie:options``.
    """

    judges: Mapping[str, JudgeStep] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    records: Sequence[RecordTable] = ()
    written: frozenset[str] = frozenset()
    withholds: Withholds | None = None
    bars: Withholds | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)


def by_facts(judge: JudgeFacts) -> JudgeStep:
    """Return a rule that needs facts alone as one that is handed a connection."""
    return lambda _connection, facts, decision, opinion: judge(facts, decision, opinion)
