"""走一遍: a draft is walked through by the real rules, and nothing of it is left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.house import House
from app.transaction import reading, rehearsal, transaction
from engine import canonical
from engine.model import Actor
from engine.persistence.base import metadata
from engine.persistence.dump import rows_of
from engine.persistence.history import lock_ledger
from tests.drafting import drafted, turning
from tests.office import BODY, DRAFT, Desk, flow_files
from tests.workflows.test_director_adds_a_step import SYSTEM_OF_RULES, redrawn
from workflows import cases
from workflows.errors import OpinionRequired
from workflows.flow_changes import drafts
from workflows.flow_changes.drafts import get_draft
from workflows.forms.validation import SubmissionInvalid
from workflows.trials.acts import COMPLETE, EVENT, MOST_ACTS, SEND_BACK, START, TIME, Act, read_acts, written
from workflows.trials.errors import WalkClockRefused, WalkStepGone, WalkTimersEndless, WalkTooLong, WalkUnreadable
from workflows.trials.walk import Walked, Wanted, walk


class Walker:
    """Walks through the draft of a change, one act after another, as its page does."""

    def __init__(self, desk: Desk, now: datetime | None = None) -> None:
        self.desk = desk
        self.acts: tuple[Act, ...] = ()
        self._now = now or desk.now

    def do(self, act: Act | None) -> Walked:
        house = self.desk.house
        with rehearsal(house.pool) as connection:
            draft = get_draft(connection, self.desk.instance_id)
            person = self.desk.person("zhenliyan")
            wanted = Wanted(act) if act is not None else None
            walked = walk(connection, house.office, draft, person, self.acts, wanted, (0, ""), self._now)
        self.acts = read_acts(written(walked.acts))
        return walked

    def start(self, title: str) -> Walked:
        return self.do(Act(START, "gexingyao", title=title))

    def act(self, username: str, decision: str, opinion: str = "", **values: object) -> Walked:
        """Complete the step that waits for a person; raise what refuses it."""
        walked = self.do(None)
        [one] = [one for one in walked.open_items if username in dict(one.people)]
        walked = self.do(Act(COMPLETE, username, one.number, one.item.activity_id, "", decision, opinion, "", values))
        if walked.refusal is not None:
            raise walked.refusal
        return walked

    def to_its_number(self, title: str) -> Walked:
        self.start(title)
        self.act("gexingyao", "submit", **{**DRAFT, "title": title})
        self.act("shiyanqiu", "agree")
        self.act(
            "ranqinghe", "agree", document_type="通知", main_recipients="总部各部门", override_reason="照报送单位所拟"
        )
        [one] = self.do(None).open_items
        if one.item.activity_id == "compliance_review":
            self.act(one.people[0][0], "agree", "符合制度规定。")
        self.act("zhenliyan", "agree")
        self.act("miaoyuanchuan", "agree")
        self.act("qiujingan", "agree", "同意印发。")
        self.act("shaxiaoman", "pass", title=title, body=BODY)
        return self.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])


def everything(house: House) -> dict[str, list[bytes]]:
    with reading(house.pool) as connection:
        return {table.name: list(rows_of(connection, table)) for table in metadata.sorted_tables}


def files_in(house: House) -> list[Path]:
    return sorted(house.settings.storage.data_dir.rglob("*"))


def test_a_document_is_walked_to_its_number_and_nothing_is_stored(house: House) -> None:
    desk = drafted(house, redrawn())
    before, files = everything(house), files_in(house)
    walker = Walker(desk)
    walked = walker.to_its_number(SYSTEM_OF_RULES)
    assert walked.case is not None
    assert walked.case.case.number == "沐原办〔2025〕47号"
    assert [one.item.name for one in walked.open_items] == ["排版"]
    assert "compliance_review" in walked.case.done
    assert "排版" in {getattr(one, "step", "") for one in walked.timeline}
    assert everything(house) == before
    assert files_in(house) == files
    assert len(before["process_instance"]) == 1


def test_what_was_walked_is_not_remembered_by_the_engine_that_serves(house: House) -> None:
    desk = drafted(house, redrawn())
    Walker(desk).to_its_number(SYSTEM_OF_RULES)
    real = Desk(house)
    real.to_registration()
    real.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    with reading(house.pool) as connection:
        assert cases.get_row(connection, real.instance_id).number == "沐原办〔2025〕47号"
        newest = house.office.engine.deployed_version(connection, "outgoing_document")
        assert "compliance_review" not in newest.process.activities
    with transaction(house.pool) as connection:
        [deployed] = house.office.engine.deploy(connection, flow_files("seal_use"), Actor("zhenliyan"), desk.now)
    with reading(house.pool) as connection:
        assert house.office.engine.deployed(connection, deployed.id).process.key == "seal_use"


def limited() -> dict[str, bytes]:
    """The draft with a limit of three working days, after which 合规审查 is left out."""
    files = redrawn()
    model = files["outgoing_document.bpmn"].decode()
    event = """<bpmn:boundaryEvent id="compliance_late" name="三天未审" attachedToRef="compliance_review">
      <bpmn:extensionElements><camunda:properties><camunda:property name="calendar" value="working" />
      </camunda:properties></bpmn:extensionElements><bpmn:timerEventDefinition><bpmn:timeDuration
      xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:exclusiveGateway id="compliance_needed\""""
    flow = """<bpmn:sequenceFlow id="compliance_passed_over" sourceRef="compliance_late" targetRef="director_review" />
    <bpmn:sequenceFlow id="compliance_asked\""""
    model = model.replace('<bpmn:exclusiveGateway id="compliance_needed"', event)
    model = model.replace('<bpmn:sequenceFlow id="compliance_asked"', flow)
    lane = "<bpmn:flowNodeRef>compliance_review</bpmn:flowNodeRef>"
    model = model.replace(lane, f"{lane}<bpmn:flowNodeRef>compliance_late</bpmn:flowNodeRef>")
    return {**files, "outgoing_document.bpmn": model.encode()}


