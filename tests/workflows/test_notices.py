"""Notices: who is told what of a case, once, and never of their own acts; what of it goes outside, when, and when not."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from app.house import House
from app.transaction import reading, transaction
from engine.following import follow
from engine.model import Actor, EventKind, HistoryEvent
from engine.persistence.tables import process_instance
from tests.engine.running import Running
from tests.flows import model, user
from tests.office import DRAFT, SYSTEM, Desk
from tests.workflows.test_comments import say
from workflows import definitions, worklist
from workflows.notices import outbox, preferences
from workflows.notices.follower import write_notices
from workflows.notices.kinds import ALWAYS, Channel, Interval, NoticeKind
from workflows.notices.preferences import EmailRefused, Preferences, RobotIdRefused
from workflows.notices.reading import (
    NoticeNotFound,
    count_unread,
    list_notices,
    read_all,
    read_notice,
    receipts_of,
)
from workflows.notices.records import notice, outside_message
from workflows.notices.settings import NoticeSettings
from workflows.notices.telling import is_bare, told_of
from workflows.notices.timing import goes_out_at
from workflows.operations import hands, signers

SETTINGS = NoticeSettings(
    undo=timedelta(seconds=10),
    daily_at=time(8, 30),
    bare_words=frozenset({"同意", "已阅"}),
    channels=frozenset({Channel.MAIL, Channel.ROBOT}),
    most_attempts=3,
    first_pause=timedelta(seconds=30),
)
POOL = user("take", attributes='camunda:candidateUsers="gexingyao,shaxiaoman,ranqinghe"')
AT = datetime(2025, 11, 7, 1, 0, tzinfo=UTC)


def followed(house: House, settings: NoticeSettings = SETTINGS) -> None:
    doors = partial(transaction, house.pool), partial(reading, house.pool)
    follow(*doors, [partial(write_notices, settings=settings)])


def told(desk: Desk, username: str, *, unread: bool = True) -> list[str]:
    """The kinds of what somebody was told of the case, the newest first."""
    with reading(desk.house.pool) as connection:
        page = list_notices(connection, desk.person(username), desk.now, unread=unread, limit=100)
    return [one.kind.value for one in page.rows if one.instance_id == desk.instance_id]


def choose(desk: Desk, username: str, **chosen: Any) -> None:
    given = Preferences(**{"email": "someone@muyuan.example", "interval": Interval.INSTANT, **chosen})
    person = desk.person(username)
    with transaction(desk.house.pool) as connection:
        preferences.save_preferences(connection, desk.house.office, person, given, desk.now)


def taken(desk: Desk, after: timedelta) -> list[outbox.Outgoing]:
    """Take up everything that is due so long after the last act, and write that it has arrived."""
    found = []
    while True:
        with transaction(desk.house.pool) as connection:
            one = outbox.take_due(connection, SETTINGS, desk.now + after)
            if one is None:
                return found
            if one.outgoing is not None:
                outbox.sent(connection, one.outgoing, desk.now + after)
                found.append(one.outgoing)


def states(desk: Desk) -> list[str]:
    with reading(desk.house.pool) as connection:
        return list(connection.scalars(select(outside_message.c.state).order_by(outside_message.c.id)))


def event(kind: str, seq: int, **given: Any) -> HistoryEvent:
    values = {"actor": "system", "on_behalf_of": None, "recorded_by": None, "activity_id": None, "work_item_id": None}
    return HistoryEvent(
        chain="",
        seq=seq,
        at=AT,
        kind=kind,
        payload_digest="",
        previous_hash="",
        hash="",
        **{"data": {}, **values, **given},
    )


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


@pytest.fixture
def started(desk: Desk) -> Desk:
    """葛星遥 has handed in a draft; it lies with 石砚秋."""
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    return desk


def test_who_is_to_act_is_told_and_who_has_acted_is_not(started: Desk) -> None:
    followed(started.house)
    assert told(started, "shiyanqiu") == ["assigned"]
    assert told(started, "gexingyao") == []
    assert told(started, "luanhaiping") == []


def test_following_the_same_events_again_tells_nobody_twice(started: Desk) -> None:
    followed(started.house)
    with transaction(started.house.pool) as connection:
        connection.execute(update(process_instance).values(followed_seq=0))
    followed(started.house)
    assert told(started, "shiyanqiu") == ["assigned"]


def test_whoever_acts_on_an_item_has_read_of_it(started: Desk) -> None:
    followed(started.house)
    started.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    followed(started.house)
    assert told(started, "shiyanqiu") == []
    with reading(started.house.pool) as connection:
        [one] = list_notices(connection, started.person("shiyanqiu"), started.now).rows
    assert one.read_at == started.now
    assert told(started, "luanhaiping") == ["assigned"]


def test_a_pool_is_offered_and_moot_for_the_others_once_somebody_has_taken_it(desk: Desk) -> None:
    files = model("s_ -> take\ntake -> e_", {"take": POOL})
    with transaction(desk.house.pool) as connection:
        definitions.deploy_as(connection, desk.house.office, SYSTEM, files, desk.now)
    desk.start("gexingyao", key="flow")
    followed(desk.house)
    assert told(desk, "shaxiaoman") == ["offered"]
    [item] = desk.open_items("shaxiaoman")
    with transaction(desk.house.pool) as connection:
        person = desk.person("shaxiaoman")
        worklist.claim(connection, desk.house.office, person, item.id, item.version, desk.now)
    followed(desk.house)
    assert told(desk, "shaxiaoman") == []
    assert told(desk, "ranqinghe", unread=False) == []
    [item] = desk.open_items("shaxiaoman")
    with transaction(desk.house.pool) as connection:
        worklist.release(connection, desk.house.office, person, item.id, item.version, desk.now)
    followed(desk.house)
    assert told(desk, "ranqinghe") == ["offered"]


def two_steps(house: House) -> tuple[Running, Desk]:
    """葛星遥 has written; it lies with 石砚秋."""
    check = user("check", attributes='camunda:assignee="shiyanqiu"')
    case, desk = Running(house, model("s_ -> write\nwrite -> check\ncheck -> e_", {"check": check})), Desk(house)
    case.start()
    case.complete("write")
    desk.instance_id, desk.now = case.instance_id, case.now
    return case, desk


def all_told(case: Running) -> list[tuple[str, str]]:
    """Who is told what of the whole case, as if nobody of the office had acted."""
    with reading(case.pool) as connection:
        events = as_by_system(case.engine.history(connection, case.instance_id))
        return [(one.person, one.kind.value) for one in told_of(connection, case.instance_id, events, frozenset())]


WRITTEN = [("gexingyao", "assigned"), ("shiyanqiu", "assigned")]


def test_who_is_sent_back_to_is_told_so(house: House) -> None:
    case, _desk = two_steps(house)
    case.send_back("check", "write")
    assert all_told(case) == [*WRITTEN, ("gexingyao", "sent_back")]


def test_from_whom_an_item_is_withdrawn_is_told_so(house: House) -> None:
    case, _desk = two_steps(house)
    case.withdraw("write")
    assert sorted(all_told(case)) == sorted([*WRITTEN, ("gexingyao", "assigned"), ("shiyanqiu", "withdrawn")])


def test_a_cancelled_case_is_told_to_its_initiator_and_to_who_had_it_in_hand(house: House) -> None:
    case, _desk = two_steps(house)
    case.act("cancel", "不再需要。")
    assert all_told(case) == [*WRITTEN, ("shiyanqiu", "cancelled"), ("gexingyao", "cancelled")]


def as_by_system(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    """The same events as if nobody of the office had acted."""
    return [HistoryEvent(**{**vars(one), "actor": "system"}) for one in events]


def test_whose_case_has_ended_is_told(house: House) -> None:
    desk = Desk(house)
    desk.to_the_end()
    followed(house)
    assert told(desk, "gexingyao")[0] == "completed"


def test_a_mention_goes_to_the_mentioned_and_the_comment_to_whom_it_concerns(started: Desk) -> None:
    followed(started.house)
    one = say(started, "gexingyao", "@甄立言 请看", "zhenliyan")
    followed(started.house)
    assert told(started, "zhenliyan") == ["mentioned"]
    assert told(started, "shiyanqiu") == ["commented", "assigned"]
    assert told(started, "gexingyao") == []
    say(started, "shiyanqiu", "@葛星遥 好", "gexingyao")
    followed(started.house)
    assert told(started, "gexingyao") == ["mentioned"]
    with transaction(started.house.pool) as connection:
        person = started.person("zhenliyan")
        [mention] = list_notices(connection, person, started.now).rows
        read_notice(connection, person, mention.id, started.now + timedelta(minutes=3))
        receipts = receipts_of(connection, started.instance_id, [one.seq])[one.seq]
    assert [(receipt.person, receipt.read_at is not None) for receipt in receipts] == [
        ("zhenliyan", True),
        ("shiyanqiu", False),
    ]


def test_urging_handing_on_and_circulating_tell_those_they_are_for(started: Desk) -> None:
    [item] = started.open_items("shiyanqiu")
    about = {"work_item_id": item.id, "actor": "gexingyao"}
    opened = {"assignee": "wanliqing", "candidates": [], "role": "copy"}
    events = [
        event("work_item:urged", 1, data={"message": "请今天办。", "to": ["shiyanqiu", "gexingyao"]}, **about),
        event("work_item:transferred", 2, data={"from": "shiyanqiu", "to": "wanliqing"}, **about),
        event("work_item:delegated", 3, data={"from": "gexingyao", "to": "wanliqing"}, **about),
        event("work_item:resolved", 4, data={"to": "shiyanqiu"}, **about),
        event("process:circulated", 5, actor="gexingyao"),
        event("work_item:opened", 6, data=opened, **about),
        event("work_item:withdrawn", 7, **about),
        event("work_item:cancelled", 8, data={"reason": "moved"}, **about),
        event("incident:opened", 9, actor="gexingyao"),
        event("work_item:overdue", 10, work_item_id=item.id, data={"number": 2, "to": ["shiyanqiu"]}),
    ]
    with reading(started.house.pool) as connection:
        found = list(told_of(connection, started.instance_id, events, frozenset()))
    assert [(one.person, one.kind.value, one.facts.get("away", False)) for one in found] == [
        ("shiyanqiu", "urged", False),
        ("wanliqing", "transferred", False),
        ("shiyanqiu", "transferred", True),
        ("wanliqing", "delegated", False),
        ("shiyanqiu", "resolved", False),
        ("wanliqing", "circulated", False),
        ("shiyanqiu", "withdrawn", False),
        ("zhenliyan", "incident", False),
        ("boruoxi", "incident", False),
        ("shiyanqiu", "overdue", False),
    ]
    assert found[0].facts == {"step": item.name, "message": "请今天办。"}
    assert found[-1].facts == {"step": item.name, "number": 2}


def operate(started: Desk, act: Callable[..., object], *given: Any, username: str = "shiyanqiu") -> None:
    """Do something with the item that lies with 石砚秋, by the office's own operation, and let it be followed."""
    [item] = started.open_items("shiyanqiu")
    house, person = started.house, started.person(username)
    with transaction(house.pool) as connection:
        act(connection, house.office, person, item.id, *given, started.now)
    followed(house)


