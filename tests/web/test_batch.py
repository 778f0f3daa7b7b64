"""圈阅, 签收 and 转办 of many items at once: each by itself; what cannot be done says why, and the others are done."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.house import House
from app.transaction import reading, transaction
from engine.model import HistoryEvent, WorkItem, WorkItemState
from engine.persistence import work_items
from tests.circulation import READER, settle, waiting
from tests.incoming import Registry, settle_incoming
from tests.office import MORNING, Desk
from tests.web.clerk import Clerk, alert, field_errors
from workflows import batch, boxes, worklist
from workflows.operations import hands
from workflows.worklist import Submission

PART = {"X-Banjie-Part": "1"}
SEVEN = [f"第{number}件" for number in "一二三四五六七"]
RESULT = re.compile(r'banjie-results-title">([^<]*)</span>(?:<div class="text-danger">([^<]*)</div>)?')
TAKEN_BACK = re.compile(r'data-taken-back-by="([^"]+)"')
HIDDEN_ITEM = re.compile(r'type="hidden" name="item" value="([^"]+)"')
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def settled(house: House) -> House:
    settle(house)
    return house


@pytest.fixture
def settled_sqlite(sqlite_house: House) -> House:
    settle(sqlite_house)
    return sqlite_house


def chosen(*items: WorkItem) -> list[str]:
    return [f"{item.id}:{item.version}" for item in items]


def results(answer: TestResponse) -> dict[str, str]:
    """Return what became of each item: why not, or nothing where it was done."""
    return {unescape(title): unescape(refusal) for title, refusal in RESULT.findall(answer.text)}


def give(house: House, item: WorkItem, giver: str, taker: str) -> WorkItem:
    """Transfer an item, and return it as it then is."""
    person = Desk(house).person(giver)
    with transaction(house.pool) as connection:
        hands.transfer(connection, house.office, person, item.id, item.version, taker, "", LATER)
        return work_items.get_work_item(connection, item.id)


def kept(house: House, items: list[WorkItem]) -> list[WorkItem]:
    with reading(house.pool) as connection:
        return [work_items.get_work_item(connection, item.id) for item in items]


def told(house: House, item: WorkItem, kind: str) -> list[HistoryEvent]:
    with reading(house.pool) as connection:
        return [one for one in house.office.engine.history(connection, item.instance_id) if one.kind == kind]


def mixed(house: House, key: str) -> tuple[list[WorkItem], list[str]]:
    """Seven items that can be done, and with them a signature, one that was given away, and one that has changed."""
    done = waiting(house, key, *SEVEN)
    [signature] = waiting(house, "signing", "签发件")
    [given, changed] = waiting(house, key, "已转他人", "又转回来")
    given = give(house, given, READER, "quanning")
    give(house, give(house, changed, READER, "quanning"), "quanning", READER)
    return done, chosen(*done[:4], signature, given, changed, *done[4:])


def test_ten_are_circled_but_for_the_signature_the_one_of_another_and_the_one_that_has_changed(
    each_site: Flask, settled: House
) -> None:
    readable, items = mixed(settled, "reading")
    reader = Clerk(each_site, READER)
    answer = reader.post("/worklist/batch", operation="circle", item=items, list="box=todo")
    assert answer.status_code == 200
    assert "办成 7 件，未办 3 件。" in answer.text
    said = results(answer)
    assert [said[title] for title in SEVEN] == [""] * 7
    assert said["签发件"] == "签发、批示、审批、表决、会签须逐件办理，不能批量提交。"
    assert said["已转他人"] == "这件待办由他人办理，您不能操作。"
    assert said["又转回来"].startswith("这件待办已有变动（")
    for item in kept(settled, readable):
        assert (item.state, item.decision, item.circled) == (WorkItemState.COMPLETED, "submit", True)
        [event] = told(settled, item, "work_item:completed")
        assert (event.actor, event.data["circled"]) == (READER, True)
    left = reader.get("/worklist?box=todo").text
    assert set(re.findall(r"data-open>([^<]+)<", left)) == {"签发件", "又转回来"}
    page = reader.get(f"/cases/{readable[0].instance_id}").text
    assert "圈阅（已阅知）" in page
    assert "同意" not in page


@pytest.mark.parametrize("operation", ["circle", "receive"])
@pytest.mark.parametrize(
    ("username", "kind"), [("luanhaiping", "countersign"), ("qiujingan", "sign_and_issue"), ("qiujingan", "instruct")]
)
def test_what_a_person_decides_of_one_document_is_not_done_with_many(
    site: Flask, settled_sqlite: House, username: str, kind: str, operation: str
) -> None:
    """9.9: 签发、会签、批示不可批量."""
    if kind == "instruct":
        settle_incoming(settled_sqlite)
        desk: Desk = Registry(settled_sqlite).begin().to_instruction()
    else:
        desk = Desk(settled_sqlite)
        desk.to_countersign() if kind == "countersign" else desk.to_signing()
    [item] = desk.open_items(username)
    assert item.kind == kind
    answer = Clerk(site, username).post("/worklist/batch", operation=operation, item=chosen(item), list="box=todo")
    assert results(answer)[desk.title] == "签发、批示、审批、表决、会签须逐件办理，不能批量提交。"
    assert kept(settled_sqlite, [item]) == [item]


def test_ten_are_received_but_for_the_signature_the_one_of_another_and_the_one_that_has_changed(
    each_site: Flask, settled: House
) -> None:
    receivable, items = mixed(settled, "receiving")
    answer = Clerk(each_site, READER).post("/worklist/batch", operation="receive", item=items, list="box=todo")
    assert "办成 7 件，未办 3 件。" in answer.text
    said = results(answer)
    assert said["签发件"].startswith("签发、批示、审批、表决、会签须逐件办理")
    assert said["已转他人"] == "这件待办由他人办理，您不能操作。"
    assert said["又转回来"].startswith("这件待办已有变动（")
    assert {(item.state, item.circled) for item in kept(settled, receivable)} == {(WorkItemState.COMPLETED, False)}


def test_ten_are_transferred_with_one_reason_but_for_those_that_cannot_be(each_site: Flask, settled: House) -> None:
    given, items = mixed(settled, "reading")
    form = {
        "operation": "transfer",
        "item": items,
        "to": "quanning",
        "reason": "出差期间请代为办理",
        "list": "box=todo",
    }
    answer = Clerk(each_site, READER).post("/worklist/batch", **form)
    assert "办成 7 件，未办 3 件。" in answer.text
    said = results(answer)
    assert said["签发件"] == "“签发”环节没有开放“转办”。"
    assert said["已转他人"] == "这件待办由他人办理，您不能操作。"
    assert said["又转回来"].startswith("这件待办已有变动（")
    assert {item.assignee for item in kept(settled, given)} == {"quanning"}
    [event] = told(settled, given[6], "work_item:transferred")
    assert (event.actor, event.data["reason"]) == (READER, "出差期间请代为办理")


def test_whom_to_transfer_to_is_asked_once_before_anything_is_done(site: Flask, settled_sqlite: House) -> None:
    items = waiting(settled_sqlite, "reading", "甲", "乙")
    reader = Clerk(site, READER)
    asked = reader.post("/worklist/batch", operation="transfer", item=chosen(*items), list="box=todo")
    assert asked.status_code == 200
    assert "<html" in asked.text
    assert HIDDEN_ITEM.findall(asked.text) == chosen(*items)
    assert '<option value="quanning">' in asked.text
    part = reader.post("/worklist/batch", headers=PART, operation="transfer", item=chosen(*items), list="box=todo")
    assert "<html" not in part.text
    assert 'name="reason"' in part.text
    assert {item.assignee for item in kept(settled_sqlite, items)} == {READER}


@pytest.mark.parametrize(
    ("to", "reason", "field", "sentence"),
    [
        ("", "", "to", "请至少选择一人。"),
        ("nobody", "", "to", "nobody：没有这个人员或单位，或者已停用。"),
        ("quanning", "长" * 2001, "reason", "请用文字写明原因，不超过 2000 个字符。"),
    ],
)
def test_what_could_be_accepted_for_no_item_is_asked_again_with_what_was_entered(
    site: Flask, settled_sqlite: House, to: str, reason: str, field: str, sentence: str
) -> None:
    items = waiting(settled_sqlite, "reading", "甲")
    form = {"operation": "transfer", "item": chosen(*items), "to": to, "reason": reason}
    reader = Clerk(site, READER)
    refused = reader.post("/worklist/batch", **form)
    assert refused.status_code == 422
    assert field_errors(refused) == {field: sentence}
    assert reason in refused.text
    assert HIDDEN_ITEM.findall(refused.text) == chosen(*items)
    assert alert(reader.post("/worklist/batch", headers=PART, **form)) == sentence
    assert kept(settled_sqlite, items) == items


def test_who_is_chosen_for_their_own_items_is_told_so_at_each(site: Flask, settled_sqlite: House) -> None:
    items = waiting(settled_sqlite, "reading", "甲")
    answer = Clerk(site, READER).post("/worklist/batch", operation="transfer", item=chosen(*items), to=READER)
    assert results(answer) == {"甲": "沙小满：不能选择本人。"}


@pytest.mark.parametrize(
    ("operation", "key", "sentence"),
    [
        ("circle", "receiving", "“签收”环节不能圈阅，请打开逐件办理。"),
        ("receive", "reading", "“传阅”环节不能签收，请打开逐件办理。"),
        ("circle", "reading_with_words", "请填写意见后再提交。"),
        ("circle", "reading_and_consent", "“传阅”有几种选择，请打开逐件办理。"),
        ("receive", "receiving_and_counting", "本件还要填写清点份数，请打开逐件办理。"),
    ],
)
def test_a_step_that_wants_more_than_a_tick_says_what(
    site: Flask, settled_sqlite: House, operation: str, key: str, sentence: str
) -> None:
    items = waiting(settled_sqlite, key, "甲")
    answer = Clerk(site, READER).post("/worklist/batch", operation=operation, item=chosen(*items))
    assert results(answer) == {"甲": sentence}
    assert kept(settled_sqlite, items) == items


def test_required_entries_that_the_case_holds_already_are_not_asked_for_again(
    site: Flask, settled_sqlite: House
) -> None:
    [item] = waiting(settled_sqlite, "receiving_and_counting", "甲")
    reader = Clerk(site, READER)
    reader.submit(f"/worklist/{item.id}", pages="12")
    [version] = re.findall(r'name="version" value="(\d+)"', reader.get("/worklist").text)
    again = reader.post(f"/worklist/{item.id}/withdraw", version=version).location.removeprefix("/worklist/")
    with reading(settled_sqlite.pool) as connection:
        opened = work_items.get_work_item(connection, again)
    answer = reader.post("/worklist/batch", operation="receive", item=chosen(opened))
    assert results(answer) == {"甲": ""}


def test_words_that_were_begun_on_an_item_are_not_thrown_away(site: Flask, settled_sqlite: House) -> None:
    [begun, other] = waiting(settled_sqlite, "reading", "甲", "乙")
    reader, path = Clerk(site, READER), f"/worklist/{begun.id}"
    reader.post(path, **reader.hidden(path), draft="1", opinion="第三条还要再看")
    answer = reader.post("/worklist/batch", operation="circle", item=chosen(begun, other))
    assert results(answer) == {"甲": "您在这一件上暂存了内容，请打开逐件办理。", "乙": ""}
    assert "第三条还要再看</textarea>" in reader.get(path).text
    reader.post(path, **reader.hidden(path), draft="1", opinion=" ")
    assert results(reader.post("/worklist/batch", operation="circle", item=chosen(begun))) == {"甲": ""}


def test_a_file_that_was_put_to_a_draft_is_not_thrown_away(site: Flask, settled_sqlite: House) -> None:
    [begun] = waiting(settled_sqlite, "reading", "甲")
    reader, path = Clerk(site, READER), f"/worklist/{begun.id}"
    scan = reader.upload("批注.txt", "见批注".encode()).json["id"]
    reader.post(path, **reader.hidden(path), draft="1", opinion="", attachments=scan)
    answer = reader.post("/worklist/batch", operation="circle", item=chosen(begun))
    assert results(answer) == {"甲": "您在这一件上暂存了内容，请打开逐件办理。"}


def test_what_lies_in_a_pool_is_received_from_it_and_taken_thereby(site: Flask, settled_sqlite: House) -> None:
    items = waiting(settled_sqlite, "receiving_from_pool", "甲", "乙")
    reader = Clerk(site, READER)
    assert 'value="receive"' in reader.get("/worklist?box=claimable").text
    answer = reader.post("/worklist/batch", operation="receive", item=chosen(*items), list="box=claimable")
    assert results(answer) == {"甲": "", "乙": ""}
    assert {(item.assignee, item.closed_by) for item in kept(settled_sqlite, items)} == {(READER, READER)}


def test_the_inbox_offers_what_is_done_with_many(site: Flask, settled_sqlite: House) -> None:
    waiting(settled_sqlite, "reading", "甲")
    page = Clerk(site, READER).get("/worklist").text
    bar = page[page.index("banjie-batch") : page.index('data-live-list="items"')]
    assert re.findall(r'name="operation" value="(\w+)"', bar) == ["circle", "receive", "transfer"]
    assert "圈阅" in bar


def test_a_page_has_room_for_as_many_as_are_handled_at_once(site: Flask, settled_sqlite: House) -> None:
    waiting(settled_sqlite, "reading", *(f"第{number}件" for number in range(22)))
    reader = Clerk(site, READER)
    short = reader.get("/worklist").text
    assert short.count("data-choose>") == 20
    assert 'href="/worklist?box=todo&amp;rows=100">每页 100 件</a>' in short
    long = reader.get("/worklist?box=todo&rows=100").text
    assert long.count("data-choose>") == 22
    assert "每页 20 件" in long
    assert '<input type="hidden" name="rows" value="100">' in long
    assert reader.get("/worklist?box=todo&rows=1000").text.count("data-choose>") == 20


def test_a_batch_of_completed_steps_is_taken_back_together(each_site: Flask, settled: House) -> None:
    items = waiting(settled, "reading", "甲", "乙", "丙")
    reader = Clerk(each_site, READER)
    page = reader.post("/worklist/batch", operation="circle", item=chosen(*items), list="box=todo")
    taken_back = TAKEN_BACK.findall(page.text)
    assert "撤回这 3 件" in page.text
    assert HIDDEN_ITEM.findall(page.text) == taken_back
    with transaction(settled.pool) as connection:
        following = work_items.list_of_instance(connection, items[1].instance_id)[-1]
        at = settled.office.engine.now(connection)
        submission = Submission(following.version, "submit")
        worklist.complete(connection, settled.office, Desk(settled).person("gexingyao"), following.id, submission, at)
    answer = reader.post("/worklist/batch", operation="withdraw", item=taken_back, list="box=todo")
    assert "办成 2 件，未办 1 件。" in answer.text
    said = results(answer)
    assert (said["甲"], said["丙"]) == ("", "")
    assert said["乙"].startswith("不能撤回：")
    assert "撤回这" not in answer.text
    todo = reader.get("/worklist").text
    assert set(re.findall(r"data-open>([^<]+)<", todo)) == {"甲", "丙"}
    assert "已撤回" in reader.get(f"/cases/{items[0].instance_id}").text


def test_nothing_is_offered_to_be_taken_back_where_the_office_wants_none_or_nothing_was_done(
    site: Flask, settled_sqlite: House
) -> None:
    [first, second] = waiting(settled_sqlite, "reading", "甲", "乙")
    reader = Clerk(site, READER)
    refused = reader.post("/worklist/batch", operation="receive", item=chosen(first))
    assert TAKEN_BACK.findall(refused.text) == []
    given = reader.post("/worklist/batch", operation="transfer", item=chosen(first), to="quanning")
    assert (results(given), TAKEN_BACK.findall(given.text)) == ({"甲": ""}, [])
    settings = replace(settled_sqlite.office.settings, undo_seconds=0)
    site.extensions["banjie"] = replace(settled_sqlite, office=replace(settled_sqlite.office, settings=settings))
    circled = reader.post("/worklist/batch", operation="circle", item=chosen(second))
    assert (results(circled), TAKEN_BACK.findall(circled.text)) == ({"乙": ""}, [])


def test_a_hundred_are_circled_each_in_a_command_of_its_own(site: Flask, settled_sqlite: House) -> None:
    items = waiting(settled_sqlite, "reading", *(f"第{number}件" for number in range(batch.LARGEST_BATCH)))
    answer = Clerk(site, READER).post("/worklist/batch", headers=PART, operation="circle", item=chosen(*items))
    assert 'data-done="100" data-refused="0"' in answer.text
    with reading(settled_sqlite.pool) as connection:
        person, narrowed = Desk(settled_sqlite).person(READER), boxes.Filter()
        page = boxes.list_box(connection, person, "todo", narrowed, MORNING, MORNING + timedelta(hours=24))
        assert page.rows == ()
        assert settled_sqlite.office.engine.verify(connection) == []