def to_compliance(walker: Walker) -> Walked:
    walker.start(SYSTEM_OF_RULES)
    walker.act("gexingyao", "submit", **{**DRAFT, "title": SYSTEM_OF_RULES})
    walker.act("shiyanqiu", "agree")
    known = {"document_type": "通知", "main_recipients": "总部各部门", "override_reason": "照报送单位所拟"}
    return walker.act("ranqinghe", "agree", **known)


def test_a_clock_put_forward_lets_a_limit_in_working_time_pass(house: House) -> None:
    walker = Walker(drafted(house, limited()))
    walked = to_compliance(walker)
    assert [one.item.name for one in walked.open_items] == ["合规审查"]
    assert walked.due_next == datetime(2025, 11, 12, 9, 30, tzinfo=UTC)  # 三个工作日，从周五起
    early = walker.do(clock(walked.due_next - timedelta(minutes=1)))
    assert [one.item.name for one in early.open_items] == ["合规审查"]
    late = walker.do(clock(walked.due_next + timedelta(days=1)))
    assert [one.item.name for one in late.open_items] == ["办公室主任审核"]
    assert late.now == walked.due_next + timedelta(days=1)
    fired = [one for one in late.timeline if getattr(one, "kind", "") == "timer:fired"]
    assert [one.at for one in fired] == [walked.due_next]
    assert late.open_items[0].item.opened_at == walked.due_next


def test_a_year_without_calendar_makes_what_is_due_provisional(sqlite_house: House) -> None:
    desk = drafted(sqlite_house, limited())
    far = desk.now.replace(year=2031)
    walker = Walker(desk)
    walked = walker.do(Act(START, "gexingyao", title=SYSTEM_OF_RULES, at=canonical.instant(far)))
    [one] = walked.open_items
    assert (one.item.due_provisional, walked.now) == (True, far)


def clock(at: datetime) -> Act:
    return Act(TIME, at=canonical.instant(at))


def test_what_the_rules_refuse_is_refused_and_leaves_the_walk_as_it_was(sqlite_house: House) -> None:
    walker = Walker(drafted(sqlite_house, redrawn()))
    to_compliance(walker)
    done, [one] = walker.acts, walker.do(None).open_items
    with pytest.raises(OpinionRequired):
        walker.act(one.people[0][0], "agree")
    assert walker.acts == done
    with pytest.raises(SubmissionInvalid):
        walker.act(one.people[0][0], "agree", "可以。", copies=3)
    assert walker.do(Act(COMPLETE, "gexingyao", one.number, one.item.activity_id, decision="agree")).refusal is not None
    assert walker.acts == done


