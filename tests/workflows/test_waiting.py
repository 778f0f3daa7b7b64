"""What open pages are told of everybody's boxes at once is what each of them would count alone."""

from app.house import House
from app.transaction import reading, transaction
from tests.office import DRAFT, SYSTEM, Desk
from tests.workflows.test_substitutions import DAY, POOL, POOL_FILES, THIS_FLOW, SubstitutedDesk
from workflows import box_counts, box_news, definitions
from workflows.box_news import NOTICES, TOLD, Waiting
from workflows.notices.reading import count_unread
from workflows.organisation import queries


def told(desk: Desk) -> dict[str, dict[str, Waiting]]:
    """What everybody is told, having compared it with what each would count."""
    with reading(desk.house.pool) as connection:
        people = queries.list_people(connection)
        waiting = box_news.waiting(connection, [one.username for one in people], desk.now)
        alone = {
            one.username: {
                **box_counts.counts(connection, one, desk.now),
                NOTICES: count_unread(connection, one, desk.now),
            }
            for one in people
        }
    assert {name: {box: one.count for box, one in lying.items()} for name, lying in waiting.items()} == alone
    return waiting


def test_everybody_is_told_what_they_would_count_alone(house: House) -> None:
    desk = SubstitutedDesk(house)
    assert set(map(str, told(desk).values())) == {str(dict.fromkeys(TOLD, Waiting()))}
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, POOL_FILES, desk.now)
    for _case in range(2):
        desk.start(key=POOL)
    desk.to_countersign()
    before = told(desk)
    assert before["wanliqing"]["todo"].count == 1
    assert before["luanhaiping"]["claimable"].count == before["wanliqing"]["claimable"].count == 2
    desk.arrange(definitions=THIS_FLOW)
    desk.arrange(by="luanhaiping", owner="luanhaiping")
    after = told(desk)
    assert after["miaoruogu"]["todo"].count == 2
    assert after["miaoruogu"]["claimable"].count == 2
    assert after["miaoruogu"]["todo"].newest == before["wanliqing"]["todo"].newest != ""
    assert after["wanliqing"] == before["wanliqing"]
    desk.now += DAY
    assert told(desk)["miaoruogu"] == before["miaoruogu"]


def test_an_item_that_takes_the_place_of_another_changes_the_mark(house: House) -> None:
    desk = Desk(house)
    desk.start()
    first = told(desk)["gexingyao"]["todo"]
    desk.act("gexingyao", "submit", **DRAFT)
    desk.start()
    second = told(desk)["gexingyao"]["todo"]
    assert first.count == second.count == 1
    assert first.newest != second.newest


def test_thousands_are_asked_for_at_once(house: House) -> None:
    desk = Desk(house)
    desk.start()
    with reading(house.pool) as connection:
        crowd = ["gexingyao", *(f"nobody{number}" for number in range(12_000))]
        waiting = box_news.waiting(connection, crowd, desk.now)
    assert len(waiting) == len(crowd)
    assert waiting["gexingyao"]["todo"].count == 1
    assert waiting["nobody11999"]["claimable"] == Waiting()
