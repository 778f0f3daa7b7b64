"""The year 2025 as the archivist of the acceptance story finds it: part F begins where the other parts have ended."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine.persistence.tables import process_instance
from tests.incoming import (
    INSTRUCTION,
    ON_PAPER,
    PROPOSAL,
    PROPOSED,
    READERS,
    RECEIVED,
    REGISTERED,
    Registry,
    settle_incoming,
)
from tests.office import DRAFT, SYSTEM, TITLE, Desk
from workflows import cases, verification
from workflows.archiving import assembling, inspection, numbering, transfer
from workflows.archiving.candidates import Line, Narrowing, every_line
from workflows.archiving.checks import BY_HAND, ByHand, Outcome, Result
from workflows.archiving.values import Described, Standing, Wish
from workflows.attachments import actions as attachments
from workflows.numbering import series
from workflows.operations import hands
from workflows.organisation import queries
from workflows.worklist import Submission

SHANGHAI = ZoneInfo("Asia/Shanghai")
ARCHIVIST, CLERK = "kuangyuheng", "shaxiaoman"
CLEAN = {"virus": ByHand("杀毒软件查杀，未发现病毒"), "carrier": ByHand("硬盘读取正常，移交过程两人在场")}
PDF = b"%PDF-1.7 a page"
assert set(CLEAN) == set(BY_HAND)


def on(text: str) -> datetime:
    """An instant of the office's day, such as ``2026-03-09 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def upload(house: House, username: str, name: str, now: datetime, content: bytes = PDF) -> str:
    with transaction(house.pool) as connection:
        return attachments.add(connection, house.office.store, name, BytesIO(content), 10_000, username, now).id


class Archive:
    """The archivist's year; each act happens at ``now``."""

    def __init__(self, house: House, at: str = "2026-03-09 09:00", year: int = 2025) -> None:
        self.house = house
        self.year = year
        self.now = on(at)

    def do(self, act: Callable[..., Any], *given: Any, by: str = ARCHIVIST, scheme: bool = True) -> Any:
        """Let somebody act; most acts are also handed the office's scheme."""
        with transaction(self.house.pool) as connection:
            person = queries.get_person(connection, by)
            settings = (self.house.archive,) if scheme else ()
            return act(connection, self.house.office, *settings, person, *given, self.now)

    def assemble(self, case: str, by: str = ARCHIVIST, **wish: Any) -> str:
        item: str = self.do(assembling.assemble, self.year, case, Wish(**wish), by=by)
        return item

    def add_paper(self, title: str, dated_on: str = "2025-06-30", retention: str = "10年", **said: Any) -> str:
        described = Described(title, responsible="党委办公室", dated_on=dated_on, **said)
        item: str = self.do(assembling.add_paper, self.year, described, Wish(retention))
        return item

    def decide(self, case: str, archiving: str, reason: str, by: str = ARCHIVIST) -> None:
        self.do(assembling.decide, self.year, case, archiving, reason, by=by)

    def order(self) -> numbering.Order:
        with reading(self.house.pool) as connection:
            return numbering.order_of(connection, self.house.archive, self.year)

    def number(self, confirmed: str = "", by: str = ARCHIVIST) -> int:
        count: int = self.do(numbering.number, self.year, confirmed or self.order().digest, by=by)
        return count

    def examine(self, by_hand: dict[str, ByHand] | None = None, by: str = ARCHIVIST) -> list[Result]:
        results: list[Result] = self.do(inspection.examine, self.year, CLEAN if by_hand is None else by_hand, by=by)
        return results

    def outcomes(self) -> dict[Outcome, int]:
        results = self.examine()
        return {outcome: sum(one.outcome is outcome for one in results) for outcome in Outcome}

    def make_list(self, unit: str = "BGS", by: str = ARCHIVIST) -> str:
        made: str = self.do(transfer.make_list, self.year, unit, by=by, scheme=False)
        return made

    def sign(self, list_id: str, by: str) -> None:
        act = transfer.take_over if by == ARCHIVIST else transfer.hand_over
        self.do(act, list_id, by=by, scheme=False)

    def lines(self, standing: Standing, **narrowed: str) -> list[Line]:
        with reading(self.house.pool) as connection:
            return list(every_line(connection, self.house.archive, self.year, standing, Narrowing(**narrowed)))

    def standing(self, standing: Standing) -> set[str]:
        return {one.instance_id for one in self.lines(standing)}

    def assert_sound(self) -> None:
        """Nothing contradicts history, and every case can be executed again from it."""
        with reading(self.house.pool) as connection:
            assert verification.verify(connection, self.house.office) == []
            for instance_id in connection.scalars(select(process_instance.c.id)).all():
                assert self.house.office.engine.replay(connection, instance_id).verified


def receive_the_notice(house: House) -> tuple[Registry, Registry]:
    """Part A to its end, the second copy and the original of the 代录 among it; return both cases."""
    settle_incoming(house)
    first = Registry(house).begin()
    first.do("11-05 09:12", "shaxiaoman", "submit", **RECEIVED)
    main = upload(house, "shaxiaoman", "国办发明电〔2025〕7号.pdf", first.now)
    first.do("11-05 09:25", "shaxiaoman", "submit", **REGISTERED, main_file=main)
    second = Registry(house).begin("11-05 16:15")
    second.do("11-05 16:18", "shaxiaoman", "submit", **{**RECEIVED, "channel": "纸质"})
    second.do("11-05 16:20", "shaxiaoman", "merge", **REGISTERED)
    first.do("11-05 09:40", "ranqinghe", "pass", "属本集团办理；需转化为集团通知。")
    first.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, **PROPOSED)
    first.do("11-05 10:30", "zhenliyan", "present", "同意青禾意见，呈敬安同志。")
    first.do("11-05 14:20", "qiujingan", "instruct", INSTRUCTION)
    first.do("11-06 08:50", "yuwenshu", "read")
    item = first.item("shaoqiheng")
    scan = upload(house, "zhimingyuan", "邵启衡批示原件.pdf", first.now)
    recorded = Submission(item.version, "instruct", ON_PAPER, attachments=(scan,))
    first.act_on("11-06 09:10", "zhimingyuan", item, hands.record_for, "shaoqiheng", recorded)
    done = next(one for one in first.items() if one.id == item.id)
    first.act_on("11-06 12:30", "shaoqiheng", done, hands.confirm, done.version)
    first.allocate()
    first.do("11-06 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")
    for head, handler in (("luanhaiping", "suiyiming"), ("zonghuaigu", "zonghuaigu")):
        first.do("11-06 15:50", head, "receive", step="co_receive", co_handler=handler)
        first.do("11-13 16:00", handler, "submit", step="co_handle", co_result="已配合。")
    for reader in READERS:
        if reader != "biancongzhou":
            first.do("11-13 17:00", reader, "read", step="circulate")
    first.do("11-14 08:00", "gexingyao", "submit", result="已印发沐原办〔2025〕47号，8家所属企业全部签收。")
    first.do("11-14 08:30", "shiyanqiu", "agree")
    first.do("11-14 09:00", "biancongzhou", "read", step="circulate")
    closing = {"archiving": "archived", "retention": "10年", "reply_number": "沐原办〔2025〕47号"}
    first.do("11-17 10:20", "ranqinghe", "submit", **closing)
    return first, second


