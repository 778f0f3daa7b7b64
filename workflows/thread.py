"""One thread per matter: all cases that hang together, from the document that came in to the one that went out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.model import ProcessInstance
from engine.persistence import instances
from workflows.archiving.catalogue import Filed, find_filed
from workflows.cases import TimelineEntry, timeline
from workflows.extent import extent_of, opens
from workflows.links.records import case_link
from workflows.office import Office
from workflows.organisation.values import Person

MOST_CASES = 200
MILESTONES = frozenset("instruct sign_and_issue approve vote deliberate register seal dispatch close archive".split())
"""Kinds of step that a thread tells of: what was decided, and what a matter was called from then on."""


@dataclass(frozen=True)
class Tie:
    """That a case hangs on an earlier one; ``relation`` is one of :data:`workflows.links.relations.RELATIONS`."""

    source: ProcessInstance | None
    relation: str


@dataclass(frozen=True)
class ThreadCase:
    """One case of a thread that the reader may see; what hangs on cases they may not see has no source there.

    ``filed`` says where it lies in the archive, its last step.
    """

    case: ProcessInstance
    ties: tuple[Tie, ...]
    milestones: tuple[TimelineEntry, ...]
    filed: Filed | None = None


@dataclass(frozen=True)
class Thread:
    """The cases of a matter in the order they began; ``hidden`` counts those the reader may not see."""

    cases: tuple[ThreadCase, ...]
    hidden: int


def thread_of(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> Thread:
    """Return all that hangs together with a case, as far as a reader may see it.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads.
        instance_id: Any case of the thread.
        now: Aware instant.

    Returns:
        The thread, of at most :data:`MOST_CASES` cases.

    Raises:
        CaseNotVisible: The person may not see the case itself.
    """
    extent_of(connection, office, person, instance_id, now)
    found, links = _connected(connection, instance_id)
    seen = {
        one: instances.get_instance(connection, one)
        for one in sorted(found)
        if opens(connection, office, person, one, now)
    }
    sources: defaultdict[str, list[Tie]] = defaultdict(list)
    for source, target, relation in links:
        sources[target].append(Tie(seen.get(source), relation))
    shown = []
    for case in sorted(seen.values(), key=lambda one: (one.started_at, one.id)):
        entries = timeline(connection, office, person, case.id, now)
        mattered = tuple(
            one for one in entries if isinstance(one, TimelineEntry) and one.kind in MILESTONES and one.closed_at
        )
        shown.append(ThreadCase(case, tuple(sources[case.id]), mattered, find_filed(connection, case.id)))
    return Thread(tuple(shown), len(found) - len(seen))


def has_links(connection: Connection, instance_id: str) -> bool:
    """Tell whether a case hangs together with any other."""
    of_case = or_(case_link.c.source_id == instance_id, case_link.c.target_id == instance_id)
    return connection.scalar(select(case_link.c.id).where(of_case).limit(1)) is not None


def connected_cases(connection: Connection, instance_id: str) -> list[str]:
    """Return the ids of all cases that hang together with one, itself among them, whoever may see them."""
    return sorted(_connected(connection, instance_id)[0])


def _connected(connection: Connection, instance_id: str) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Return the cases that can be come to from one over links in either direction, and these links."""
    columns = case_link.c
    found, ahead, links = {instance_id}, [instance_id], set[tuple[str, str, str]]()
    while ahead and len(found) < MOST_CASES:
        near = select(columns.source_id, columns.target_id, columns.relation).where(
            or_(columns.source_id.in_(ahead), columns.target_id.in_(ahead))
        )
        met = {(source, target, relation) for source, target, relation in connection.execute(near)}
        links |= met
        ahead = sorted({one for source, target, _ in met for one in (source, target)} - found)
        found |= set(ahead)
    return found, sorted(links)
