"""What goes outside arrives at a real mail server and a real web hook, says how much there is, and nothing of what it is."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from app.house import House, build
from app.outside.sending import send_due
from app.scheduler import follow
from app.settings import Settings, load, outside_secret
from app.transaction import reading, transaction
from engine.persistence.tables import process_instance
from tests.office import BODY, DRAFT, TITLE, Desk
from tests.outside.receivers import Hook, MailServer, hook, mail_server
from tests.workflows.test_comments import say
from workflows import worklist
from workflows.notices import preferences
from workflows.notices.kinds import Channel, Interval, NoticeKind
from workflows.notices.preferences import Preferences
from workflows.notices.records import outside_message

OPINION = "拟同意，元旦安排请再核。"
LINK = "https://banjie.example/worklist"
SECOND = timedelta(seconds=1)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as serving:
        yield serving


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    with hook() as serving:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("BANJIE_ROBOT_URL", serving.url)
        yield serving


def connected(house: House, **sections: dict[str, Any]) -> House:
    """The same installation with ways outside."""
    storage = house.settings.storage
    settings: Settings = load(
        storage={"database_url": storage.database_url, "data_dir": storage.data_dir},
        clock={"adjustable": True},
        notices={"base_url": LINK},
        **sections,
    )
    return build(settings)


def by_mail(port: int, **given: Any) -> dict[str, dict[str, Any]]:
    return {"mail": {"host": "127.0.0.1", "port": port, "starttls": False, "sender": "banjie@muyuan.example", **given}}


def choose(desk: Desk, username: str, **chosen: Any) -> None:
    person = desk.person(username)
    given = Preferences(**{"interval": Interval.INSTANT, **chosen})
    with transaction(desk.house.pool) as connection:
        preferences.save_preferences(connection, desk.house.office, person, given, desk.now)


def reviewed(house: House) -> Desk:
    """A case with a title, a text, an opinion and a comment, which now lies with 栾海平."""
    desk = Desk(house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "agree", OPINION, countersign_units=["AHB"])
    say(desk, "gexingyao", "@栾海平 值班安排请看", "luanhaiping")
    follow(house)
    return desk


def pass_to(desk: Desk, after: timedelta) -> None:
    with transaction(desk.house.pool) as connection:
        desk.house.office.engine.set_clock(connection, desk.now + after)


def errors(desk: Desk) -> list[tuple[str, str | None]]:
    with reading(desk.house.pool) as connection:
        rows = connection.execute(
            select(outside_message.c.state, outside_message.c.error).order_by(outside_message.c.id)
        )
        return [(row.state, row.error) for row in rows]


def assert_says_nothing_of_content(arrived: str) -> None:
    for secret in (TITLE, TITLE[-8:], "节假日", BODY[:6], OPINION, "值班安排", "葛星遥", "石砚秋", "核稿", "会签"):
        assert secret not in arrived


def test_a_digest_arrives_after_ten_seconds_once_and_says_only_how_much(house: House, mail: MailServer) -> None:
    there = connected(house, **by_mail(mail.port))
    desk = Desk(there)
    choose(desk, "luanhaiping", email="luan@muyuan.example")
    desk = reviewed(there)
    with transaction(there.pool) as connection:
        connection.execute(update(process_instance).values(urgency="特急"))
    pass_to(desk, 8 * SECOND)
    assert send_due(there) == 0
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 1
    assert send_due(there) == 0
    [message] = mail.received
    assert (message["To"], message["From"]) == ("luan@muyuan.example", "banjie@muyuan.example")
    assert message["Subject"] == "办结：您有 1 件待办（特急 1 件）、1 条未读通知"
    assert message.get_content().splitlines() == ["您有 1 件待办（特急 1 件）、1 条未读通知，请登录办结查看。", LINK]
    assert_says_nothing_of_content(f"{message['Subject']}{message.get_content()}{mail.raw[0].decode()}")
    there.pool.dispose()


def test_nothing_goes_outside_of_what_was_not_committed(sqlite_house: House, mail: MailServer) -> None:
    there = connected(sqlite_house, **by_mail(mail.port))
    desk = Desk(there)
    choose(desk, "shiyanqiu", email="shi@muyuan.example")
    desk.start()
    [item] = desk.open_items("gexingyao")
    submission = worklist.Submission(item.version, "submit", "", DRAFT)
    drafter = desk.person("gexingyao")
    with there.pool.connect() as connection, connection.begin() as uncommitted:
        worklist.complete(connection, there.office, drafter, item.id, submission, desk.now)
        uncommitted.rollback()
    follow(there)
    pass_to(desk, timedelta(hours=1))
    assert send_due(there) == 0
    assert mail.received == []
    there.pool.dispose()


def test_a_server_that_refuses_is_asked_again_later(sqlite_house: House, mail: MailServer) -> None:
    there = connected(sqlite_house, **by_mail(mail.port))
    desk = Desk(there)
    choose(desk, "luanhaiping", email="luan@muyuan.example")
    desk = reviewed(there)
    mail.refusing = "451 try again later"
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 0
    [*_earlier, (state, error)] = errors(desk)
    assert state == "waiting"
    assert "451" in str(error)
    mail.refusing = ""
    pass_to(
        desk, timedelta(minutes=2)
    )  # the clock runs on while it sends, so that the second attempt waits for a little more
    assert send_due(there) == 1
    assert len(mail.received) == 1
    there.pool.dispose()


def test_a_server_that_hangs_up_over_the_message_is_never_sent_it_again(sqlite_house: House, mail: MailServer) -> None:
    there = connected(sqlite_house, **by_mail(mail.port))
    desk = Desk(there)
    choose(desk, "luanhaiping", email="luan@muyuan.example")
    desk = reviewed(there)
    mail.hangs_up = True
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 0
    assert {state for state, _error in errors(desk)} == {"parked"}
    mail.hangs_up = False
    pass_to(desk, timedelta(days=1))
    assert send_due(there) == 0
    assert mail.received == []
    there.pool.dispose()


@pytest.mark.parametrize("given", [{"starttls": True}, {"username": "banjie"}])
def test_nothing_is_said_to_a_server_that_does_not_encrypt_or_know_us(
    sqlite_house: House, mail: MailServer, given: dict[str, Any]
) -> None:
    there = connected(sqlite_house, **by_mail(mail.port, **given))
    desk = Desk(there)
    choose(desk, "luanhaiping", email="luan@muyuan.example")
    desk = reviewed(there)
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 0
    assert mail.received == []
    assert {state for state, _error in errors(desk)} == {"waiting"}
    there.pool.dispose()


@pytest.mark.parametrize("markdown", [False, True])
@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_robot_says_how_much_to_the_one_it_mentions(
    sqlite_house: House, robot: Hook, kind: str, markdown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANJIE_ROBOT_SECRET", "SEC-of-the-group")
    there = connected(sqlite_house, robot={"format": kind, "markdown": markdown})
    desk = Desk(there)
    choose(desk, "luanhaiping", robot_id="luan.haiping")
    desk = reviewed(there)
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 1
    [(path, body)] = robot.received
    shape = "markdown" if markdown else "text"
    assert body["msgtype"] == shape
    said = body[shape]["text" if kind == "dingtalk" and markdown else "content"]
    assert "您有 1 件待办、1 条未读通知，请登录办结查看。" in said
    assert LINK in said
    assert_says_nothing_of_content(json.dumps(body, ensure_ascii=False))
    query = parse_qs(urlsplit(path).query)
    if kind == "dingtalk":
        assert body["at"]["atUserIds"] == ["luan.haiping"]
        signed = f"{query['timestamp'][0]}\nSEC-of-the-group".encode()
        digest = hmac.new(b"SEC-of-the-group", signed, hashlib.sha256).digest()
        assert query["sign"] == [base64.b64encode(digest).decode()]
    else:
        assert "sign" not in query
        assert "<@luan.haiping>" in said if markdown else body["text"]["mentioned_list"] == ["luan.haiping"]
    there.pool.dispose()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"answer": b'{"errcode":45009,"errmsg":"too often"}'}, "waiting"),
        ({"status": 500}, "waiting"),
        ({"hangs_up": True}, "parked"),
        ({"answer": b"<html>"}, "parked"),
    ],
)
def test_what_a_robot_did_not_take_is_tried_again_only_if_that_is_certain(
    sqlite_house: House, robot: Hook, change: dict[str, Any], state: str
) -> None:
    there = connected(sqlite_house, robot={"format": "wecom"})
    desk = Desk(there)
    choose(desk, "luanhaiping", robot_id="luan")
    desk = reviewed(there)
    for name, value in change.items():
        setattr(robot, name, value)
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 0
    assert {one for one, _error in errors(desk)} == {state}
    there.pool.dispose()


def test_a_channel_that_fails_is_left_alone_for_the_round_and_the_other_goes_on(
    sqlite_house: House, mail: MailServer, robot: Hook
) -> None:
    there = connected(sqlite_house, **by_mail(mail.port), robot={"format": "wecom"})
    desk = Desk(there)
    for username in ("luanhaiping", "wanliqing", "shiyanqiu"):
        choose(desk, username, email=f"{username}@muyuan.example", robot_id=username)
    desk.to_countersign()
    follow(there)
    mail.refusing = "550 no such mailbox"
    pass_to(desk, 10 * SECOND)
    assert send_due(there) == 2
    assert {body["text"]["mentioned_list"][0] for _path, body in robot.received} == {"luanhaiping", "wanliqing"}
    waiting = [error for state, error in errors(desk) if state == "waiting"]
    assert sorted("550" in str(error) for error in waiting) == [False, True], "the second was not even tried"
    there.pool.dispose()


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANJIE_MAIL_PASSWORD", "in the environment")
    assert outside_secret("MAIL_PASSWORD") == "in the environment"
    file = tmp_path / "password"
    file.write_text("in a file\n")
    monkeypatch.setenv("BANJIE_MAIL_PASSWORD_FILE", str(file))
    assert outside_secret("MAIL_PASSWORD") == "in a file"


def test_only_what_somebody_has_chosen_goes_outside(sqlite_house: House, mail: MailServer) -> None:
    there = connected(sqlite_house, **by_mail(mail.port))
    desk = Desk(there)
    choose(desk, "luanhaiping", email="luan@muyuan.example", choices={(NoticeKind.ASSIGNED, Channel.MAIL): False})
    desk.to_countersign()
    follow(there)
    pass_to(desk, timedelta(hours=1))
    assert send_due(there) == 0
    assert mail.received == []
    there.pool.dispose()
