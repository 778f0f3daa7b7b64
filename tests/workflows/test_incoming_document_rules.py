"""The rules of 收文, one by one: sentences, coverage, limits, duplicates; and the ways beside the story's."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState, WorkItem, WorkItemRole, WorkItemState
from tests.incoming import ALLOCATED, INSTRUCTION, PROPOSAL, PROPOSED, RECEIVED, REGISTERED, Registry, settle_incoming
from workflows import verification
from workflows.errors import OpinionRequired
from workflows.incoming_document.coverage import coverage_of
from workflows.incoming_document.errors import (
    ArchiveReasonMissing,
    CountMismatch,
    DestinationContradicts,
    DestinationReasonMissing,
    DestinationUnitsMissing,
    DueBeforeToday,
    HandlerMissing,
    InstructionRequired,
    InstructorsMissing,
    LeadAmongOthers,
    LeadUnitMissing,
    NothingAllocated,
    NothingToMergeInto,
    NotReadyToClose,
    ReadingDateMissing,
    ReplacementInvolved,
    ReplacementMissing,
    RetentionMissing,
    SentencesUnallocated,
    SuspectedDuplicate,
    UrgencyOfTelegram,
)
from workflows.incoming_document.instructions import Instruction
from workflows.incoming_document.limits import due_of
from workflows.incoming_document.records import incoming_document
from workflows.incoming_document.registration import source_key
from workflows.incoming_document.sentences import sentences_of
from workflows.incoming_document.settings import IncomingSettings, Limit
from workflows.incoming_document.units import parts_of
from workflows.operations import hands, lifecycle
from workflows.secrecy import StateSecretRefused

AT = datetime(2025, 11, 12, 2, 0, tzinfo=UTC)


@pytest.fixture
def desk(sqlite_house: House) -> Iterator[Registry]:
    """The registry's desk; at the end every case replays, and nothing contradicts history."""
    settle_incoming(sqlite_house)
    registry = Registry(sqlite_house)
    yield registry
    with reading(sqlite_house.pool) as connection:
        for one in connection.exec_driver_sql("select id from process_instance").scalars().all():
            result = sqlite_house.office.engine.replay(connection, one)
            assert result.verified, (one, result.divergence_seq, result.divergence)
        assert verification.verify(connection, sqlite_house.office) == []


def row_of(desk: Registry) -> Any:
    with reading(desk.house.pool) as connection:
        query = select(incoming_document).where(incoming_document.c.instance_id == desk.instance_id)
        return connection.execute(query).one()


class TestSentences:
    @pytest.mark.parametrize(
        ("words", "name", "sentences"),
        [
            ("阅。春节放假9天，安全不能放假。请专题听一次。邵启衡 11月6日", "邵启衡", 3),
            ("同意。仇敬安 2025年11月12日", "仇敬安", 1),
            ("请于11月14日", "仇敬安", 1),
            ("一、抓紧；二、报我。", "仇敬安", 2),
            ("同意\n请抓紧\n邵启衡\n2025年11月6日", "邵启衡", 2),
            ("邵启衡", "邵启衡", 0),
            ("", "邵启衡", 0),
            ("。", "邵启衡", 0),
            ("阅", "郁文澍", 1),
        ],
    )
    def test_an_instruction_has_so_many_sentences(self, words: str, name: str, sentences: int) -> None:
        assert len(sentences_of(words, name)) == sentences

    @given(st.text("阅请同意。！？；，\n 办", max_size=60))
    def test_no_word_of_an_unsigned_instruction_is_lost(self, words: str) -> None:
        kept = "".join(sentences_of(words, "邵启衡"))
        for mark in "请同意办阅":
            assert (mark in words) == (mark in kept)

    @given(st.text("阅请同意。！？；，\n 办", max_size=60))
    def test_each_sentence_is_a_part_of_what_was_said_and_stands_once(self, words: str) -> None:
        found = sentences_of(words, "邵启衡")
        assert len(found) == len(set(found))
        assert all(one in words for one in found)


