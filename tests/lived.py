"""A case that has seen much, for the pages of the auditor: sent back, put elsewhere, urged, and done by a substitute."""

from datetime import timedelta

from app.house import House
from app.transaction import transaction
from tests.office import BETWEEN, BODY, DRAFT, Desk
from workflows import interventions
from workflows.operations import hands, send_back
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement

MISTAKEN = BODY.replace("2月15日", "2月16日")
WRONG_DATE = "春节应为2月15日至23日共9天，请核原文。"
JUMPED = "会签意见已齐，按领导要求直接核稿"


def live(house: House) -> Desk:
    """Let a draft with a wrong date be sent back, be put right, be countersigned by a substitute and be put to 核稿."""
    desk = Desk(house)
    desk.start()
    desk.act("gexingyao", "submit", **{**DRAFT, "body": MISTAKEN})
    back(desk, "shiyanqiu", "draft", WRONG_DATE)
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    with transaction(house.pool) as connection:
        begin, end = desk.now, desk.now + timedelta(days=2)
        asked = Arrangement("wanliqing", "miaoruogu", begin, end, None, "外出")
        substitutions.arrange(connection, house.office, desk.person("wanliqing"), asked, desk.now)
    urge(desk, "wanliqing", "请今天下午反馈。")
    desk.act("miaoruogu", "agree", "同意。")
    jump(desk, "edit")
    return desk


def back(desk: Desk, username: str, to: str, reason: str) -> None:
    """退回."""
    desk.now += BETWEEN
    [item] = desk.open_items(username)
    with transaction(desk.house.pool) as connection:
        person = desk.person(username)
        send_back.send_back(connection, desk.house.office, person, item.id, item.version, to, reason, desk.now)


def urge(desk: Desk, whose: str, message: str) -> None:
    """催办 by the drafter."""
    desk.now += BETWEEN
    [item] = desk.open_items(whose)
    with transaction(desk.house.pool) as connection:
        hands.urge(connection, desk.house.office, desk.person("gexingyao"), item.id, item.version, message, desk.now)


def jump(desk: Desk, to: str) -> None:
    """跳转 by the administrator of flows."""
    desk.now += BETWEEN
    with transaction(desk.house.pool) as connection:
        person = desk.person("boruoxi")
        interventions.jump(connection, desk.house.office, person, desk.instance_id, to, JUMPED, desk.now)
