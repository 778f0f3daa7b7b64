"""The notice of the acceptance story on its way through 收文, step by step, in its words and at its times."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.house import House
from app.transaction import reading, transaction
from engine.model import Advanced, WorkItem
from tests.office import SYSTEM, Desk, flow_files
from workflows import definitions, worklist
from workflows.numbering import series as numbering
from workflows.operations import hands
from workflows.worklist import Submission

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEY = "incoming_document"
NOTICE = "国务院办公厅关于2026年部分节假日安排的通知"
RECEIVED: dict[str, Any] = {
    "title": NOTICE,
    "channel": "电子公文交换",
    "forwarding_unit": "砚江省国资委办公室",
    "copies": 1,
    "counted_ok": True,
}
REGISTERED: dict[str, Any] = {
    "title": NOTICE,
    "source_organ": "国务院办公厅",
    "source_number": "国办发明电〔2025〕7号",
    "issued_on": "2025-11-04",
    "document_type": "通知",
    "telegram": True,
    "handling": "办件",
    "pages": 2,
    "annex_count": 0,
}
READERS = """yuwenshu qishouzhuo biancongzhou ruanzhiwei miaoyuanchuan shiyanqiu luanhaiping zonghuaigu tongxueling wanliqing
peishenzhi shangkewei""".split()
ALLOCATED: dict[str, Any] = {
    "lead_unit": "ZZB",
    "co_units": ["AHB", "CWB"],
    "circulation": READERS,
    "circulation_due": "2025-11-12",
    "due_on": "2025-11-14",
}
PROPOSED: dict[str, Any] = {
    **ALLOCATED,
    "instructors": ["qiujingan"],
    "circlers": ["shaoqiheng", "yuwenshu"],
}
PROPOSAL = (
    "拟请敬安同志批示，请启衡、文澍同志阅；由人力资源部主办，安全环保部、财务部协办，总值班室据此安排值班；送班子成员及各部门"
    "负责人阅。建议办理时限11月14日。"
)
INSTRUCTION = "同意拟办意见。人力资源部抓紧代拟集团通知，11月14日前印发。请启衡、文澍同志阅。"
ON_PAPER = "阅。春节放假9天，安全不能放假。请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。邵启衡 11月6日"


def at(text: str) -> datetime:
    """An instant of the story, such as ``11-05 09:12``, in the year 2025 unless another is written."""
    full = text if len(text) > len("11-05 09:12") else f"2025-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def destinations() -> list[dict[str, Any]]:
    """Where each sentence goes, as the story says."""

    def line(leader: str, sentence: str, *chosen: str, units: tuple[str, ...] = (), note: str = "") -> dict[str, Any]:
        return {
            "leader": leader,
            "sentence": sentence,
            "destinations": list(chosen),
            "units": list(units),
            "note": note or None,
        }

    return [
        line("仇敬安", "同意拟办意见。", "handle"),
        line("仇敬安", "人力资源部抓紧代拟集团通知，11月14日前印发。", "handle"),
        line("仇敬安", "请启衡、文澍同志阅。", "circulate"),
        line("邵启衡", "阅。", "none", note="阅知"),
        line("邵启衡", "春节放假9天，安全不能放假。", "handle"),
        line(
            "邵启衡",
            "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。",
            "agenda",
            "supervision",
            units=("AHB", "DQB"),
            note="不立项：由党委会议定后立项",
        ),
    ]


def settle_incoming(house: House, opening: int = 816) -> None:
    """Deploy the flow, and open the numbers of the year where the paper register ends."""
    engine, now = house.office.engine, at("11-03 08:00")
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, flow_files(KEY), now)
        numbering.set_opening(
            connection,
            "收",
            2025,
            opening,
            lambda kind, data: engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, now),
        )


class Registry(Desk):
    """One incoming document."""

    def begin(self, when: str = "11-05 09:10", by: str = "shaxiaoman", title: str = NOTICE) -> "Registry":
        self.now = at(when)
        self.title = title
        self.start(by, KEY, title)
        return self

    def item(self, username: str, step: str = "") -> WorkItem:
        found = [one for one in self.open_items(username) if step in ("", one.activity_id)]
        [item] = found
        return item

    def do(
        self, when: str, username: str, decision: str, opinion: str = "", step: str = "", **variables: object
    ) -> Advanced:
        """Complete the item a person has of this case, at a time of the story."""
        self.now = at(when)
        item, person = self.item(username, step), self.person(username)
        submission = Submission(item.version, decision, opinion, variables)
        with transaction(self.house.pool) as connection:
            return worklist.complete(connection, self.house.office, person, item.id, submission, self.now)

    def act_on(self, when: str, username: str, item: WorkItem, deed: Callable[..., Any], *given: Any) -> Any:
        """Carry out an operation on an item as it is now."""
        self.now = at(when)
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            return deed(connection, self.house.office, person, item.id, *given, self.now)

    def items(self) -> list[WorkItem]:
        from engine.persistence import work_items

        with reading(self.house.pool) as connection:
            return work_items.list_of_instance(connection, self.instance_id)

    def register(self, **changed: object) -> "Registry":
        self.do("11-05 09:12", "shaxiaoman", "submit", **{**RECEIVED, "title": self.title})
        self.do("11-05 09:25", "shaxiaoman", "submit", **{**REGISTERED, "title": self.title, **changed})
        return self

    def to_instruction(self) -> "Registry":
        self.register()
        self.do("11-05 09:40", "ranqinghe", "pass", "属本集团办理；需转化为集团通知。")
        self.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, **PROPOSED)
        self.do("11-05 10:30", "zhenliyan", "present", "同意青禾意见，呈敬安同志。")
        return self

    def to_allocation(self) -> "Registry":
        self.to_instruction()
        self.do("11-05 14:20", "qiujingan", "instruct", INSTRUCTION)
        self.do("11-06 08:50", "yuwenshu", "read")
        item = self.item("shaoqiheng")
        recorded = Submission(item.version, "instruct", ON_PAPER)
        self.act_on("11-06 09:10", "zhimingyuan", item, hands.record_for, "shaoqiheng", recorded)
        done = next(one for one in self.items() if one.id == item.id)
        self.act_on("11-06 12:30", "shaoqiheng", done, hands.confirm, done.version)
        return self

    def allocate(self) -> "Registry":
        self.do("11-06 14:00", "ranqinghe", "submit", destinations=destinations(), **ALLOCATED)
        return self

    def to_report(self) -> "Registry":
        """To where everything is done but for one reader, who was urged twice, and the report of the unit that leads."""
        self.to_allocation().allocate()
        self.do("11-06 15:10", "zonghuaigu", "reject", "放假安排不涉及我部职责，慰问经费另会签。", "co_receive")
        self.do("11-06 15:30", "ranqinghe", "take_off")
        self.do("11-06 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")
        self.do("11-06 15:50", "luanhaiping", "receive", step="co_receive", co_handler="suiyiming")
        for reader in READERS:
            if reader != "biancongzhou":
                self.do("11-10 10:00", reader, "read", step="circulate")
        for when in ("11-10 16:00", "11-12 09:00"):
            late = self.item("biancongzhou")
            self.act_on(when, "ranqinghe", late, hands.urge, late.version, "请阅")
        self.do("11-13 16:00", "suiyiming", "submit", co_result="值守要求已提供。")
        return self
