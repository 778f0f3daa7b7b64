"""圈阅 on the page of a reading step, and what is read of it afterwards: consent only where consent was asked for."""

import re
from html import unescape

import pytest
from flask import Flask

from app.house import House
from app.transaction import reading, transaction
from engine.model import WorkItem
from engine.persistence import work_items
from tests.circulation import READER, settle, waiting
from tests.office import MORNING, Desk
from tests.web.clerk import Clerk, alert
from tests.web.test_api import Caller
from workflows.operations import signers

BUTTON = re.compile(r'<button class="btn[^"]*" name="(circled|decision)" value="(\w+)"[^>]*>([^<]+)</button>')


@pytest.fixture
def settled(sqlite_house: House) -> House:
    settle(sqlite_house)
    return sqlite_house


def buttons(page: str) -> list[tuple[str, str, str]]:
    return [(name, value, unescape(label)) for name, value, label in BUTTON.findall(page)]


def kept(house: House, item: WorkItem) -> WorkItem:
    with reading(house.pool) as connection:
        return work_items.get_work_item(connection, item.id)


def test_where_nothing_is_asked_one_button_circles_and_says_so(site: Flask, settled: House) -> None:
    [item] = waiting(settled, "reading", "甲")
    reader, path = Clerk(site, READER), f"/worklist/{item.id}"
    assert buttons(reader.get(path).text) == [("circled", "submit", "圈阅（已阅知）")]
    answer = reader.post(path, **reader.hidden(path), circled="submit", opinion="请值班室一并阅知")
    assert answer.status_code == 302
    done = kept(settled, item)
    assert (done.decision, done.circled, done.opinion) == ("submit", True, "请值班室一并阅知")
    case = reader.get(f"/cases/{item.instance_id}").text
    assert "圈阅（已阅知）" in case
    assert "圈阅（同意）" not in case
    assert "圈阅（已阅知）" in reader.get(f"/cases/{item.instance_id}/print?history=1").text


def test_where_consent_is_asked_circling_is_consent_and_stands_beside_the_choices(site: Flask, settled: House) -> None:
    [item] = waiting(settled, "reading_and_consent", "甲")
    reader, path = Clerk(site, READER), f"/worklist/{item.id}"
    assert [(name, value) for name, value, _label in buttons(reader.get(path).text)] == [
        ("circled", "agree"),
        ("decision", "agree"),
        ("decision", "revise"),
    ]
    assert buttons(reader.get(path).text)[0][2] == "圈阅（同意）"
    assert reader.post(path, **reader.hidden(path), circled="agree").status_code == 302
    assert (kept(settled, item).decision, kept(settled, item).circled) == ("agree", True)
    assert "圈阅（同意）" in reader.get(f"/cases/{item.instance_id}").text


def test_what_refuses_is_never_shown_as_circled(site: Flask, settled: House) -> None:
    [item] = waiting(settled, "reading_and_consent", "甲")
    program = Caller(site, READER)
    sent = {"version": item.version, "decision": "revise", "opinion": "依据不足", "circled": True}
    assert program.post(f"/work-items/{item.id}/complete", **sent).status_code == 200
    assert "圈阅" not in Clerk(site, READER).get(f"/cases/{item.instance_id}").text


def test_words_that_a_step_requires_are_required_of_who_circles(site: Flask, settled: House) -> None:
    [item] = waiting(settled, "reading_with_words", "甲")
    reader, path = Clerk(site, READER), f"/worklist/{item.id}"
    refused = reader.post(path, **reader.hidden(path), circled="submit")
    assert alert(refused) == "请填写意见后再提交。"
    assert kept(settled, item) == item


def test_other_steps_and_who_was_asked_to_sign_there_do_not_circle(site: Flask, settled: House) -> None:
    [received, read] = [*waiting(settled, "receiving", "甲"), *waiting(settled, "reading", "乙")]
    reader = Clerk(site, READER)
    assert "圈阅" not in "".join(label for _n, _v, label in buttons(reader.get(f"/worklist/{received.id}").text))
    with transaction(settled.pool) as connection:
        person = Desk(settled).person(READER)
        added = signers.add_signer(
            connection, settled.office, person, read.id, read.version, ["quanning"], "before", "", MORNING
        )
    page = Clerk(site, "quanning").get(f"/worklist/{added.opened[0].id}").text
    assert [name for name, _value, _label in buttons(page)] == ["decision"] * 3


def test_a_circled_step_that_was_taken_back_is_shown_as_taken_back(site: Flask, settled: House) -> None:
    [item] = waiting(settled, "reading", "甲")
    reader, path = Clerk(site, READER), f"/worklist/{item.id}"
    reader.post(path, **reader.hidden(path), circled="submit")
    [version] = re.findall(r'name="version" value="(\d+)"', reader.get("/worklist").text)
    reader.post(f"{path}/withdraw", version=version)
    case = reader.get(f"/cases/{item.instance_id}").text
    assert "已撤回" in case
    assert "圈阅" not in case
