"""Runs small models in a real engine on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.house import House
from app.transaction import reading, transaction
from engine.api import Engine
from engine.delegates import Service, Vocabulary
from engine.model import Actor, Advanced, Completion, InstanceState
from engine.persistence import instances, work_items

ACTOR = Actor("gexingyao")
START = datetime(2025, 11, 7, 1, 0, tzinfo=UTC)


class Running:
    """One case of one model; work items are named by their step."""

    def __init__(self, house: House, files: dict[str, bytes], services: dict[str, Service] | None = None) -> None:
        vocabulary: Vocabulary = house.office.engine.vocabulary
        known = {**vocabulary.services, **(services or {})}
        self.engine = Engine(replace(vocabulary, services=known), clock_adjustable=True)
        self.pool = house.pool
        self.now = START
        self.instance_id = ""
        with transaction(self.pool) as connection:
            self.definition = self.engine.deploy(connection, files, ACTOR, self.now)

    def start(self, **variables: Any) -> Advanced:
        with transaction(self.pool) as connection:
            deployed = self.engine.deployed(connection, self.definition.id)
            advanced = self.engine.start(connection, deployed, ACTOR, "ZZB", {"title": "一件事", **variables}, self.now)
        self.instance_id = advanced.instance_id
        return advanced

    def open_steps(self) -> list[str]:
        """The steps that wait for somebody, sorted; one entry for each work item."""
        return sorted(item.activity_id for item in self.items() if item.state == "open")

    def items(self) -> list[Any]:
        with reading(self.pool) as connection:
            return work_items.list_of_instance(connection, self.instance_id)

    def complete(self, step: str, decision: str = "submit", seat: str | None = None, **variables: Any) -> Advanced:
        self.now += timedelta(minutes=1)
        item = next(
            item
            for item in self.items()
            if item.activity_id == step and item.state == "open" and (seat is None or item.seat == seat)
        )
        with transaction(self.pool) as connection:
            locked = self.engine.lock_work_item(connection, item.id, item.version)
            marking = self.engine.marking_of(locked)
            completion = Completion(decision, "", variables)
            return self.engine.complete(connection, locked, marking, Actor(seat or "gexingyao"), completion, self.now)

    def retry(self, incident_id: str) -> Advanced:
        with transaction(self.pool) as connection:
            return self.engine.retry_incident(connection, incident_id, ACTOR, self.now)

    @property
    def state(self) -> InstanceState:
        with reading(self.pool) as connection:
            return instances.get_instance(connection, self.instance_id).state

    def variables(self) -> dict[str, Any]:
        with transaction(self.pool) as connection:
            from engine.marking import unpack

            return unpack(instances.snapshot_of(connection, self.instance_id)).variables

    def assert_replays(self) -> None:
        with reading(self.pool) as connection:
            result = self.engine.replay(connection, self.instance_id)
            assert result.verified, result.divergence
            assert self.engine.verify(connection) == []
