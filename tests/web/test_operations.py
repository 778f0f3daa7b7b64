"""People's operations on the demonstration flow by REST, each in the words of who does it; each case replays at the end.

The names of the tests are what other systems get wrong: acts lost by a return, peers left behind, copies destroyed, history
rewritten, an intervention that does not show.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.transaction import reading
from tests.office import DRAFT, TITLE, Desk
from tests.web.test_api import Caller, problem

REASON = "请补充依据后再报"


@pytest.fixture
def desk(each_site: Flask) -> Iterator[Desk]:
    house = each_site.extensions["banjie"]
    desk = Desk(house, datetime.now(UTC) - timedelta(days=2))
    yield desk
    with reading(house.pool) as connection:
        result = house.office.engine.replay(connection, desk.instance_id)
        assert result.verified, result.divergence
        assert house.office.engine.verify(connection) == []


class Person(Caller):
    """Somebody with a token, and the item of the desk's case that they have in hand."""

    def __init__(self, app: Flask, desk: Desk, username: str) -> None:
        super().__init__(app, username)
        self.desk = desk

    def item(self, box: str = "todo") -> dict[str, Any]:
        for one in (box, "claimable"):
            items = self.get("/work-items", box=one, instance=self.desk.instance_id).json["items"]
            if items:
                return self.get(f"/work-items/{items[0]['id']}").json
        raise AssertionError("nothing in hand")

    def do(self, operation: str, item: dict[str, Any] | None = None, **body: Any) -> Any:
        item = item or self.item()
        return self.post(f"/work-items/{item['id']}/{operation}", version=item["version"], **body)

    def may(self, operation: str, item: dict[str, Any] | None = None) -> dict[str, Any]:
        item = item or self.item()
        fresh = self.get(f"/work-items/{item['id']}").json
        return next(one for one in fresh["operations"] if one["name"] == operation)

    def case(self) -> dict[str, Any]:
        return self.get(f"/instances/{self.desk.instance_id}").json

    def open_steps(self) -> list[str]:
        return sorted(one["activity_name"] for one in self.case()["open_items"] if one["role"] != "copy")

    def events(self, kind: str) -> list[dict[str, Any]]:
        events = self.get(f"/instances/{self.desk.instance_id}/history", limit=1000).json["events"]
        return [one for one in events if one["kind"] == kind]


@pytest.fixture
def office(each_site: Flask, desk: Desk) -> Any:
    people: dict[str, Person] = {}

    def person(username: str) -> Person:
        return people.setdefault(username, Person(each_site, desk, username))

    return person