def version(started: Desk) -> int:
    [item] = started.open_items("shiyanqiu")
    return item.version


def test_what_people_do_with_an_item_is_told_to_those_it_is_for(started: Desk) -> None:
    operate(started, hands.urge, version(started), "请今天办。", username="gexingyao")
    assert told(started, "shiyanqiu") == ["urged", "assigned"]
    operate(started, hands.circulate, ["quanning"], "请知悉")
    assert told(started, "quanning") == ["circulated"]
    assert told(started, "gexingyao") == []
    operate(started, signers.add_signer, version(started), ["ranqinghe"], "before", "请先看")
    assert told(started, "ranqinghe") == ["assigned"]
    started.act("ranqinghe", "agree")
    operate(started, hands.transfer, version(started), "luanhaiping", "出差")
    assert told(started, "luanhaiping") == ["transferred"]
    assert told(started, "shiyanqiu") == []


def test_a_copy_goes_outside_as_news_and_not_as_something_to_do(started: Desk) -> None:
    choose(started, "quanning")
    operate(started, hands.circulate, ["quanning"], "请知悉")
    [one] = taken(started, timedelta(minutes=1))
    assert (one.todo, one.unread) == (0, 1)


def test_what_is_overdue_goes_outside_while_the_item_is_open(started: Desk) -> None:
    choose(started, "gexingyao")
    [item] = started.open_items("shiyanqiu")
    late = event("work_item:overdue", 99, work_item_id=item.id, data={"number": 1, "to": ["gexingyao"]})
    with transaction(started.house.pool) as connection:
        write_notices(connection, started.instance_id, [late], SETTINGS)
    started.now = AT
    [one] = taken(started, timedelta(minutes=1))
    assert (one.todo, one.unread) == (0, 1)