PEOPLE = ["yuwenshu", "qishouzhuo", "biancongzhou", "ruanzhiwei"]
handed = st.fixed_dictionaries(
    {
        "person": st.sampled_from([*PEOPLE, "miaoyuanchuan"]),
        "state": st.sampled_from([WorkItemState.OPEN, WorkItemState.COMPLETED, WorkItemState.CANCELLED]),
        "day": st.integers(0, 9),
    }
)


def item_of(number: int, person: str, state: WorkItemState, day: int) -> WorkItem:
    closed_at = AT + timedelta(days=day) if state is WorkItemState.COMPLETED else None
    return WorkItem(
        id=f"case-{number}",
        instance_id="case",
        activity_id="circulate",
        name="传阅",
        kind="circulate",
        role=WorkItemRole.STEP,
        parent_id=None,
        owner=None,
        state=state,
        assignee=person,
        candidates=(),
        seat=person,
        opened_at=AT,
        due_at=None,
        due_provisional=False,
        closed_at=closed_at,
        closed_by=person if closed_at else None,
        decision="read" if closed_at else None,
        opinion=None,
        circled=False,
        recorded_by=None,
        confirmed_at=None,
        urged_at=None,
        urges=0,
        version=1,
    )


class TestCoverage:
    """不得漏传、误传、延误: whatever happened, each of the three is said of exactly those whom it concerns."""

    @given(named=st.lists(st.sampled_from(PEOPLE), unique=True), happened=st.lists(handed, max_size=8))
    def test_nobody_is_missed_wrong_or_late_unsaid(self, named: list[str], happened: list[dict[str, Any]]) -> None:
        items = [item_of(number, **one) for number, one in enumerate(happened)]
        due_on, now = date(2025, 11, 14), AT + timedelta(days=9)
        lines = coverage_of(named, items, due_on, lambda first, last: (last - first).days, now)
        reached = {one.assignee for one in items if one.state is not WorkItemState.CANCELLED}
        assert [one.person for one in lines][: len(named)] == named
        assert {one.person for one in lines} == {*named, *reached}
        assert {one.person for one in lines if one.state == "missed"} == set(named) - reached
        assert {one.person for one in lines if one.state == "wrong"} == reached - set(named)
        for one in lines:
            last = {item.assignee: item for item in items if item.state is not WorkItemState.CANCELLED}.get(one.person)
            until = (last.closed_at or now) if last else None
            expected = max(0, (until.date() - due_on).days) if until else 0
            assert one.late_days == expected
            assert (one.read_at is not None) == (last is not None and last.closed_at is not None)

    def test_without_a_date_nobody_is_late(self) -> None:
        [line] = coverage_of(["yuwenshu"], [item_of(1, "yuwenshu", WorkItemState.OPEN, 0)], None, lambda *_: 9, AT)
        assert (line.state, line.late_days) == ("waiting", 0)


class TestLimits:
    SETTINGS = IncomingSettings("收", (Limit("特急", "办件", hours=4), Limit("", "办件", days=10)))

    @pytest.mark.parametrize(
        ("variables", "on", "limit"),
        [
            ({"due_on": "2025-11-14", "handling": "办件"}, "2025-11-14", "2025-11-14"),
            ({"urgency": "特急", "handling": "办件"}, "2025-11-12", "PT4H"),
            ({"handling": "办件"}, "2025-11-22", "P10D"),
        ],
    )
    def test_somebodys_day_comes_before_the_table(self, variables: dict[str, Any], on: str, limit: str) -> None:
        due = due_of(None, variables, date(2025, 11, 12), self.SETTINGS)  # type: ignore[arg-type]
        assert due is not None
        assert (due.on, due.limit) == (on, limit)

    def test_what_the_table_does_not_know_has_no_limit(self) -> None:
        assert due_of(None, {"handling": "阅件"}, date(2025, 11, 12), self.SETTINGS) is None  # type: ignore[arg-type]

    def test_the_step_is_due_by_the_table_in_working_days(self, desk: Registry) -> None:
        desk.begin().register(urgency="加急")
        desk.do("11-05 09:40", "ranqinghe", "pass")
        desk.do("11-05 10:05", "ranqinghe", "submit", "拟请人力资源部办理。", lead_unit="ZZB")
        desk.do("11-05 10:30", "zhenliyan", "direct")
        desk.do("11-05 11:00", "ranqinghe", "submit")
        assert row_of(desk).due_on == "2025-11-10"  # three working days after a Wednesday
        desk.do("11-05 14:30", "shiyanqiu", "receive", lead_handler="gexingyao")
        due_at = desk.item("gexingyao").due_at
        assert due_at is not None
        assert due_at.date() == date(2025, 11, 10)


