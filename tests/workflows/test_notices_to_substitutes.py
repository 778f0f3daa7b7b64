"""代理: what an owner is told to do also reaches who stands in for them, once, marked, and no longer than it is to be done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor, Value, WorkItem
from engine.persistence.tables import process_instance
from tests.office import SYSTEM, Desk
from tests.workflows.test_comments import say
from tests.workflows.test_notices import SETTINGS, choose, event, followed, states, taken, told
from tests.workflows.test_substitutions import DAY, POOL_FILES, SubstitutedDesk, deploy
from workflows.notices.follower import write_notices
from workflows.notices.reading import count_unread, list_notices, read_all
from workflows.operations import hands

OWNER, SUBSTITUTE = "wanliqing", "miaoruogu"


@pytest.fixture
def desk(house: House) -> SubstitutedDesk:
    return SubstitutedDesk(house)


@pytest.fixture
def standing_in(desk: SubstitutedDesk) -> SubstitutedDesk:
    """苗若谷 stands in for 万里晴, with whom an item has come to lie."""
    desk.arrange()
    desk.to_countersign()
    followed(desk.house)
    return desk


def for_whom(desk: Desk, username: str) -> list[tuple[str, str | None]]:
    """What somebody was told, and for whom they stand in, the newest first."""
    with reading(desk.house.pool) as connection:
        page = list_notices(connection, desk.person(username), desk.now, unread=True, limit=100)
    return [(one.kind.value, one.on_behalf_of) for one in page.rows]


def unread(desk: Desk, username: str) -> int:
    with reading(desk.house.pool) as connection:
        return count_unread(connection, desk.person(username), desk.now)


def operate(desk: SubstitutedDesk, act: Callable[..., object], *given: Any, by: str) -> None:
    """Do something with the item of 万里晴, and let it be followed."""
    item = desk.item()
    with transaction(desk.house.pool) as connection:
        act(connection, desk.house.office, desk.person(by), item.id, item.version, *given, desk.now)
    followed(desk.house)


def tell(desk: Desk, kind: str, item: WorkItem, actor: Actor, **data: Value) -> None:
    """Write what is told of an event that comes last."""
    who = {"actor": actor.username, "on_behalf_of": actor.on_behalf_of}
    with transaction(desk.house.pool) as connection:
        told_last = [event(kind, 900, work_item_id=item.id, data=data, **who)]
        write_notices(connection, desk.instance_id, told_last, SETTINGS)


def test_a_new_item_is_told_to_its_owner_and_marked_to_who_stands_in(standing_in: SubstitutedDesk) -> None:
    assert for_whom(standing_in, OWNER) == [("assigned", None)]
    assert for_whom(standing_in, SUBSTITUTE) == [("assigned", OWNER)]
    assert unread(standing_in, SUBSTITUTE) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"definitions": frozenset({"pool"})},
        {"starts_at": timedelta(hours=3), "ends_at": timedelta(days=2)},
        {"ends_at": timedelta(minutes=45)},
    ],
    ids=["another flow", "begins later", "is over"],
)
def test_who_may_not_act_in_the_owners_place_is_told_nothing(desk: SubstitutedDesk, asked: dict[str, Any]) -> None:
    deploy(desk, POOL_FILES)
    given = {name: desk.now + value if isinstance(value, timedelta) else value for name, value in asked.items()}
    desk.arrange(**given)
    desk.to_countersign()
    followed(desk.house)
    assert told(desk, OWNER) == ["assigned"]
    assert told(desk, SUBSTITUTE) == []


def test_following_the_same_events_again_tells_nobody_twice(standing_in: SubstitutedDesk) -> None:
    with transaction(standing_in.house.pool) as connection:
        connection.execute(update(process_instance).values(followed_seq=0))
    followed(standing_in.house)
    assert for_whom(standing_in, SUBSTITUTE) == [("assigned", OWNER)]


def test_an_urge_reaches_both(standing_in: SubstitutedDesk) -> None:
    operate(standing_in, hands.urge, "请今天办。", by="gexingyao")
    assert told(standing_in, OWNER) == ["urged", "assigned"]
    assert for_whom(standing_in, SUBSTITUTE) == [("urged", OWNER), ("assigned", OWNER)]


def test_what_is_overdue_reaches_who_stands_in_for_its_owner_and_not_for_a_superior(
    standing_in: SubstitutedDesk,
) -> None:
    standing_in.arrange(by="miaoyuanchuan", owner="miaoyuanchuan", substitute="boruoxi")
    tell(standing_in, "work_item:overdue", standing_in.item(), SYSTEM, number=1, to=[OWNER, "miaoyuanchuan"])
    assert for_whom(standing_in, SUBSTITUTE)[0] == ("overdue", OWNER)
    assert told(standing_in, "miaoyuanchuan") == ["overdue"]
    assert for_whom(standing_in, "boruoxi") == []


def test_what_is_given_into_an_owners_hands_reaches_who_stands_in(standing_in: SubstitutedDesk) -> None:
    standing_in.arrange(by="luanhaiping", owner="luanhaiping", substitute="ranqinghe")
    operate(standing_in, hands.delegate, "luanhaiping", "请提意见", by=OWNER)
    assert for_whom(standing_in, "ranqinghe") == [("delegated", "luanhaiping")]
    assert for_whom(standing_in, SUBSTITUTE) == [], "it no longer lies with the owner"


def test_what_comes_back_with_an_opinion_reaches_who_stands_in(standing_in: SubstitutedDesk) -> None:
    operate(standing_in, hands.delegate, "ranqinghe", "请提意见", by=OWNER)
    [item] = standing_in.open_items("ranqinghe")
    with transaction(standing_in.house.pool) as connection:
        given = (standing_in.person("ranqinghe"), item.id, item.version, "可以。", standing_in.now)
        hands.resolve(connection, standing_in.house.office, *given)
    followed(standing_in.house)
    assert for_whom(standing_in, SUBSTITUTE) == [("resolved", OWNER)]


def test_a_pool_is_offered_once_to_who_stands_in_for_several(desk: SubstitutedDesk) -> None:
    desk.arrange()
    desk.arrange(by="luanhaiping", owner="luanhaiping")
    deploy(desk, POOL_FILES)
    desk.start("gexingyao", key="pool")
    followed(desk.house)
    assert for_whom(desk, SUBSTITUTE) == [("offered", OWNER)]
    [item] = desk.open_items("luanhaiping")
    desk.claim("luanhaiping", item)
    followed(desk.house)
    assert for_whom(desk, SUBSTITUTE) == []


def test_who_is_told_anyway_is_not_told_once_more_as_a_substitute(desk: SubstitutedDesk) -> None:
    desk.arrange(substitute="luanhaiping")
    deploy(desk, POOL_FILES)
    desk.start("gexingyao", key="pool")
    followed(desk.house)
    assert for_whom(desk, "luanhaiping") == [("offered", None)]


def test_nobody_stands_in_for_a_reader_or_for_what_was_said(standing_in: SubstitutedDesk) -> None:
    say(standing_in, "gexingyao", "@万里晴 请看", OWNER)
    standing_in.arrange(by="quanning", owner="quanning", substitute="ranqinghe")
    [item] = standing_in.open_items("luanhaiping")
    with transaction(standing_in.house.pool) as connection:
        office, person = standing_in.house.office, standing_in.person("luanhaiping")
        hands.circulate(connection, office, person, item.id, ["quanning"], "请知悉", standing_in.now)
    followed(standing_in.house)
    assert told(standing_in, OWNER) == ["mentioned", "assigned"]
    assert for_whom(standing_in, SUBSTITUTE) == [("assigned", OWNER)]
    assert told(standing_in, "quanning")[0] == "circulated"
    assert told(standing_in, "ranqinghe") == []


def test_it_is_moot_for_who_stands_in_once_the_owner_has_acted(standing_in: SubstitutedDesk) -> None:
    operate(standing_in, hands.urge, "", by="gexingyao")
    standing_in.complete(OWNER, standing_in.item())
    followed(standing_in.house)
    assert told(standing_in, SUBSTITUTE, unread=False) == []
    assert unread(standing_in, SUBSTITUTE) == 0


def test_it_is_moot_for_the_owner_once_who_stands_in_has_acted(standing_in: SubstitutedDesk) -> None:
    operate(standing_in, hands.urge, "", by="gexingyao")
    standing_in.complete(SUBSTITUTE, standing_in.item())
    followed(standing_in.house)
    assert told(standing_in, OWNER, unread=False) == []
    assert told(standing_in, SUBSTITUTE) == []
    assert told(standing_in, SUBSTITUTE, unread=False) == ["urged", "assigned"], "read, since it was theirs to do"


def test_an_urge_by_who_stands_in_leaves_the_item_to_its_owner(standing_in: SubstitutedDesk) -> None:
    tell(standing_in, "work_item:urged", standing_in.item(), Actor(SUBSTITUTE, on_behalf_of=OWNER), to=[OWNER])
    assert told(standing_in, OWNER) == ["urged", "assigned"]


def test_it_is_moot_once_the_item_was_given_to_somebody_else(standing_in: SubstitutedDesk) -> None:
    with transaction(standing_in.house.pool) as connection:
        given = (OWNER, "ranqinghe", "调任")
        hands.hand_over(connection, standing_in.house.office, standing_in.person("zhenliyan"), *given, standing_in.now)
    followed(standing_in.house)
    assert told(standing_in, OWNER)[0] == "transferred"
    assert told(standing_in, SUBSTITUTE, unread=False) == []


def test_it_is_no_news_once_the_substitution_is_over(standing_in: SubstitutedDesk) -> None:
    standing_in.now += 2 * DAY
    assert unread(standing_in, SUBSTITUTE) == 0
    assert for_whom(standing_in, SUBSTITUTE) == []
    assert unread(standing_in, OWNER) == 1
    with transaction(standing_in.house.pool) as connection:
        assert read_all(connection, standing_in.person(SUBSTITUTE), standing_in.now) == 0
        page = list_notices(connection, standing_in.person(SUBSTITUTE), standing_in.now)
    assert [(one.visible, one.title, one.facts) for one in page.rows] == [(False, "", {})]


def test_it_goes_outside_to_who_stands_in_with_what_lies_in_their_boxes(standing_in: SubstitutedDesk) -> None:
    choose(standing_in, SUBSTITUTE)
    operate(standing_in, hands.urge, "", by="gexingyao")
    [one] = taken(standing_in, timedelta(minutes=1))
    assert (one.todo, one.unread) == (1, 0)


def test_it_goes_outside_to_nobody_who_no_longer_stands_in(standing_in: SubstitutedDesk) -> None:
    choose(standing_in, SUBSTITUTE)
    operate(standing_in, hands.urge, "", by="gexingyao")
    assert taken(standing_in, 2 * DAY) == []
    assert states(standing_in) == ["dropped"]
