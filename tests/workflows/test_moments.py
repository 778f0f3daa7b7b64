"""The moments of a case: what it held, who could act and what had been said then, and nothing that came later."""

import json

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import EventKind
from engine.persistence import instances
from tests.engine.running import ACTOR, Running
from tests.flows import model
from tests.forging import forge
from tests.lived import BODY, JUMPED, MISTAKEN, WRONG_DATE, live
from tests.office import DRAFT, Desk
from workflows.moments.known import Known
from workflows.moments.life import Life, is_change, is_intervention, is_send_back
from workflows.moments.reading import Lives, known_then, last_known
from workflows.organisation import queries


@pytest.fixture
def desk(sqlite_house: House) -> Desk:
    return live(sqlite_house)


def life_of(desk: Desk) -> Life:
    with reading(desk.house.pool) as connection:
        return Lives().read(connection, desk.house.office, desk.instance_id)


def known(desk: Desk, life: Life, seq: int) -> Known:
    with reading(desk.house.pool) as connection:
        case = instances.get_instance(connection, desk.instance_id)
        return known_then(connection, desk.house.office, case, life, seq)


def seqs(life: Life, kind: str, actor: str = "") -> list[int]:
    return [one.seq for one in life.events if one.kind == kind and actor in ("", one.actor)]


def value(moment: Known, key: str) -> object:
    return next((one.view.value for one in moment.fields if one.view.key == key), None)


def test_the_form_is_as_it_stood_with_what_changed_just_then(desk: Desk) -> None:
    life = life_of(desk)
    first, second = seqs(life, EventKind.WORK_ITEM_COMPLETED, "gexingyao")[:2]
    assert value(known(desk, life, first), "body") == MISTAKEN
    between = known(desk, life, second - 1)
    assert value(between, "body") == MISTAKEN
    assert not [one for one in between.fields if one.changed]
    put_right = known(desk, life, second)
    [changed] = [one for one in put_right.fields if one.changed]
    assert changed.before is not None
    assert (changed.view.key, changed.before.value, changed.view.value) == ("body", MISTAKEN, BODY)
    assert put_right.fields[0] == changed


def test_who_is_urged_or_hands_a_step_on_changes_nothing_of_the_form(desk: Desk) -> None:
    life = life_of(desk)
    [agreed] = seqs(life, EventKind.WORK_ITEM_COMPLETED, "shiyanqiu")
    [changed] = [one for one in known(desk, life, agreed).fields if one.changed]
    assert changed.view.key == "countersign_units"
    [urged] = seqs(life, EventKind.WORK_ITEM_URGED)
    assert not [one for one in known(desk, life, urged).fields if one.changed]
    assert value(known(desk, life, urged), "countersign_units") == changed.view.value


def test_a_decision_that_leads_back_is_a_sending_back(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "revise", "请核原文。")
    desk.act("gexingyao", "submit")
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    life = life_of(desk)
    assert life.returned == {seqs(life, EventKind.WORK_ITEM_COMPLETED, "shiyanqiu")[0]}


def test_only_what_had_been_said_by_then_is_known(desk: Desk) -> None:
    life = life_of(desk)
    [sent_back] = [one.seq for one in life.events if is_send_back(one)]
    assert [one.opinion for one in known(desk, life, sent_back - 1).opinions] == [""]
    latest = known(desk, life, sent_back).opinions[0]
    assert (latest.person, latest.opinion, latest.state) == ("石砚秋", WRONG_DATE, "returned")
    assert not known(desk, life, sent_back - 1).happened
    assert [one.happening.reason for one in known(desk, life, sent_back).happened] == [WRONG_DATE]


def test_who_could_act_names_substitutes_only_while_they_were_in_force(desk: Desk) -> None:
    life = life_of(desk)
    opened = seqs(life, EventKind.MARKING_SETTLED, "shiyanqiu")[-1]
    urged = seqs(life, EventKind.WORK_ITEM_URGED)[0]
    [theirs] = [one for one in known(desk, life, urged).steps if one.assignee == "万里晴"]
    assert theirs.substitutes == (("万里晴", "苗若谷"),)
    assert (theirs.urges, theirs.step) == (1, "部门会签")
    earlier = [one for one in known(desk, life, seqs(life, EventKind.WORK_ITEM_OPENED)[0]).steps if one.substitutes]
    assert earlier == []
    assert {one.assignee for one in known(desk, life, opened).steps} == {"栾海平", "万里晴"}


