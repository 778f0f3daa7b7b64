"""What was done at a step that the version a case has moved to does not know any more."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import MoveRefused, WithdrawalRefused
from engine.model import WorkItem
from engine.persistence import work_items
from tests.flows import model, user
from tests.office import SYSTEM, Desk
from workflows import cases, definitions, interventions, verification, worklist
from workflows.operations import hands, send_back

REVIEW = {"review": user("review", attributes='camunda:assignee="shiyanqiu"')}
OLD = model("s_ -> draft\ndraft -> review\nreview -> e_", REVIEW)
NEW = model("s_ -> compose\ncompose -> review\nreview -> e_", REVIEW)


@pytest.fixture
def desk(house: House) -> Desk:
    """A case whose first step was done and from which a copy was handed out, moved to where that step has another id."""
    desk = Desk(house)
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, OLD, desk.now)
    desk.start(key="flow")
    [item] = desk.open_items("gexingyao")
    with transaction(house.pool) as connection:
        person = desk.person("gexingyao")
        hands.circulate(connection, house.office, person, item.id, ["quanning"], "请阅。", desk.now)
    desk.act("gexingyao", "submit")
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, NEW, desk.now)
        interventions.migrate(connection, house.office, desk.person("boruoxi"), desk.instance_id, 2, {}, desk.now)
    return desk


def item_of(desk: Desk, activity_id: str, role: str = "step") -> WorkItem:
    with reading(desk.house.pool) as connection:
        items = work_items.list_of_instance(connection, desk.instance_id)
    return next(one for one in items if one.activity_id == activity_id and one.role == role)


def test_a_copy_is_still_read_and_its_page_shown(desk: Desk) -> None:
    house, copy = desk.house, item_of(desk, "draft", "copy")
    with reading(house.pool) as connection:
        person = desk.person("quanning")
        assert worklist.get_item(connection, house.office, person, copy.id, desk.now).activity.id == "draft"
    with transaction(house.pool) as connection:
        hands.mark_read(connection, house.office, person, copy.id, copy.version, "", desk.now)
    with transaction(house.pool) as connection:
        assert cases.timeline(connection, house.office, desk.person("gexingyao"), desk.instance_id, desk.now)


def test_the_step_is_neither_taken_back_nor_a_place_to_send_back_to(desk: Desk) -> None:
    house, done, waiting = desk.house, item_of(desk, "draft"), item_of(desk, "review")
    with transaction(house.pool) as connection, pytest.raises((WithdrawalRefused, MoveRefused)):
        send_back.withdraw(connection, house.office, desk.person("gexingyao"), done.id, done.version, "", desk.now)
    with reading(house.pool) as connection:
        shown = worklist.get_item(connection, house.office, desk.person("shiyanqiu"), waiting.id, desk.now)
        assert shown.operations
    person = desk.person("shiyanqiu")
    with transaction(house.pool) as connection, pytest.raises(MoveRefused):
        send_back.send_back(connection, house.office, person, waiting.id, waiting.version, "draft", "请改", desk.now)
    desk.act("shiyanqiu", "submit")
    with reading(house.pool) as connection:
        assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []
