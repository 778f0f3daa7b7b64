"""The days of the acceptance story's part C, driven through the services on the settable clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine import jobs
from engine.marking import unpack
from engine.model import Advanced, Variables, WorkItem
from engine.persistence import instances
from engine.persistence.tables import process_instance
from tests.office import SYSTEM, flow_files
from workflows import boxes, cases, definitions, verification, worklist
from workflows.attachments import actions as attachments
from workflows.meeting_arrangement import attendance, deliberation, record_keeping, resolutions
from workflows.meeting_arrangement.resolutions import ResolutionFields
from workflows.meeting_arrangement.state import get_meeting
from workflows.meeting_arrangement.values import Line, Meeting
from workflows.numbering import series as numbering
from workflows.operations.send_back import send_back
from workflows.operations.signers import add_signer
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.rooms import bookings, demo, keeping
from workflows.rooms.values import Wish
from workflows.worklist import Submission

SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOWS = ("agenda_item", "meeting_arrangement", "meeting_record_reading")
REPORT = "关于元旦、春节期间安全生产和值班值守工作安排的汇报"
PLAN = "关于2026年元旦、春节期间走访慰问工作方案"
MEETING = "党委会2025年第21次会议"
CLERK = "jinshubai"
MEMBERS = ("shaoqiheng", "yuwenshu", "qiujingan", "qishouzhuo", "biancongzhou", "ruanzhiwei", "miaoyuanchuan")
PRESENT = MEMBERS[:-1]
RECIPIENTS = {"AHB": "luanhaiping", "DQB": "wanliqing", "CWB": "zonghuaigu"}
"""The units that the minutes go to, and who signs for each."""
REPORTED: dict[str, Any] = {
    "category": "汇报类",
    "three_major": "不属于",
    "source_note": "收2025-0817 邵启衡批示",
    "reporter": "luanhaiping",
    "report_minutes": 10,
    "paper_characters": 1860,
    "summary": "元旦、春节期间安全生产和值班值守工作安排。",
    "attendees": ["luanhaiping"],
    "responsible_leader": "biancongzhou",
}
PLANNED: dict[str, Any] = {
    "category": "决策类",
    "three_major": "不属于",
    "reporter": "wanliqing",
    "report_minutes": 10,
    "summary": "2026年元旦、春节期间走访慰问工作方案。",
    "asked": "1. 慰问范围；2. 经费列支",
    "involves_money": True,
    "amount": "38.6",
    "funding": "党费12.0万元，工会经费26.6万元",
    "attendees": ["wanliqing", "zonghuaigu", "tongxueling"],
}


def moment(text: str) -> datetime:
    """Return an instant of 2025 on the office's wall, such as ``11-25 09:00``."""
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