class TestRegistration:
    def test_what_does_not_tally_is_not_signed_for(self, desk: Registry) -> None:
        desk.begin()
        with pytest.raises(CountMismatch):
            desk.do("11-05 09:12", "shaxiaoman", "submit", **{**RECEIVED, "counted_ok": False})

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"urgency": "特提", "telegram": False}, UrgencyOfTelegram),
            ({"urgency": "平急", "telegram": False}, UrgencyOfTelegram),
            ({"remarks": "原件标机密★1年"}, StateSecretRefused),
            ({"source_number": "秘密★长期"}, StateSecretRefused),
        ],
    )
    def test_a_registration_may_not_say_that(self, desk: Registry, changed: dict[str, Any], refusal: type) -> None:
        desk.begin()
        desk.do("11-05 09:12", "shaxiaoman", "submit", **RECEIVED)
        with pytest.raises(refusal):
            desk.do("11-05 09:25", "shaxiaoman", "submit", **{**REGISTERED, **changed})

    def test_nothing_is_merged_into_what_is_not_there(self, desk: Registry) -> None:
        desk.begin()
        desk.do("11-05 09:12", "shaxiaoman", "submit", **RECEIVED)
        with pytest.raises(NothingToMergeInto):
            desk.do("11-05 09:25", "shaxiaoman", "merge", **REGISTERED)

    @pytest.mark.parametrize("number", ["国办发明电[2025]7号", "国办发明电（2025）7号", " 国办发明电〔２０２５〕7号 "])
    def test_a_number_is_the_same_however_it_was_typed(self, number: str) -> None:
        typed = {"source_organ": "国务院办公厅", "source_number": number}
        assert source_key(typed) == source_key(REGISTERED)

    def test_documents_without_a_number_are_told_apart_by_people(self, desk: Registry) -> None:
        for _ in range(2):
            Registry(desk.house).begin().register(source_number=None)

    def test_another_document_with_the_same_number_is_registered_with_a_reason(self, desk: Registry) -> None:
        desk.begin().register()
        Registry(desk.house).begin(title="补遗").register(not_duplicate="同号补遗，内容不同")

    def test_what_was_returned_or_cancelled_may_come_again(self, desk: Registry) -> None:
        desk.begin().register()
        returned = desk.do("11-05 09:40", "ranqinghe", "reject", "不属本集团办理。")
        assert returned.state is InstanceState.COMPLETED
        assert (row_of(desk).outcome, row_of(desk).outcome_reason) == ("returned", "不属本集团办理。")
        again = Registry(desk.house).begin().register()
        with transaction(desk.house.pool) as connection:
            person = desk.person("boruoxi")
            lifecycle.cancel(connection, desk.house.office, person, again.instance_id, "来文机关撤回", again.now)
        Registry(desk.house).begin().register()

    def test_a_document_is_returned_only_with_words(self, desk: Registry) -> None:
        desk.begin().register()
        with pytest.raises(OpinionRequired):
            desk.do("11-05 09:40", "ranqinghe", "reject")

    def test_of_two_that_come_at_once_the_second_finds_the_first(self, house: House) -> None:
        settle_incoming(house)
        first, second = (Registry(house).begin() for _ in range(2))
        for one in (first, second):
            one.do("11-05 09:12", "shaxiaoman", "submit", **RECEIVED)
        first.do("11-05 09:25", "shaxiaoman", "submit", **REGISTERED)
        with pytest.raises(SuspectedDuplicate):
            second.do("11-05 09:25", "shaxiaoman", "submit", **REGISTERED)

    def test_on_a_holiday_the_officer_on_duty_registers_and_the_registry_verifies_afterwards(
        self, desk: Registry
    ) -> None:
        desk.begin("2026-01-02 09:00", by="shangkewei")
        desk.do("2026-01-02 09:05", "shangkewei", "submit", **RECEIVED)
        urgent = {**REGISTERED, "urgency": "特急", "source_number": "国办发明电〔2026〕1号"}
        opened = desk.do("2026-01-02 09:10", "shangkewei", "submit", **urgent).opened
        assert {one.activity_id for one in opened} == {"preliminary_review", "verify_registration"}
        desk.do("2026-01-02 09:20", "ranqinghe", "pass")
        desk.do("2026-01-02 09:30", "ranqinghe", "submit", "拟请人力资源部办理。", lead_unit="ZZB")
        desk.do("2026-01-02 09:40", "zhenliyan", "direct")
        desk.do("2026-01-02 09:50", "ranqinghe", "submit")
        desk.do("2026-01-02 10:00", "shiyanqiu", "receive", lead_handler="gexingyao")
        desk.do("2026-01-02 16:00", "gexingyao", "submit", result="已办。")
        desk.do("2026-01-02 16:30", "shiyanqiu", "agree")
        with pytest.raises(NotReadyToClose) as unready:
            desk.do("2026-01-04 08:40", "ranqinghe", "submit", archiving="archived", retention="10年")
        assert unready.value.unverified
        desk.do("2026-01-04 09:00", "shaxiaoman", "submit", "已核对原件。")
        assert (row_of(desk).registered_by, row_of(desk).verified_by) == ("shangkewei", "shaxiaoman")
        ended = desk.do("2026-01-04 09:30", "ranqinghe", "submit", archiving="archived", retention="10年")
        assert ended.state is InstanceState.COMPLETED