def test_a_step_is_sent_back_and_the_last_act_undone(sqlite_house: House) -> None:
    walker = Walker(drafted(sqlite_house, redrawn()))
    walked = to_compliance(walker)
    [one], chosen = walked.open_items, walked.chosen
    assert chosen is not None
    assert "draft" in {target.value for target in chosen.earlier}
    person = one.people[0][0]
    back = walker.do(Act(SEND_BACK, person, one.number, one.item.activity_id, decision="draft", opinion="请补依据。"))
    assert [(item.item.name, item.people) for item in back.open_items] == [("起草", (("gexingyao", "葛星遥"),))]
    walker.acts = walker.acts[:-1]
    assert [item.number for item in walker.do(None).open_items] == [one.number]


def test_a_walk_whose_draft_was_changed_ends_where_it_no_longer_fits(sqlite_house: House) -> None:
    desk = drafted(sqlite_house, redrawn())
    walker = Walker(desk)
    walked = to_compliance(walker)
    person = walked.open_items[0].people[0][0]
    walker.act(person, "agree", "符合。")
    kept = walker.acts
    with transaction(sqlite_house.pool) as connection:
        drafts.keep(
            connection, sqlite_house.office, desk.person("zhenliyan"), desk.instance_id, 1, flow_files(), desk.now
        )
    walked = walker.do(None)
    assert isinstance(walked.refusal, WalkStepGone)
    assert (walked.refused_at, walked.acts) == (len(kept) - 1, kept[:-1])
    assert [one.item.name for one in walked.open_items] == ["办公室主任审核"]


def test_a_clock_goes_forward_only_and_not_without_end(sqlite_house: House) -> None:
    walker = Walker(drafted(sqlite_house, redrawn()))
    now = walker.start(SYSTEM_OF_RULES).now
    for at in (now, now - timedelta(days=1), now + timedelta(days=4_000)):
        assert isinstance(walker.do(clock(at)).refusal, WalkClockRefused)
    assert isinstance(walker.do(Act(TIME, at="soon")).refusal, WalkClockRefused)
    assert isinstance(walker.do(Act(EVENT, step="nothing")).refusal, WalkStepGone)
    assert len(walker.acts) == 1


def test_timers_that_fire_without_end_are_given_up(sqlite_house: House) -> None:
    walker = Walker(drafted(sqlite_house, turning()))
    walker.start(SYSTEM_OF_RULES)
    walker.act("gexingyao", "submit", **{**DRAFT, "title": SYSTEM_OF_RULES})
    walker.act("shiyanqiu", "agree")
    known = {"document_type": "通知", "main_recipients": "总部各部门", "override_reason": "照报送单位所拟"}
    walked = walker.act("ranqinghe", "agree", **known)
    assert walked.open_items == ()
    assert walker.do(clock(walked.now + timedelta(hours=50))).refusal is None
    assert isinstance(walker.do(clock(walked.now + timedelta(days=3_000))).refusal, WalkTimersEndless)
    assert walker.do(None).now == walked.now + timedelta(hours=50)


def test_acts_that_no_page_has_written_are_refused() -> None:
    acts = (Act(START, "gexingyao", title="关于…的通知"), Act(COMPLETE, "gexingyao", 2, "draft", values={"copies": 3}))
    assert read_acts(written(acts)) == acts
    assert read_acts("") == ()
    for text in (
        "{",
        "{}",
        "[1]",
        '[{"kind":"deploy"}]',
        '[{"kind":"start","item":"2"}]',
        '[{"kind":"time","more":1}]',
    ):
        with pytest.raises(WalkUnreadable):
            read_acts(text)
    with pytest.raises(WalkTooLong):
        read_acts(written(acts[:1] * (MOST_ACTS + 1)))


def test_a_walk_gives_way_to_whoever_really_acts(postgres_house: House) -> None:
    desk = drafted(postgres_house, redrawn())
    with transaction(postgres_house.pool) as connection:
        lock_ledger(connection, "office:definitions")
        with pytest.raises(OperationalError):
            Walker(desk).start(SYSTEM_OF_RULES)
    assert Walker(desk).start(SYSTEM_OF_RULES).refusal is None
