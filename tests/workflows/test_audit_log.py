"""The audit log on each kind of database: read from its indices however it is asked, and readers wait for nobody."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection, text

from app.bench import audit_log as filled
from app.house import House
from app.transaction import reading, transaction
from engine.persistence import history
from tests.office import MORNING, Desk
from tests.workflows.test_box_indices import WITHOUT_CHOICE, plan_of
from workflows.audit_log import searching
from workflows.audit_log.searching import Narrowing
from workflows.visibility import record_reading

ENTRIES = 400
PERSON, CATEGORY, ACT, OBJECT = "gexingyao", "sign_ins", "case:read:attachment", "bench7"
ASKED = [
    Narrowing(person=person, category=category, act=act, object_id=about, q=q)
    for person, category, act, about, q in product(
        ("", PERSON), ("", CATEGORY), ("", ACT), ("", OBJECT), ("", "程序报批")
    )
    if not (category and act)
]


@pytest.fixture
def crowded(house: House) -> Iterator[Connection]:
    """A house with a long log; PostgreSQL shall not think the tables too small for an index."""
    filled.add_entries(house.pool, 0, ENTRIES)
    with transaction(house.pool) as connection:
        if connection.dialect.name == "postgresql":
            for setting in WITHOUT_CHOICE:
                if setting not in ("enable_sort", "enable_bitmapscan"):
                    connection.exec_driver_sql(f"SET LOCAL {setting} = off")
        yield connection


def test_no_way_of_asking_looks_through_the_log(crowded: Connection, house: House) -> None:
    auditor = Desk(house).person("peishenzhi")
    for narrowed in ASKED:
        found = searching.branches_of(crowded, narrowed, auditor)
        page = searching.page_of(crowded, found)
        key = page.next or "2021-01-04T12:00:00.000000Z\t7"
        for after in (None, key):
            plan = plan_of(
                crowded, lambda after=after, found=found: searching.page_of(crowded, found, after), "audit_entry"
            )
            assert "ix_audit_entry" in plan or "PRIMARY KEY" in plan or "pk_audit_entry" in plan, (narrowed, plan)
            assert "Seq Scan on audit_entry" not in plan, (narrowed, plan)
            assert "SCAN audit_entry\n" not in f"{plan}\n", (narrowed, plan)


def test_what_entries_tell_is_found_by_chain_and_number(crowded: Connection) -> None:
    places = [("office:organisation", 1), ("office:organisation", 3), ("office:numbers", 1), ("office:none", 9)]
    plan = plan_of(crowded, lambda: history.data_of(crowded, places), "history_event")
    assert "SCAN history" not in plan, plan
    assert "Seq Scan" not in plan, plan
    told = history.data_of(crowded, places)
    assert sorted(told) == sorted(places[:3])
    assert history.data_of(crowded, []) == {}


def test_a_word_is_found_in_what_entries_say_and_a_common_one_as_well(crowded: Connection, house: House) -> None:
    auditor = Desk(house).person("peishenzhi")

    def said(q: str) -> list[int]:
        found = searching.branches_of(crowded, Narrowing(q=q), auditor)
        return [one.entry.seq for one in searching.every_line(crowded, found)]

    assert said(filled.RARE) == [ENTRIES]
    assert said("程序报批") == [n for n in range(ENTRIES - 1, 0, -1) if n % filled.WITH_WORDS == 0]
    assert said("程序独一") == []


def test_who_reads_waits_for_no_other_reader(postgres_house: House) -> None:
    house, office = postgres_house, postgres_house.office
    desk = Desk(house)
    desk.start()
    given = (desk.instance_id, "case", MORNING)
    with transaction(house.pool) as slow:
        record_reading(slow, office, desk.person("peishenzhi"), *given)
        with transaction(house.pool) as quick:
            quick.execute(text("SET LOCAL lock_timeout = '2s'"))
            record_reading(quick, office, desk.person("changguanfu"), *given)
    with reading(house.pool) as connection:
        assert [one.actor for one in office.engine.events_of_kind(connection, "case:read")] == [
            "changguanfu",
            "peishenzhi",
        ]