class TestProposal:
    def test_units_that_act_need_one_that_leads(self, desk: Registry) -> None:
        desk.begin().register()
        desk.do("11-05 09:40", "ranqinghe", "pass")
        with pytest.raises(LeadUnitMissing):
            desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, co_units=["AHB"])
        with pytest.raises(LeadAmongOthers):
            desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, lead_unit="AHB", co_units=["AHB"])

    def test_a_proposal_that_names_no_leader_is_not_presented(self, desk: Registry) -> None:
        desk.begin().register()
        desk.do("11-05 09:40", "ranqinghe", "pass")
        desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, lead_unit="ZZB")
        with pytest.raises(InstructorsMissing):
            desk.do("11-05 10:30", "zhenliyan", "present")
        desk.do("11-05 10:40", "zhenliyan", "revise", "请敬安同志批示。")
        assert desk.item("ranqinghe").activity_id == "propose"

    def test_what_was_circled_where_consent_is_asked_is_consent(self, desk: Registry) -> None:
        desk.begin().register()
        desk.do("11-05 09:40", "ranqinghe", "pass")
        desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, **{**PROPOSED, "asks_approval": True})
        desk.do("11-05 10:30", "zhenliyan", "present")
        desk.do("11-05 14:20", "qiujingan", "instruct", "同意。")
        assert desk.item("yuwenshu").activity_id == "circle_to_consent"
        desk.do("11-05 15:00", "yuwenshu", "agree")
        desk.do("11-05 15:10", "shaoqiheng", "agree")
        assert desk.item("ranqinghe").activity_id == "allocate"

    def test_an_instruction_has_words_and_the_leader_names_who_reads_on_the_spot(self, desk: Registry) -> None:
        desk.begin().to_instruction()
        with pytest.raises(InstructionRequired):
            desk.do("11-05 14:20", "qiujingan", "instruct")
        desk.do("11-05 14:20", "qiujingan", "instruct", "请守拙同志阅。", circlers=["qishouzhuo", "qiujingan"])
        assert [one.activity_id for one in desk.open_items("qishouzhuo")] == ["circle"]
        assert desk.open_items("yuwenshu") == []

    def test_leaders_instruct_in_the_order_in_which_they_are_named(self, desk: Registry) -> None:
        desk.begin().register()
        desk.do("11-05 09:40", "ranqinghe", "pass")
        named = {**PROPOSED, "instructors": ["yuwenshu", "shaoqiheng"], "circlers": []}
        desk.do("11-05 10:05", "ranqinghe", "submit", PROPOSAL, **named)
        desk.do("11-05 10:30", "zhenliyan", "present")
        assert desk.open_items("shaoqiheng") == []
        desk.do("11-05 14:20", "yuwenshu", "instruct", "请启衡同志阅示。")
        desk.do("11-05 15:20", "shaoqiheng", "instruct", "同意。")
        assert desk.item("ranqinghe").activity_id == "allocate"


