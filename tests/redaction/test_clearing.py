"""清除内容: two people let a content go; digest and record stay, and everything still proves itself."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.house import House
from app.transaction import reading, transaction
from engine.canonical import CLEARED
from engine.errors import ProcessError
from engine.model import Actor
from engine.persistence import history
from tests.engine.test_history import tamper
from tests.office import DRAFT, Desk
from tests.redaction.clearing import approve, ask, breaks, clear, found_in, places, replayed
from workflows import cases, verification
from workflows.attachments import actions as attachments
from workflows.attachments.actions import FileWasCleared
from workflows.boxes import Filter, visible_cases
from workflows.clearings import PlaceKind
from workflows.comments.actions import add_comment
from workflows.redaction import actions
from workflows.redaction.errors import (
    ClearingAsked,
    ClearingDecided,
    OwnClearing,
    PlaceNotFound,
    ReaderCannotClear,
    ReasonTellsContent,
)

SECRET = "北线某型设备部署在七号库，数量二十四台"
TITLE = "关于北线七号库设备部署情况的通知"
OPINION = "七号库部署数量与来件不符，请核对二十四台之数。"
FILE = "北线七号库设备部署情况说明.txt"
CONTENT = f"一、{SECRET}。\n二、其余从略。\n".encode()


def with_a_secret(house: House) -> Desk:
    """A case at countersign, with a secret in its title, body and a file, an opinion and a comment on it."""
    desk = Desk(house, title=TITLE)
    desk.start(title=TITLE)
    with transaction(house.pool) as connection:
        stored = attachments.add(
            connection, house.office.store, FILE, io.BytesIO(CONTENT), 1_000_000, "gexingyao", desk.now
        )
    desk.act("gexingyao", "submit", **{**DRAFT, "title": TITLE, "body": SECRET, "annexes": [stored.id]})
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    desk.act("luanhaiping", "amend", OPINION)
    with transaction(house.pool) as connection:
        say = connection, house.office, desk.person("gexingyao"), desk.instance_id
        add_comment(*say, f"请看：{SECRET}", [], desk.now)
    return desk


@pytest.fixture
def desk(house: House) -> Desk:
    return with_a_secret(house)


@pytest.fixture
def sqlite_desk(sqlite_house: House) -> Desk:
    return with_a_secret(sqlite_house)


def clear_everything(desk: Desk) -> None:
    clear(desk, PlaceKind.FIELD, "title")
    clear(desk, PlaceKind.FIELD, "body")
    clear(desk, PlaceKind.ATTACHMENT, places(desk, PlaceKind.ATTACHMENT)[0].id)
    clear(desk, PlaceKind.OPINION, places(desk, PlaceKind.OPINION)[0].id)


def test_what_was_cleared_is_nowhere_and_everything_still_proves_itself(desk: Desk) -> None:
    house = desk.house
    assert found_in(house, SECRET, TITLE, OPINION, FILE)
    clear_everything(desk)
    assert found_in(house, SECRET, TITLE, OPINION, FILE) == []
    assert breaks(house) == []
    result = replayed(desk)
    assert result.verified
    assert result.redacted_states > 0
    with transaction(house.pool) as connection:
        person = desk.person("gexingyao")
        assert not visible_cases(connection, person, Filter(q="七号库"), desk.now, None).rows
        [row] = visible_cases(connection, person, Filter(q=CLEARED), desk.now, None).rows
        assert row.case.title == CLEARED
        told = cases.timeline(connection, house.office, person, desk.instance_id, desk.now)
        assert CLEARED in [getattr(one, "opinion", "") for one in told]
    desk.act("wanliqing", "agree", "无意见。")
    desk.act("gexingyao", "submit", title="关于设备管理的通知", body="一、从略。", reconciliation="采纳。")
    assert replayed(desk).verified
    assert breaks(house) == []


def test_a_tampered_case_is_still_found_after_a_clearing(desk: Desk) -> None:
    clear(desk, PlaceKind.FIELD, "body")
    house, case = desk.house, desk.instance_id
    with reading(house.pool) as connection:
        events = history.list_events(connection, case)
    seq = next(one.event.seq for one in events if b"$redacted" in one.content)
    told = next(one for one in events if one.event.kind == "content_redacted")
    statement = "UPDATE history_payload SET content = :content WHERE chain = :chain AND seq = :seq"
    put_back = events[seq - 1].content.replace(b'"$redacted":"', b'"$redacted":"0')
    tamper(house, statement, chain=case, seq=seq, content=put_back)
    assert (case, seq, "payload") in breaks(house)
    assert replayed(desk).divergence_seq == seq
    run(house, (statement, {"chain": case, "seq": seq, "content": events[seq - 1].content}))
    assert breaks(house) == []
    told_so = told.content.replace(b'"states":[{"seq":', b'"states":[{"seq":1')
    run(house, (statement, {"chain": case, "seq": told.event.seq, "content": told_so}))
    assert (case, told.event.seq, "payload") in breaks(house)


def run(house: House, *statements: tuple[str, dict[str, object]]) -> None:
    with transaction(house.pool) as connection:
        for statement, values in statements:
            connection.execute(text(statement), values)


def test_another_case_and_a_ledger_that_repeat_the_text_lose_it_too(desk: Desk) -> None:
    house = desk.house
    other = Desk(house, desk.now)
    other.start(title="转来的事项")
    other.act("gexingyao", "submit", **{**DRAFT, "title": "转来的事项", "body": f"来件称：{SECRET}。"})
    with transaction(house.pool) as connection:
        told = {"text": f"常用语：{SECRET}"}
        house.office.engine.record_ledger(
            connection, "office:secrecy", "secret:kept", told, Actor("gexingyao"), desk.now
        )
    clear(desk, PlaceKind.FIELD, "body")
    with reading(house.pool) as connection:
        kept, cleared = house.office.engine.history(connection, "office:secrecy")
    assert (kept.data["text"], cleared.kind) == (CLEARED, "content_redacted")
    assert [one.shown for one in places(other, PlaceKind.FIELD) if one.id == "body"] == []
    assert breaks(house) == []
    assert replayed(other).verified
    with reading(house.pool) as connection:
        [told] = history.list_of_kind(connection, other.instance_id, "content_redacted")
    assert told.event.actor == "yuemingda"
    assert told.event.data["requested_by"] == "zhenliyan"


def test_a_text_that_others_use_as_well_is_cleared_where_it_stands_alone(sqlite_desk: Desk) -> None:
    house = sqlite_desk.house
    other = Desk(house, sqlite_desk.now)
    other.start(title="另一件事项")
    other.act("gexingyao", "submit", **{**DRAFT, "title": "另一件事项", "body": SECRET})
    clear(sqlite_desk, PlaceKind.FIELD, "body", everywhere=False)
    assert places(sqlite_desk, PlaceKind.FIELD) != []
    assert "body" not in {one.id for one in places(sqlite_desk, PlaceKind.FIELD)}
    assert {one.shown for one in places(other, PlaceKind.FIELD) if one.id == "body"} == {SECRET}
    assert breaks(house) == []


def test_a_short_text_is_cleared_where_it_stands_and_nowhere_else(sqlite_desk: Desk) -> None:
    sqlite_desk.act("wanliqing", "agree", "代号甲")
    item = next(one for one in places(sqlite_desk, PlaceKind.OPINION) if one.shown == "代号甲")
    clear(sqlite_desk, PlaceKind.OPINION, item.id)
    assert found_in(sqlite_desk.house, "代号甲") == []
    assert breaks(sqlite_desk.house) == []
    assert replayed(sqlite_desk).verified


def test_a_file_that_was_cleared_is_not_taken_in_again_and_its_digest_stays(sqlite_desk: Desk) -> None:
    house = sqlite_desk.house
    [place] = places(sqlite_desk, PlaceKind.ATTACHMENT)
    clear(sqlite_desk, PlaceKind.ATTACHMENT, place.id)
    assert not house.office.store.path(str(place.sha256)).exists()
    with reading(house.pool) as connection:
        kept = attachments.get(connection, place.id)
        [told] = history.list_of_kind(connection, sqlite_desk.instance_id, "content_redacted")
    assert kept.sha256 == place.sha256
    assert kept.name.startswith("内容已清除（2025-11-")
    assert "岳明达" in kept.name
    assert told.event.data["files"] == [place.sha256]
    with pytest.raises(FileWasCleared), transaction(house.pool) as connection:
        attachments.add(
            connection, house.office.store, "又.txt", io.BytesIO(CONTENT), 1_000_000, "gexingyao", sqlite_desk.now
        )
    assert not house.office.store.path(str(place.sha256)).exists()


def test_verify_names_a_file_that_outlived_its_clearing_and_the_next_tick_removes_it(sqlite_desk: Desk) -> None:
    house = sqlite_desk.house
    [place] = places(sqlite_desk, PlaceKind.ATTACHMENT)
    with transaction(house.pool) as connection:
        attachments.clear(connection, str(place.sha256), "内容已清除", sqlite_desk.now)
    assert ("files", None, place.sha256) in breaks(house)
    from app.scheduler import Ticker

    Ticker(house).tick()
    with reading(house.pool) as connection:
        assert not [one for one in verification.verify(connection, house.office) if one.chain == "files"]


def test_the_database_refuses_everything_but_the_clearing(desk: Desk) -> None:
    clear(desk, PlaceKind.FIELD, "body")
    for statement in (
        "UPDATE history_payload SET content = content",
        "DELETE FROM history_payload",
        "UPDATE history_event SET actor = 'x'",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            run(desk.house, (statement, {}))


def test_a_slip_lets_through_its_own_content_alone_and_only_where_the_chain_tells_of_it(desk: Desk) -> None:
    house, case = desk.house, desk.instance_id
    slip = "INSERT INTO redaction_slip (chain, seq, told_in, salt, content) VALUES (:chain, 4, :told, :salt, :content)"
    change = "UPDATE history_payload SET salt = :salt, content = :content WHERE chain = :chain AND seq = 4"
    values = {"chain": case, "salt": b"s" * 16, "content": b"{}"}
    with pytest.raises(DatabaseError, match="append-only"):
        run(house, (slip, {**values, "told": 5}), (change, values))
    clear(desk, PlaceKind.OPINION, places(desk, PlaceKind.OPINION)[0].id)
    with reading(house.pool) as connection:
        [told] = history.list_of_kind(connection, case, "content_redacted")
    with pytest.raises(DatabaseError, match="append-only"):
        run(house, (slip, {**values, "told": told.event.seq}), (change, {**values, "content": b'{"a":1}'}))
    assert breaks(house) == []


@pytest.mark.parametrize(
    ("username", "refused"),
    [
        ("zhenliyan", None),
        ("shaxiaoman", None),
        ("gexingyao", "PostRequired"),
        ("yuemingda", "PostRequired"),
        ("jiziheng", "PostRequired"),
        ("peishenzhi", "ReaderCannotClear"),
        ("changguanfu", "ReaderCannotClear"),
    ],
)
def test_who_may_ask(sqlite_house: House, username: str, refused: str | None) -> None:
    person = Desk(sqlite_house).person(username)
    refusal = actions.may_ask(person)
    assert (type(refusal).__name__ if refusal else None) == refused


@pytest.mark.parametrize(
    ("username", "refused"),
    [
        ("yuemingda", None),
        ("zhenliyan", None),
        ("shaxiaoman", "PostRequired"),
        ("jiziheng", "PostRequired"),
        ("peishenzhi", "ReaderCannotClear"),
        ("changguanfu", "ReaderCannotClear"),
    ],
)
def test_who_may_decide(sqlite_house: House, username: str, refused: str | None) -> None:
    refusal = actions.may_decide(Desk(sqlite_house).person(username))
    assert (type(refusal).__name__ if refusal else None) == refused


def test_it_takes_two_people_and_each_decides_once(sqlite_desk: Desk) -> None:
    clearing_id = ask(sqlite_desk, PlaceKind.FIELD, "body")
    with pytest.raises(ClearingAsked):
        ask(sqlite_desk, PlaceKind.FIELD, "body")
    with pytest.raises(OwnClearing):
        approve(sqlite_desk, clearing_id, by="zhenliyan")
    with pytest.raises(ReaderCannotClear):
        approve(sqlite_desk, clearing_id, by="changguanfu")
    assert found_in(sqlite_desk.house, SECRET)
    approve(sqlite_desk, clearing_id)
    with pytest.raises(ClearingDecided):
        approve(sqlite_desk, clearing_id)
    with pytest.raises(PlaceNotFound):
        ask(sqlite_desk, PlaceKind.FIELD, "body")


def test_a_reason_does_not_repeat_the_content(sqlite_desk: Desk) -> None:
    person = sqlite_desk.person("zhenliyan")
    with pytest.raises(ReasonTellsContent), transaction(sqlite_desk.house.pool) as connection:
        actions.ask(
            connection,
            sqlite_desk.house.office,
            person,
            sqlite_desk.instance_id,
            "field",
            "body",
            f"误存：{SECRET}",
            sqlite_desk.now,
            everywhere=True,
        )


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    secret=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=12, max_size=40),
    before=st.sampled_from(["", "摘要：", '"引号"\\']),
)
def test_no_form_of_any_text_outlives_its_clearing(house: House, secret: str, before: str) -> None:
    desk = Desk(house)
    secret = f"密件{secret}"
    desk.start(title="随机内容的事项")
    desk.act("gexingyao", "submit", **{**DRAFT, "title": "随机内容的事项", "body": before + secret})
    try:
        desk.act("shiyanqiu", "return", f"不妥：{secret}")
    except ProcessError:
        desk.act("shiyanqiu", "agree", f"可以：{secret}", countersign_units=["AHB"])
    clear(desk, PlaceKind.FIELD, "body")
    opinions = places(desk, PlaceKind.OPINION)
    for one in opinions:
        clear(desk, PlaceKind.OPINION, one.id)
    assert found_in(house, secret) == []
    assert replayed(desk).verified
    assert breaks(house) == []
