"""Reads the lives of chosen cases from history, and what the versions of their flow say of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, select

from engine import canonical
from engine.definitions import Deployed
from engine.persistence import definitions
from engine.persistence.tables import history_event, history_payload
from engine.process import PERSON_TASKS, Process
from workflows.flow_figures.lives import READ, SILENT, Model, life_of
from workflows.flow_figures.values import Case, Life, Told
from workflows.forms.access import EDIT, access_map
from workflows.office import Office

AT_ONCE = 200
"""Chains that one statement reads."""


def read_lives(
    connection: Connection, cases: Sequence[Case], models: Mapping[int, Model]
) -> Iterator[tuple[Case, Life]]:
    """Yield each case with its life, read from its events alone.

    Args:
        connection: For reading.
        cases: The cases.
        models: What each version of their flow says.
    """
    by_id = {case.id: case for case in cases}
    for begin in range(0, len(cases), AT_ONCE):
        chains = [case.id for case in cases[begin : begin + AT_ONCE]]
        for chain, told in groupby(_events(connection, chains), key=lambda one: one[0]):
            case = by_id[chain]
            yield case, life_of((one for _chain, one in told), models[case.version])


def _events(connection: Connection, chains: list[str]) -> Iterator[tuple[str, Told]]:
    event, payload = history_event.c, history_payload.c
    query = (
        select(event.chain, event.seq, event.at, event.kind, event.activity_id, event.work_item_id, payload.content)
        .join(history_payload, (payload.chain == event.chain) & (payload.seq == event.seq))
        .where(event.chain.in_(chains), event.kind.in_([one.value for one in READ]))
        .order_by(event.chain, event.seq)
    )
    for chain, seq, at, kind, activity_id, work_item_id, content in connection.execute(query):
        data = {} if kind in SILENT else _decoded(bytes(content))
        yield chain, Told(seq, at, kind, activity_id, work_item_id, data)


def _decoded(content: bytes) -> dict[str, object]:
    """Return what a payload says; nothing where it cannot be read, which `banjie verify` names and no figure hides."""
    try:
        data = canonical.decode(content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def versions_of(connection: Connection, office: Office, key: str) -> list[Deployed]:
    """Return all versions of a flow, the newest first."""
    return [office.engine.deployed(connection, one.id) for one in definitions.list_versions(connection, key)]


def model_of(office: Office, deployed: Deployed) -> Model:
    """Return what a version says that history does not."""
    process = deployed.process
    people = [one for one in process.activities.values() if one.element in PERSON_TASKS]
    editable = {}
    for one in people:
        form = office.forms.of(deployed, one)
        access = access_map(form, one.properties)
        editable[one.id] = frozenset(key for key in form.fields if access[key].access == EDIT)
    return Model(frozenset(one.id for one in people if _is_repeated(process, one.container)), editable)


def offered_by(versions: Sequence[Deployed]) -> dict[str, tuple[str, ...]]:
    """Return the decisions that each step offers in any version, the newest version's first."""
    offered: dict[str, dict[str, None]] = {}
    for deployed in versions:
        for one in deployed.process.activities.values():
            if one.element in PERSON_TASKS:
                offered.setdefault(one.id, {}).update((decision.value, None) for decision in one.decisions)
    return {step: tuple(decisions) for step, decisions in offered.items()}


def _is_repeated(process: Process, container: str) -> bool:
    """Tell whether what stands in a container may run several times in a case without anything having come back."""
    holders = [one for one in process.activities.values() if one.id == container or one.called == container]
    return len(holders) > 1 or any(one.loop is not None or _is_repeated(process, one.container) for one in holders)