def line(leader: str, sentence: str, *chosen: str, **more: Any) -> dict[str, Any]:
    return {"leader": leader, "sentence": sentence, "destinations": list(chosen), "units": [], "note": None, **more}


class TestAllocation:
    SENTENCE = "请抓紧办理。"

    @pytest.fixture
    def asked(self, desk: Registry) -> Registry:
        """One leader has said one sentence."""
        desk.begin().to_instruction()
        desk.do("11-05 14:20", "qiujingan", "instruct", self.SENTENCE, circlers=[])
        return desk

    @pytest.mark.parametrize(
        ("chosen", "more", "refusal"),
        [
            ([], {}, SentencesUnallocated),
            (["none"], {}, DestinationReasonMissing),
            (["none", "handle"], {"note": "不办"}, DestinationContradicts),
            (["agenda"], {}, DestinationUnitsMissing),
        ],
    )
    def test_a_destination_says_neither_too_much_nor_too_little(
        self, asked: Registry, chosen: list[str], more: dict[str, Any], refusal: type
    ) -> None:
        with pytest.raises(refusal):
            asked.do(
                "11-06 14:00",
                "ranqinghe",
                "submit",
                destinations=[line("仇敬安", self.SENTENCE, *chosen, **more)],
                **ALLOCATED,
            )

    def test_a_sentence_that_was_changed_has_no_destination(self, asked: Registry) -> None:
        with pytest.raises(SentencesUnallocated):
            asked.do(
                "11-06 14:00", "ranqinghe", "submit", destinations=[line("仇敬安", "不必办理。", "none", note="如上")]
            )

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"lead_unit": None, "co_units": []}, LeadUnitMissing),
            ({"circulation_due": None}, ReadingDateMissing),
            ({"circulation_due": "2025-11-05"}, DueBeforeToday),
            ({"due_on": "2025-11-05"}, DueBeforeToday),
        ],
    )
    def test_an_allocation_says_who_leads_and_until_when(
        self, asked: Registry, changed: dict[str, Any], refusal: type
    ) -> None:
        entries = {**ALLOCATED, **changed, "destinations": [line("仇敬安", self.SENTENCE, "handle")]}
        with pytest.raises(refusal):
            asked.do("11-06 14:00", "ranqinghe", "submit", **entries)

    def test_a_document_that_goes_nowhere_is_not_allocated(self, asked: Registry) -> None:
        nowhere = {"lead_unit": None, "co_units": [], "circulation": []}
        with pytest.raises(NothingAllocated):
            asked.do(
                "11-06 14:00",
                "ranqinghe",
                "submit",
                destinations=[line("仇敬安", self.SENTENCE, "none", note="已办")],
                **nowhere,
            )

    def test_what_a_leader_has_said_twice_counts_as_it_was_said_last(self) -> None:
        said = Instruction("case-1", "qiujingan", "仇敬安", "instruct", INSTRUCTION, AT, None, None, "case-1")
        assert len(said.sentences) == 3

    def test_what_is_only_to_be_read_goes_round_and_is_closed(self, desk: Registry) -> None:
        desk.begin().register(handling="阅件")
        desk.do("11-05 09:40", "ranqinghe", "pass")
        desk.do("11-05 10:05", "ranqinghe", "submit", "拟送班子成员阅。", circulation=["yuwenshu", "ruanzhiwei"])
        desk.do("11-05 10:30", "zhenliyan", "direct")
        desk.do("11-05 11:00", "ranqinghe", "submit", circulation_due="2025-11-07")
        desk.do("11-05 14:00", "yuwenshu", "read")
        with pytest.raises(NotReadyToClose) as unready:
            desk.do("11-05 15:00", "ranqinghe", "submit", archiving="not_archived", archive_reason="阅件")
        assert unready.value.readers == ("阮知微",)
        desk.do("11-06 14:00", "ruanzhiwei", "read", "已阅，请财务部注意。")
        with pytest.raises(ArchiveReasonMissing):
            desk.do("11-06 15:00", "ranqinghe", "submit", archiving="not_archived")
        with pytest.raises(RetentionMissing):
            desk.do("11-06 15:00", "ranqinghe", "submit", archiving="archived")
        ended = desk.do("11-06 15:00", "ranqinghe", "submit", archiving="not_archived", archive_reason="普发阅件")
        assert ended.state is InstanceState.COMPLETED
        assert (row_of(desk).archiving, row_of(desk).archive_reason) == ("not_archived", "普发阅件")


