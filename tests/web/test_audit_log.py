"""审计日志: everything is recorded, found again by whoever audits, and tells no secret."""

import csv
import io
import json
import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.words import ACTS, CATEGORIES, told_sentence
from app.house import House, build
from app.settings import load
from app.settings_told import LEDGER, tell_settings
from app.transaction import reading, transaction
from engine.model import HistoryEvent
from engine.persistence.database import create_schema
from engine.persistence.history import list_ledgers
from engine.persistence.tables import history_payload
from tests.office import DRAFT, PASSWORD, TITLE, Desk
from tests.web.clerk import Clerk
from tests.web.test_api import Caller
from workflows import verification
from workflows.audit_log import projection
from workflows.audit_log.entries import category_of
from workflows.audit_log.records import audit_entry
from workflows.organisation import passwords
from workflows.visibility import readings_of

LOG = "/audit/log"
ROW = re.compile(r'<tr id="([^"]+)">(.*?)</tr>', re.DOTALL)
NEXT = re.compile(r'rel="next" href="([^"]+)"')
TYPED_AS_NAME = "Wd7-typed-in-the-wrong-field"


def events(house: House, chain: str) -> list[HistoryEvent]:
    with reading(house.pool) as connection:
        return house.office.engine.history(connection, chain)


def told(house: House, chain: str) -> list[tuple[str, str]]:
    return [(one.actor, one.kind) for one in events(house, chain)]


def rows(page: str) -> list[str]:
    """What each row of the log says, without its tags."""
    return [re.sub(r"<[^>]+>|\s+", " ", row) for _id, row in ROW.findall(page)]


@pytest.fixture(scope="module")
def desk(lasting_house: House) -> Desk:
    desk = Desk(lasting_house)
    desk.to_countersign()
    return desk


@pytest.fixture(scope="module")
def auditor(lasting_site: Flask) -> Clerk:
    return Clerk(lasting_site, "peishenzhi")


def test_who_comes_and_goes_is_recorded_and_what_an_unknown_name_was_is_not(
    lasting_site: Flask, lasting_house: House
) -> None:
    ledger = "office:sign_ins"
    before = len(events(lasting_house, ledger))
    clerk = Clerk(lasting_site, "zonghuaigu")
    clerk.post("/sign-out")
    for _ in range(passwords.FAILURES_BEFORE_PAUSE):
        clerk.post("/sign-in", username="tongxueling", password="wrong")
    clerk.post("/sign-in", username="tongxueling", password=PASSWORD)
    clerk.post("/sign-in", username=TYPED_AS_NAME, password="x")
    caller = Caller(lasting_site, "zonghuaigu")
    assert caller.get("/people").status_code == 200
    new = events(lasting_house, ledger)[before:]
    assert [(one.actor, one.kind, one.data.get("username"), one.data.get("reason")) for one in new] == [
        ("zonghuaigu", "sign_in:admitted", "zonghuaigu", None),
        ("zonghuaigu", "sign_in:ended", "zonghuaigu", None),
        *[("system", "sign_in:refused", "tongxueling", "password")] * passwords.FAILURES_BEFORE_PAUSE,
        ("system", "sign_in:refused", "tongxueling", "locked"),
        ("system", "sign_in:refused", None, "unknown"),
        ("zonghuaigu", "token:issued", "zonghuaigu", None),
    ]
    assert {one.data["address"] for one in new} == {"127.0.0.1"}


def test_a_changed_password_is_recorded_and_one_that_was_not_right(lasting_site: Flask, lasting_house: House) -> None:
    clerk = Clerk(lasting_site, "wanliqing")
    before = len(events(lasting_house, "office:sign_ins"))
    clerk.post("/password", old_password="wrong", new_password="chosen-by-her", repeated="chosen-by-her")
    clerk.post("/password", old_password=PASSWORD, new_password="chosen-by-her", repeated="chosen-by-her")
    assert told(lasting_house, "office:sign_ins")[before:] == [
        ("system", "password:refused"),
        ("wanliqing", "password:changed"),
    ]


def test_whoever_reads_a_case_is_recorded_and_whoever_may_not_is_not(
    lasting_site: Flask, lasting_house: House, desk: Desk
) -> None:
    case = f"/cases/{desk.instance_id}"
    for path in (case, f"{case}/print", f"{case}/comments"):
        assert Clerk(lasting_site, "luanhaiping").get(path).status_code == 200
        assert Clerk(lasting_site, "tanzhixing").get(path).status_code == 403
    read = [(one.data["instance"], one.data["what"]) for one in events(lasting_house, readings_of("luanhaiping"))]
    assert read == [(desk.instance_id, what) for what in ("case", "print", "comments")]
    assert events(lasting_house, readings_of("tanzhixing")) == []


