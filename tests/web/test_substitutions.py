"""代理 at the pages and by REST: arranged, marked where it counts, refused in sentences; who serves whom, beside it."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.transaction import reading, transaction
from tests.office import TITLE, Desk
from tests.web.clerk import Clerk, alert, field_errors
from tests.web.test_api import Caller, problem
from workflows import verification
from workflows.organisation import secretaries

OUT = {"from": "2025-11-07", "to": "2025-11-09"}
STATE = re.compile(r'<span class="badge bg-[\w-]+-lt">(生效中|待生效|已结束)</span>')


@pytest.fixture
def desk(each_site: Flask) -> Desk:
    """An office whose clock stands at the morning of 2025-11-07, with a case to be countersigned."""
    desk = Desk(each_site.extensions["banjie"])
    desk.to_countersign()
    set_clock(desk)
    return desk


def set_clock(desk: Desk, later: timedelta = timedelta(0)) -> None:
    with transaction(desk.house.pool) as connection:
        desk.house.office.engine.set_clock(connection, desk.now + later)


def item_of(desk: Desk, username: str) -> str:
    [item] = desk.open_items(username)
    return item.id


def substitute_by_rest(app: Flask, owner: str, substitute: str, **asked: object) -> dict:
    answer = Caller(app, owner).post("/substitutions", **{**OUT, "substitute": substitute, **asked})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_somebody_on_leave_is_substituted_at_the_pages(each_site: Flask, desk: Desk) -> None:
    item = item_of(desk, "wanliqing")
    owner, substitute = Clerk(each_site, "wanliqing"), Clerk(each_site, "miaoruogu")
    arranged = owner.post("/substitutions", substitute="miaoruogu", definitions="outgoing_document", **OUT)
    assert arranged.status_code == 302, alert(arranged)
    page = owner.get("/substitutions").text
    assert "已委托 苗若谷 代理。" in page
    assert "代理不能再转" in page
    assert STATE.findall(page) == ["生效中"]
    assert "2025-11-07 至 2025-11-09" in page
    assert "正在代理您的：苗若谷（至 11月9日）" in owner.get("/worklist").text
    inbox = substitute.get("/worklist").text
    assert "您正在代理：万里晴（至 11月9日）" in inbox
    assert "代万里晴</span>" in inbox
    assert 'aria-label="1 件"' in inbox
    assert "记录为“苗若谷（代万里晴）”" in substitute.get(f"/worklist/{item}").text
    done = substitute.submit(f"/worklist/{item}", "agree")
    assert done.status_code == 302, alert(done)
    set_clock(desk, timedelta(days=30))
    for reader in (owner, substitute):
        assert "<strong>苗若谷（代万里晴）</strong>" in reader.get(f"/cases/{desk.instance_id}").text
    assert "苗若谷（代万里晴）" in Clerk(each_site, "peishenzhi").get(f"/audit/{desk.instance_id}").text
    assert STATE.findall(substitute.get("/substitutions").text) == ["已结束"]
    assert "您正在代理" not in substitute.get("/worklist").text


def test_somebody_on_leave_is_substituted_by_rest(each_site: Flask, desk: Desk) -> None:
    item = item_of(desk, "wanliqing")
    made = substitute_by_rest(each_site, "wanliqing", "miaoruogu", definitions=["outgoing_document"])
    assert {key: made[key] for key in ("owner", "substitute", "from", "to", "state", "created_by", "ended_at")} == {
        "owner": "wanliqing",
        "substitute": "miaoruogu",
        "from": "2025-11-06T16:00:00Z",
        "to": "2025-11-09T16:00:00Z",
        "state": "in_force",
        "created_by": "wanliqing",
        "ended_at": None,
    }
    substitute = Caller(each_site, "miaoruogu")
    assert substitute.get("/substitutions").json == [made]
    assert [one["acting_for"] for one in substitute.get("/work-items").json["items"]] == ["wanliqing"]
    done = substitute.post(f"/work-items/{item}/complete", version=1, decision="agree")
    assert done.status_code == 200, done.text
    assert done.json["assignee"] == "wanliqing"
    events = substitute.get(f"/instances/{desk.instance_id}/history", limit=500).json["events"]
    [event] = [one for one in events if one["work_item_id"] == item and one["kind"] == "work_item:completed"]
    assert (event["actor"], event["on_behalf_of"]) == ("miaoruogu", "wanliqing")
    assert substitute.get(f"/instances/{desk.instance_id}/replay").json["verified"]
    with reading(desk.house.pool) as connection:
        assert desk.house.office.engine.verify(connection) == []


def test_ending_keeps_the_row_and_stops_the_acting(each_site: Flask, desk: Desk) -> None:
    item = item_of(desk, "wanliqing")
    made = substitute_by_rest(each_site, "wanliqing", "miaoruogu")
    owner, substitute = Caller(each_site, "wanliqing"), Caller(each_site, "miaoruogu")
    problem(substitute.raw("DELETE", f"/substitutions/{made['id']}"), 403)
    problem(Caller(each_site, "luanhaiping").raw("DELETE", f"/substitutions/{made['id']}"), 404)
    ended = owner.raw("DELETE", f"/substitutions/{made['id']}")
    assert (ended.status_code, ended.json["state"], ended.json["ended_by"]) == (200, "ended", "wanliqing")
    assert [one["state"] for one in owner.get("/substitutions").json] == ["ended"]
    problem(owner.raw("DELETE", f"/substitutions/{made['id']}"), 409)
    refused = problem(substitute.post(f"/work-items/{item}/complete", version=1, decision="agree"), 403)
    assert refused["detail"].startswith("您代理万里晴的期限是 2025-11-07 00:00 至 ")
    problem(substitute.get(f"/work-items/{item}"), 403)


def test_what_a_substitution_does_not_cover_is_refused_in_a_sentence(each_site: Flask, desk: Desk) -> None:
    item = item_of(desk, "wanliqing")
    substitute_by_rest(each_site, "wanliqing", "miaoruogu", **{"from": "2025-11-10", "to": "2025-11-12"})
    substitute = Caller(each_site, "miaoruogu")
    refused = problem(substitute.post(f"/work-items/{item}/complete", version=1, decision="agree"), 403)
    assert refused["detail"] == "您代理万里晴的期限是 2025-11-10 至 2025-11-12，现在不能代办。"
    assert substitute.get("/work-items").json["items"] == []
    assert STATE.findall(Clerk(each_site, "miaoruogu").get("/substitutions").text) == ["待生效"]


REFUSED = [
    ({"substitute": "wanliqing"}, 422, "不能委托本人代理自己。"),
    ({"substitute": "nobody"}, 422, "没有这个人员，或者已经停用，不能代理。"),
    ({"definitions": ["nothing"]}, 422, "没有流程“nothing”。"),
    ({"definitions": []}, 422, "请至少选择一个流程。"),
    ({"from": "2025-11-06"}, 422, "开始不能早于今天。"),
    ({"from": "2025-11-09", "to": "2025-11-08"}, 422, "结束须晚于开始，并且不能早于现在。"),
    ({"from": "2025-11-07T10:00:00", "to": "2025-11-08"}, 422, "请求的内容格式不正确。"),
    ({"owner": "luanhaiping"}, 403, "只有下列岗位可以这样做：办公室主任、流程管理员。"),
    ({"surprise": 1}, 422, "请求的内容格式不正确。"),
]


@pytest.mark.parametrize(("asked", "status", "detail"), REFUSED)
def test_rest_refuses_what_cannot_be(site: Flask, asked: dict[str, object], status: int, detail: str) -> None:
    set_clock(Desk(site.extensions["banjie"]))
    answer = Caller(site, "wanliqing").post("/substitutions", **{**OUT, "substitute": "miaoruogu", **asked})
    assert problem(answer, status)["detail"] == detail


def test_an_overlap_names_the_other_substitute(site: Flask) -> None:
    set_clock(Desk(site.extensions["banjie"]))
    substitute_by_rest(site, "wanliqing", "miaoruogu")
    again = Caller(site, "wanliqing").post("/substitutions", substitute="suiyiming", **OUT)
    assert problem(again, 409)["detail"].startswith("万里晴在这段时间已由苗若谷代理（2025-11-07 至 2025-11-09）")


def test_the_form_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(site: Flask) -> None:
    set_clock(Desk(site.extensions["banjie"]))
    clerk = Clerk(site, "wanliqing")
    refused = clerk.post("/substitutions", substitute="miaoruogu", reason="出差", **{"from": "", "to": "2025-11-40"})
    assert refused.status_code == 422
    assert field_errors(refused) == {"from": "不是有效的日期。", "to": "不是有效的日期。"}
    assert 'value="出差"' in refused.text
    assert '<option value="miaoruogu" selected>' in refused.text


def test_those_who_arrange_for_others_see_and_end_all(site: Flask) -> None:
    set_clock(Desk(site.extensions["banjie"]))
    administrator = Clerk(site, "boruoxi")
    asked = {"owner": "luanhaiping", "substitute": "suiyiming", **OUT}
    assert field_errors(administrator.post("/substitutions", **asked)).keys() == {"reason"}
    assert administrator.post("/substitutions", **asked, reason="住院，委托其副手").status_code == 302
    page = administrator.get("/substitutions").text
    assert "由 柏若溪 安排" in page
    [path] = re.findall(r'action="(/substitutions/[\w-]+/end)"', page)
    assert Clerk(site, "suiyiming").post(path).status_code == 403
    assert administrator.post(path).status_code == 302
    assert "柏若溪 于 " in administrator.get("/substitutions").text


def test_whoever_has_no_part_sees_no_substitution_of_others(site: Flask) -> None:
    set_clock(Desk(site.extensions["banjie"]))
    substitute_by_rest(site, "wanliqing", "miaoruogu")
    assert Caller(site, "gexingyao").get("/substitutions").json == []
    assert len(Caller(site, "zhenliyan").get("/substitutions").json) == 1


def test_a_case_read_as_substitute_stays_closed_to_others(site: Flask) -> None:
    desk = Desk(site.extensions["banjie"])
    desk.to_countersign()
    set_clock(desk)
    substitute = Caller(site, "miaoruogu")
    problem(substitute.get(f"/instances/{desk.instance_id}"), 403)
    substitute_by_rest(site, "wanliqing", "miaoruogu")
    assert substitute.get(f"/instances/{desk.instance_id}").json["title"] == TITLE
    assert [one["id"] for one in substitute.get("/instances").json["items"]] == [desk.instance_id]
    problem(Caller(site, "suiyiming").get(f"/instances/{desk.instance_id}"), 403)


def test_a_secretary_serves_the_leaders_the_office_says(each_site: Flask) -> None:
    house = each_site.extensions["banjie"]

    def served() -> frozenset[str]:
        with reading(house.pool) as connection:
            return secretaries.leaders_of(connection, "zhimingyuan")

    assert served() == {"shaoqiheng", "qiujingan"}
    director = Clerk(each_site, "zhenliyan")
    assert director.post("/secretaries", secretary="zhimingyuan", leader="yuwenshu").status_code == 302
    assert director.post("/secretaries/dismiss", secretary="zhimingyuan", leader="qiujingan").status_code == 302
    assert served() == {"shaoqiheng", "yuwenshu"}
    again = director.post("/secretaries", secretary="zhimingyuan", leader="yuwenshu")
    assert (again.status_code, alert(again)) == (409, "支明远已经服务于郁文澍。")
    for pair, field in ((("gexingyao", "yuwenshu"), "secretary"), (("zhimingyuan", "gexingyao"), "leader")):
        refused = director.post("/secretaries", secretary=pair[0], leader=pair[1])
        assert field_errors(refused).keys() == {field}
    assert director.post("/secretaries/dismiss", secretary="zhimingyuan", leader="gexingyao").status_code == 404
    with reading(house.pool) as connection:
        told = [
            one for one in house.office.engine.history(connection, "office:organisation") if "secretary" in one.kind
        ]
    assert [(one.kind, one.actor, one.data["leader"]) for one in told] == [
        ("secretary:assigned", "system", "shaoqiheng"),
        ("secretary:assigned", "system", "qiujingan"),
        ("secretary:assigned", "zhenliyan", "yuwenshu"),
        ("secretary:dismissed", "zhenliyan", "qiujingan"),
    ]


def test_serving_a_leader_is_no_right_to_act_for_them(site: Flask) -> None:
    desk = Desk(site.extensions["banjie"])
    desk.to_signing()
    item = item_of(desk, "qiujingan")
    set_clock(desk)
    secretary = Caller(site, "zhimingyuan")
    problem(secretary.get(f"/work-items/{item}"), 403)
    problem(secretary.post(f"/work-items/{item}/complete", version=1, decision="agree", opinion="同意"), 403)
    assert secretary.get("/work-items").json["items"] == []


def test_a_secretary_without_the_post_serves_nobody(site: Flask) -> None:
    Clerk(site, "jiziheng").post("/admin/people", existing="1", username="zhimingyuan", name="支明远")
    with reading(site.extensions["banjie"].pool) as connection:
        assert secretaries.leaders_of(connection, "zhimingyuan") == frozenset()


def test_the_ledger_of_who_serves_whom_is_compared_with_the_rows(site: Flask) -> None:
    house = site.extensions["banjie"]
    with transaction(house.pool) as connection:
        secretaries.dismiss(connection, "zhimingyuan", "qiujingan", lambda _kind, _data: None)
    with reading(house.pool) as connection:
        breaks = verification.verify(connection, house.office)
    assert [(one.chain, one.reason) for one in breaks] == [("office:organisation", "secretary zhimingyuan qiujingan")]