class TestUnits:
    @pytest.fixture
    def allocated(self, desk: Registry) -> Registry:
        return desk.begin().to_allocation().allocate()

    def parts(self, desk: Registry) -> dict[str, Any]:
        with reading(desk.house.pool) as connection:
            return {one.unit: one for one in parts_of(connection, desk.instance_id)}

    def test_a_unit_names_who_handles_it_or_says_why_it_declines(self, allocated: Registry) -> None:
        with pytest.raises(HandlerMissing):
            allocated.do("11-06 15:00", "shiyanqiu", "receive", step="lead_receive")
        with pytest.raises(OpinionRequired):
            allocated.do("11-06 15:00", "shiyanqiu", "reject", step="lead_receive")

    def test_a_lead_unit_that_declines_is_replaced_and_never_left_out(self, allocated: Registry) -> None:
        back = allocated.do("11-06 15:00", "shiyanqiu", "reject", "应由党群工作部主办。", "lead_receive")
        assert [(one.activity_id, one.candidates) for one in back.opened] == [("lead_declined", ("ranqinghe",))]
        with pytest.raises(ReplacementInvolved):
            allocated.do("11-06 15:30", "ranqinghe", "replace", lead_unit="AHB")
        with pytest.raises(ReplacementMissing):
            allocated.do("11-06 15:30", "ranqinghe", "replace", lead_unit=None)
        allocated.do("11-06 15:30", "ranqinghe", "replace", lead_unit="DQB")
        assert "lead_receive" in {one.activity_id for one in allocated.open_items("wanliqing")}
        parts = self.parts(allocated)
        assert parts["ZZB"].taken_off_at is not None
        assert parts["DQB"].leads
        assert row_of(allocated).lead_unit == "DQB"

    def test_a_unit_that_declines_may_be_asked_again_or_another_in_its_place(self, allocated: Registry) -> None:
        allocated.do("11-06 15:10", "zonghuaigu", "reject", "不涉及我部职责。", "co_receive")
        allocated.do("11-06 15:20", "ranqinghe", "insist", "慰问经费需财务部核。")
        allocated.do("11-06 15:30", "zonghuaigu", "reject", "仍不涉及。", "co_receive")
        allocated.do("11-06 15:40", "ranqinghe", "replace", replacement_unit="FGB")
        assert {one.activity_id for one in allocated.open_items("tongxueling")} == {"co_receive", "circulate"}
        allocated.do("11-06 16:00", "tongxueling", "receive", step="co_receive", co_handler="tongxueling")
        allocated.do("11-07 09:00", "tongxueling", "submit", step="co_handle", co_result="已审。")
        assert row_of(allocated).co_units == ["AHB", "FGB"]
        assert self.parts(allocated)["FGB"].has_reported

    def test_an_enterprise_without_a_head_signs_by_its_registrar(self, desk: Registry) -> None:
        desk.begin().to_allocation()
        entries = {**ALLOCATED, "co_units": ["QY1"]}
        from tests.incoming import destinations

        desk.do("11-06 14:00", "ranqinghe", "submit", destinations=destinations(), **entries)
        assert desk.item("tanzhixing").activity_id == "co_receive"

    def test_the_report_of_the_lead_unit_counts_once_its_head_has_signed(self, allocated: Registry) -> None:
        allocated.do("11-06 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")
        allocated.do("11-14 09:00", "gexingyao", "submit", result="已印发。")
        assert not self.parts(allocated)["ZZB"].has_reported
        allocated.do("11-14 10:00", "shiyanqiu", "revise", "请补签收情况。", "lead_review")
        allocated.do("11-14 11:00", "gexingyao", "submit", result="已印发，全部签收。")
        allocated.do("11-14 12:00", "shiyanqiu", "agree", step="lead_review")
        assert self.parts(allocated)["ZZB"].has_reported
        assert "close" in {one.activity_id for one in allocated.open_items("ranqinghe")}

    def test_readers_can_be_added_and_a_seat_that_is_removed_counts_no_more(self, allocated: Registry) -> None:
        from workflows.operations import signers

        [mine] = [one for one in allocated.open_items("yuwenshu") if one.activity_id == "circulate"]
        given = (mine.version, ["kuangyuheng"], "parallel", "请档案室阅")
        allocated.act_on("11-07 09:00", "yuwenshu", mine, signers.add_signer, *given)
        assert [one.activity_id for one in allocated.open_items("kuangyuheng")] == ["circulate"]


