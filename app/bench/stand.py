"""Where measurements are made: an installation for this alone, one person who does everything, and the unit."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from app.bench import flows
from app.bench.sizes import Sizes
from app.house import House
from app.transaction import transaction
from engine.model import Actor, WorkItem
from workflows import cases, definitions, worklist
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.worklist import Submission

BENCH = Actor("bench")
Item = tuple[str, int]
"""A work item by its id, and the version that was seen of it."""
_probe = Table("bench_probe", MetaData(), Column("id", Integer, primary_key=True), Column("text", String))


@dataclass
class Stand:
    """An installation with the flows deployed; every bare commit that is made on it is kept."""

    house: House
    person: Person
    sizes: Sizes
    bare_commits: list[float] = field(default_factory=list)

    def ratio_to_bare_commit(self, act: Callable[[int], object], repeats: int | None = None) -> float:
        """Return the median span of an act as a multiple of that of a bare commit, done by turns."""
        act_seconds, bare_seconds = self.medians(act, self.commit_bare, repeats=repeats or self.sizes.repeats)
        return act_seconds / bare_seconds

    def medians(self, *acts: Callable[[int], object], repeats: int) -> list[float]:
        """Do several things by turns, so that all meet the same moments of the machine, and return each one's median seconds."""
        spans: list[list[float]] = [[] for _ in acts]
        for number in range(repeats):
            for act, kept in zip(acts, spans, strict=True):
                started = time.perf_counter()
                act(number)
                kept.append(time.perf_counter() - started)
            if self.commit_bare in acts:
                self.bare_commits.append(spans[acts.index(self.commit_bare)][-1])
        return [statistics.median(kept) for kept in spans]

    def commit_bare(self, _number: int) -> None:
        """Make the bare commit: an INSERT of one row and a COMMIT, by SQLAlchemy Core through the same pool."""
        with transaction(self.house.pool) as connection:
            connection.execute(insert(_probe).values(text="one row"))

    def start(self, key: str = flows.FIVE_STEPS, **variables: Any) -> list[Item]:
        with transaction(self.house.pool) as connection:
            at = self.house.office.engine.now(connection)
            title = "关于测量办理速度的一件事项"
            return items_of(cases.start(connection, self.house.office, self.person, key, title, variables, at).opened)

    def start_countersign(self, seats: int) -> list[Item]:
        engine = self.house.office.engine
        variables: Any = {"title": "关于测量会签速度的一件事项", "seats": [f"seat{n}" for n in range(seats)]}
        with transaction(self.house.pool) as connection:
            deployed, at = engine.deployed_version(connection, flows.COUNTERSIGN), engine.now(connection)
            actor = Actor(self.person.username)
            return items_of(engine.start(connection, deployed, actor, self.person.unit, variables, at).opened)

    def complete(self, item: Item, decision: str = "submit", **variables: object) -> list[Item]:
        return self.complete_in_a_row(item, 1, decision, **variables)

    def complete_in_a_row(self, item: Item, times: int, decision: str, **variables: object) -> list[Item]:
        """Complete an item, then the one that follows, and so on, in one transaction."""
        following = [item]
        with transaction(self.house.pool) as connection:
            for _ in range(times):
                at = self.house.office.engine.now(connection)
                submission = Submission(following[0][1], decision, "同意。", variables)
                advanced = worklist.complete(
                    connection, self.house.office, self.person, following[0][0], submission, at
                )
                following = items_of(advanced.opened)
        return following


def set_up(house: House, username: str, sizes: Sizes) -> Stand:
    """Deploy the flows on an installation that is for this alone."""
    with transaction(house.pool) as connection:
        _probe.create(connection, checkfirst=True)
        for files in flows.all_flows():
            definitions.deploy_as(connection, house.office, BENCH, files, house.office.engine.now(connection))
        return Stand(house, queries.get_person(connection, username), sizes)


def items_of(opened: tuple[WorkItem, ...]) -> list[Item]:
    return [(item.id, item.version) for item in opened]


def case_of(item: Item) -> str:
    """Return the id of the case a work item belongs to."""
    return item[0].rpartition("-")[0]
