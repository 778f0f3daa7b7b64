"""The notice of the acceptance story as an auditor meets it, told in a few steps: without countersign, and up to its number."""

from app.house import House
from tests.office import DRAFT, Desk

WRONG = "春节：2月16日至23日，共9天。"
RIGHT = "春节：2月15日至23日，共9天。2月14日、2月28日上班。"
COMPLETE = f"{RIGHT}10月10日（周六）上班。"


def the_notice(house: House) -> Desk:
    """From the draft to the number, with what the auditor is to find out: the wrong day, and what was added after signing."""
    desk = Desk(house)
    desk.at("2025-11-07T10:00").start()
    desk.act("gexingyao", "submit", **{**DRAFT, "body": WRONG})
    desk.at("2025-11-07T16:00").act("shiyanqiu", "revise", "春节应为2月15日至23日共9天，请核原文。")
    desk.at("2025-11-10T09:00").act("gexingyao", "submit", body=RIGHT)
    desk.at("2025-11-10T11:00").act("shiyanqiu", "agree", countersign_units=[])
    desk.at("2025-11-12T09:00").act("ranqinghe", "agree")
    desk.at("2025-11-12T10:00").act("zhenliyan", "agree")
    desk.at("2025-11-12T11:00").act("miaoyuanchuan", "agree")
    desk.at("2025-11-12T20:30").act("qiujingan", "agree", "同意印发。")
    desk.at("2025-11-13T08:40").act("shaxiaoman", "substantive", "漏‘10月10日（周六）上班’。", body=COMPLETE)
    desk.at("2025-11-13T09:15").act("qiujingan", "agree", "同意。")
    desk.at("2025-11-13T10:00").act("shaxiaoman", "submit", copies=3, distribution_units=["QY1"])
    return desk
