"""A director changes 发文 while five documents run: drawn, tried on past cases, approved, taken by the next, two moved to it."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.transaction import reading
from engine.model import InstanceState
from tests.browser import server, wait_until_ready
from tests.e2e.studio import MIDDLE_OF_FLOW, Director
from tests.e2e.visiting import Findings
from tests.office import BETWEEN, MORNING, Desk, deploy
from tests.workflows import test_migrating as running
from workflows import cases, verification

KEY = "outgoing_document"
TITLE = "发文增加法律审核"
PAST = 3
ZOOMS = 5
CORNER, CLICKS = 12, 40
FLOW = "{http://www.omg.org/spec/BPMN/20100524/MODEL}sequenceFlow"


class Place(NamedTuple):
    """A served office with finished documents, and five that run."""

    house: House
    address: str
    five: running.Five


@pytest.fixture
def place(sqlite_house: House) -> Iterator[Place]:
    deploy(sqlite_house, "flow_change")
    for number in range(PAST):
        Desk(sqlite_house, MORNING + number * BETWEEN / 10).to_the_end()
    five = running.begin(sqlite_house)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield Place(sqlite_house, address, five)


def insert_gateway(director: Director, flow: str) -> str:
    """Put a gateway onto a flow from the palette."""
    page = director.page
    page.locator("[data-do=fit]").click()
    page.locator(".djs-palette [data-action='create.exclusive-gateway']").click()
    x, y = page.evaluate(MIDDLE_OF_FLOW, [flow, 0.45])
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    return director.chosen()


def connect(page: Page, target: str) -> None:
    """Draw a flow from what is chosen, by the arrow in its menu."""
    page.locator(".djs-context-pad .entry[data-action=connect]").click()
    page.locator(f".djs-container [data-element-id='{target}'] .djs-hit").first.click(force=True)


def choose(page: Page, element: str) -> None:
    """Choose an element at its corner, where no flow runs across it; a click right after drawing a flow is not taken for one."""
    shape = page.locator(f".djs-container .djs-shape[data-element-id='{element}']")
    for _ in range(CLICKS):
        box = shape.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + CORNER, box["y"] + CORNER)
        if page.locator(f".djs-container .djs-shape.selected[data-element-id='{element}']").count():
            return
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    raise AssertionError(f"{element} cannot be chosen")


def flows_behind(director: Director, change: str, gateway: str) -> dict[str, str]:
    """Where the kept draft leads from a gateway: the flows by their targets."""
    draft = director.page.evaluate("async path => (await fetch(path)).json()", f"{change}/draft")
    flows = ET.fromstring(draft["files"][f"{KEY}.bpmn"]).iter(FLOW)
    return {one.attrib["targetRef"]: one.attrib["id"] for one in flows if one.attrib["sourceRef"] == gateway}


def draw(director: Director, change: str) -> str:
    """Draw a 法律审核 of documents to those below, three working days, between the director and the leader."""
    page = director.page
    gateway = insert_gateway(director, "director_agrees")
    page.get_by_label("名称", exact=True).fill("须法律审核？")
    for _ in range(ZOOMS):
        page.locator("[data-do=in]").click()
    page.locator("[data-do=add]").click()
    director.choose_kind("发起部门负责人审核")
    step = director.chosen()
    connect(page, "leader_review")
    choose(page, step)
    page.get_by_label("名称", exact=True).fill("法律审核")
    page.get_by_label("由谁办理", exact=True).select_option("posts")
    page.get_by_label("移除 办公室主任").click()
    page.get_by_role("combobox", name="岗位").fill("合规审查人")
    panel = page.locator("[data-panel]")
    panel.get_by_label("计时方式").select_option("working")
    page.get_by_label("工作日", exact=True).fill("3")
    panel.get_by_text("可作的决定").click()
    page.get_by_role("button", name="画出“同意、退回修改”").click()
    findings = page.locator("[data-findings] li")
    expect(findings).to_have_count(2)
    for end in ("分管领导审签", "法律审核"):  # a flow without a name is called by what it joins
        expect(findings.filter(has_text=f"须法律审核？ → {end}")).to_contain_text("既没有条件，也不是默认出线")
    director.look("change-drawn-with-findings")
    director.save()
    flows = flows_behind(director, change, gateway)
    assert set(flows) == {step, "leader_review"}
    director.select_flow(flows["leader_review"])
    page.get_by_label("其他情况走这里（默认）").check()
    director.select_flow(flows[step])
    page.get_by_label("名称", exact=True).fill("下行文")
    page.get_by_role("button", name="添加条件").click()
    page.get_by_label("第 1 个条件的字段").select_option("direction")
    page.get_by_label("第 1 个条件的比较").select_option("==")
    page.get_by_label("第 1 个条件的值").select_option("下行文")
    expect(page.get_by_label("表达式", exact=True)).to_have_value("${direction == '下行文'}")
    expect(page.locator("[data-found]")).to_have_text("检查：没有发现问题")
    director.save()
    director.look("change-drawn")
    return step


def test_a_legal_review_is_drawn_tried_approved_and_taken_by_the_next_document_and_by_two_that_run(
    browser: Browser, place: Place
) -> None:
    house, five, findings = place.house, place.five, Findings()
    director = Director(browser, place.address, findings)
    page = director.page
    change = director.begin(TITLE, KEY)
    step = draw(director, change)

    page.get_by_role("link", name="用历史试").click()
    director.is_at(TITLE)
    expect(page.get_by_text(f"0 件一致，{PAST} 件不同，0 件走不通")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("法律审核")
    director.look("change-tried")

    desk = Desk(house, title=TITLE)
    desk.instance_id = change.rpartition("/")[2]
    [item] = desk.open_items("zhenliyan")
    director.go(f"/worklist/{item.id}")
    page.get_by_role("button", name="送批准").click()
    director.is_told("已提交")

    other = Director(browser, place.address, findings, "boruoxi")
    other.go("/worklist?box=claimable")
    other.page.get_by_role("link", name=TITLE).click()
    other.is_at(TITLE)
    expect(other.page.locator("#flow-change")).to_contain_text("第 1 版 → 草稿")
    other.look("change-to-approve")
    other.page.locator("#flow-change").get_by_role("link", name="对比").click()
    other.page.locator("[data-compared]").wait_for()
    added = other.page.locator("[data-compare] tbody tr").filter(has_text="法律审核").filter(has_text="人工环节")
    for text in ("新增", "时限：3 天", "候选岗位：合规审查人"):
        expect(added).to_contain_text(text)
    rows = other.page.locator("[data-compare] tbody tr")
    expect(rows.filter(has_text="退回修改").filter(has_text="新增")).to_contain_text("终点：起草")
    other.look("change-compared")
    [item] = desk.open_items("boruoxi")
    other.go(f"/worklist/{item.id}")
    other.page.get_by_role("textbox", name="意见").first.fill("同意。")
    other.page.get_by_role("button", name="批准发布").click()
    other.is_told("已提交")
    other.go(f"/definitions/{KEY}")
    expect(other.page.get_by_role("row").filter(has_text="第 2 版")).to_contain_text("柏若溪")

    other.go(f"/definitions/{KEY}/running")
    for moved in (five.drafted, five.countersigned):
        other.page.locator(f"#case-{moved.instance_id}").check()
    other.page.get_by_role("button", name="试算").click()
    other.is_at("迁移试算：到第 2 版")
    expect(other.page.get_by_text("部门会签 → 部门会签")).to_be_visible()
    other.look("change-migration-ahead")
    other.page.get_by_label("迁移原因").fill("法律审核自本月起执行。")
    other.page.get_by_role("button", name="迁移所选的事项").click()
    expect(other.page.get_by_text("已迁移 2 件，未迁移 0 件。")).to_be_visible()
    wait_until_ready(other.page)

    sixth = Desk(house, at=five.typeset.now, title="关于第六件事的通知")
    sixth.start(title=sixth.title)
    for one, goes_on in (
        (five.drafted, running.from_draft),
        (five.reviewed, running.from_review),
        (five.countersigned, running.from_second_vote),
        (five.signed, running.from_signing),
        (five.typeset, running.from_typesetting),
        (sixth, running.from_draft),
    ):
        goes_on(one)
    six = (*five, sixth)
    assert [running.version_of(one) for one in six] == [2, 1, 2, 1, 1, 2]
    with reading(house.pool) as connection:
        for one in (*six, desk):
            assert cases.get_row(connection, one.instance_id).state is InstanceState.COMPLETED
            assert house.office.engine.replay(connection, one.instance_id).verified
        took_it = [
            any(event.activity_id == step for event in house.office.engine.history(connection, one.instance_id))
            for one in six
        ]
        assert verification.verify(connection, house.office) == []
    assert took_it == [True, False, True, False, False, True]
    assert findings.complaints == [], "\n".join(findings.complaints)
