"""The studio's forms and rules in a browser: a field is added, given to one step, looked at, approved and filled in."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.transaction import reading, transaction
from tests.browser import server
from tests.decision_files import decision, definitions
from tests.e2e.visiting import Findings, Visitor
from tests.office import Desk, deploy, flow_files
from workflows import cases
from workflows.flow_changes import drafts

SEAL = "seal_use"
LEGAL = "法律意见"


@pytest.fixture
def desk(sqlite_house: House) -> Desk:
    deploy(sqlite_house, "flow_change", SEAL)
    desk = Desk(sqlite_house, title="用印申请增加法律意见")
    with transaction(sqlite_house.pool) as connection:
        asked = {"flow_key": SEAL, "change_reason": "用印前须经法律审核。"}
        started = cases.start(
            connection, sqlite_house.office, desk.person("zhenliyan"), "flow_change", desk.title, asked, desk.now
        )
        sqlite_house.office.engine.set_clock(connection, desk.now)
    desk.instance_id = started.instance_id
    return desk


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    storage = desk.house.settings.storage
    with server(storage.database_url, storage.data_dir) as found:
        yield found


def keep(desk: Desk, **changed: str) -> None:
    files = flow_files(SEAL) | {name.replace("__", "."): text.encode() for name, text in changed.items()}
    with transaction(desk.house.pool) as connection:
        drafts.keep(connection, desk.house.office, desk.person("zhenliyan"), desk.instance_id, 0, files, desk.now)


def kept(desk: Desk) -> dict[str, str]:
    with reading(desk.house.pool) as connection:
        return {
            name: content.decode() for name, content in drafts.get_draft(connection, desk.instance_id).files.items()
        }


def opened(browser: Browser, address: str, desk: Desk, findings: Findings, tab: str, who: str = "zhenliyan") -> Visitor:
    director = Visitor(browser, address, who, findings, also_phone=True)
    director.go(f"/studio/{desk.instance_id}/{tab}")
    director.page.locator("[data-ready]").wait_for(state="attached")
    return director


def say_in(page: Page, field: str, text: str) -> None:
    page.get_by_label(field, exact=True).fill(text)
    page.get_by_label(field, exact=True).press("Tab")


def preview_as(page: Page, step: str) -> None:
    page.locator("#studio-step").select_option(label=step)
    chosen = page.locator("#studio-step").input_value()
    page.locator(f"[data-preview-body][data-step='{chosen}']").wait_for()


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("已保存")


def test_a_field_for_one_step_is_drawn_looked_at_approved_and_filled_in(
    browser: Browser, address: str, desk: Desk
) -> None:
    findings = Findings()
    director = opened(browser, address, desk, findings, "form")
    page = director.page
    expect(page.locator("[data-findings]")).to_contain_text("检查没有发现问题。")
    page.get_by_role("group", name="可用的字段").get_by_role("button", name="多行文字").click()
    say_in(page, "名称", LEGAL)
    say_in(page, "标识", "legal_opinion")
    expect(page.locator(".fjs-form-field-label", has_text=LEGAL)).to_be_visible()
    page.get_by_label(f"{LEGAL} · 整行设为").select_option(label="隐藏")
    cell = page.get_by_label(f"{LEGAL} · 办公室主任审批")
    cell.focus()
    page.keyboard.press("1")
    expect(cell).to_have_value("must")
    expect(page.locator("[data-status]")).to_have_text("有未保存的修改")
    preview_as(page, "办公室主任审批")
    expect(page.locator("[data-preview-body] .is-required", has_text=LEGAL)).to_be_visible()
    director.look("studio-form")
    preview_as(page, "部门负责人审核")
    expect(page.locator("[data-preview-body]")).to_contain_text("用印事项")
    expect(page.locator("[data-preview-body]")).not_to_contain_text(LEGAL)
    save(page)
    model = kept(desk)[f"{SEAL}.bpmn"]
    assert model.count('"access:legal_opinion" value="hidden"') == 5
    assert (
        model.count('"access:legal_opinion" value="edit"') == model.count('"required:legal_opinion" value="true"') == 1
    )
    added = [line for line in model.splitlines() if "legal_opinion" in line]
    assert [line for line in model.splitlines() if line not in added] == flow_files(SEAL)[
        f"{SEAL}.bpmn"
    ].decode().splitlines()
    assert findings.complaints == []

    desk.act("zhenliyan", "submit", "增加法律意见。")
    desk.act("boruoxi", "publish", "同意。")
    desk.start("gexingyao", SEAL, "合同用印")
    asked = {"seal_name": "集团公章", "requested_copies": 2, "reason_for_use": "签订供热合同。"}
    desk.act("gexingyao", "submit", **{"title": "合同用印", **asked})
    desk.act("shiyanqiu", "agree", "同意。")
    [item] = desk.open_items("zhenliyan")
    reader = Visitor(browser, address, "zhenliyan", findings)
    reader.go(f"/worklist/{item.id}")
    expect(reader.page.get_by_label(LEGAL, exact=True)).to_be_visible()
    assert findings.complaints == []


def test_a_component_that_is_not_rendered_is_said_at_its_field(browser: Browser, address: str, desk: Desk) -> None:
    form = json.loads(flow_files(SEAL)[f"{SEAL}.form"])
    form["components"].append({"type": "image", "id": "field_logo", "label": "标志", "source": "/static/icon.svg"})
    keep(desk, seal_use__form=json.dumps(form, ensure_ascii=False))
    findings = Findings()
    page = opened(browser, address, desk, findings, "form").page
    sentence = "表单“seal_use.form”的字段“标志”不能使用：不支持组件 image。"
    finding = page.get_by_role("button", name=sentence)
    expect(finding).to_be_visible()
    expect(page.locator("[data-preview-body]")).to_contain_text("不支持组件 image")
    expect(page.locator(".fjs-element[data-id='field_logo']")).to_have_attribute("data-finding", sentence)
    page.locator(".fjs-element[data-id='field_logo']").click()
    page.get_by_role("group", name="字段设置").get_by_role("button", name="移除字段").click()
    expect(finding).to_be_hidden()
    expect(page.locator("[data-findings]")).to_contain_text("检查没有发现问题。")
    assert findings.complaints == []


def test_a_further_form_with_a_table_is_drawn(browser: Browser, address: str, desk: Desk) -> None:
    findings = Findings()
    page = opened(browser, address, desk, findings, "form").page
    kinds = page.get_by_role("group", name="可用的字段")
    page.locator(".fjs-element[data-id='field_seal_name']").click()
    page.get_by_text("新增表单").click()
    page.get_by_label("表单标识").fill("legal_review")
    page.get_by_role("button", name="建立").click()
    expect(page.locator("#studio-form")).to_have_value("legal_review.form")
    expect(page.locator("[data-access]")).to_contain_text("没有环节使用这张表单")
    kinds.get_by_role("button", name="表格（多行）").click()
    say_in(page, "标识", "clauses")
    expect(page.locator("[data-findings]")).to_contain_text("字段“clauses”不能使用：表格没有列。")
    kinds.get_by_role("button", name="单行文字").click()
    say_in(page, "标识", "clause")
    expect(page.locator("[data-findings]")).to_contain_text("检查没有发现问题。")
    for name in (f"{SEAL}.form", "legal_review.form", f"{SEAL}.form"):
        page.locator("#studio-form").select_option(name)
        page.locator(".fjs-element[data-field-type='textfield']").first.click()
    page.locator("#studio-form").select_option("legal_review.form")
    page.get_by_label("让其他环节使用这张表单").select_option(label="办公室主任审批")
    page.get_by_label("clauses · 办公室主任审批").or_(page.get_by_label("表格（多行） · 办公室主任审批")).select_option(
        label="可填"
    )
    preview_as(page, "办公室主任审批")
    expect(page.locator("[data-preview-body]").get_by_role("button", name="增加一行")).to_be_visible()
    save(page)
    expect(page.locator("[data-findings]")).to_contain_text("检查没有发现问题。")
    files = kept(desk)
    [table] = json.loads(files["legal_review.form"])["components"]
    assert (table["type"], table["path"], table["components"][0]["key"]) == ("dynamiclist", "clauses", "clause")
    assert files[f"{SEAL}.form"] == flow_files(SEAL)[f"{SEAL}.form"].decode()
    form = f'name="办公室主任审批" camunda:candidateGroups="office_director" camunda:dueDate="P1D" camunda:formRef="{SEAL}"'
    assert form.replace(SEAL, "legal_review") in files[f"{SEAL}.bpmn"]
    assert files[f"{SEAL}.bpmn"].count('"access:clauses" value="edit"') == 1
    assert findings.complaints == []


def test_a_field_is_dragged_where_it_belongs(browser: Browser, address: str, desk: Desk) -> None:
    findings = Findings()
    page = opened(browser, address, desk, findings, "form").page
    offered = page.get_by_role("group", name="可用的字段").get_by_role("button", name="一位人员")
    target = page.locator(".fjs-element[data-id='field_recipient']")
    target.scroll_into_view_if_needed()
    offered.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=20)
    page.mouse.move(box["x"] + 60, box["y"] + 4, steps=10)
    page.mouse.up()
    expect(page.get_by_label("标识", exact=True)).to_have_value(re.compile("select_"))
    say_in(page, "名称", "经办律师")
    save(page)
    labels = [one["label"] for one in json.loads(kept(desk)[f"{SEAL}.form"])["components"]]
    assert labels.index("经办律师") in (labels.index("送往单位") - 1, labels.index("送往单位") + 1)
    [person] = [one for one in json.loads(kept(desk)[f"{SEAL}.form"])["components"] if one["label"] == "经办律师"]
    assert (person["properties"], "values" in person) == ({"banjie:type": "person"}, False)
    assert findings.complaints == []


def test_a_second_window_loses_nothing_when_it_is_told_of_the_first(browser: Browser, address: str, desk: Desk) -> None:
    findings = Findings()
    first, second = (opened(browser, address, desk, findings, "form").page for _ in range(2))
    for page, level in ((first, "隐藏"), (second, "只读")):
        page.get_by_label("送往单位 · 填写申请").select_option(label=level)
    save(first)
    second.get_by_role("button", name="保存", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("草稿已由甄立言于")
    expect(second.get_by_label("送往单位 · 填写申请")).to_have_value("read")
    assert '"access:recipient" value="hidden"' in kept(desk)[f"{SEAL}.bpmn"]
    findings.expect_refusals(1, 409)
    assert findings.complaints == []


def test_a_decision_table_is_changed_and_another_added(browser: Browser, address: str, desk: Desk) -> None:
    table = definitions(decision(['"集团公章" | "分管领导"', '- | "主任"'], "FIRST", ["seal_name"], ["level"])).decode()
    keep(desk, seal_level__dmn=table)
    findings = Findings()
    director = opened(browser, address, desk, findings, "rules")
    page = director.page
    page.get_by_text('"分管领导"').click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('"党委书记"')
    expect(page.locator("[data-status]")).to_have_text("有未保存的修改")
    director.look("studio-rules")
    save(page)
    assert '"党委书记"' in kept(desk)["seal_level.dmn"]
    page.get_by_text("新增决策表").click()
    page.locator("[data-new-name]").fill("seal_keeper_of")
    page.locator("[data-new-label]").fill("由谁用印")
    page.get_by_role("button", name="建立").click()
    expect(page.locator("#studio-table")).to_have_value("seal_keeper_of.dmn seal_keeper_of")
    expect(page.locator("[data-asked-by]")).to_contain_text("没有环节使用")
    save(page)
    assert re.search('<decision id="seal_keeper_of" name="由谁用印"', kept(desk)["seal_keeper_of.dmn"])
    assert findings.complaints == []


def test_who_may_not_draw_only_looks(browser: Browser, address: str, desk: Desk) -> None:
    table = definitions(decision(['"集团公章" | "分管领导"'], "FIRST", ["seal_name"], ["level"])).decode()
    keep(desk, seal_level__dmn=table)
    desk.act("zhenliyan", "submit", "增加决策表。")
    findings = Findings()
    for tab in ("form", "rules"):
        page = opened(browser, address, desk, findings, tab, "boruoxi").page
        expect(page.locator("[data-status]")).to_contain_text("只能查看")
        assert page.get_by_role("button", name="保存", exact=True).count() == 0
        assert page.locator(".banjie-access-table select:enabled").count() == 0
    assert findings.complaints == []
