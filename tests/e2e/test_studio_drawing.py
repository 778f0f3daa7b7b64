"""A director redraws a flow in a real browser: with the mouse, with the keys alone, from a file; another one publishes it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect

from app.house import House
from app.transaction import reading
from engine.persistence import definitions
from tests.browser import server, wait_until_ready
from tests.e2e.studio import Director, is_found
from tests.e2e.visiting import Findings
from tests.office import Desk, deploy, flow_files

SEAL = "seal_use"
ASKED = {"seal_name": "集团公章", "requested_copies": 4, "reason_for_use": "签订检修合同"}
WITHOUT_LAYOUT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">
  <process id="elsewhere" name="用印（外来）" isExecutable="true">
    <startEvent id="begin" name="提出" /><sequenceFlow id="f1" sourceRef="begin" targetRef="look" />
    <userTask id="look" name="看一看" camunda:candidateGroups="office_director" />
    <sequenceFlow id="f2" sourceRef="look" targetRef="over" /><endEvent id="over" name="办结" />
  </process>
</definitions>"""


@pytest.fixture
def findings() -> Iterator[Findings]:
    """What was found on the pages of a test: nothing, at its end."""
    found = Findings()
    yield found
    assert found.complaints == [], "\n".join(found.complaints)


@pytest.fixture
def address(sqlite_house: House) -> Iterator[str]:
    deploy(sqlite_house, "flow_change", SEAL)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as served:
        yield served


def test_a_director_adds_a_compliance_review_and_another_publishes_it(
    browser: Browser, findings: Findings, address: str, sqlite_house: House
) -> None:
    director = Director(browser, address, findings, also_phone=True)
    page = director.page
    place = director.begin("用印增加合规审查")
    director.look("studio-begun")
    director.select_flow("leader_asked", 0.3)
    page.get_by_role("button", name="添加条件").click()
    page.get_by_label("第 3 个条件的字段").select_option("requested_copies")
    page.get_by_label("第 3 个条件的比较").select_option(">=")
    page.get_by_label("第 3 个条件的值").fill("3")
    expect(page.get_by_label("表达式", exact=True)).to_have_value(
        "${seal_name != '党委办公室印章' and seal_name != '集团办公室印章' and requested_copies >= 3}"
    )
    page.locator("[data-do=add]").click()
    director.choose_kind("发起部门负责人审核")
    step = director.chosen()
    assert step.startswith("review_")
    page.get_by_label("名称", exact=True).fill("合规审查")
    page.get_by_label("由谁办理", exact=True).select_option("lane")
    is_found(page, "没有写明由谁办理")
    expect(page.locator(f"[data-container-id={step}] .banjie-finding-error")).to_be_visible()
    page.get_by_label("由谁办理", exact=True).select_option("posts")
    page.get_by_label("移除 办公室主任").click()
    page.get_by_role("combobox", name="岗位").fill("合规审查人")
    page.locator("[data-panel]").get_by_label("计时方式").select_option("working")
    page.get_by_label("工作日", exact=True).fill("3")
    expect(page.locator("[data-panel]").get_by_text("文件中写作 P3D")).to_be_visible()
    expect(page.locator("[data-found]")).to_have_text("检查：没有发现问题")
    director.save()
    director.look("studio-drawn")

    director.go(place)
    director.is_drawn()
    director.select(step)
    expect(page.get_by_label("名称", exact=True)).to_have_value("合规审查")
    expect(page.get_by_label("工作日", exact=True)).to_have_value("3")
    expect(page.locator("[data-panel] .banjie-picker").get_by_text("合规审查人")).to_be_visible()

    desk = Desk(sqlite_house)
    desk.instance_id = place.rpartition("/")[2]
    [item] = desk.open_items("zhenliyan")
    director.go(f"/worklist/{item.id}")
    page.get_by_role("button", name="送批准").click()
    wait_until_ready(page)
    other = Director(browser, address, findings, "boruoxi", also_phone=True)
    other.go(place)
    other.is_drawn()
    expect(other.page.locator("[data-do=save]")).to_have_count(0)
    other.look("studio-looked-at")
    [item] = desk.open_items("boruoxi")
    other.go(f"/worklist/{item.id}")
    other.page.get_by_role("button", name="批准发布").click()
    wait_until_ready(other.page)

    case = Desk(sqlite_house)
    case.start("suiyiming", SEAL, "检修合同")
    case.act("suiyiming", "submit", **ASKED)
    case.act("luanhaiping", "agree")
    case.act("zhenliyan", "agree")
    with reading(sqlite_house.pool) as connection:
        newest = definitions.find_newest(connection, SEAL)
    assert newest is not None
    assert newest.version == 2
    [waits] = case.open_items("tongxueling")
    assert (waits.activity_id, waits.kind) == (step, "review")