class TestAnswer:
    def test_who_asks_for_an_answer_gets_one_before_the_document_is_closed(self, desk: Registry) -> None:
        desk.begin().register(reply_required=True)
        self.to_the_answer(desk)
        [item] = desk.open_items("gexingyao")
        assert item.activity_id == "reply"
        desk.do("11-07 09:00", "gexingyao", "submit", reply_number="沐原〔2025〕12号", replied_on="2025-11-07")
        assert row_of(desk).reply_number == "沐原〔2025〕12号"
        assert desk.item("ranqinghe").activity_id == "close"

    def test_the_document_that_answers_tells_of_itself(self, desk: Registry) -> None:
        desk.begin().register(reply_required=True)
        engine = desk.house.office.engine
        with transaction(desk.house.pool) as connection:
            told = {"reply_number": "沐原〔2025〕12号", "replied_on": "2025-11-06"}
            taken = engine.send_message(connection, "reply_issued", {"number": "收2025-0817"}, told, desk.now)
        assert taken == desk.instance_id
        assert row_of(desk).reply_number == "沐原〔2025〕12号"
        self.to_the_answer(desk)
        assert desk.item("ranqinghe").activity_id == "close"

    @staticmethod
    def to_the_answer(desk: Registry) -> None:
        desk.do("11-05 09:40", "ranqinghe", "pass")
        desk.do("11-05 10:05", "ranqinghe", "submit", "拟请人力资源部办理。", lead_unit="ZZB")
        desk.do("11-05 10:30", "zhenliyan", "direct")
        desk.do("11-05 11:00", "ranqinghe", "submit")
        desk.do("11-05 14:30", "shiyanqiu", "receive", lead_handler="gexingyao")
        desk.do("11-06 09:00", "gexingyao", "submit", result="已拟复函。")
        desk.do("11-06 10:00", "shiyanqiu", "agree")


def test_what_a_leader_says_anew_replaces_what_was_said_before(desk: Registry) -> None:
    from workflows.operations import send_back

    desk.begin().to_instruction()
    desk.do("11-05 14:20", "qiujingan", "instruct", "请抓紧。", circlers=["yuwenshu"])
    desk.do("11-05 14:30", "yuwenshu", "instruct", "同意敬安同志意见。")
    allocating = desk.item("ranqinghe")
    again = ("propose", "请敬安同志明确时限。", desk.now + timedelta(hours=1))
    with transaction(desk.house.pool) as connection:
        send_back.send_back(
            connection, desk.house.office, desk.person("ranqinghe"), allocating.id, allocating.version, *again
        )
    desk.do("11-05 15:40", "ranqinghe", "submit", PROPOSAL, **{**PROPOSED, "circlers": ["yuwenshu"]})
    desk.do("11-05 15:50", "zhenliyan", "present")
    desk.do("11-05 16:20", "qiujingan", "instruct", "11月14日前办结。")
    desk.do("11-05 16:30", "yuwenshu", "read")
    lines = [line("仇敬安", "11月14日前办结。", "handle")]
    desk.do("11-06 14:00", "ranqinghe", "submit", destinations=lines, **ALLOCATED)


def test_only_who_serves_a_leader_records_for_them(desk: Registry) -> None:
    desk.begin().to_instruction()
    from workflows.errors import ServesNobodyHere
    from workflows.worklist import Submission

    item = desk.item("qiujingan")
    with pytest.raises(ServesNobodyHere):
        desk.act_on("11-05 15:00", "jinshubai", item, hands.record_for, "qiujingan", Submission(item.version, "read"))