@pytest.mark.parametrize(
    ("opinion", "bare"),
    [
        ("同意", True),
        ("同意。", True),
        (" 已阅！ ", True),
        ("", True),
        ("同意，请办公室阅办。", False),
        ("请速办", False),
    ],
)
def test_a_bare_consent_instructs_nobody(opinion: str, bare: bool) -> None:
    assert is_bare(opinion, SETTINGS.bare_words) is bare


@pytest.mark.parametrize(("opinion", "kinds"), [("同意。", []), ("请办公室三日内报结果。", ["instruction"])])
def test_an_instruction_reaches_the_registry_clerk_who_acted(house: House, opinion: str, kinds: list[str]) -> None:
    """PRACTICE of such offices: after 领导批示 the 文书 wants to know, but not of a bare 同意."""
    desk = Desk(house)
    register = user("register_it", attributes='camunda:assignee="shaxiaoman"')
    kind = '<camunda:properties><camunda:property name="kind" value="instruct" /></camunda:properties>'
    kind = f"<bpmn:extensionElements>{kind}</bpmn:extensionElements>"
    lead = user("lead", kind, 'camunda:assignee="qiujingan"')
    with transaction(house.pool) as connection:
        files = model(
            "s_ -> register_it\nregister_it -> lead\nlead -> file_it\nfile_it -> e_",
            {"register_it": register, "lead": lead},
        )
        definitions.deploy_as(connection, house.office, SYSTEM, files, desk.now)
    desk.start("gexingyao", key="flow")
    desk.act("shaxiaoman", "submit")
    desk.act("qiujingan", "submit", opinion)
    followed(house)
    assert [one for one in told(desk, "shaxiaoman") if one == "instruction"] == kinds


