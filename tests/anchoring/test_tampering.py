"""Whatever somebody does to a row of a table that matters is found, and the place is named."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from app import anchoring
from app.house import House
from engine.anchoring.signing import PUBLIC, is_signed, read_public
from engine.persistence.base import metadata
from engine.persistence.database import APPEND_ONLY
from engine.persistence.tables import history_event
from engine.verification import Break
from tests.anchoring.furnished import furnish
from tests.anchoring.tampering import Done, forge, rewrite, ways
from tests.databases import SETTLED, PostgresDatabases, SqliteDatabases, installed
from workflows import verification
from workflows.anchoring import checking
from workflows.catalogue import record_tables

SQLITE_TAMPERINGS, POSTGRES_TAMPERINGS = 1_000, 40

LEFT_OUT = {
    "audit_entry": "made anew from the ledgers by banjie index; compared with them, in tests of its own",
    "case_text": "made anew from the cases by banjie index",
    "ended_session": "sessions: who was signed in is no business record",
    "idempotency_key": "answers kept for a day for clients that ask twice",
    "installation": "the clock of a demonstration, and what the installation remembers for itself",
    "job": "work to be done: which timers and reminders there must be is compared, when each is tried again is not told",
    "event_subscription": "what cases wait for is compared with their markings; its rows have numbers of their own",
    "moved_limit": "made anew from history by whoever follows it",
    "notice": "made anew from history by whoever follows it; that it was read is nobody's record",
    "notice_choice": "how people like their notices",
    "notice_delivery": "how people like their notices",
    "outside_message": "messages to be sent; what they tell stands in history",
    "person_preference": "how people like the pages",
    "redaction_slip": "stands only within the transaction of a clearing",
    "work_item_draft": "drafts are outside history until they are submitted",
    "flow_draft": "drafts are outside history until they are submitted",
}
"""Tables in which nothing that matters can be changed, and why."""

UNTOLD = {
    "person": ("password_hash", "must_change_password", "credential_stamp", "failed_sign_ins", "locked_until"),
    "process_instance": ("followed_seq",),
    "phrase": ("position", "id", "owner"),
    "flow_file": (),
}
"""Columns that history tells nothing of: secrets and counters of sign-ins, how far followers are, the space between phrases."""

HISTORY = ("history_event", "history_payload")
STRAY = "a chain that belongs to nothing"
NAMED_BY_CHAIN = {"process_instance", "ledger_head", "phrase", "participant", "incident"}


@pytest.fixture(scope="module")
def furnished(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with installed(sqlite_databases, SETTLED, tmp_path_factory.mktemp("furnished")) as house:
        furnish(house)
        yield house


@pytest.fixture(scope="module")
def furnished_postgres(
    postgres_databases: PostgresDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with installed(postgres_databases, SETTLED, tmp_path_factory.mktemp("furnished")) as house:
        furnish(house)
        yield house


class Attacker:
    """Does one thing to the database, looks what is found, and undoes it."""

    def __init__(self, house: House) -> None:
        self.house = house
        data_dir = house.settings.storage.data_dir
        self.kept = anchoring.lines_in(anchoring.file_of(house))
        self.key = {read_public(data_dir / PUBLIC)}
        self.record_names = {one.table.name: one.name for one in record_tables(house.office.businesses)}
        names = {*(table.name for table in metadata.sorted_tables)} - LEFT_OUT.keys()
        self.tables = [metadata.tables[name] for name in sorted(names)]

    def open(self, connection: Connection) -> None:
        """Put aside whatever the database itself would refuse."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            return
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))

    def found(self, connection: Connection) -> list[Break]:
        office = self.house.office
        return verification.verify(connection, office) + checking.check(
            connection, office.businesses, self.kept, self.key, is_signed
        )

    def names(self, one: Break, done: Done) -> bool:
        """Whether a break names the place where something was done."""
        told = f"{one.chain} {one.reason}"
        for where in done.where:
            if done.table in HISTORY:
                stray = one.chain == where[0] and one.reason == STRAY
                hanging = one.chain in HISTORY and one.reason == " ".join((one.chain, *where))
                if stray or hanging or (one.chain, str(one.seq)) == where:
                    return True
            elif done.table == "anchor":
                if one.chain == checking.ANCHORS and str(one.seq) == where[0]:
                    return True
            elif done.table in NAMED_BY_CHAIN or done.table in self.record_names or done.table == "calendar_day":
                if where[0] in told:
                    return True
            elif done.table == "definition_file":
                if one.reason.startswith(("definition_file", "process_definition")):
                    return True
            elif done.table == "process_definition":
                if "process_definition" in one.reason or "definition_file" in one.reason:
                    return True
            elif all(part in told for part in where[:1]):
                return True
        return False


def _tamper(house: House, seed: int, times: int) -> tuple[int, list[str], dict[str, int]]:
    """Do so many things, each undone afterwards; return how many, what was not found or misnamed, and how many by table."""
    attacker, dice = Attacker(house), random.Random(seed)
    missed: list[str] = []
    by_table: dict[str, int] = {}
    with house.pool.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        whole = connection.begin()
        attacker.open(connection)
        assert attacker.found(connection) == []
        all_chains = sorted(set(connection.scalars(select(history_event.c.chain))))
        done_so_far = 0
        while done_so_far < times:
            step = connection.begin_nested()
            try:
                done = _one(attacker, dice, connection, all_chains, done_so_far)
            except IntegrityError:
                done = None  # a constraint of the database itself stands against it
            if done is not None:
                done_so_far += 1
                by_table[done.table] = by_table.get(done.table, 0) + 1
                found = attacker.found(connection)
                if not any(attacker.names(one, done) for one in found):
                    missed.append(f"{done.what} in {done.table}: {[(b.chain, b.seq, b.reason) for b in found[:3]]}")
            step.rollback()
        whole.rollback()
    return done_so_far, missed, by_table


def _one(
    attacker: Attacker, dice: random.Random, connection: Connection, all_chains: list[str], number: int
) -> Done | None:
    luck = dice.random()
    if luck < 0.2:
        return rewrite(dice, connection, dice.choice(all_chains))
    if luck < 0.3:
        return forge(dice, connection, record_tables(attacker.house.office.businesses))
    table = attacker.tables[number % len(attacker.tables)]
    way: Any = dice.choice(list(ways()))
    done: Done | None = way(dice, connection, table, UNTOLD.get(table.name, ()))
    return done


def test_every_tampering_with_a_table_that_matters_is_found_and_its_place_is_named(furnished: House) -> None:
    done, missed, by_table = _tamper(furnished, 25, SQLITE_TAMPERINGS)
    assert missed == []
    assert done >= SQLITE_TAMPERINGS
    assert set(by_table) == {table.name for table in Attacker(furnished).tables}


def test_on_postgresql_it_is_found_too(furnished_postgres: House) -> None:
    done, missed, _by_table = _tamper(furnished_postgres, 26, POSTGRES_TAMPERINGS)
    assert missed == []
    assert done >= POSTGRES_TAMPERINGS


def test_every_table_is_either_tampered_with_or_left_out_for_a_reason(furnished: House) -> None:
    names = {table.name for table in metadata.sorted_tables}
    assert set(LEFT_OUT) <= names
    with furnished.pool.connect() as connection:
        empty = [
            table.name
            for table in Attacker(furnished).tables
            if connection.execute(select(table).limit(1)).first() is None
        ]
    assert empty == []
