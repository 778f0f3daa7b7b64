"""Drives matters of supervision through the services, on a clock that the test owns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.marking import unpack
from engine.model import Advanced, WorkItem
from engine.persistence import instances, work_items
from engine.persistence.tables import process_instance
from tests.office import SYSTEM, deploy
from workflows import cases, verification, worklist
from workflows.calendar import library
from workflows.calendar.actions import import_year, put_into_force
from workflows.calendar.demo import IMPORTED_BY, PUT_INTO_FORCE_BY
from workflows.numbering import series as numbering
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.supervision import asking
from workflows.supervision.matters import get_row
from workflows.worklist import Submission

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOURCE = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
FLOWS = ("supervision", "task_assignment")


def on(text: str) -> datetime:
    """Return an instant written as day and time of the office, such as ``2025-12-01 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Supervising:
    """The office in which matters are supervised; each act happens at ``now``."""

    def __init__(self, house: House, begin: str = "2025-12-01 08:30") -> None:
        self.house = house
        self.engine = house.office.engine
        self.at(begin)
        deploy(house, *FLOWS, at=self.now)
        with transaction(house.pool) as connection:
            keeper, other = (queries.get_person(connection, name) for name in (IMPORTED_BY, PUT_INTO_FORCE_BY))
            proposal = library.propose(2026, house.office.calendars.current(connection))
            one = import_year(connection, self.engine, keeper, proposal, SOURCE, self.now)
            put_into_force(connection, self.engine, other, one.id, self.now)
            numbering.set_opening(
                connection,
                "沐原督",
                2025,
                17,
                lambda kind, data: self.engine.record_ledger(
                    connection, "office:numbers", kind, data, SYSTEM, self.now
                ),
            )

    def at(self, text: str) -> None:
        """Let time pass; what falls due on the way is done at its instant."""
        self.now = on(text)
        pool = self.house.pool
        jobs.pass_time(self.engine, lambda: transaction(pool), lambda: reading(pool), self.now)

    def person(self, username: str) -> Person:
        with reading(self.house.pool) as connection:
            return queries.get_person(connection, username)

    def decided(self, **variables: Any) -> str:
        """Let a meeting's decision arrive, and return the candidate's case."""
        with transaction(self.house.pool) as connection:
            case = self.engine.deliver_message(connection, "decision_taken", {}, variables, self.now)
        assert case
        return case

    def start(self, username: str, key: str, title: str, **variables: Any) -> str:
        with transaction(self.house.pool) as connection:
            person = queries.get_person(connection, username)
            return cases.start(connection, self.house.office, person, key, title, variables, self.now).instance_id

    def items(self, case: str) -> list[WorkItem]:
        with reading(self.house.pool) as connection:
            return [one for one in work_items.list_of_instance(connection, case) if one.state == "open"]

    def steps(self, case: str) -> list[str]:
        return sorted(one.activity_id for one in self.items(case))

    def act(self, username: str, case: str, decision: str, opinion: str = "", **variables: Any) -> Advanced:
        """Complete the item that a person has of a case; ``step`` names it where they have several."""
        step = variables.pop("step", None)
        [item] = [
            one
            for one in self.items(case)
            if (one.assignee == username or (one.assignee is None and username in one.candidates))
            and step in (None, one.activity_id)
        ]
        with transaction(self.house.pool) as connection:
            person = queries.get_person(connection, username)
            submission = Submission(item.version, decision, opinion, variables)
            return worklist.complete(connection, self.house.office, person, item.id, submission, self.now)

    def ask(self, what: str, username: str, case: str, *given: Any) -> None:
        """Ask for something beside the steps, as the buttons of the case's page do."""
        with transaction(self.house.pool) as connection:
            person = queries.get_person(connection, username)
            getattr(asking, what)(connection, self.house.office, person, case, *given, self.now)

    def propose(self, case: str, **said: Any) -> None:
        """Take a candidate up, and let it be approved."""
        self.act("linxiaozhou", case, "propose")
        self.act("linxiaozhou", case, "submit", **said)
        self.act("zhenliyan", case, "agree")
        self.act("qiujingan", case, "agree", "同意立项。")

    def row(self, case: str) -> Mapping[str, Any]:
        with reading(self.house.pool) as connection:
            return dict(get_row(connection, case)._mapping)

    def number(self, case: str) -> str | None:
        with reading(self.house.pool) as connection:
            return instances.get_instance(connection, case).number

    def variables(self, case: str) -> Mapping[str, Any]:
        with reading(self.house.pool) as connection:
            return unpack(instances.snapshot_of(connection, case)).variables

    def cases_of(self, key: str) -> list[str]:
        with reading(self.house.pool) as connection:
            rows = connection.execute(select(process_instance.c.id).order_by(process_instance.c.id))
            return [row.id for row in rows if instances.get_instance(connection, row.id).definition.key == key]

    def assert_proved(self) -> None:
        """Every case replays, and what is stored is what history tells."""
        with reading(self.house.pool) as connection:
            for case in connection.scalars(select(process_instance.c.id)):
                result = self.engine.replay(connection, case)
                assert result.verified, (case, result.divergence)
            assert verification.verify(connection, self.house.office) == []
