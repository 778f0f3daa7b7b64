"""代理: who may arrange it and when it holds; a substitute finds and does the owner's items, under both names."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Advanced, EventKind, WorkItem
from tests import flows
from tests.office import MORNING, SYSTEM, Desk
from workflows import box_counts, boxes, cases, definitions, verification, worklist
from workflows.box_contents import SHARED
from workflows.document_approval.records import DOCUMENTS
from workflows.errors import CaseNotVisible, NotTheAssignee, PostRequired, ReasonRequired
from workflows.organisation import actions as organisation
from workflows.substitutions import actions, queries
from workflows.substitutions.errors import (
    BeginsInThePast,
    EndsTooEarly,
    FlowMissing,
    FlowNotSubstituted,
    FlowUnknown,
    OwnerUnknown,
    SelfSubstitution,
    SubstituteUnusable,
    SubstitutionNotFound,
    SubstitutionNotInForce,
    SubstitutionOver,
    SubstitutionOverlaps,
)
from workflows.substitutions.records import substitution
from workflows.substitutions.values import Arrangement, Substitution, SubstitutionState
from workflows.visibility import require_visible
from workflows.worklist import Submission

DAY = timedelta(days=1)
THIS_FLOW = frozenset({"outgoing_document"})
POOL = "pool"
STEP = flows.user("step", attributes='camunda:candidateUsers="wanliqing,luanhaiping"')
POOL_FILES = flows.model("s_1 -> step\nstep -> e_1", {"step": STEP}, POOL)


class SubstitutedDesk(Desk):
    """Drives a case, with substitutions."""

    def arrange(self, by: str = "wanliqing", **asked: object) -> Substitution:
        usual: dict[str, object] = {"owner": "wanliqing", "substitute": "miaoruogu"}
        usual |= {"starts_at": self.now, "ends_at": self.now + DAY}
        person = self.person(by)
        with transaction(self.house.pool) as connection:
            return actions.arrange(connection, self.house.office, person, Arrangement(**{**usual, **asked}), self.now)

    def end(self, substitution_id: str, by: str = "wanliqing") -> Substitution:
        person = self.person(by)
        with transaction(self.house.pool) as connection:
            return actions.end(connection, self.house.office, person, substitution_id, self.now)

    def item(self) -> WorkItem:
        """The open item of 万里晴."""
        [item] = [one for one in self.open_items("wanliqing") if one.assignee in ("wanliqing", None)]
        return item

    def complete(self, username: str, item: WorkItem, decision: str = "agree", opinion: str = "") -> Advanced:
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            submission = Submission(item.version, decision, opinion)
            return worklist.complete(connection, self.house.office, person, item.id, submission, self.now)

    def claim(self, username: str, item: WorkItem) -> None:
        with transaction(self.house.pool) as connection:
            worklist.claim(connection, self.house.office, self.person(username), item.id, item.version, self.now)

    def counts(self, username: str) -> dict[str, int]:
        with reading(self.house.pool) as connection:
            counted = box_counts.counts(connection, self.person(username), self.now)
        return {box: counted[box] for box in SHARED}

    def rows(self, username: str, box: str) -> list[boxes.Row]:
        with reading(self.house.pool) as connection:
            return list(
                boxes.list_box(connection, self.person(username), box, boxes.Filter(), self.now, self.now + DAY).rows
            )

    def sees(self, username: str) -> bool:
        person = self.person(username)
        with reading(self.house.pool) as connection:
            listed = boxes.visible_cases(connection, person, boxes.Filter(), self.now).rows
            try:
                require_visible(connection, person, self.instance_id, self.now)
            except CaseNotVisible:
                assert self.instance_id not in {row.case.id for row in listed}
                return False
        assert self.instance_id in {row.case.id for row in listed}
        return True

    def require_whole(self) -> None:
        """Replay every case and verify the whole database."""
        with reading(self.house.pool) as connection:
            assert verification.verify(connection, self.house.office) == []
            assert self.house.office.engine.replay(connection, self.instance_id).verified


@pytest.fixture
def desk(house: House) -> SubstitutedDesk:
    return SubstitutedDesk(house)


def deploy(desk: Desk, files: dict[str, bytes]) -> None:
    with transaction(desk.house.pool) as connection:
        definitions.deploy_as(connection, desk.house.office, SYSTEM, files, desk.now)


REFUSED = [
    ({"substitute": "wanliqing"}, SelfSubstitution),
    ({"substitute": "nobody"}, SubstituteUnusable),
    ({"substitute": ""}, SubstituteUnusable),
    ({"owner": "nobody", "by": "boruoxi", "reason": "出差"}, OwnerUnknown),
    ({"by": "luanhaiping", "reason": "出差"}, PostRequired),
    ({"by": "miaoruogu", "reason": "出差"}, PostRequired),
    ({"by": "jiziheng", "reason": "出差"}, PostRequired),
    ({"by": "boruoxi"}, ReasonRequired),
    ({"by": "zhenliyan", "reason": "  "}, ReasonRequired),
    ({"reason": "长" * 10_001}, ReasonRequired),
    ({"definitions": frozenset()}, FlowMissing),
    ({"definitions": frozenset({"outgoing_document", "nothing"})}, FlowUnknown),
    ({"starts_at": MORNING - DAY}, BeginsInThePast),
    ({"ends_at": MORNING}, EndsTooEarly),
    ({"starts_at": MORNING + DAY, "ends_at": MORNING + DAY}, EndsTooEarly),
]


@pytest.mark.parametrize(("asked", "refusal"), REFUSED)
def test_what_cannot_be_arranged_is_refused(
    sqlite_house: House, asked: dict[str, object], refusal: type[ProcessError]
) -> None:
    desk = SubstitutedDesk(sqlite_house)
    with pytest.raises(refusal):
        desk.arrange(**asked)
    with reading(sqlite_house.pool) as connection:
        assert queries.list_all(connection) == []


def test_those_who_arrange_for_others_say_why_and_it_is_told(desk: SubstitutedDesk) -> None:
    for by, owner in (("boruoxi", "wanliqing"), ("zhenliyan", "luanhaiping")):
        made = desk.arrange(by, owner=owner, reason="突发疾病，本人不能操作")
        assert (made.created_by, made.reason) == (by, "突发疾病，本人不能操作")
    with reading(desk.house.pool) as connection:
        told = desk.house.office.engine.history(connection, actions.LEDGER)
        assert [(one.kind, one.actor, one.data["owner"]) for one in told] == [
            (actions.ARRANGED, "boruoxi", "wanliqing"),
            (actions.ARRANGED, "zhenliyan", "luanhaiping"),
        ]
        assert verification.verify(connection, desk.house.office) == []


def test_a_day_that_has_begun_counts_as_a_whole(desk: SubstitutedDesk) -> None:
    midnight_in_shanghai = datetime(2025, 11, 6, 16, 0, tzinfo=UTC)
    assert desk.arrange(starts_at=midnight_in_shanghai).state_at(desk.now) is SubstitutionState.IN_FORCE


def test_nobody_disabled_becomes_a_substitute(desk: SubstitutedDesk) -> None:
    with transaction(desk.house.pool) as connection:
        organisation.set_person_disabled(connection, "miaoruogu", MORNING, lambda _kind, _data: None)
    with pytest.raises(SubstituteUnusable):
        desk.arrange()


OVERLAPS = [
    # flows of the first, of the second; hours from the end of the first to the beginning of the second; whether refused
    (None, None, -1, True),
    (None, None, 0, False),
    (None, THIS_FLOW, -1, True),
    (THIS_FLOW, None, -1, True),
    (THIS_FLOW, THIS_FLOW, -1, True),
    (THIS_FLOW, frozenset({POOL}), -1, False),
]


@pytest.mark.parametrize(("first", "second", "hours", "refused"), OVERLAPS)
def test_one_owner_has_one_substitute_at_a_time_in_a_flow(
    sqlite_house: House, first: frozenset[str] | None, second: frozenset[str] | None, hours: int, refused: bool
) -> None:
    desk = SubstitutedDesk(sqlite_house)
    deploy(desk, POOL_FILES)
    known = desk.arrange(definitions=first)
    begin = known.ends_at + timedelta(hours=hours)
    other = {"substitute": "suiyiming", "definitions": second, "starts_at": begin, "ends_at": begin + DAY}
    if not refused:
        assert desk.arrange(**other).substitute == "suiyiming"
        return
    with pytest.raises(SubstitutionOverlaps) as caught:
        desk.arrange(**other)
    assert (caught.value.substitute, caught.value.ends_at) == ("miaoruogu", known.ends_at)
    assert desk.arrange("luanhaiping", **{**other, "owner": "luanhaiping"}).owner == "luanhaiping"


def test_one_that_was_ended_early_makes_room_for_another(desk: SubstitutedDesk) -> None:
    first = desk.arrange()
    desk.now += timedelta(hours=1)
    assert desk.end(first.id).state_at(desk.now) is SubstitutionState.ENDED
    assert desk.arrange(substitute="suiyiming").state_at(desk.now) is SubstitutionState.IN_FORCE
    with reading(desk.house.pool) as connection:
        assert queries.substitute_of(connection, "wanliqing", "outgoing_document", desk.now) == "suiyiming"


def test_state_follows_the_clock(desk: SubstitutedDesk) -> None:
    made = desk.arrange(starts_at=desk.now + DAY, ends_at=desk.now + 2 * DAY)
    states = [made.state_at(desk.now + hours * timedelta(hours=1)).value for hours in (0, 23, 24, 47, 48)]
    assert states == ["pending", "pending", "in_force", "in_force", "ended"]


ENDERS = {
    "wanliqing": None,
    "zhenliyan": None,
    "boruoxi": None,
    "miaoruogu": PostRequired,
    "luanhaiping": SubstitutionNotFound,
    "jiziheng": SubstitutionNotFound,
}


@pytest.mark.parametrize(("username", "refusal"), ENDERS.items())
def test_it_is_ended_by_those_the_table_names(
    sqlite_house: House, username: str, refusal: type[ProcessError] | None
) -> None:
    desk = SubstitutedDesk(sqlite_house)
    made = desk.arrange()
    if refusal is None:
        ended = desk.end(made.id, username)
        assert (ended.ended_by, ended.ended_at, ended.ends_at) == (username, desk.now, made.ends_at)
        with pytest.raises(SubstitutionOver):
            desk.end(made.id, username)
    else:
        with pytest.raises(refusal):
            desk.end(made.id, username)


def test_a_substitute_completes_a_seat_and_both_names_are_told(desk: SubstitutedDesk) -> None:
    desk.to_countersign()
    item = desk.item()
    assert not desk.sees("miaoruogu")
    made = desk.arrange(definitions=THIS_FLOW)
    assert desk.sees("miaoruogu")
    assert desk.counts("miaoruogu") == {"todo": 1, "claimable": 0}
    assert [(row.item and row.item.id, row.owner) for row in desk.rows("miaoruogu", "todo")] == [(item.id, "wanliqing")]
    assert [row.owner for row in desk.rows("wanliqing", "todo")] == [None]
    desk.complete("miaoruogu", item)
    desk.end(made.id)
    desk.now += 10 * DAY
    with transaction(desk.house.pool) as connection:
        events = desk.house.office.engine.history(connection, desk.instance_id)
        [event] = [one for one in events if one.kind == EventKind.WORK_ITEM_COMPLETED and one.work_item_id == item.id]
        entries = cases.timeline(connection, desk.house.office, desk.person("miaoruogu"), desk.instance_id, desk.now)
    assert (event.actor, event.on_behalf_of) == ("miaoruogu", "wanliqing")
    told = [(one.people, one.owner) for one in entries if isinstance(one, cases.TimelineEntry) and one.owner]
    assert told == [(("苗若谷",), "万里晴")]
    assert [row.case.id for row in desk.rows("miaoruogu", "in_progress")] == [desk.instance_id]
    assert desk.sees("miaoruogu")
    desk.require_whole()


@pytest.mark.parametrize("claimed", [True, False])
def test_a_pool_item_taken_for_an_owner_is_the_owners(desk: SubstitutedDesk, claimed: bool) -> None:
    deploy(desk, POOL_FILES)
    desk.start(key=POOL)
    item = desk.item()
    desk.arrange(definitions=frozenset({POOL}))
    desk.arrange("luanhaiping", owner="luanhaiping")  # two owners of the substitute are candidates: one line, not two
    assert desk.counts("miaoruogu") == {"todo": 0, "claimable": 1}
    assert [row.owner for row in desk.rows("miaoruogu", "claimable")] == ["luanhaiping"]
    if claimed:
        desk.claim("miaoruogu", item)
        item = next(row.item for row in desk.rows("miaoruogu", "todo") if row.item)
        assert desk.counts("miaoruogu") == {"todo": 1, "claimable": 0}
        desk.require_whole()
    desk.complete("miaoruogu", item, "submit")
    with reading(desk.house.pool) as connection:
        [closed] = [
            one
            for one in boxes.list_items(
                connection, desk.person("miaoruogu"), "done", boxes.Filter(), desk.now, DAY
            ).rows
            if one.item
        ]
    assert closed.item
    assert closed.item.closed_by == "miaoruogu"
    assert closed.item.assignee in ("luanhaiping", "wanliqing")
    desk.require_whole()


def test_who_is_a_candidate_too_finds_the_item_once_and_takes_it_for_themselves(desk: SubstitutedDesk) -> None:
    deploy(desk, POOL_FILES)
    desk.start(key=POOL)
    item = desk.item()
    desk.arrange(substitute="luanhaiping")
    assert desk.counts("luanhaiping") == {"todo": 0, "claimable": 1}
    assert [row.owner for row in desk.rows("luanhaiping", "claimable")] == [None]
    desk.claim("luanhaiping", item)
    assert [row.owner for row in desk.rows("luanhaiping", "todo")] == [None]


OUTSIDE = [
    ({"starts_at": MORNING + 2 * DAY, "ends_at": MORNING + 3 * DAY}, timedelta(0), SubstitutionNotInForce),
    ({"ends_at": MORNING + DAY}, 2 * DAY, SubstitutionNotInForce),
    ({"definitions": frozenset({POOL})}, timedelta(0), FlowNotSubstituted),
    ({"substitute": "suiyiming"}, timedelta(0), NotTheAssignee),
]


@pytest.mark.parametrize(("asked", "later", "refusal"), OUTSIDE)
def test_outside_of_period_flow_and_person_nothing_is_found_or_done(
    desk: SubstitutedDesk, asked: dict[str, object], later: timedelta, refusal: type[ProcessError]
) -> None:
    deploy(desk, POOL_FILES)
    desk.arrange(**asked)
    desk.to_countersign()
    desk.now += later
    item = desk.item()
    with pytest.raises(refusal):
        desk.complete("miaoruogu", item)
    assert desk.counts("miaoruogu") == {"todo": 0, "claimable": 0}
    assert desk.rows("miaoruogu", "todo") == []
    assert not desk.sees("miaoruogu")


def test_chains_are_not_followed(desk: SubstitutedDesk) -> None:
    desk.to_countersign()
    item = desk.item()
    desk.arrange()
    desk.arrange("miaoruogu", owner="miaoruogu", substitute="suiyiming")
    assert desk.counts("suiyiming")["todo"] == 0
    with pytest.raises(NotTheAssignee):
        desk.complete("suiyiming", item)


def test_a_signature_given_by_the_signatorys_substitute_is_the_signatorys(desk: SubstitutedDesk) -> None:
    desk.to_signing()
    [item] = desk.open_items("qiujingan")
    desk.arrange("qishouzhuo", owner="qishouzhuo", substitute="ruanzhiwei")
    with pytest.raises(NotTheAssignee):
        desk.complete("ruanzhiwei", item)
    desk.arrange("qiujingan", owner="qiujingan", substitute="yuwenshu")
    desk.complete("yuwenshu", item, opinion="同意印发。")
    with reading(desk.house.pool) as connection:
        assert DOCUMENTS.read(connection)[desk.instance_id]["signed_by"] == "qiujingan"
    desk.require_whole()


@pytest.mark.parametrize(
    "values", [{"substitute": "suiyiming"}, {"ends_at": MORNING + 9 * DAY}, {"definitions": ["pool"]}, {"reason": "x"}]
)
def test_a_row_that_was_changed_behind_the_ledger_is_found(desk: SubstitutedDesk, values: dict[str, object]) -> None:
    made = desk.arrange()
    with transaction(desk.house.pool) as connection:
        connection.execute(update(substitution).values(values))
    with reading(desk.house.pool) as connection:
        breaks = verification.verify(connection, desk.house.office)
    assert [(one.chain, one.reason) for one in breaks] == [(actions.LEDGER, f"substitution {made.id}")]
