"""Moving chosen cases of a flow to another version: what would become of each, in the words of the flow.

Apart from :mod:`workflows.interventions`, which moves one case: here people choose among all that run. Each is then moved in a
transaction of its own, so that one that cannot move keeps back no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.errors import CaseSuspended, InvalidSubmission, ProcessError
from engine.model import ENDED, InstanceState
from engine.persistence import definitions
from engine.process import Process
from workflows import duties
from workflows.errors import CaseEnded
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.running_cases import LARGEST_PAGE, Narrowed, RunningCase, list_running, list_these
from workflows.waits import place_of

MOST_AT_ONCE = 200


@dataclass(eq=False)
class TooManyToMigrate(InvalidSubmission):
    """More cases than are moved at once."""

    limit: int
    field: str = "case"


@dataclass(eq=False)
class NothingToMigrate(InvalidSubmission):
    """No case was chosen."""

    field: str = "case"


@dataclass(frozen=True)
class Obstacle:
    """Why a case cannot move: at which node, where it is one, and a Chinese sentence of the engine."""

    place: str
    reason: str


@dataclass(frozen=True)
class Outlook:
    """What moving one case would do.

    Attributes:
        case: As whoever moves cases may see it.
        steps: For each token, what the node is called where it stands, and what it would be called.
        dropped: The events that would not be awaited any more.
        obstacles: Why it cannot move, in the model's words.
        refusal: Why nothing of the kind can be done with the case at all.
        moved_already: It runs on that version.
    """

    case: RunningCase
    steps: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    refusal: ProcessError | None = None
    moved_already: bool = False

    @property
    def possible(self) -> bool:
        """Whether the case can move."""
        return not self.obstacles and self.refusal is None and not self.moved_already


def chosen(
    connection: Connection,
    office: Office,
    person: Person,
    key: str,
    instance_ids: Sequence[str],
    versions: Sequence[int],
    now: datetime,
) -> list[RunningCase]:
    """Return the cases of a flow that were chosen one by one or by their version, each once.

    Args:
        connection: For reading.
        office: The office.
        person: Who is to move them.
        key: The flow; a case of another one is left out.
        instance_ids: Cases by their ids.
        versions: Versions of which all running cases are meant.
        now: Aware instant.

    Raises:
        PostRequired: The person is no administrator of flows.
        NothingToMigrate: None was chosen.
        TooManyToMigrate: More than :data:`MOST_AT_ONCE` were.
    """
    duties.require(duties.may_migrate(person))
    if len(instance_ids) > MOST_AT_ONCE:
        raise TooManyToMigrate(MOST_AT_ONCE)
    found = {one.id: one for one in list_these(connection, office, person, instance_ids, now)}
    for version in dict.fromkeys(versions):
        after, narrowed = None, Narrowed(definition=key, version=version)
        while len(found) <= MOST_AT_ONCE:
            page = list_running(connection, office, person, narrowed, now, after, LARGEST_PAGE)
            found.update((one.id, one) for one in page.rows)
            after = page.next
            if after is None:
                break
    cases = [one for one in found.values() if one.definition.key == key]
    if not cases:
        raise NothingToMigrate
    if len(cases) > MOST_AT_ONCE:
        raise TooManyToMigrate(MOST_AT_ONCE)
    return cases


def outlook(
    connection: Connection, office: Office, person: Person, cases: Sequence[RunningCase], version: int
) -> list[Outlook]:
    """Return what moving each case to a version of its flow would do; nothing is done.

    Raises:
        PostRequired: The person is no administrator of flows.
        ProcessDefinitionNotFound: There is no such version.
    """
    duties.require(duties.may_migrate(person))
    return [_outlook(connection, office, case, version) for case in cases]


def _outlook(connection: Connection, office: Office, case: RunningCase, version: int) -> Outlook:
    target = definitions.get_definition(connection, case.definition.key, version)
    if case.state in ENDED:
        return Outlook(case, refusal=CaseEnded(case.id))
    if case.state is InstanceState.SUSPENDED:
        return Outlook(case, refusal=CaseSuspended(case.id))
    if case.definition.id == target.id:
        return Outlook(case, moved_already=True)
    planned = office.engine.plan_migration(connection, case.id, target.id, {})
    old = office.engine.deployed(connection, case.definition.id).process
    new = office.engine.deployed(connection, target.id).process
    steps = tuple(dict.fromkeys((_called(old, one), _called(new, there)) for _token, one, there in planned.tokens))
    dropped = tuple(_called(old, event) for event in planned.dropped)
    obstacles = tuple(_obstacle(old, said) for said in planned.refused)
    return Outlook(case, steps, dropped, obstacles)


def _obstacle(old: Process, said: str) -> Obstacle:
    activity_id, _colon, reason = said.partition("：")
    return Obstacle(_called(old, activity_id), reason)


def _called(process: Process, activity_id: str) -> str:
    """Return what people call a node: its name, or what it belongs to, or its id where it has neither."""
    found = process.activities.get(activity_id)
    return (place_of(process, found) if found is not None else "") or activity_id