def test_which_attachment_was_opened_and_which_register_was_taken_along_is_recorded(
    lasting_site: Flask, lasting_house: House
) -> None:
    clerk = Clerk(lasting_site, "gexingyao")
    sent = clerk.upload("对照表.txt", "一、元旦".encode()).json["id"]
    item = clerk.start(TITLE)
    assert clerk.submit(item, **DRAFT, annexes=sent).status_code == 302
    clerk.download(f"/attachments/{sent}")
    [opened] = [one for one in events(lasting_house, readings_of("gexingyao")) if one.data.get("what") == "attachment"]
    assert opened.data["attachment"] == sent
    registry = Clerk(lasting_site, "shaxiaoman")
    with registry._client.get("/documents/register.xlsx?year=2025") as answer:
        assert answer.status_code == 200
    [taken] = [one for one in events(lasting_house, readings_of("shaxiaoman")) if one.kind == "table:exported"]
    assert taken.data == {"table": "发文登记簿", "asked": "year=2025"}


def test_the_log_is_narrowed_by_each_filter(
    lasting_site: Flask, lasting_house: House, desk: Desk, auditor: Clerk
) -> None:
    Clerk(lasting_site, "shiyanqiu").get(f"/cases/{desk.instance_id}")
    Clerk(lasting_site).post("/sign-in", username="quanning", password="wrong")

    def found(**asked: str) -> list[str]:
        return rows(auditor.get(f"{LOG}?{'&'.join(f'{key}={quote(value)}' for key, value in asked.items())}").text)

    assert found(person="shiyanqiu") == found(person="石砚秋")
    assert all("石砚秋" in one for one in found(person="石砚秋"))
    assert all("编号" in one for one in found(category="numbers"))
    assert all("打印" in one for one in found(act="case:read:print"))
    about = found(object=f"case:{desk.instance_id}")
    assert about
    assert all(TITLE in one for one in about)
    assert found(object=f"case:{desk.instance_id}", person="gexingyao") == []
    assert found(since="2025-11-07", until="2025-11-07", category="readings") == []
    assert found(since="2100-01-01") == []
    assert any("节假日安排" in one for one in found(q="节假日安排"))
    assert any("登录失败" in one for one in found(q="登录失败"))
    assert found(q="没有人写过的词") == []
    assert "没有这个人" in auditor.get(f"{LOG}?person=nobody").text


def test_pages_follow_each_other_without_gap_or_twin(lasting_house: House, auditor: Clerk) -> None:
    seen: list[str] = []
    path: str | None = f"{LOG}?category=organisation"
    while path is not None:
        page = auditor.get(path).text
        seen += [chain for chain, _row in ROW.findall(page)]
        following = NEXT.search(page)
        path = following[1].replace("&amp;", "&") if following else None
    expected = [f"{one.chain}-{one.seq}" for one in events(lasting_house, "office:organisation")]
    assert sorted(seen) == sorted(expected)
    assert seen[0] == max(expected, key=lambda one: int(one.rpartition("-")[2]))
    assert auditor.get(f"{LOG}?category=organisation&after=nonsense").status_code == 200


def test_what_is_found_is_taken_along_as_a_table_and_that_is_recorded(lasting_house: House, auditor: Clerk) -> None:
    asked = "category=organisation&person=system"
    content, _headers = auditor.download(f"{LOG}.xlsx?{asked}")
    lines = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    content, _headers = auditor.download(f"{LOG}.csv?{asked}")
    same = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    by_the_house = [one for one in events(lasting_house, "office:organisation") if one.actor == "system"]
    assert len(lines) == len(same) == len(by_the_house) + 1
    assert same[0][:4] == ["时间", "人员", "用户名", "类别"]
    taken = [one for one in events(lasting_house, readings_of("peishenzhi")) if one.kind == "audit:exported"]
    assert [one.data["asked"] for one in taken[-2:]] == [asked, asked]
    assert told(lasting_house, readings_of("peishenzhi"))[-1] == ("peishenzhi", "audit:exported")


def test_the_old_page_of_readings_leads_to_the_log(auditor: Clerk) -> None:
    assert auditor.get("/audit/readings").location == f"{LOG}?category=readings"


def test_nobody_else_sees_the_log(lasting_site: Flask) -> None:
    for username in ("zhenliyan", "boruoxi", "jiziheng", "yuemingda", "gexingyao"):
        clerk = Clerk(lasting_site, username)
        assert [clerk.get(path).status_code for path in (LOG, f"{LOG}.xlsx", f"{LOG}.csv")] == [403] * 3


def test_every_ledger_there_is_has_a_name_and_every_act(lasting_house: House) -> None:
    with reading(lasting_house.pool) as connection:
        ledgers = {category_of(one) for one in list_ledgers(connection)}
        acts = set(connection.scalars(select(audit_entry.c.act).distinct()))
    assert ledgers <= set(CATEGORIES)
    assert acts <= {act for named in ACTS.values() for act in named}