def test_what_one_may_no_longer_see_is_told_without_its_content(started: Desk) -> None:
    followed(started.house)
    outsider = started.person("suiyiming")
    with transaction(started.house.pool) as connection:
        row = connection.execute(select(notice).where(notice.c.person == "shiyanqiu")).one()._mapping
        connection.execute(insert(notice).values({**row, "id": 4711, "person": "suiyiming"}))
        [seen] = list_notices(connection, outsider, started.now).rows
    assert (seen.visible, seen.title, seen.facts) == (False, "", {})


def test_notices_are_read_by_their_own_person_alone_and_leafed_through(started: Desk) -> None:
    for number in range(5):
        say(started, "gexingyao", f"第{number}句")
    followed(started.house)
    person, other = started.person("shiyanqiu"), started.person("gexingyao")
    with transaction(started.house.pool) as connection:
        first = list_notices(connection, person, started.now, limit=4)
        second = list_notices(connection, person, started.now, after=first.next, limit=4)
        ids = [one.id for one in (*first.rows, *second.rows)]
        assert (ids, second.next) == (sorted(set(ids), reverse=True), None)
        assert len(ids) == count_unread(connection, person, started.now) == 6
        with pytest.raises(NoticeNotFound):
            read_notice(connection, other, ids[0], started.now)
        assert read_all(connection, person, started.now, up_to=ids[1]) == 5
        assert [one.id for one in list_notices(connection, person, started.now, unread=True).rows] == ids[:1]