def test_the_act_of_a_substitute_and_the_intervention_say_so(desk: Desk) -> None:
    life = life_of(desk)
    end = known(desk, life, len(life.events))
    assert [(one.person, one.owner) for one in end.opinions if one.owner] == [("苗若谷", "万里晴")]
    [intervention] = [one for one in end.happened if one.intervention]
    assert intervention.happening.reason == JUMPED
    assert [one.mode for one in life.moves] == ["send_back", "jump"]
    assert (life.moves[0].origins, life.moves[0].target) == (("department_review",), "draft")
    assert (life.moves[1].origins, life.moves[1].target) == (("countersign",), "edit")


def test_a_step_is_open_until_the_command_that_closes_it_has_settled(desk: Desk) -> None:
    life = life_of(desk)
    completed = seqs(life, EventKind.WORK_ITEM_COMPLETED, "gexingyao")[0]
    [acting] = known(desk, life, completed).steps
    assert (acting.step, acting.acting) == ("起草", True)
    settled = next(one for one in life.settled if one > completed)
    assert [(one.step, one.acting) for one in known(desk, life, settled).steps] == [("部门负责人审核", False)]


def test_the_end_is_known_from_what_is_stored_as_from_executing_again(desk: Desk) -> None:
    life = life_of(desk)
    with reading(desk.house.pool) as connection:
        case = instances.get_instance(connection, desk.instance_id)
        stored = last_known(connection, desk.house.office, case, life)
    assert stored == known(desk, life, len(life.events))