class Days:
    """Several cases of one office, as their people handle them."""

    def __init__(self, house: House, at: str = "11-10 09:00") -> None:
        self.house = house
        self.office = house.office
        self.now = moment(at)
        with transaction(house.pool) as connection:
            for key in FLOWS:
                definitions.deploy_as(connection, house.office, SYSTEM, flow_files(key), self.now)
            demo.load(connection, house.office, SYSTEM, self.now)
            for code in ("党委会", "党委会纪要"):
                numbering.set_opening(
                    connection,
                    code,
                    2025,
                    20,
                    lambda kind, data: self.office.engine.record_ledger(
                        connection, "office:numbers", kind, data, SYSTEM, self.now
                    ),
                )
        self.at(at)

    def at(self, text: str) -> None:
        """Let time pass up to an instant; what falls due on the way is done."""
        self.now = moment(text)
        jobs.pass_time(
            self.office.engine, lambda: transaction(self.house.pool), lambda: reading(self.house.pool), self.now
        )

    def deliver(self) -> None:
        """Let a minute pass, in which what was thrown reaches those it is for."""
        self.now += timedelta(minutes=1)
        jobs.pass_time(
            self.office.engine, lambda: transaction(self.house.pool), lambda: reading(self.house.pool), self.now
        )

    def person(self, username: str) -> Person:
        with reading(self.house.pool) as connection:
            return queries.get_person(connection, username)

    def start(self, username: str, key: str, title: str, source: str | None = None) -> str:
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            started = cases.start(connection, self.office, person, key, title, {}, self.now, source=source)
        return started.instance_id

    def items(self, username: str, case: str) -> list[WorkItem]:
        """What lies in a person's boxes of a case."""
        person = self.person(username)
        with reading(self.house.pool) as connection:
            pages = [
                boxes.list_box(
                    connection, person, box, boxes.Filter(instance=case), self.now, self.now + timedelta(hours=24)
                )
                for box in ("todo", "claimable")
            ]
        return [row.item for page in pages for row in page.rows if row.item]

    def steps(self, username: str, case: str) -> list[str]:
        return [one.activity_id for one in self.items(username, case)]

    def act(self, username: str, case: str, decision: str = "submit", opinion: str = "", **variables: Any) -> Advanced:
        """Complete the one item that a person has of a case."""
        self.now += timedelta(minutes=1)
        [item] = self.items(username, case)
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            submission = Submission(item.version, decision, opinion, variables)
            return worklist.complete(connection, self.office, person, item.id, submission, self.now)

    def send_back(self, username: str, case: str, to: str, reason: str, resubmit: str = "direct") -> None:
        self.now += timedelta(minutes=1)
        [item] = self.items(username, case)
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            send_back(connection, self.office, person, item.id, item.version, to, reason, self.now, resubmit)

    def ask_to_sign(self, username: str, case: str, *people: str) -> None:
        self.now += timedelta(minutes=1)
        [item] = self.items(username, case)
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            add_signer(connection, self.office, person, item.id, item.version, people, "before", "请会签", self.now)

    def record(self, act: Callable[..., Any], *arguments: Any, by: str = CLERK, **named: Any) -> Any:
        """Record something of a meeting beside its steps."""
        self.now += timedelta(minutes=1)
        person = self.person(by)
        with transaction(self.house.pool) as connection:
            return act(connection, self.office, person, *arguments, now=self.now, **named)

    def paper(self, username: str, name: str = "材料.pdf") -> str:
        with transaction(self.house.pool) as connection:
            added = attachments.add(
                connection, self.office.store, name, BytesIO(b"%PDF-1.7 x"), 1000, username, self.now
            )
            return added.id

    def variables(self, case: str) -> Variables:
        with reading(self.house.pool) as connection:
            return unpack(instances.snapshot_of(connection, case)).variables

    def meeting(self, case: str) -> Meeting:
        with reading(self.house.pool) as connection:
            return get_meeting(connection, case)

    def line(self, case: str, title: str) -> Line:
        return next(one for one in self.meeting(case).lines if title in one.title)

    def cases_of(self, key: str) -> list[str]:
        with reading(self.house.pool) as connection:
            query = select(process_instance.c.id, process_instance.c.definition_id).order_by(process_instance.c.id)
            return [
                one.id
                for one in connection.execute(query)
                if self.office.engine.deployed(connection, one.definition_id).definition.key == key
            ]

    def assert_sound(self) -> None:
        """Nothing contradicts history, and every case can be executed again from it."""
        with reading(self.house.pool) as connection:
            assert verification.verify(connection, self.office) == []
            for instance_id in connection.scalars(select(process_instance.c.id)).all():
                result = self.office.engine.replay(connection, instance_id)
                assert result.verified, result.divergence

    # Part C, step by step.

    def put_forward_report(self, source: str | None = None) -> str:
        """C1: 隋一鸣 puts 甲 forward, 栾海平 signs, 卞从周 agrees."""
        self.at("11-10 10:00")
        case = self.start("suiyiming", "agenda_item", REPORT, source)
        self.act("suiyiming", case, title=REPORT, materials=[self.paper("suiyiming")], **REPORTED)
        self.act("luanhaiping", case, "agree")
        self.at("11-13 09:00")
        self.act("biancongzhou", case, "agree", "同意提交。")
        return case

    def put_forward_plan(self) -> str:
        """C2: 苗若谷 puts 乙 forward and asks nobody about it, 万里晴 signs."""
        case = self.start("miaoruogu", "agenda_item", PLAN)
        self.act("miaoruogu", case, title=PLAN, materials=[self.paper("miaoruogu")], **PLANNED)
        self.act("wanliqing", case, "agree")
        return case

    def mend_plan(self, case: str) -> None:
        """C3, C4: 甄立言 sends 乙 back, straight back to him; what was missing is signed beside each other."""
        self.at("11-14 10:00")
        self.send_back("zhenliyan", case, "draft", "缺财务部会签、合规审查意见")
        self.ask_to_sign("miaoruogu", case, "zonghuaigu", "tongxueling", "qiujingan")
        self.at("11-17 09:00")
        self.act("zonghuaigu", case, "agree", "26.6万元在工会预算内，党费部分请党群核支出范围")
        self.act("tongxueling", case, "agree", "符合")
        self.act("qiujingan", case, "agree", "同意提交")
        self.act("miaoruogu", case, title=PLAN, **PLANNED)

    def accept(self, *items: str) -> None:
        """C3, C5: 甄立言 lets items pass, 邵启衡 puts them before the meeting."""
        for case in items:
            self.act("zhenliyan", case, "pass")
        self.at("11-18 09:00")
        for case in items:
            self.act("shaoqiheng", case, "accept", meeting_body="党委会", planned_number="2025年第21次")

    def arrange(self, at: str = "11-20 09:00", day: str = "11-25", receipts_due: str = "11-21T17:00") -> str:
        """C6: 靳书白 arranges the meeting, and its agenda is put together by itself."""
        self.at(at)
        case = self.start(CLERK, "meeting_arrangement", "党委会会议")
        self.act(
            CLERK,
            case,
            title="党委会会议",
            meeting_body="党委会",
            starts_at=f"2025-{day}T09:00",
            ends_at=f"2025-{day}T11:30",
            receipts_due=f"2025-{receipts_due}",
        )
        return case

    def book(self, case: str, name: str = "1208", by: str = CLERK, day: str = "11-25") -> None:
        with reading(self.house.pool) as connection:
            room_id = next(one.id for one in keeping.list_rooms(connection) if one.name == name)
        wish = Wish(moment(f"{day} 09:00"), moment(f"{day} 11:30"), MEETING, 11, case)
        self.record(bookings.book, room_id, wish, by=by)

    def convene(self, case: str) -> None:
        """C6: the room is booked, the notice goes out with its papers."""
        self.act(CLERK, case)
        self.act(CLERK, case)
        self.deliver()

    def answer(self, case: str) -> None:
        """C7: all come but 缪远川, who asks for leave and writes to 乙."""
        self.at("11-21 10:00")
        for member in PRESENT:
            self.act(member, case, "attend")
        self.act("miaoyuanchuan", case, "leave", "赴砚江热电现场")
        self.record(attendance.write_opinion, case, self.line(case, PLAN).id, "同意", by="miaoyuanchuan")
        self.act("shaoqiheng", case, "grant", "准假。")

    def open_meeting(self, case: str, present: tuple[str, ...] = PRESENT) -> None:
        """C8: who is there is checked in."""
        self.at("11-25 09:00")
        attending = ("luanhaiping", "wanliqing", "zonghuaigu", "tongxueling")
        self.record(attendance.check_in, case, {*present, *attending})
        self.act(CLERK, case, "open")

    def deliberate(self, case: str) -> None:
        """C9: 第一议题 and 甲 are noted; to 乙 everybody speaks, 邵启衡 last."""
        settings = self.house.meetings
        for line in (one for one in self.meeting(case).lines if not one.is_decision):
            self.record(deliberation.open_line, case, line.id, settings=settings)
            self.record(deliberation.close_line, case, line.id, "会议强调，节日安全不能放假。", None, settings=settings)
        plan = self.line(case, PLAN)
        self.record(deliberation.open_line, case, plan.id, settings=settings)
        for member in (*PRESENT[1:], PRESENT[0]):
            said = ("列支渠道先核清", "abstain") if member == "ruanzhiwei" else ("同意", "yes")
            self.record(deliberation.speak, case, plan.id, member, *said, settings=settings)
        self.record(deliberation.close_line, case, plan.id, "原则同意走访慰问工作方案。", None, settings=settings)
        self.act(CLERK, case)
        self.deliver()

    def resolve(self, case: str) -> None:
        """The four 议定事项 of the story."""
        report, plan = self.line(case, REPORT).id, self.line(case, PLAN).id
        for line, matter, unit, due_on in (
            (report, "印发节日值守方案", "AHB", "2025-12-12"),
            (report, "完成所属企业节前检查和整改", "AHB", "2026-02-13"),
            (plan, "完成走访慰问", "DQB", "2026-02-10"),
            (plan, "核清党费列支渠道", "CWB", "2025-12-03"),
        ):
            self.record(resolutions.add_resolution, case, line, ResolutionFields(matter, unit, (), due_on))

    def to_agenda(self) -> tuple[str, str, str]:
        """Everything up to the agenda; return the cases of 甲, 乙 and the meeting."""
        report, plan = self.put_forward_report(), self.put_forward_plan()
        self.mend_plan(plan)
        self.accept(report, plan)
        return report, plan, self.arrange()

    def to_meeting(self) -> tuple[str, str, str]:
        """Everything up to the moment before the meeting begins."""
        report, plan, case = self.to_agenda()
        self.book(case)
        self.convene(case)
        self.answer(case)
        return report, plan, case

    def sign_minutes(self, report: str, plan: str, case: str) -> None:
        """C10: the minutes are drafted, checked by the units that reported, edited and signed."""
        self.at("11-26 09:00")
        self.resolve(case)
        self.act(CLERK, case)
        self.deliver()
        self.act("luanhaiping", report, "agree")
        self.act("wanliqing", plan, "agree")
        self.deliver()
        self.at("11-27 09:00")
        self.act("zhenliyan", case, "agree")
        self.at("11-28 09:00")
        self.act("shaoqiheng", case, "agree", "同意印发。")
        self.deliver()

    def dispatch(self, case: str) -> None:
        """C10: 沙小满 sends the minutes to the units that have something to do."""
        self.act("shaxiaoman", case, distribution_units=list(RECIPIENTS), copies=12)

    def receive(self, case: str) -> None:
        """C10: each unit signs for the minutes."""
        for username in RECIPIENTS.values():
            self.act(username, case, "received")

    def close(self, case: str) -> None:
        """C10: the full record is kept, and the case of the meeting put away."""
        self.record(record_keeping.keep_record, case, "邵启衡主持。逐项汇报、逐人发言如下……")
        self.act(CLERK, case)

    def to_dispatch(self) -> tuple[str, str, str]:
        """Everything up to the minutes being sent out."""
        report, plan, case = self.to_meeting()
        self.open_meeting(case)
        self.deliberate(case)
        self.sign_minutes(report, plan, case)
        self.dispatch(case)
        return report, plan, case