def test_a_step_is_drawn_with_the_keys_alone(browser: Browser, findings: Findings, address: str) -> None:
    director = Director(browser, address, findings)
    page = director.page
    director.begin("用印增加传阅")
    director.pointers.clear()
    page.locator("[data-do=add]").focus()
    director.press("Enter")
    director.choose_kind("传阅")
    step = director.chosen()
    is_found(page, "从开始事件到不了该元素", "该元素没有出线")
    page.locator("[data-findings] button").first.focus()
    director.press("Enter")
    assert director.chosen() == step
    page.locator(".djs-container svg[tabindex]").first.focus()
    director.press("n")
    director.choose_kind("告知发起人")
    assert director.chosen() != step
    director.press("Control+z")
    director.press("Control+z")
    expect(page.locator("[data-found]")).to_have_text("检查：没有发现问题")
    director.press("Control+s")
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    assert [one for one in director.pointers if one != "click"] == []


def test_a_step_is_added_behind_the_decision_and_a_reminder_beside_the_step(
    browser: Browser, findings: Findings, address: str
) -> None:
    director = Director(browser, address, findings)
    page = director.page
    place = director.begin("用印增加传阅和提醒")
    added = {}
    for element, kind in (("approve", "传阅"), ("seal", "原环节照常"), ("apply", "各方都表态后继续")):
        director.select(element)
        page.locator("[data-do=add]").click()
        director.choose_kind(kind)
        added[element] = director.chosen()
    is_found(page, "会签没有写明各方取自哪里")
    director.press("Control+z")
    expect(page.locator("[data-found]")).to_have_text("检查：没有发现问题")
    director.save()
    draft = page.evaluate("async path => (await fetch(path)).json()", f"{place}/draft")
    model = draft["files"][f"{SEAL}.bpmn"]
    assert f'sourceRef="director_decision" targetRef="{added["approve"]}"' in model
    assert 'sourceRef="approve" targetRef="director_decision"' in model
    assert (
        f'<bpmn:boundaryEvent id="{added["seal"]}" name="定时提醒" cancelActivity="false" attachedToRef="seal">'
        in model
    )
    assert f'id="{added["apply"]}"' not in model


def test_a_file_is_imported_with_a_layout_and_a_wrong_one_changes_nothing(
    browser: Browser, findings: Findings, address: str, tmp_path: Path
) -> None:
    director = Director(browser, address, findings)
    page = director.page
    place = director.begin("用印从文件导入")
    wrong = tmp_path / "wrong.bpmn"
    wrong.write_text("这不是流程图", encoding="utf-8")
    director.import_file(wrong)
    expect(page.locator("[data-message]")).to_contain_text("不是可以读取的 BPMN 文件")
    expect(page.locator("[data-element-id=approve]").first).to_be_visible()
    foreign = tmp_path / "foreign.bpmn"
    foreign.write_text(WITHOUT_LAYOUT, encoding="utf-8")
    director.import_file(foreign)
    expect(page.locator("[data-message]")).to_contain_text("已自动排版")
    expect(page.locator("[data-message]")).to_contain_text(f"流程标识由“elsewhere”改为“{SEAL}”")
    for drawn in ("look", "f1", "f2"):
        expect(page.locator(f".djs-container [data-element-id={drawn}]").first).to_be_attached()
    director.save()
    director.look("studio-imported")
    draft = page.evaluate("async path => (await fetch(path)).json()", f"{place}/draft")
    assert draft["files"][f"{SEAL}.form"] == flow_files(SEAL)[f"{SEAL}.form"].decode()
    page.locator("[data-do=import-back]").click()
    expect(page.locator("[data-element-id=approve]").first).to_be_visible()


def test_what_cannot_be_read_of_a_file_is_told_and_what_hangs_on_a_part_of_a_step_leads_to_the_step(
    browser: Browser, findings: Findings, address: str, tmp_path: Path
) -> None:
    director = Director(browser, address, findings)
    page = director.page
    director.begin("用印从文件导入多方会签")
    unread = '<extensionElements><f:collection xmlns:f="http://flowable.org/bpmn" /></extensionElements>'
    listed = f'<multiInstanceLoopCharacteristics id="loop">{unread}'
    foreign = tmp_path / "foreign.bpmn"
    foreign.write_text(
        WITHOUT_LAYOUT.replace('id="f2"', 'id="f2 "').replace(
            '"office_director" />', f'"office_director">{listed}</multiInstanceLoopCharacteristics></userTask>'
        ),
        encoding="utf-8",
    )
    director.import_file(foreign)
    expect(page.locator("[data-message]")).to_contain_text("有 1 处内容无法读取，没有导入")
    page.locator("[data-findings] li[data-element=loop] button").click()
    expect(director.setting("标识：")).to_contain_text("标识：look（")
    expect(director.setting("扩展“collection”不起作用")).to_be_visible()
    page.get_by_role("button", name="删除不支持的设置").click()
    expect(page.locator("[data-findings] li[data-element=loop]")).to_have_count(0)


