"""The boxes are read from their indices: nothing is sorted, and no page or count looks through a table."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, inspect

from app.bench import crowd
from app.house import House
from app.transaction import transaction
from engine.persistence import work_items
from tests.office import MORNING, Desk
from workflows import box_counts, box_news, boxes
from workflows.notices.reading import count_unread
from workflows.operations.unconfirmed import list_unconfirmed
from workflows.organisation.values import Person
from workflows.running_cases import Narrowed, list_running

CASES = 400
INDICES = {
    "todo": "ix_work_item_todo",
    "claimable": "ix_work_item_candidate_offered",
    "copies": "ix_work_item_copies",
    "delegated": "ix_work_item_delegated",
    "in_progress": "ix_work_item_closed",
    "done": "ix_work_item_closed",
    "started": "ix_process_instance_initiator",
}
WITHOUT_CHOICE = ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_hashjoin", "enable_mergejoin")
NEAR_UNTIL = MORNING + timedelta(hours=24)


@pytest.fixture
def crowded(house: House) -> Iterator[tuple[Connection, Person]]:
    """A house full of cases, and one of its people; PostgreSQL shall not think the tables too small for an index."""
    desk = Desk(house)
    desk.start()
    crowd.add_cases(house.pool, desk.instance_id, crowd.Counts(0, 0), CASES, crowd.STEPS)
    with transaction(house.pool) as connection:
        if connection.dialect.name == "postgresql":
            for setting in WITHOUT_CHOICE:
                connection.exec_driver_sql(f"SET LOCAL {setting} = off")
        yield connection, desk.person("gexingyao")


def plan_of(connection: Connection, act: Callable[[], object], naming: str = "") -> str:
    """Return the plan of the first statement that names something, but for who substitutes for whom."""
    seen: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    statement, parameters = next(
        one for one in seen if naming in one[0] and not one[0].startswith("SELECT substitution.")
    )
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))


def sorts_or_scans(plan: str) -> list[str]:
    """Return what a plan would do with many rows before it shows the first one."""
    bad = re.compile(
        r"Seq Scan|(?<!Incremental )\bSort\b(?! Key)|TEMP B-TREE FOR ORDER|^SCAN (?!.*USING)", re.MULTILINE
    )
    return bad.findall(plan)


@pytest.mark.parametrize("box", sorted(INDICES))
def test_a_page_of_a_box_is_read_in_the_order_of_its_index(crowded: tuple[Connection, Person], box: str) -> None:
    connection, person = crowded
    first = boxes.list_box(connection, person, box, boxes.Filter(), MORNING, NEAR_UNTIL, limit=2)
    for after in {None, first.next}:
        plan = plan_of(
            connection,
            lambda after=after: boxes.list_box(
                connection, person, box, boxes.Filter(), MORNING, NEAR_UNTIL, after, limit=2
            ),
        )
        assert INDICES[box] in plan, plan
        assert sorts_or_scans(plan) == [], plan


@pytest.mark.parametrize("box", ["done", "in_progress"])
@pytest.mark.parametrize("look", [boxes.list_box, boxes.list_items])
def test_a_flow_is_left_out_of_what_was_handled_without_looking_at_a_case(
    crowded: tuple[Connection, Person], box: str, look: Callable[..., boxes.Page]
) -> None:
    """A person may have closed tens of thousands of items; the index of them says of which flow each is."""
    connection, person = crowded
    narrowed = boxes.Filter(definition="another_flow")
    plan = plan_of(connection, lambda: look(connection, person, box, narrowed, MORNING, NEAR_UNTIL), "snapshot")
    assert "ix_work_item_closed" in plan, plan
    assert sorts_or_scans(plan) == [], plan
    index = inspect(connection).get_indexes("work_item")
    [columns] = [one["column_names"] for one in index if one["name"] == "ix_work_item_closed"]
    assert columns[0] == "closed_by"
    assert "definition_key" in columns


@pytest.mark.parametrize("box", ["todo", "claimable", "copies", "delegated"])
def test_a_box_is_counted_from_its_index_alone(crowded: tuple[Connection, Person], box: str) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: box_counts.survey(connection, person, box, MORNING, NEAR_UNTIL))
    assert re.search(rf"(COVERING INDEX|Index Only Scan using) {INDICES[box]}", plan), plan


def test_what_is_provisional_is_found_by_an_index_of_its_own(crowded: tuple[Connection, Person]) -> None:
    connection, _person = crowded
    plan = plan_of(connection, lambda: work_items.cases_due_since(connection, MORNING, only_provisional=True))
    assert "ix_work_item_provisional" in plan, plan


def test_the_counts_of_every_page_are_taken_from_indices_alone(crowded: tuple[Connection, Person]) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: box_counts.counts(connection, person, MORNING))
    for box in ("todo", "claimable", "copies", "delegated"):
        assert re.search(rf"(COVERING INDEX|Index Only Scan using) {INDICES[box]}", plan), plan
    assert "ix_work_item_draft_person" in plan, plan


@pytest.mark.parametrize(
    "narrowed", [Narrowed(), Narrowed(state="suspended"), Narrowed(definition="outgoing_document")], ids=str
)
def test_the_list_of_running_cases_is_read_in_the_order_of_its_index_alone(
    crowded: tuple[Connection, Person], house: House, narrowed: Narrowed
) -> None:
    connection, _person = crowded
    administrator = Desk(house).person("boruoxi")
    first = list_running(connection, house.office, administrator, Narrowed(), MORNING, limit=2)
    for after in (None, first.next):
        plan = plan_of(
            connection,
            lambda after=after: list_running(
                connection, house.office, administrator, narrowed, MORNING, after, limit=2
            ),
            "started_at",
        )
        assert re.search("(COVERING INDEX|Index Only Scan.* using) ix_process_instance_running", plan), plan
        assert sorts_or_scans(plan) == [], plan


def test_a_case_is_found_by_its_number_from_an_index(crowded: tuple[Connection, Person], house: House) -> None:
    connection, _person = crowded
    administrator = Desk(house).person("boruoxi")
    asked = Narrowed(q="沐原办〔2025〕47号")
    plan = plan_of(connection, lambda: list_running(connection, house.office, administrator, asked, MORNING))
    assert "ix_given_number_text" in plan, plan


def test_the_unread_notices_of_every_page_are_counted_from_their_index_alone(
    crowded: tuple[Connection, Person],
) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: count_unread(connection, person, MORNING))
    assert re.search("(COVERING INDEX|Index Only Scan using) ix_notice_unread", plan), plan


def test_what_many_are_told_is_taken_from_indices_alone(crowded: tuple[Connection, Person]) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: box_news.waiting(connection, [person.username, "shiyanqiu"], MORNING))
    for index in (*(INDICES[box] for box in ("todo", "claimable", "copies", "delegated")), "ix_notice_unread"):
        assert re.search(rf"(COVERING INDEX|Index Only Scan using) {index}", plan), plan
    assert "ix_work_item_draft_person" in plan, plan


@pytest.mark.parametrize("box", ["done", "in_progress"])
def test_who_started_a_handled_case_is_told_by_the_index_alone(crowded: tuple[Connection, Person], box: str) -> None:
    connection, person = crowded
    narrowed = boxes.Filter(initiator="柏若溪")
    plan = plan_of(
        connection,
        lambda: boxes.list_box(connection, person, box, narrowed, MORNING, NEAR_UNTIL, limit=2),
        naming="work_item.initiator IN",
    )
    assert re.search(rf"(COVERING INDEX|Index Only Scan.* using) {INDICES[box]}", plan), plan
    assert sorts_or_scans(plan) == [], plan


@pytest.mark.parametrize(
    ("box", "narrowed", "naming", "index"),
    [
        ("done", boxes.Filter(urgency="特急"), "urgency", "ix_process_instance_urgency"),
        ("in_progress", boxes.Filter(step="拟稿"), "waiting.name", "ix_work_item_waiting"),
    ],
)
def test_cases_are_narrowed_by_an_index_of_what_is_asked(
    crowded: tuple[Connection, Person], box: str, narrowed: boxes.Filter, naming: str, index: str
) -> None:
    connection, person = crowded
    plan = plan_of(
        connection,
        lambda: boxes.list_box(connection, person, box, narrowed, MORNING, NEAR_UNTIL, limit=2),
        naming=naming,
    )
    assert index in plan, plan


def test_what_an_item_awaits_is_found_without_looking_at_its_whole_case(crowded: tuple[Connection, Person]) -> None:
    connection, person = crowded
    item = work_items.list_open_of(connection, person.username)[0]
    plan = plan_of(
        connection, lambda: work_items.lock_work_item(connection, item.id, item.version), naming="awaits_signers"
    )
    assert "ix_work_item_instance" not in plan, plan
    assert sorts_or_scans(plan) == [], plan


def test_what_waits_to_be_confirmed_is_found_without_looking_at_all_that_was_done(
    crowded: tuple[Connection, Person],
) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: list_unconfirmed(connection, person), naming="recorded_by")
    assert "ix_work_item_unconfirmed" in plan, plan
    assert sorts_or_scans(plan) == [], plan


def test_the_steps_of_a_flow_that_are_offered_as_filter_are_told_by_the_index_alone(
    crowded: tuple[Connection, Person],
) -> None:
    connection, person = crowded
    plan = plan_of(connection, lambda: box_counts.steps_in(connection, person, "todo", "outgoing_document", MORNING))
    assert re.search(rf"(COVERING INDEX|Index Only Scan.* using) {INDICES['todo']}", plan), plan