def issue_the_notice(house: House, source: str | None = None) -> Desk:
    """Part B to its end, with a text that was replaced and files of the body and the annex."""
    desk = Desk(house)
    desk.at("2025-11-07T10:00")
    with transaction(house.pool) as connection:
        person = queries.get_person(connection, "gexingyao")
        started = cases.start(connection, house.office, person, "outgoing_document", TITLE, {}, desk.now, source=source)
    desk.instance_id = started.instance_id
    files = {name: upload(house, "gexingyao", f"{name}.pdf", desk.now) for name in ("正文", "对照表")}
    annexes = {"annexes": [files["对照表"]], "annex_note": "1. 2026年节假日及调休对照表"}
    wrong = {**DRAFT, "body": "春节：2月16日至23日。", "body_file": files["正文"], **annexes}
    desk.act("gexingyao", "submit", **wrong)
    desk.at("2025-11-07T16:00").act("shiyanqiu", "revise", "春节应为2月15日至23日共9天，请核原文。")
    desk.at("2025-11-10T09:00").act("gexingyao", "submit", **{**wrong, "body": DRAFT["body"]})
    desk.act("shiyanqiu", "agree", countersign_units=["AHB"])
    desk.act("luanhaiping", "agree")
    desk.act("gexingyao", "submit")
    desk.at("2025-11-12T09:00").act("ranqinghe", "agree")
    desk.act("zhenliyan", "agree")
    desk.act("miaoyuanchuan", "agree")
    desk.at("2025-11-13T09:15").act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "pass")
    desk.at("2025-11-13T10:00").act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    desk.act("quanning", "submit", final_file=upload(house, "quanning", "排版定稿.pdf", desk.now))
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.at("2025-11-14T09:00").act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
    desk.at("2025-11-17T08:35").receive("tanzhixing")
    return desk


def report_upward(house: House) -> Desk:
    """Part E: 沐原〔2026〕12号, of the year after."""
    with transaction(house.pool) as connection:
        engine, at = house.office.engine, datetime(2026, 1, 4, 1, tzinfo=UTC)
        series.set_opening(
            connection,
            "沐原",
            2026,
            11,
            lambda kind, data: engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, at),
        )
    title = "沐原能源集团有限公司关于2026年春节期间值班安排的报告"
    desk = Desk(house, title=title)
    desk.at("2026-02-06T09:00").start("suiyiming", title=title)
    text = {
        "title": title,
        "issuing_organ": "沐原能源集团有限公司",
        "issuing_code": "沐原",
        "document_type": "报告",
        "direction": "上行文",
        "main_recipients": "砚江省国资委",
        "body": "春节期间值班安排如下。特此报告。",
    }
    desk.act("suiyiming", "submit", **text)
    desk.act("luanhaiping", "agree", countersign_units=[])
    desk.act("ranqinghe", "agree")
    desk.act("zhenliyan", "agree")
    desk.at("2026-02-09T09:00").act("biancongzhou", "agree")
    desk.at("2026-02-09T11:00").act("shaoqiheng", "agree", "同意上报")
    desk.act("shaxiaoman", "pass")
    desk.act("shaxiaoman", "submit", copies=3, distribution_units=["BGS"])
    desk.act("quanning", "submit")
    desk.act("suiyiming", "pass")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=3, seal_basis="签发意见", seal_supervisor="quanning")
    desk.at("2026-02-10T09:00").act("shaxiaoman", "submit", dispatched_on="2026-02-10")
    desk.receive("zhenliyan")
    return desk


def read_only(house: House, title: str = "普发阅件", reason: str = "普发阅件，无需办理") -> Registry:
    """A document that came in to be read, and is not archived, as its closing says."""
    desk = Registry(house).begin("11-20 09:00", title=title)
    desk.do("11-20 09:10", "shaxiaoman", "submit", **{**RECEIVED, "title": title})
    registered = {**REGISTERED, "title": title, "source_number": "国办函〔2025〕99号", "handling": "阅件"}
    desk.do("11-20 09:20", "shaxiaoman", "submit", **registered)
    desk.do("11-20 09:40", "ranqinghe", "pass")
    desk.do("11-20 10:00", "ranqinghe", "submit", "拟送班子成员阅。", circulation=["yuwenshu"])
    desk.do("11-20 10:30", "zhenliyan", "direct")
    desk.do("11-20 11:00", "ranqinghe", "submit", circulation_due="2025-11-24")
    desk.do("11-21 14:00", "yuwenshu", "read")
    desk.do("11-21 15:00", "ranqinghe", "submit", archiving="not_archived", archive_reason=reason)
    return desk