def test_a_drawing_is_exported_as_model_and_as_pictures(browser: Browser, findings: Findings, address: str) -> None:
    director = Director(browser, address, findings)
    director.begin("用印导出")
    for kind, begins in (("bpmn", b"<?xml"), ("svg", b"<?xml"), ("png", b"\x89PNG")):
        with director.page.expect_download() as downloading:
            director.page.locator(f"[data-do={kind}]").first.click()
        content = Path(downloading.value.path()).read_bytes()
        assert content.startswith(begins)
        assert kind == "png" or "部门负责人审核" in content.decode()
        assert downloading.value.suggested_filename == f"{SEAL}.{kind}"


def test_what_somebody_else_saved_is_told_and_what_is_drawn_stays(
    browser: Browser, findings: Findings, address: str
) -> None:
    director = Director(browser, address, findings)
    page = director.page
    place = director.begin("用印两处同改")
    elsewhere = Director(browser, address, findings)
    for at, name in ((elsewhere, "部门主要负责人审核"), (director, "部门领导审核")):
        if at is elsewhere:
            at.go(place)
            at.is_drawn()
        at.select("department_review")
        at.page.get_by_label("名称", exact=True).fill(name)
        at.press("Control+s")
        if at is elsewhere:
            expect(at.page.locator("[data-status]")).to_contain_text("已保存")
    expect(page.locator("[data-status]")).to_contain_text("甄立言")
    expect(page.locator("[data-conflict]")).to_be_visible()
    expect(page.get_by_label("名称", exact=True)).to_have_value("部门领导审核")
    findings.expect_refusals(1, 409)


def test_what_another_window_saved_of_the_form_is_joined(browser: Browser, findings: Findings, address: str) -> None:
    director = Director(browser, address, findings)
    page = director.page
    place = director.begin("用印图与表单同改")
    form = json.loads(flow_files(SEAL)[f"{SEAL}.form"])
    form["components"][0]["label"] = "用印事由"
    files = {name: content.decode() for name, content in flow_files(SEAL).items()} | {f"{SEAL}.form": json.dumps(form)}
    saved = page.evaluate(
        """async ([path, files]) => (await fetch(path, {method: "POST", body: JSON.stringify({version: 0, files}),
            headers: {"Content-Type": "application/json",
                      "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content}})).status""",
        [f"{place}/draft", files],
    )
    assert saved == 200
    director.select("department_review")
    page.get_by_label("名称", exact=True).fill("部门领导审核")
    director.save()
    draft = page.evaluate("async path => (await fetch(path)).json()", f"{place}/draft")
    assert "用印事由" in json.loads(draft["files"][f"{SEAL}.form"])["components"][0]["label"]
    assert "部门领导审核" in draft["files"][f"{SEAL}.bpmn"]
    findings.expect_refusals(1, 409)


def test_whoever_leaves_with_something_unsaved_is_asked(browser: Browser, findings: Findings, address: str) -> None:
    director = Director(browser, address, findings)
    page = director.page
    place = director.begin("用印未保存")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    director.select("department_review")
    page.get_by_label("名称", exact=True).fill("部门领导审核")
    with page.expect_event("dialog"):
        page.evaluate("setTimeout(() => location.assign('/worklist'))")
    assert asked == ["beforeunload"]
    expect(page.get_by_label("名称", exact=True)).to_have_value("部门领导审核")
    assert page.url.endswith(place)
    director.save()


def test_tokens_are_simulated_in_chinese(browser: Browser, findings: Findings, address: str) -> None:
    director = Director(browser, address, findings)
    page = director.page
    director.begin("用印模拟")
    page.locator("[data-do=simulate]").click()
    page.locator(".bts-context-pad[title='触发']").first.click()
    page.locator("[title='模拟记录']").click()
    expect(page.locator(".bts-log")).to_contain_text("流程开始")
    director.look("studio-simulated")
    page.locator("[data-do=simulate]").click()
    expect(page.locator(".djs-palette")).to_be_visible()