def test_a_record_is_shown_with_what_it_was_before(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_the_end()
    life = life_of(desk)
    changes = [one for one in life.events if one.kind == EventKind.RECORD_CHANGED]
    held: dict[object, dict[str, object]] = {}
    with reading(desk.house.pool) as connection:
        people = {one.username: one.name for one in queries.list_people(connection)}
        said = {**queries.names_of_units(connection), **people}
    for one in changes:
        before = held.setdefault((one.data["record"], one.data["id"]), {})
        values = dict(one.data["values"])
        told = [
            (
                key,
                before.get(key),
                [said.get(one, one) for one in value] if isinstance(value, list) else said.get(value, value),
            )
            for key, value in values.items()
            if before.get(key, ...) != value
        ]
        assert list(known(desk, life, one.seq).record) == told
        before |= values
    assert changes
    assert not known(desk, life, changes[0].seq - 1).record


def test_all_seats_of_a_countersign_are_one_time_at_the_step(desk: Desk) -> None:
    life = life_of(desk)
    times = [(one.activity_id, one.closed is not None) for one in life.passages]
    assert times == [
        ("draft", True),
        ("department_review", True),
        ("draft", True),
        ("department_review", True),
        ("countersign", True),
        ("edit", False),
    ]


def named(step: str, name: str) -> str:
    return f'<bpmn:userTask id="{step}" name="{name}" camunda:assignee="gexingyao" />'


def test_after_a_migration_the_case_runs_on_the_other_version_and_steps_are_called_as_there(
    sqlite_house: House,
) -> None:
    arrows = "s_ -> draft\ndraft -> sign\nsign -> e_"
    case = Running(sqlite_house, model(arrows, {"sign": named("sign", "签发")}))
    case.start()
    with transaction(case.pool) as connection:
        files = model(arrows, {"sign": named("sign", "集体签发")})
        [newer] = case.engine.deploy(connection, files, ACTOR, case.now)
        case.engine.migrate(connection, case.instance_id, newer.id, {}, ACTOR, case.now, "改版")
    case.complete("draft")
    with reading(case.pool) as connection:
        events = case.engine.history(connection, case.instance_id)
        life = Life(case.engine.versions_of(connection, events), events)
    migrated = next(one.seq for one in events if one.kind == EventKind.PROCESS_MIGRATED)
    assert [life.deployed_at(one).definition.version for one in (migrated - 1, migrated)] == [1, 2]
    names = [life.find_activity("sign", one) for one in (migrated - 1, migrated)]
    assert [one.name for one in names if one] == ["签发", "集体签发"]
    assert list(life.standing_at(len(events)).tokens.values()) == ["sign"]


def test_every_event_is_one_of_those_that_can_be_looked_for_or_none(desk: Desk) -> None:
    life = life_of(desk)
    assert [one.kind for one in life.events if is_intervention(one)] == [EventKind.TOKEN_MOVED]
    assert {one.kind for one in life.events if is_change(one)} <= {
        EventKind.PROCESS_STARTED,
        EventKind.WORK_ITEM_COMPLETED,
        EventKind.RECORD_CHANGED,
        EventKind.SERVICE_RETURNED,
    }


def test_what_was_read_is_kept_until_the_case_goes_on(desk: Desk) -> None:
    lives, office = Lives(), desk.house.office
    with reading(desk.house.pool) as connection:
        first = lives.read(connection, office, desk.instance_id)
        assert lives.get(connection, office, desk.instance_id) is first
        assert lives.read(connection, office, desk.instance_id) is first
    desk.act("ranqinghe", "agree", title=desk.title, body=BODY, document_type="通知", main_recipients="各所属企业")
    with reading(desk.house.pool) as connection:
        assert len(lives.get(connection, office, desk.instance_id).events) > len(first.events)


def test_the_case_that_was_opened_longest_ago_makes_room(sqlite_house: House) -> None:
    cases = [Desk(sqlite_house), Desk(sqlite_house)]
    lives = Lives(most_events=len("a few"))
    for desk in cases:
        desk.start()
    with reading(sqlite_house.pool) as connection:
        first, second = (lives.read(connection, sqlite_house.office, desk.instance_id) for desk in cases)
        assert lives.get(connection, sqlite_house.office, cases[1].instance_id) is second
        assert lives.get(connection, sqlite_house.office, cases[0].instance_id) is not first


def test_a_forged_consequence_under_a_whole_chain_shows_both_states(desk: Desk) -> None:
    def elsewhere(event: object) -> dict[str, object] | None:
        opened = event.kind == EventKind.WORK_ITEM_OPENED and event.data["assignee"] == "luanhaiping"
        return {**event.data, "token": 99} if opened else None

    forge(desk.house, desk.instance_id, elsewhere)
    with reading(desk.house.pool) as connection:
        result = Lives().prove(connection, desk.house.office, desk.instance_id)
    life = life_of(desk)
    forged = next(one.seq for one in life.events if one.data.get("token") == 99)
    assert (result.verified, result.divergence_seq) == (False, forged)
    assert result.parting is not None
    assert result.state_hashes == life.command_of(forged)
    told, given = result.parting.told, result.parting.given
    assert [one for one in told.consequences if one not in given.consequences] == [
        next(one for one in told.consequences if '"token":99' in one)
    ]
    assert given.tokens == ("countersign",)


def test_a_forged_input_is_met_where_it_first_makes_a_difference(desk: Desk) -> None:
    def written_otherwise(event: object) -> dict[str, object] | None:
        if event.kind != EventKind.WORK_ITEM_COMPLETED or event.actor != "gexingyao":
            return None
        return dict(json.loads(json.dumps(dict(event.data)).replace("2\\u6708", "3\\u6708")))

    forge(desk.house, desk.instance_id, written_otherwise)
    with reading(desk.house.pool) as connection:
        result = Lives().prove(connection, desk.house.office, desk.instance_id)
    assert not result.verified
    assert result.parting is not None
    assert result.parting.told.tokens == result.parting.given.tokens
    life = life_of(desk)
    after = known(desk, life, len(life.events))
    assert not after.exact
    assert "3月" in str(value(after, "body"))
