"""Cases of 发文 for the figures of its steps: run through, sent back, withdrawn, suspended, still open."""

from datetime import timedelta

from app.house import House
from app.transaction import transaction
from tests.office import BODY, DRAFT, MORNING, Desk
from workflows import worklist
from workflows.operations import lifecycle, send_back


def send_it_back(desk: Desk, username: str, to: str, reason: str) -> None:
    """Send the one item a person has of a case back to a step."""
    desk.now += timedelta(hours=1)
    [item] = desk.open_items(username)
    with transaction(desk.house.pool) as connection:
        office, person = desk.house.office, desk.person(username)
        send_back.send_back(connection, office, person, item.id, item.version, to, reason, desk.now)


def run(house: House) -> list[Desk]:
    """Return six cases: one done, three sent back before the countersign, one of them twice, one suspended over a weekend."""
    done = Desk(house)
    done.to_the_end()
    found = [done]
    for number, times in enumerate((1, 2, 1)):
        desk = Desk(house, MORNING + timedelta(days=3 + number), f"关于汛期值班安排的通知（{number + 1}）")
        desk.start(title=desk.title)
        for _ in range(times):
            desk.act("gexingyao", "submit", **{**DRAFT, "title": desk.title})
            send_it_back(desk, "shiyanqiu", "draft", "依据不全，请补充后再报。")
        desk.act("gexingyao", "submit", **{**DRAFT, "title": desk.title})
        desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
        found.append(desk)
    for number in range(2):
        desk = Desk(house, MORNING + timedelta(days=6 + number), f"关于档案移交的通知（{number + 1}）")
        desk.start(title=desk.title)
        desk.act("gexingyao", "submit", **{**DRAFT, "title": desk.title})
        found.append(desk)
    suspended = found[-1]
    with transaction(house.pool) as connection:
        director = suspended.person("zhenliyan")
        lifecycle.suspend(connection, house.office, director, suspended.instance_id, "等待上级文件。", suspended.now)
    suspended.now += timedelta(days=3)
    with transaction(house.pool) as connection:
        lifecycle.resume(connection, house.office, director, suspended.instance_id, suspended.now)
    suspended.act("shiyanqiu", "agree")
    suspended.now += timedelta(minutes=30)
    claim(suspended, "ranqinghe")
    kept = {
        "title": suspended.title,
        "body": BODY,
        "document_type": "通知",
        "main_recipients": DRAFT["main_recipients"],
    }
    suspended.act("ranqinghe", "agree", **kept, override_reason="标题照报送单位所拟")
    return found


def claim(desk: Desk, username: str) -> None:
    """Take the one item of a case that is offered to a person."""
    [item] = desk.open_items(username)
    with transaction(desk.house.pool) as connection:
        office, person = desk.house.office, desk.person(username)
        worklist.claim(connection, office, person, item.id, item.version, desk.now)