def test_what_somebody_does_not_want_is_not_told_but_for_what_everybody_is_told(started: Desk) -> None:
    unwanted = {(kind, Channel.IN_APP): False for kind in NoticeKind}
    choose(started, "shiyanqiu", choices=unwanted)
    say(started, "gexingyao", "一句")
    followed(started.house)
    assert told(started, "shiyanqiu") == ["assigned"]
    with reading(started.house.pool) as connection:
        kept = preferences.preferences_of(connection, ["shiyanqiu"])["shiyanqiu"]
    assert {kind for kind in NoticeKind if kept.wants(kind, Channel.IN_APP)} == ALWAYS


@pytest.mark.parametrize(
    "email",
    ["no", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "甲@b.example", "a@-b-.example", "@c.example"],
)
def test_what_is_no_address_is_refused(desk: Desk, email: str) -> None:
    with pytest.raises(EmailRefused):
        choose(desk, "shiyanqiu", email=email)


def test_what_is_no_userid_is_refused(desk: Desk) -> None:
    with pytest.raises(RobotIdRefused):
        choose(desk, "shiyanqiu", robot_id="> # all")


def test_choices_are_told_to_a_ledger(desk: Desk) -> None:
    choose(desk, "shiyanqiu", choices={(NoticeKind.COMMENTED, Channel.MAIL): True})
    choose(desk, "shiyanqiu", choices={(NoticeKind.COMMENTED, Channel.MAIL): True})
    with reading(desk.house.pool) as connection:
        told_twice = desk.house.office.engine.history(connection, preferences.LEDGER)
    assert [one.data["choices"] for one in told_twice] == [{"commented.mail": True}] * 2


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("interval", "local", "expected"),
    [
        (Interval.INSTANT, "09:59:59", "10:00:09"),
        (Interval.HOURLY, "09:59:50", "10:00:00"),
        (Interval.HOURLY, "09:59:51", "11:00:00"),
        (Interval.DAILY, "08:29:50", "08:30:00"),
        (Interval.DAILY, "08:29:51", "08:30:00+1"),
        (Interval.NEVER, "08:00:00", None),
    ],
)
def test_nothing_goes_outside_while_the_step_can_be_taken_back(
    interval: Interval, local: str, expected: str | None
) -> None:
    at = datetime.fromisoformat(f"2025-11-07T{local}+08:00").astimezone(UTC)
    going = goes_out_at(interval, at, SETTINGS)
    if expected is None:
        assert going is None
    else:
        clock, _plus, days = expected.partition("+")
        day = datetime.fromisoformat(f"2025-11-07T{clock}+08:00") + timedelta(days=int(days or 0))
        assert going == day


def test_a_message_waits_ten_seconds_and_is_taken_once(started: Desk) -> None:
    choose(started, "shiyanqiu")
    followed(started.house)
    assert taken(started, timedelta(seconds=9.9)) == []
    [one] = taken(started, timedelta(seconds=10))
    assert (one.channel, one.address, one.todo, one.urgent, one.unread) == (
        Channel.MAIL,
        "someone@muyuan.example",
        1,
        0,
        0,
    )
    assert taken(started, timedelta(hours=1)) == []
    assert states(started) == ["sent"]


def test_what_was_taken_back_in_time_goes_to_nobody(house: House) -> None:
    case, desk = two_steps(house)
    choose(desk, "shiyanqiu")
    followed(house)
    case.withdraw("write")
    followed(house)
    desk.now = case.now
    assert taken(desk, timedelta(minutes=1)) == []
    assert states(desk) == ["dropped"]