def test_sending_back_shows_first_what_it_cancels_and_the_way_back(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    seat = office("luanhaiping")
    targets = [one["label"] for one in seat.may("send_back")["targets"]]
    assert "起草" in targets
    to = next(one["value"] for one in seat.may("send_back")["targets"] if one["label"] == "起草")
    looked = seat.post(f"/work-items/{seat.item()['id']}/send_back/preview", to=to).json
    assert {one["assignee"] for one in looked["cancels"]} == {"luanhaiping", "wanliqing"}
    assert looked["restarts"] == ["起草"]
    assert looked["way_back"][0] == "起草"
    assert seat.open_steps().count("部门会签") == 2


def test_a_member_who_sends_back_cancels_the_peers_who_have_not_acted_and_nothing_is_opened_twice(
    office: Any, desk: Desk
) -> None:
    desk.to_countersign()
    seat = office("luanhaiping")
    to = next(one["value"] for one in seat.may("send_back")["targets"] if one["label"] == "起草")
    assert seat.do("send_back", to=to, reason=REASON).status_code == 200
    assert office("gexingyao").open_steps() == ["起草"]
    drafter = office("gexingyao")
    assert drafter.item()["assignee"] == "gexingyao"
    assert drafter.do("complete", decision="submit", variables=DRAFT).status_code == 200
    desk.now = datetime.now(UTC)
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    assert office("gexingyao").open_steps() == ["部门会签", "部门会签"]


def test_a_return_needs_words(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    seat = office("luanhaiping")
    to = seat.may("send_back")["targets"][0]["value"]
    refused = problem(seat.do("send_back", to=to, reason=" "), 422)
    assert refused["errors"][0]["field"] == "reason"


def test_a_return_that_comes_straight_back_leaves_the_other_seats_work_alone(office: Any, desk: Desk) -> None:
    desk.to_signing()
    leader = office("qiujingan")
    to = next(one["value"] for one in leader.may("send_back")["targets"] if "审核" in one["label"])
    assert leader.do("send_back", to=to, reason=REASON, resubmit="direct").status_code == 200
    desk.now = datetime.now(UTC)
    [back] = office("gexingyao").case()["open_items"]
    holder = office(back["assignee"])
    item = holder.item()
    decision = next(one["value"] for one in item["decisions"] if one["value"] in ("agree", "submit"))
    assert holder.do("complete", decision=decision, opinion="已核").status_code == 200
    assert [one["assignee"] for one in office("gexingyao").case()["open_items"]] == ["qiujingan"]


def test_ones_own_step_comes_back_while_nobody_has_acted_and_not_after(office: Any, desk: Desk) -> None:
    desk.start()
    drafter = office("gexingyao")
    item = drafter.item()
    done = drafter.do("complete", item, decision="submit", variables=DRAFT).json
    assert drafter.may("withdraw", done)["allowed"]
    assert drafter.post(f"/work-items/{done['id']}/withdraw", version=done["version"]).status_code == 200
    again = drafter.item()
    done = drafter.do("complete", again, decision="submit", variables=DRAFT).json
    desk.now = datetime.now(UTC)
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    refused = problem(drafter.post(f"/work-items/{done['id']}/withdraw", version=done["version"]), 409)
    assert "接手" in refused["detail"]
    assert not drafter.may("withdraw", done)["allowed"]


def test_a_vote_comes_back_while_the_countersign_goes_on(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    seat = office("luanhaiping")
    done = seat.do("complete", decision="disagree", opinion="不同意第二条").json
    assert seat.post(f"/work-items/{done['id']}/withdraw", version=done["version"]).status_code == 200
    assert seat.do("complete", decision="agree").status_code == 200
    assert office("gexingyao").open_steps() == ["部门会签"]


def test_nothing_comes_back_once_a_number_was_given(office: Any, desk: Desk) -> None:
    desk.to_registration()
    clerk = office("shaxiaoman")
    done = clerk.do(
        "complete", decision="submit", variables={"copies": 19, "distribution_units": ["QY1", "QY2", "CWB"]}
    ).json
    refused = problem(clerk.post(f"/work-items/{done['id']}/withdraw", version=done["version"]), 409)
    assert "编号" in refused["detail"]


def test_whom_it_is_transferred_to_decides_and_the_giver_no_longer(office: Any, desk: Desk) -> None:
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    head = office("shiyanqiu")
    item = head.item()
    assert head.do("transfer", item, to="wanliqing", reason="出差").status_code == 200
    problem(head.post(f"/work-items/{item['id']}/complete", version=item["version"] + 1, decision="agree"), 403)
    problem(head.do("transfer", item, to="wanliqing"), 409)
    assert office("wanliqing").do("complete", decision="agree", variables={"countersign_units": []}).status_code in (
        200,
        422,
    )


def test_nobody_is_handed_what_cannot_take_it(office: Any, desk: Desk) -> None:
    desk.start()
    drafter = office("gexingyao")
    for to in ("nobody", "gexingyao", ""):
        refused = problem(drafter.do("transfer", to=to), 422)
        assert refused["errors"][0]["field"] == "to"


def test_what_is_delegated_comes_back_with_an_opinion_and_its_owner_decides(office: Any, desk: Desk) -> None:
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    head, asked = office("shiyanqiu"), office("wanliqing")
    item = head.item()
    assert head.do("delegate", item, to="wanliqing", reason="请提意见").status_code == 200
    problem(asked.do("complete", decision="agree"), 403)
    assert head.get("/work-items", box="delegated").json["items"][0]["assignee"] == "wanliqing"
    problem(asked.do("resolve", opinion=""), 422)
    assert asked.do("resolve", opinion="可行").status_code == 200
    assert head.item()["assignee"] == "shiyanqiu"
    assert asked.case()["id"] == desk.instance_id


def test_signers_before_hold_the_owner_and_can_be_removed(office: Any, desk: Desk) -> None:
    desk.start()
    drafter = office("gexingyao")
    assert drafter.do("add_signer", people=["wanliqing"], mode="before", reason="请把关").status_code == 200
    item = drafter.item()
    problem(drafter.do("complete", item, decision="submit", variables=DRAFT), 403)
    problem(drafter.do("add_signer", item, people=["zonghuaigu"], mode="after"), 422)
    problem(drafter.do("add_signer", item, people=["wanliqing"], mode="before"), 422)
    assert [one["value"] for one in drafter.may("remove_signer")["targets"]] == ["wanliqing"]
    assert drafter.do("remove_signer", item, person="wanliqing").status_code == 200
    problem(drafter.do("remove_signer", item, person="wanliqing"), 422)
    assert drafter.do("complete", item, decision="submit", variables=DRAFT).status_code == 200


def test_signers_after_sign_before_the_flow_moves_on(office: Any, desk: Desk) -> None:
    desk.start()
    drafter = office("gexingyao")
    assert drafter.do("add_signer", people=["wanliqing"], mode="after").status_code == 200
    assert drafter.do("complete", decision="submit", variables=DRAFT).status_code == 200
    signer = office("wanliqing")
    item = signer.item()
    assert item["role"] == "after"
    assert [one["value"] for one in item["decisions"]] == ["agree", "amend", "disagree"]
    assert signer.do("complete", item, decision="agree", opinion="无意见").status_code == 200
    assert office("shiyanqiu").item()["role"] == "step"


def test_a_seat_more_waits_like_the_others_and_none_is_asked_twice(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    seat = office("luanhaiping")
    problem(seat.do("add_signer", people=["DQB"], mode="parallel"), 422)
    problem(seat.do("add_signer", people=["nowhere"], mode="parallel"), 422)
    assert seat.do("add_signer", people=["CWB"], mode="parallel", reason="涉及经费").status_code == 200
    assert office("gexingyao").open_steps() == ["部门会签"] * 3
    assert seat.do("remove_signer", person="CWB").status_code == 200
    assert office("gexingyao").open_steps() == ["部门会签"] * 2


def test_urging_is_told_and_limited(office: Any, desk: Desk) -> None:
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    head, drafter = office("shiyanqiu"), office("gexingyao")
    item = head.item()
    problem(head.do("urge", item, message="快"), 403)
    assert drafter.do("urge", item, message="请抓紧").status_code == 200
    refused = problem(drafter.do("urge", item, message="请抓紧"), 409)
    assert refused["again_at"] > refused["at"]
    [told] = drafter.events("work_item:urged")
    assert told["data"]["to"] == ["shiyanqiu"]
    assert head.item()["version"] == item["version"]


def test_copies_are_read_with_words_and_survive_a_return(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    drafter, reader = office("gexingyao"), office("zonghuaigu")
    seat = office("luanhaiping")
    some = seat.item()
    sent = seat.do("circulate", some, people=["zonghuaigu", "gexingyao"], message="请阅").json
    assert [one["role"] for one in sent["opened"]] == ["copy", "copy"]
    problem(seat.do("circulate", some, people=["zonghuaigu"]), 422)
    to = next(one["value"] for one in seat.may("send_back")["targets"] if one["label"] == "起草")
    seat.do("send_back", to=to, reason=REASON)
    copy = reader.item("copies")
    problem(reader.do("complete", copy, decision="submit"), 403)
    assert reader.do("mark_read", copy, opinion="已阅，无意见").status_code == 200
    problem(reader.do("mark_read", copy), 409)
    assert drafter.item("copies")["role"] == "copy"


def test_what_a_secretary_records_is_the_leaders_and_waits_to_be_confirmed(office: Any, desk: Desk) -> None:
    desk.to_signing()
    leader = office("qiujingan")
    item = leader.item()
    for stranger in ("gexingyao", "zhenliyan"):
        problem(office(stranger).do("record_for", item, person="qiujingan", decision="agree", opinion="同意"), 403)
    from workflows.organisation import secretaries

    with reading(desk.house.pool) as connection:
        serving = [one.secretary for one in secretaries.list_services(connection) if one.leader == "qiujingan"]
    secretary = office(serving[0])
    recorded = secretary.do("record_for", item, person="qiujingan", decision="agree", opinion="同意印发。")
    assert recorded.status_code == 200, recorded.text
    [event] = [one for one in leader.events("work_item:completed") if one["recorded_by"]]
    assert (event["actor"], event["recorded_by"]) == ("qiujingan", serving[0])
    done = leader.get(f"/work-items/{item['id']}").json
    problem(secretary.do("confirm", done), 403)
    assert leader.do("confirm", done).status_code == 200
    assert leader.get(f"/work-items/{item['id']}").json["confirmed_at"]


def test_a_case_can_be_ended_by_who_began_it_until_it_has_a_number(office: Any, desk: Desk) -> None:
    desk.start()
    drafter = office("gexingyao")
    problem(office("shiyanqiu").post(f"/instances/{desk.instance_id}/cancel", reason="不办了"), 403)
    problem(drafter.post(f"/instances/{desk.instance_id}/cancel", reason=""), 422)
    ended = drafter.post(f"/instances/{desk.instance_id}/cancel", reason="不办了").json
    assert ended["state"] == "cancelled"
    assert ended["open_items"] == []
    problem(drafter.post(f"/instances/{desk.instance_id}/cancel", reason="不办了"), 409)


def test_a_suspended_case_stands_still_until_it_is_resumed(office: Any, desk: Desk) -> None:
    desk.start()
    drafter, director = office("gexingyao"), office("zhenliyan")
    problem(drafter.post(f"/instances/{desk.instance_id}/suspend", reason="等"), 403)
    assert director.post(f"/instances/{desk.instance_id}/suspend", reason="等上级意见").json["state"] == "suspended"
    problem(drafter.do("complete", decision="submit", variables=DRAFT), 409)
    problem(director.post(f"/instances/{desk.instance_id}/suspend", reason="等上级意见"), 409)
    assert director.post(f"/instances/{desk.instance_id}/resume").json["state"] == "running"
    assert drafter.do("complete", decision="submit", variables=DRAFT).status_code == 200


def test_everything_open_goes_to_another_in_one_act_and_names_in_history_stay(office: Any, desk: Desk) -> None:
    desk.start()
    body = {"from": "gexingyao", "to": "wanliqing", "reason": "调离"}
    problem(office("gexingyao").post("/handovers", **body), 403)
    director = office("zhenliyan")
    assert director.post("/handovers", **body).json == {"handed_over": 1}
    assert office("wanliqing").item()["assignee"] == "wanliqing"
    [told] = director.events("process:started")
    assert told["actor"] == "gexingyao"
    problem(director.post("/handovers", **{**body, "to": "gexingyao"}), 422)


def test_a_jump_shows_as_an_intervention_and_keeps_what_was_said(office: Any, desk: Desk) -> None:
    desk.to_countersign()
    desk.now += timedelta(minutes=30)
    desk.act("luanhaiping", "agree", "无意见")
    administrator = office("boruoxi")
    to = next(
        one["activity_id"] for one in office("gexingyao").events("work_item:opened") if one["data"]["name"] == "起草"
    )
    answer = administrator.post(f"/instances/{desk.instance_id}/jump", to=to, reason="领导要求重拟")
    assert answer.status_code == 200, answer.text
    [told] = office("gexingyao").events("token:moved")
    assert (told["data"]["mode"], told["data"]["reason"]) == ("jump", "领导要求重拟")
    assert [one["data"]["opinion"] for one in office("gexingyao").events("work_item:completed")][-1] == "无意见"


def test_a_step_that_switches_an_operation_off_says_so(office: Any, desk: Desk, each_site: Flask) -> None:
    director = office("zhenliyan")
    from tests.flows import model, user

    xml = '<bpmn:extensionElements><camunda:properties><camunda:property name="operations" value="send_back" />'
    closed = user("draft", xml + "</camunda:properties></bpmn:extensionElements>")
    files = model("s_ -> draft\ndraft -> e_", {"draft": closed}, key="plain")
    assert director.send_files("/definitions", "files", files).status_code == 201
    drafter = office("gexingyao")
    desk.instance_id = drafter.post("/instances", definition="plain", title=TITLE).json["id"]
    refused = problem(drafter.do("transfer", to="wanliqing"), 403)
    assert "转办" in refused["detail"]