def test_what_the_log_says_otherwise_than_history_is_found_and_made_anew(lasting_house: House) -> None:
    with reading(lasting_house.pool) as connection:
        assert verification.verify(connection, lasting_house.office) == []
    with transaction(lasting_house.pool) as connection:
        connection.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE category = 'numbers'"))
        connection.execute(text("DELETE FROM audit_entry WHERE chain = 'office:phrases' AND seq = 1"))
        found = {(one.chain, one.reason) for one in verification.verify(connection, lasting_house.office)}
        assert found == {("office:numbers", "audit_entry"), ("office:phrases", "audit_entry")}
        projection.rebuild(connection)
        assert verification.verify(connection, lasting_house.office) == []


def changes_of(house: House) -> list[dict[str, Any]]:
    return [
        {one["name"]: {key: value for key, value in one.items() if key != "name"} for one in event.data["changes"]}
        for event in events(house, LEDGER)
    ]


def test_settings_are_told_when_they_change_and_secrets_only_that_they_did(
    lasting_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = {
        "database_url": lasting_house.settings.storage.database_url,
        "data_dir": lasting_house.settings.storage.data_dir,
    }

    def start(**sections: Any) -> None:
        started = build(load(storage=storage, **sections))
        tell_settings(started)
        started.pool.dispose()

    start(web={"session_hours": 8})
    start(web={"session_hours": 8})
    monkeypatch.setenv("BANJIE_MAIL_PASSWORD", "first-Secret")
    start(web={"session_hours": 12}, metrics={"token": "scrape-Me"})
    monkeypatch.setenv("BANJIE_MAIL_PASSWORD", "second-Secret")
    start(web={"session_hours": 12})
    first, second, third = changes_of(lasting_house)
    assert first["web.session_hours"] == {"old": None, "new": "8"}
    assert set(second) == {"web.session_hours", "MAIL_PASSWORD", "metrics.token"}
    assert second["web.session_hours"] == {"old": "8", "new": "12"}
    assert set(second["MAIL_PASSWORD"]) == {"digest"}
    assert set(third) == {"MAIL_PASSWORD", "metrics.token"}
    assert third["metrics.token"] == {"digest": None}
    kept = b"".join(everything_kept(lasting_house))
    assert b"Secret" not in kept
    assert b"scrape-Me" not in kept


def test_a_house_that_is_not_set_up_yet_tells_no_settings(tmp_path: Path) -> None:
    house = build(load(storage={"database_url": f"sqlite:///{tmp_path}/empty.db", "data_dir": tmp_path}))
    tell_settings(house)
    with transaction(house.pool) as connection:
        create_schema(connection)
    tell_settings(house)
    assert len(events(house, LEDGER)) == 1
    house.pool.dispose()


def everything_kept(house: House) -> Iterator[bytes]:
    """Every payload of every chain, and every row of the log."""
    with reading(house.pool) as connection:
        yield from (bytes(one) for one in connection.scalars(select(history_payload.c.content)))
        for row in connection.execute(select(audit_entry)):
            yield repr(tuple(row)).encode()


def test_no_secret_stands_in_any_ledger_or_line_of_the_log(
    lasting_site: Flask, lasting_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chosen, wrong = (f"密码 {secrets.token_urlsafe(12)}" for _ in range(2))
    administrator, username = Clerk(lasting_site, "jiziheng"), "jianhuaiyuan"
    administrator.post(f"/admin/people/{username}/password")
    shown = re.search(r"新密码：([\w-]+)（", administrator.get("/admin/people").text)
    assert shown is not None
    given, clerk = shown[1], Clerk(lasting_site)
    clerk.post("/sign-in", username=username, password=given)
    clerk.post("/password", old_password=wrong, new_password=chosen, repeated=chosen)
    assert clerk.post("/password", old_password=given, new_password=chosen, repeated=chosen).location == "/worklist"
    session = clerk._client.get_cookie("session")
    assert session is not None
    caller = Caller(lasting_site, username, chosen)
    token = caller._headers["Authorization"].removeprefix("Bearer ")
    clerk.post("/sign-in", username=chosen, password=username)
    clerk.post("/sign-out")
    hashes = [lasting_house.settings.storage.data_dir.joinpath("secret").read_text().strip()]
    with reading(lasting_house.pool) as connection:
        hashes += connection.scalars(text("SELECT password_hash FROM person WHERE password_hash IS NOT NULL"))
        hashes += connection.scalars(text("SELECT credential_stamp FROM person WHERE credential_stamp != ''"))
    kept = [*everything_kept(lasting_house), *(line.getMessage().encode() for line in caplog.records)]
    for secret in (given, chosen, wrong, session.value, token, TYPED_AS_NAME, *hashes):
        forms = {secret.encode(), json.dumps(secret).strip('"').encode()}
        assert [one for one in kept if any(form in one for form in forms)] == []


def test_what_was_asked_for_is_told_as_it_was_typed(site: Flask) -> None:
    with site.test_request_context():
        asked = f"since=&q={quote('收2025-0817')}&act=&category=sign_ins&other=1"
        told = told_sentence("audit:read", {"page": "log", "asked": asked}, "log", {})
    assert told == "条件：词语：收2025-0817，类别：登录，other：1"
