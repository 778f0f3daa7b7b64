"""Running cases as the administrator of flows finds them: where they stand, in whose hands, and nothing of their content."""

from datetime import timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.engine.test_passing_time import WAITING
from tests.flows import model, user
from tests.office import SYSTEM, TITLE, Desk
from workflows import definitions
from workflows.box_contents import UnknownPage
from workflows.errors import PostRequired
from workflows.operations import lifecycle
from workflows.running_cases import Narrowed, RunningCase, RunningPage, list_running

ADMINISTRATOR = "boruoxi"
MANY = "wanliqing,luanhaiping,gexingyao,shiyanqiu,ranqinghe,quanning"
POOL_FILES = model("s_ -> take\ntake -> e_", {"take": user("take", attributes=f'camunda:candidateUsers="{MANY}"')})


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def listed(
    desk: Desk, username: str = ADMINISTRATOR, after: str | None = None, limit: int = 20, **how: str
) -> RunningPage:
    with reading(desk.house.pool) as connection:
        person = desk.person(username)
        return list_running(connection, desk.house.office, person, Narrowed(**how), desk.now, after, limit)


def only(desk: Desk, **how: str) -> RunningCase:
    [row] = listed(desk, **how).rows
    return row


def ids(page: RunningPage) -> list[str]:
    return [row.id for row in page.rows]


def deploy(desk: Desk, files: dict[str, bytes]) -> None:
    with transaction(desk.house.pool) as connection:
        definitions.deploy_as(connection, desk.house.office, SYSTEM, files, desk.now)


def act(desk: Desk, name: str, *reason: str) -> None:
    with transaction(desk.house.pool) as connection:
        deed = getattr(lifecycle, name)
        deed(connection, desk.house.office, desk.person(ADMINISTRATOR), desk.instance_id, *reason, desk.now)


@pytest.mark.parametrize("username", ["zhenliyan", "gexingyao", "jiziheng"])
def test_only_the_administrator_of_flows_finds_cases_without_being_their_reader(desk: Desk, username: str) -> None:
    desk.start()
    with pytest.raises(PostRequired):
        listed(desk, username)


def test_a_case_shows_where_it_stands_and_in_whose_hands_but_no_title(desk: Desk) -> None:
    desk.to_countersign()
    row = only(desk)
    assert (row.id, row.title, row.number, row.state) == (desk.instance_id, None, None, InstanceState.RUNNING)
    assert (row.definition.key, row.definition.version) == ("outgoing_document", 1)
    [step] = row.steps
    assert (step.name, step.since, step.persons, step.offered) == ("部门会签", desk.now, 2, False)
    assert set(step.people) == {"luanhaiping", "wanliqing"}
    assert TITLE not in str(row)
    assert row.operations == ("suspend", "jump", "reassign", "migrate", "cancel")


def test_who_has_a_part_in_a_case_reads_its_title(desk: Desk) -> None:
    desk.start(ADMINISTRATOR)
    assert only(desk).title == TITLE


def test_of_many_to_whom_a_step_is_offered_some_are_named_and_all_counted(desk: Desk) -> None:
    deploy(desk, POOL_FILES)
    desk.start(key="flow")
    [step] = only(desk).steps
    assert (len(step.people), step.persons, step.offered) == (5, 6, True)


def test_a_case_that_waits_for_no_person_says_for_what(desk: Desk) -> None:
    deploy(desk, {"waiting.bpmn": WAITING.encode()})
    desk.start(key="waiting")
    row = only(desk)
    assert row.steps == ()
    assert [one.kind for one in row.waits] == ["message"]


def test_cases_are_narrowed_by_flow_and_state_and_those_that_have_ended_are_left_out(desk: Desk) -> None:
    deploy(desk, POOL_FILES)
    desk.start(key="flow")
    pool = desk.instance_id
    desk.now += timedelta(minutes=1)
    desk.start()
    document = desk.instance_id
    act(desk, "suspend", "等上级意见")
    assert ids(listed(desk)) == [document, pool]
    assert ids(listed(desk, definition="flow")) == [pool]
    assert ids(listed(desk, state="suspended")) == [document]
    assert ids(listed(desk, state="running", definition="outgoing_document")) == []
    assert ids(listed(desk, definition="nothing")) == []
    assert ids(listed(desk, state="completed")) == []
    assert only(desk, state="suspended").operations == ("resume", "jump", "cancel")
    act(desk, "resume")
    act(desk, "cancel", "不再需要")
    assert ids(listed(desk)) == [pool]


def test_the_list_goes_on_by_key_through_all_states(desk: Desk) -> None:
    started = []
    for number in range(5):
        desk.now += timedelta(minutes=1)
        desk.start()
        started.insert(0, desk.instance_id)
        if number % 2:
            act(desk, "suspend", "等上级意见")
    first = listed(desk, limit=2)
    second = listed(desk, after=first.next, limit=2)
    third = listed(desk, after=second.next, limit=2)
    assert [*ids(first), *ids(second), *ids(third)] == started
    assert third.next is None
    for wrong in ("x", "~", "2025-11-07T01:00:00Z"):
        with pytest.raises(UnknownPage):
            listed(desk, after=wrong)


def test_a_case_is_found_by_its_whole_id_or_number_and_by_nothing_that_is_written_in_it(desk: Desk) -> None:
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    number = only(desk).number
    assert number == "沐原办〔2025〕47号"
    for asked in (number, "沐原办[2025]47号", desk.instance_id, desk.instance_id.upper()):
        assert ids(listed(desk, q=asked)) == [desk.instance_id], asked
    for asked in ("节假日", number[:-1], desk.instance_id[:-1], "47"):
        assert ids(listed(desk, q=asked)) == [], asked
    assert ids(listed(desk, q=number, state="suspended")) == []


def test_a_case_that_has_ended_is_found_by_its_id_and_nothing_can_be_done_to_it(desk: Desk) -> None:
    desk.start()
    act(desk, "cancel", "不再需要")
    row = only(desk, q=desk.instance_id)
    assert (row.state, row.steps, row.operations) == (InstanceState.CANCELLED, (), ())
