"""在办 and 办结, narrowed: what a step is depends on whether anything is still open in the case."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from tests.office import Desk
from tests.workflows.test_substitutions import DAY
from workflows import boxes
from workflows.operations import lifecycle

SHOWN = [boxes.list_box, boxes.list_items]


@pytest.fixture
def desk(house: House) -> Desk:
    """葛星遥 has handed in a draft and 石砚秋 has reviewed it; departments countersign."""
    desk = Desk(house)
    desk.to_countersign()
    return desk


def found(desk: Desk, box: str, username: str = "gexingyao", look: object = boxes.list_box, **narrowed: str) -> int:
    assert callable(look)
    with reading(desk.house.pool) as connection:
        page = look(connection, desk.person(username), box, boxes.Filter(**narrowed), desk.now, DAY)
        return len(page.rows)


def end(desk: Desk) -> None:
    with transaction(desk.house.pool) as connection:
        given = (desk.person("boruoxi"), desk.instance_id, "不再需要", desk.now)
        lifecycle.cancel(connection, desk.house.office, *given)


def test_a_case_in_progress_is_found_by_the_step_at_which_it_waits(desk: Desk) -> None:
    assert found(desk, "in_progress") == 1
    assert found(desk, "in_progress", step="部门会签") == 1
    assert found(desk, "in_progress", step="起草") == 0
    assert found(desk, "done", step="部门会签") == 0


def test_a_case_that_has_ended_is_found_by_a_step_one_has_done_in_it(desk: Desk) -> None:
    [step] = [row.item.name for row in items(desk, "in_progress")]
    end(desk)
    assert found(desk, "done") == 1
    assert found(desk, "done", step=step) == 1
    assert found(desk, "done", step="部门会签") == 0
    assert found(desk, "done", "shiyanqiu", step=step) == 0


@pytest.mark.parametrize("look", SHOWN)
def test_what_was_handled_is_narrowed_by_flow_and_by_who_began_it(desk: Desk, look: object) -> None:
    for box in ("in_progress", "done"):
        assert found(desk, box, look=look, definition="outgoing_document") == 1
        assert found(desk, box, look=look, definition="nothing") == 0
        assert found(desk, box, look=look, initiator="葛星") == 1
        assert found(desk, box, look=look, initiator="gexingyao") == 1
        assert found(desk, box, look=look, initiator="石砚秋") == 0
        if box == "in_progress":
            end(desk)


def items(desk: Desk, box: str) -> list[boxes.Row]:
    with reading(desk.house.pool) as connection:
        return list(
            boxes.list_items(connection, desk.person("gexingyao"), box, boxes.Filter(), desk.now, desk.now + DAY).rows
        )