@pytest.mark.parametrize(
    "chosen", [{"interval": Interval.NEVER}, {"email": ""}, {"choices": {(NoticeKind.ASSIGNED, Channel.MAIL): False}}]
)
def test_what_is_no_longer_wanted_when_it_is_due_goes_to_nobody(started: Desk, chosen: dict[str, Any]) -> None:
    choose(started, "shiyanqiu")
    followed(started.house)
    choose(started, "shiyanqiu", **chosen)
    assert taken(started, timedelta(minutes=1)) == []
    assert states(started) == ["dropped"]


def test_what_was_read_meanwhile_goes_to_nobody(started: Desk) -> None:
    choose(started, "shiyanqiu")
    followed(started.house)
    with transaction(started.house.pool) as connection:
        read_all(connection, started.person("shiyanqiu"), started.now)
    assert taken(started, timedelta(minutes=1)) == []


def test_what_is_due_together_goes_in_one_message_by_each_channel(started: Desk) -> None:
    mail_of_comments = {(NoticeKind.COMMENTED, Channel.MAIL): True}
    choose(started, "shiyanqiu", robot_id="shi.yanqiu", interval=Interval.HOURLY, choices=mail_of_comments)
    say(started, "gexingyao", "一句")
    say(started, "gexingyao", "又一句")
    followed(started.house)
    found = {one.channel: one for one in taken(started, timedelta(hours=1))}
    assert {channel: (len(one.rows), one.todo, one.unread) for channel, one in found.items()} == {
        Channel.MAIL: (3, 1, 2),
        Channel.ROBOT: (1, 1, 2),
    }
    assert found[Channel.ROBOT].address == "shi.yanqiu"


def test_what_certainly_did_not_arrive_is_tried_later_and_set_aside_in_the_end(started: Desk) -> None:
    choose(started, "shiyanqiu")
    followed(started.house)
    at = started.now + timedelta(seconds=10)
    for pause in (30, 60, None):
        with transaction(started.house.pool) as connection:
            one = outbox.take_due(connection, SETTINGS, at)
            assert one is not None
            assert one.outgoing is not None
            outbox.not_sent(connection, one.outgoing, "refused", SETTINGS, at)
            assert outbox.take_due(connection, SETTINGS, at + timedelta(seconds=29)) is None
            at += timedelta(seconds=pause or 3600)
            assert outbox.is_due(connection, at) is (pause is not None)
    with reading(started.house.pool) as connection:
        assert [(one.person, one.error) for one in outbox.list_stuck(connection, at)] == [("shiyanqiu", "refused")]


def test_whoever_dies_while_sending_leaves_a_message_that_is_not_sent_again(started: Desk) -> None:
    choose(started, "shiyanqiu")
    followed(started.house)
    at = started.now + timedelta(seconds=10)
    with transaction(started.house.pool) as connection:
        assert outbox.take_due(connection, SETTINGS, at) is not None
    with transaction(started.house.pool) as connection:
        assert outbox.take_due(connection, SETTINGS, at + timedelta(days=1)) is None
        assert outbox.list_stuck(connection, at + timedelta(minutes=9)) == []
        assert len(outbox.list_stuck(connection, at + timedelta(minutes=11))) == 1


def test_a_channel_that_the_installation_does_not_have_keeps_nothing_waiting(started: Desk) -> None:
    choose(started, "shiyanqiu")
    followed(started.house, NoticeSettings(**{**vars(SETTINGS), "channels": frozenset()}))
    with reading(started.house.pool) as connection:
        assert connection.scalar(select(func.count()).select_from(outside_message)) == 0


def test_an_input_that_marks_nothing_replays(started: Desk) -> None:
    with transaction(started.house.pool) as connection:
        locked = started.house.office.engine.lock_case(connection, started.instance_id)
        said = {"comment": "", "mentions": []}
        early = started.now - timedelta(hours=1)
        at = started.house.office.engine.tell(
            connection, locked, EventKind.CASE_COMMENTED, said, (), Actor("gexingyao"), early
        )
        assert at == started.now
        assert started.house.office.engine.replay(connection, started.instance_id).verified
