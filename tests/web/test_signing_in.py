"""Signing in, changing the password, signing out."""

from flask import Flask

from app.house import House
from app.transaction import transaction
from tests.office import PASSWORD
from tests.web.clerk import Clerk, alert, field_errors
from workflows.organisation import passwords


def test_nobody_sees_a_page_before_signing_in(site: Flask) -> None:
    stranger = Clerk(site)
    for path in ("/", "/worklist", "/cases", "/cases/new", "/definitions/outgoing_document/1/bpmn", "/attachments/x"):
        answer = stranger.get(path)
        assert answer.status_code == 302, path
        assert answer.location.startswith("/sign-in")


def test_after_signing_in_one_comes_to_the_page_one_asked_for(site: Flask) -> None:
    stranger = Clerk(site)
    asked = stranger.get("/worklist?box=done").location
    assert stranger.post(asked, username="gexingyao", password=PASSWORD).location == "/worklist?box=done"


def test_signing_in_never_leads_to_another_site(site: Flask) -> None:
    for target in ("https://example.com/", "//example.com", "/\\example.com", "/\t/example.com", "javascript:alert(1)"):
        stranger = Clerk(site)
        answer = stranger.post(f"/sign-in?next={target}", username="gexingyao", password=PASSWORD)
        assert answer.location == "/worklist", target


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site: Flask) -> None:
    stranger = Clerk(site)
    wrong = stranger.post("/sign-in", username="gexingyao", password="wrong")
    unknown = stranger.post("/sign-in", username="nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 403
    assert alert(wrong) == alert(unknown) == "用户名或密码不正确。"


def test_too_many_wrong_passwords_pause_the_account(site: Flask) -> None:
    stranger = Clerk(site)
    for _ in range(passwords.FAILURES_BEFORE_PAUSE):
        stranger.post("/sign-in", username="gexingyao", password="wrong")
    paused = stranger.post("/sign-in", username="gexingyao", password=PASSWORD)
    assert paused.status_code == 403
    assert "登录暂停" in alert(paused)


def test_a_given_password_must_be_changed_before_anything_else(site: Flask, sqlite_house: House) -> None:
    with transaction(sqlite_house.pool) as connection:
        passwords.set_password(connection, "gexingyao", "given-by-others", must_change=True)
    clerk = Clerk(site, "gexingyao", "given-by-others")
    assert clerk.get("/worklist").location == "/password"
    assert clerk.post("/cases/new", definition="outgoing_document", title="通知").location == "/password"
    changed = clerk.post(
        "/password", old_password="given-by-others", new_password="chosen-by-me", repeated="chosen-by-me"
    )
    assert changed.location == "/worklist"
    assert clerk.get("/worklist").status_code == 200


def test_a_new_password_is_refused_with_the_reason_beside_its_field(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    short = clerk.post("/password", old_password=PASSWORD, new_password="short", repeated="short")
    differing = clerk.post("/password", old_password=PASSWORD, new_password="long-enough-1", repeated="long-enough-2")
    not_mine = clerk.post("/password", old_password="wrong", new_password="long-enough-1", repeated="long-enough-1")
    assert [answer.status_code for answer in (short, differing, not_mine)] == [422, 422, 422]
    assert "new_password" in field_errors(short)
    assert "repeated" in field_errors(differing)
    assert field_errors(not_mine) == {"old_password": "原密码不正确。"}


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(site: Flask) -> None:
    here, elsewhere = Clerk(site, "gexingyao"), Clerk(site, "gexingyao")
    here.post("/password", old_password=PASSWORD, new_password="chosen-by-me", repeated="chosen-by-me")
    assert here.get("/worklist").status_code == 200
    assert elsewhere.get("/worklist").status_code == 302


def test_signing_out_ends_the_session(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.post("/sign-out")
    assert clerk.get("/worklist").status_code == 302


def test_every_answer_carries_the_headers_that_keep_foreign_scripts_out(site: Flask) -> None:
    for answer in (Clerk(site).get("/sign-in"), Clerk(site, "gexingyao").get("/worklist"), Clerk(site).get("/healthz")):
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_pages_hold_no_inline_script_or_style(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start("关于节假日安排的通知")
    for path in ("/worklist", "/cases", "/cases/new", "/password", item):
        page = clerk.get(path).text
        assert "<script>" not in page
        assert " style=" not in page
        assert "onclick" not in page


def test_a_page_renews_the_session_and_what_a_script_asks_for_leaves_it_as_it_is(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    assert "Set-Cookie" in clerk.get("/worklist", headers={"Sec-Fetch-Mode": "navigate"}).headers
    for mode in ("cors", "no-cors", "same-origin"):
        asked = clerk.get("/worklist", headers={"Sec-Fetch-Mode": mode})
        assert asked.status_code == 200
        assert "Set-Cookie" not in asked.headers, mode
