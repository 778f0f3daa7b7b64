"""Every box of the inbox over HTTP with every filter and a search, told by the slowest of each box."""

from functools import partial
from urllib.parse import urlencode

from app.bench import flows
from app.bench.report import BARE, Row, row
from app.bench.served import Client
from app.bench.stand import Stand
from app.scheduler import follow
from workflows.boxes import NEAR, ORDINARY, OVERDUE

GOAL = 20
BOXES = {
    "todo": "待办",
    "claimable": "待领办",
    "in_progress": "在办",
    "done": "办结",
    "started": "我发起的",
    "copies": "传阅",
    "drafts": "草稿",
    "delegated": "委托",
}
FILTERS = {
    "不筛选": {},
    "流程": {"definition": flows.FIVE_STEPS},
    "环节": {"step": "第5步"},
    "紧急程度": {"urgency": "特急"},
    "平件": {"urgency": ORDINARY},
    "临期": {"due": NEAR},
    "逾期": {"due": OVERDUE},
    "他人发起": {"initiator": "柏若溪"},
    "无人发起": {"initiator": "查无此人"},
    "常见词": {"q": "关于"},
    "查无此词": {"q": "查无此词"},
    "已阅": {"read": "1"},
}


def rows(stand: Stand, client: Client, cases: int, items: int) -> list[Row]:
    """Show each box in every way it can be narrowed.

    Args:
        stand: Where the crowd was added.
        client: Signed in as a person of the crowd.
        cases: How many cases it has; the last one's number is a rare word.
        items: How many work items, for the names of the rows.
    """
    while follow(stand.house):
        pass  # as a worker has done by the time that somebody searches
    filters = {**FILTERS, "罕见词": {"q": f"第{cases}件"}}
    client.reconnect()
    found = []
    for box, label in BOXES.items():
        ratios = {name: _ratio(stand, client, {"box": box, **narrowed}) for name, narrowed in filters.items()}
        slowest = max(ratios, key=ratios.__getitem__)
        found.append(row(f"{label}最慢的一种（{slowest}，HTTP），表中 {items} 件", ratios[slowest], BARE, GOAL))
    return found


def _ratio(stand: Stand, client: Client, query: dict[str, str]) -> float:
    page = f"/worklist?{urlencode(query)}"
    return stand.ratio_to_bare_commit(partial(_show, client, page), stand.sizes.filter_repeats)


def _show(client: Client, page: str, _number: int) -> None:
    client.get(page)
