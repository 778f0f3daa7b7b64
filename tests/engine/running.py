"""Runs small models in a real engine on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.api import Engine
from engine.delegates import Service, Vocabulary
from engine.execution import moves
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
        self,
        house: House,
        files: dict[str, bytes],
        services: dict[str, Service] | None = None,
        now: datetime = START,
        **vocabulary: Any,
    ) -> None:
        given: Vocabulary = house.office.engine.vocabulary
        known = {**given.services, **(services or {})}
        self.engine = Engine(replace(given, services=known, **vocabulary), clock_adjustable=True)
        self.pool = house.pool
        self.now = now
        self.instance_id = ""
        with transaction(self.pool) as connection:
            self.definition = self.engine.deploy(connection, files, ACTOR, self.now)[0]

    def start(self, *, by: Actor = ACTOR, **variables: Any) -> Advanced:
        with transaction(self.pool) as connection:
            deployed = self.engine.deployed(connection, self.definition.id)
            advanced = self.engine.start(connection, deployed, by, "ZZB", {"title": "一件事", **variables}, self.now)
        self.instance_id = advanced.instance_id
        return advanced

    def open_steps(self) -> list[str]:
        """The steps that wait for somebody, sorted; one entry for each work item."""
        return sorted(item.activity_id for item in self.items() if item.state == "open")

    def items(self) -> list[Any]:
        with reading(self.pool) as connection:
            return work_items.list_of_instance(connection, self.instance_id)

    def complete(
        self, step: str, decision: str = "submit", seat: str | None = None, *, by: Actor | None = None, **variables: Any
    ) -> Advanced:
        self.now += timedelta(minutes=1)
        item = next(
            item
            for item in self.items()
            if (item.activity_id, item.state, item.role) == (step, "open", "step") and seat in (None, item.seat)
        )
        with transaction(self.pool) as connection:
            locked = self.engine.lock_work_item(connection, item.id, item.version)
            marking = self.engine.marking_of(locked)
            completion = Completion(decision, "", variables)
            actor = by or Actor(seat or "gexingyao")
            return self.engine.complete(connection, locked, marking, actor, completion, self.now)

    def retry(self, incident_id: str) -> Advanced:
        with transaction(self.pool) as connection:
            return self.engine.retry_incident(connection, incident_id, ACTOR, self.now)

    def send_back(self, step: str, to: str, seat: str | None = None, **how: Any) -> Advanced:
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step, seat)
            return self.engine.send_back(connection, locked, to, "请改", ACTOR, self.now, **how)

    def withdraw(self, step: str, seat: str | None = None) -> Advanced:
        self.now += timedelta(minutes=1)
        done = [one for one in self.items() if one.activity_id == step and one.state == "completed"]
        item = next(one for one in reversed(done) if seat is None or one.seat == seat)
        with transaction(self.pool) as connection:
            locked = self.engine.lock_completed(connection, item.id, item.version)
            return self.engine.withdraw(connection, locked, "再看看", ACTOR, self.now)

    def add_signers(self, step: str, mode: str, *people: str, seat: str | None = None) -> Advanced:
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step, seat)
            return self.engine.add_signers(connection, locked, mode, people, "请加签", ACTOR, self.now)

    def remove_signer(self, step: str, person: str, seat: str | None = None) -> Advanced:
        self.now += timedelta(minutes=1)
        theirs = [one.id for one in self.items() if person in (one.seat, one.assignee) and one.state == "open"]
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step, seat)
            found = theirs[0] if theirs else None
            return self.engine.remove_signer(connection, locked, person, found, "不必", ACTOR, self.now)

    def sign(self, person: str, decision: str = "agree") -> Advanced:
        """Let a signer who was added complete what is open for them."""
        self.now += timedelta(minutes=1)
        [item] = [one for one in self.items() if one.assignee == person and one.state == "open" and one.role != "step"]
        with transaction(self.pool) as connection:
            locked = self.engine.lock_work_item(connection, item.id, item.version)
            marking = self.engine.marking_of(locked)
            return self.engine.complete(
                connection, locked, marking, Actor(person), Completion(decision, "看过"), self.now
            )

    def act(self, name: str, *given: Any) -> Any:
        """Carry out a command on the case as a whole."""
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            return getattr(self.engine, name)(connection, self.instance_id, *given, ACTOR, self.now)

    def hand(self, name: str, step: str, *given: Any) -> None:
        """Carry out a command by which an open work item changes hands or is told something."""
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            getattr(self.engine, name)(connection, self._locked(connection, step), *given, ACTOR, self.now)

    def targets(self, step: str) -> list[str]:
        """The steps to which a step can be sent back, in the order in which they are offered."""
        with transaction(self.pool) as connection:
            locked = self._locked(connection, step)
            marking = self.engine.marking_of(locked)
            process = self.engine.process_of(connection, self.instance_id)
            token = marking.token(locked.token_id)
            return [one.activity_id for one in moves.send_back_targets(process, marking, token)]

    def jump(self, to: str, step: str | None = None) -> Advanced:
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            token = self._locked(connection, step).token_id if step else None
            return self.engine.jump(connection, self.instance_id, to, "流程调整", ACTOR, self.now, token)

    def _locked(self, connection: Any, step: str, seat: str | None = None) -> LockedWorkItem:
        [item] = [
            item
            for item in self.items()
            if item.activity_id == step and item.state == "open" and item.role == "step" and seat in (None, item.seat)
        ]
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
        """The case executes again as it did, and the whole database is what history tells."""
        self.assert_executes_again()
        with reading(self.pool) as connection:
            assert self.engine.verify(connection) == []

    def assert_executes_again(self) -> None:
        with reading(self.pool) as connection:
            result = self.engine.replay(connection, self.instance_id)
        assert result.verified, result.divergence
