"""The demonstration office in tests: settled in once, driven step by step in the words of the acceptance story."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor, Advanced, WorkItem
from workflows import boxes, cases, definitions, worklist
from workflows.calendar import demo as demo_calendar
from workflows.numbering import series as numbering
from workflows.organisation import demo, queries
from workflows.organisation.values import Person
from workflows.phrases import demo as demo_phrases
from workflows.worklist import Submission

BPMN = Path(__file__).parent.parent / "bpmn"
PASSWORD = "a-test-password"
BETWEEN = timedelta(minutes=30)
MORNING = datetime(2025, 11, 7, 1, 0, tzinfo=UTC)
SYSTEM = Actor("system")
TITLE = "沐原能源集团有限公司办公室关于2026年部分节假日安排的通知"
BODY = (
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。\n二、春节：2月15日至23日放假，共9天。2月14日、2月28日上班。"
)
DRAFT = {
    "title": TITLE,
    "issuing_organ": "集团办公室",
    "issuing_code": "沐原办",
    "document_type": "通知",
    "direction": "下行文",
    "main_recipients": "各所属企业，总部各部门",
    "body": BODY,
}


def flow_files(key: str = "outgoing_document") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (BPMN / key).iterdir()}


def settle_in(house: House, at: datetime = MORNING) -> None:
    """Load the demonstration office, deploy the flow, open the numbers of 2025."""
    engine = house.office.engine
    with transaction(house.pool) as connection:
        demo.load(
            connection,
            PASSWORD,
            lambda kind, data: engine.record_ledger(connection, "office:organisation", kind, data, SYSTEM, at),
        )
        demo_phrases.load(
            connection,
            lambda kind, data: engine.record_ledger(connection, "office:phrases", kind, data, SYSTEM, at),
        )
        demo_calendar.load(connection, engine, house.office.calendars, at)
        definitions.deploy_as(connection, house.office, SYSTEM, flow_files(), at)
        numbering.set_opening(
            connection,
            "沐原办",
            2025,
            46,
            lambda kind, data: engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, at),
        )


def deploy(house: House, *keys: str, at: datetime = MORNING) -> None:
    """Deploy further flows of the office."""
    with transaction(house.pool) as connection:
        for key in keys:
            definitions.deploy_as(connection, house.office, SYSTEM, flow_files(key), at)


class Desk:
    """Drives one case through the services, half an hour between two acts."""

    def __init__(self, house: House, at: datetime = MORNING, title: str = TITLE) -> None:
        self.house = house
        self.now = at
        self.title = title
        self.instance_id = ""

    def person(self, username: str) -> Person:
        with reading(self.house.pool) as connection:
            return queries.get_person(connection, username)

    def at(self, when: str) -> "Desk":
        """Let it be a time in Shanghai when the next act is done."""
        self.now = datetime.fromisoformat(f"{when}+08:00").astimezone(UTC) - BETWEEN
        return self

    def start(self, username: str = "gexingyao", key: str = "outgoing_document", title: str = TITLE) -> Advanced:
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            advanced = cases.start(connection, self.house.office, person, key, title, {}, self.now)
        self.instance_id = advanced.instance_id
        return advanced

    def open_items(self, username: str) -> list[WorkItem]:
        """What lies in a person's boxes of this case."""
        person = self.person(username)
        narrowed = boxes.Filter(instance=self.instance_id)
        with reading(self.house.pool) as connection:
            pages = [
                boxes.list_box(connection, person, box, narrowed, self.now, self.now + timedelta(hours=24))
                for box in ("todo", "claimable")
            ]
        return [row.item for page in pages for row in page.rows if row.item]

    def act(self, username: str, decision: str, opinion: str = "", **variables: object) -> Advanced:
        """Complete the one item a person has of this case."""
        self.now += BETWEEN
        [item] = self.open_items(username)
        person = self.person(username)
        submission = Submission(item.version, decision, opinion, variables)
        with transaction(self.house.pool) as connection:
            return worklist.complete(connection, self.house.office, person, item.id, submission, self.now)

    def to_countersign(self) -> None:
        self.start(title=self.title)
        self.act("gexingyao", "submit", **{**DRAFT, "title": self.title})
        self.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])

    def to_signing(self) -> None:
        self.to_countersign()
        self.act("luanhaiping", "amend", "补写：突发事件30分钟内电话、1小时内书面报总值班室。")
        self.act("wanliqing", "agree")
        text = {"title": self.title, "body": BODY}
        self.act("gexingyao", "submit", **text, reconciliation="安全环保部意见采纳，见第三条。")
        kept = {} if self.title == TITLE else {"override_reason": "标题照报送单位所拟"}  # 核稿 warns of other titles
        known = {"document_type": "通知", "main_recipients": "各所属企业，总部各部门", **kept}
        self.act("ranqinghe", "agree", **text, **known)
        self.act("zhenliyan", "agree", "拟同意印发，请远川同志审，敬安同志签发。")
        self.act("miaoyuanchuan", "agree")

    def to_registration(self) -> None:
        self.to_signing()
        self.act("qiujingan", "agree", "同意印发。")
        self.act("shaxiaoman", "pass", title=self.title, body=BODY)

    def to_the_end(self) -> None:
        self.to_registration()
        self.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
        self.act("quanning", "submit")
        self.act("gexingyao", "pass", "校对无误。")
        self.act("quanning", "submit")
        self.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
        self.act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
        self.receive("tanzhixing", "yuqinghe", "zonghuaigu")

    def receive(self, *receivers: str) -> None:
        """Let people sign for what their units were sent."""
        for username in receivers:
            self.act(username, "received")
