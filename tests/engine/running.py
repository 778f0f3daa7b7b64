"""Runs small models in a real engine on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.api import Engine
from engine.delegates import Service, Vocabulary
from engine.marking import Marking, unpack
from engine.model import Actor, Advanced, Completion, InstanceState
from engine.persistence import instances, work_items
from engine.persistence import jobs as job_rows
from engine.persistence.work_items import LockedWorkItem

ACTOR = Actor("gexingyao")
START = datetime(2025, 11, 7, 1, 0, tzinfo=UTC)


class Running:
    """One case of one model; work items are named by their step."""

    def __init__(
        self, house: House, files: dict[str, bytes], services: dict[str, Service] | None = None, **vocabulary: Any
    ) -> None:
        given: Vocabulary = house.office.engine.vocabulary
        known = {**given.services, **(services or {})}
        self.engine = Engine(replace(given, services=known, **vocabulary), clock_adjustable=True)
        self.pool = house.pool
        self.now = START
        self.instance_id = ""
        with transaction(self.pool) as connection:
            self.definition = self.engine.deploy(connection, files, ACTOR, self.now)[0]

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

    def send_back(self, step: str, to: str, *, whole_block: bool = False) -> Advanced:
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step)
            return self.engine.send_back(connection, locked, to, "请改", ACTOR, self.now, whole_block=whole_block)

    def targets(self, step: str) -> list[str]:
        """The steps to which a step can be sent back, in the order in which they are offered."""
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step)
            marking = self.engine.marking_of(locked)
            return [one.activity_id for one in self.engine.send_back_targets(connection, locked, marking)]

    def jump(self, to: str, step: str | None = None) -> Advanced:
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            token = self._locked(connection, step).token_id if step else None
            return self.engine.jump(connection, self.instance_id, to, "流程调整", ACTOR, self.now, token)

    def _locked(self, connection: Any, step: str) -> LockedWorkItem:
        [item] = [item for item in self.items() if item.activity_id == step and item.state == "open"]
        return self.engine.lock_work_item(connection, item.id, item.version)

    def work_off(self) -> int:
        """Do the jobs that are due now."""
        with transaction(self.pool) as connection:
            self.engine.set_clock(connection, self.now)
        done = jobs.run_due(self.engine, lambda: transaction(self.pool), lambda: reading(self.pool))
        self.now += timedelta(minutes=1)  # the clock has run on
        return done

    def timers(self) -> list[str]:
        """The timers that the case waits for, as their rows tell it."""
        with reading(self.pool) as connection:
            return [one.name for one in job_rows.list_of_instance(connection, self.instance_id)]

    @property
    def state(self) -> InstanceState:
        with reading(self.pool) as connection:
            return instances.get_instance(connection, self.instance_id).state

    def marking(self) -> Marking:
        with reading(self.pool) as connection:
            return unpack(instances.snapshot_of(connection, self.instance_id))

    def variables(self) -> dict[str, Any]:
        return self.marking().variables

    def assert_replays(self) -> None:
        with reading(self.pool) as connection:
            result = self.engine.replay(connection, self.instance_id)
            assert result.verified, result.divergence
            assert self.engine.verify(connection) == []
