"""用历史试: what the last finished cases of a flow were given is handed to its draft, and compared with the way they took.

Nothing is written. Of a past case the reader learns whether it fits, and where not; what was written in it is not shown, and its
title only to those who may see it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.model import EventKind, InstanceState, ProcessInstance
from engine.persistence import instances
from engine.persistence.tables import process_definition, process_instance
from engine.process import Process
from engine.trial import Stuck, attempt
from workflows.extent import opens
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.trials.differences import Difference, differences
from workflows.trials.draft import executable, open_draft, require_executable

FITS, DIVERGES, STUCK = "fits", "diverges", "stuck"
HOW_MANY = (5, 20, 50)
MOST_NODES = 100_000
"""How many nodes all cases together may pass; those that are left then are not tried."""
MOST_EVENTS = 5_000
"""A case with a longer history is not tried."""


@dataclass(frozen=True)
class Outcome:
    """What became of one past case.

    Attributes:
        case: The case.
        visible: Whether the reader may see it.
        result: fits, diverges or stuck.
        before: How many steps it took.
        after: How many it takes by the draft.
        differences: Where the two ways part.
        stuck: Where it cannot go on, and why.
        assumed: The steps, by id, that went on by a decision that agrees, since nobody has ever decided there.
        uncalled: The automatic tasks, by id, that nothing is known of and that were passed without doing anything.
    """

    case: ProcessInstance
    visible: bool
    result: str
    before: int
    after: int
    differences: tuple[Difference, ...]
    stuck: Stuck | None
    assumed: tuple[str, ...]
    uncalled: tuple[str, ...]


@dataclass(frozen=True)
class PastTrial:
    """What became of the last finished cases.

    Attributes:
        outcomes: The newest first.
        untried: How many were left out, since their history is too long or the draft goes on for too long.
        names: What steps are called, by id, in the draft or else in the versions of the cases.
        model: The draft's own model file.
    """

    outcomes: tuple[Outcome, ...]
    untried: int
    names: Mapping[str, str]
    process: Process

    def count(self, result: str) -> int:
        """Return how many cases fit, diverge or are stuck."""
        return sum(one.result == result for one in self.outcomes)

    @property
    def marks(self) -> dict[str, dict[str, int]]:
        """At how many cases the ways part, or cannot go on, by the element of the draft at which to show it."""
        parting, stuck = Counter[str](), Counter[str]()
        for one in self.outcomes:
            if one.stuck is not None:
                stuck[one.stuck.activity_id] += 1
            parting.update({place for place in map(self._shown_at, one.differences) if place})
        return {DIVERGES: dict(parting), STUCK: dict(stuck)}

    def _shown_at(self, one: Difference) -> str:
        return next((step for step in (*one.after, *one.before, one.follows) if step in self.process.activities), "")


def try_on_the_past(
    connection: Connection, office: Office, person: Person, instance_id: str, most: int, now: datetime
) -> PastTrial:
    """Try a draft on the last finished cases of its flow, of any version.

    Args:
        connection: For reading.
        office: The office.
        person: Who wants to know.
        instance_id: The change of the flow.
        most: How many cases.
        now: Aware instant.

    Returns:
        What became of each.

    Raises:
        PostRequired, CaseNotVisible, FlowDraftNotFound, FlowKeyRefused: The draft is not the person's to look at.
        DefinitionRefused: It has errors, and could not be executed.
    """
    draft = open_draft(connection, office, person, instance_id, now)
    require_executable(connection, office, draft.files)
    new = executable(connection, draft, now)
    asked = replace(
        office.engine.vocabulary, calendar=office.calendars.current
    )  # which holds no lock, for reading alone
    names: dict[str, str] = {}
    outcomes: list[Outcome] = []
    untried = nodes = 0
    for case_id in _last_finished(connection, draft.key, most):
        case = instances.get_instance(connection, case_id)
        events = office.engine.history(connection, case_id, limit=MOST_EVENTS + 1)
        if nodes > MOST_NODES or len(events) > MOST_EVENTS or events[0].kind != EventKind.PROCESS_STARTED:
            untried += 1
            continue
        old = office.engine.deployed(connection, case.definition.id).process
        tried = attempt(connection, asked, old, new, events)
        nodes += tried.nodes
        for one in (*tried.before, *tried.after):
            names.setdefault(one, _name(new.process, old, one))
        outcomes.append(
            Outcome(
                case,
                opens(connection, office, person, case_id, now),
                _result(tried.before, tried.after, tried.stuck),
                len(tried.before),
                len(tried.after),
                differences(tried.before, tried.after) if tried.stuck is None else (),
                tried.stuck,
                tried.assumed,
                tried.uncalled,
            )
        )
    names |= {one.id: one.name or one.id for one in new.process.activities.values()}
    return PastTrial(tuple(outcomes), untried, names, new.process)


def _result(before: Sequence[str], after: Sequence[str], stuck: Stuck | None) -> str:
    if stuck is not None:
        return STUCK
    return FITS if before == after else DIVERGES


def _name(new: Process, old: Process, step: str) -> str:
    activity = new.activities.get(step) or old.activities.get(step)
    return (activity.name if activity is not None else "") or step


def _last_finished(connection: Connection, key: str, most: int) -> list[str]:
    finished = (
        select(process_instance.c.id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(process_definition.c.key == key, process_instance.c.state == InstanceState.COMPLETED.value)
        .order_by(process_instance.c.ended_at.desc(), process_instance.c.id.desc())
        .limit(most)
    )
    return list(connection.scalars(finished))
