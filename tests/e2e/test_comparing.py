"""The comparison of two versions and the migration of running cases in a real browser, looked at on a desktop and a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from app.transaction import transaction
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.legal_review import KEY, with_legal_review
from tests.office import SYSTEM, Desk, deploy
from tests.workflows.test_migrating import begin, version_of
from workflows import cases, definitions
from workflows.flow_changes import drafts


def changed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Change a label of the form, call a step otherwise, and move another one."""
    found = {name: content.decode() for name, content in files.items()}
    for name, old, new in (
        (f"{KEY}.form", "标题", "公文标题"),
        (f"{KEY}.bpmn", 'id="typeset" name="排版"', 'id="typeset" name="排版制作"'),
        (f"{KEY}.bpmn", '<dc:Bounds x="1166" y="460" width="100" ', '<dc:Bounds x="1166" y="455" width="100" '),
    ):
        assert old in found[name]
        found[name] = found[name].replace(old, new, 1)
    return {name: text.encode() for name, text in found.items()}


@pytest.fixture
def office(sqlite_house: House) -> Iterator[tuple[str, str, House]]:
    """A served office with a change of 发文 whose draft has a legal review: its address and the change's id."""
    house = sqlite_house
    deploy(house, "flow_change")
    desk = Desk(house, title="发文增加法律审核")
    variables = {"flow_key": KEY, "change_reason": "下行文须经法律审核。"}
    with transaction(house.pool) as connection:
        person = desk.person("zhenliyan")
        started = cases.start(connection, house.office, person, drafts.NAME, desk.title, variables, desk.now)
        files = changed(with_legal_review())
        drafts.keep(connection, house.office, person, started.instance_id, 0, files, desk.now)
    with server(house.settings.storage.database_url, house.settings.storage.data_dir) as address:
        yield address, started.instance_id, house


def test_a_director_sees_what_a_draft_changes_on_both_sides(browser: Browser, office: tuple[str, str, House]) -> None:
    address, change, _house = office
    findings = Findings()
    visitor = Visitor(browser, address, "zhenliyan", findings, also_phone=True)
    page = visitor.page
    visitor.go(f"/studio/{change}/compare")
    page.locator("[data-compared]").wait_for()
    rows = page.locator("[data-compare] tbody tr")
    expect(rows.filter(has_text="法律审核").filter(has_text="人工环节")).to_contain_text("新增")
    expect(rows.filter(has_text="法律审核").filter(has_text="人工环节")).to_contain_text("时限：3 天")
    expect(rows.filter(has_text="法律审核").filter(has_text="人工环节")).to_contain_text("候选岗位：合规审查人")
    expect(rows.filter(has_text="下行文")).to_contain_text("条件：${direction == '下行文'}")
    expect(rows.filter(has_text="排版 → 排版制作")).to_contain_text("名称：排版 → 排版制作")
    expect(rows.filter(has_text="核稿").filter(has_text="人工环节")).to_contain_text("只移动位置")
    visitor.look("compare")
    page.get_by_role("button", name="排版制作").focus()
    page.keyboard.press("Enter")
    expect(page.locator("g.banjie-chosen")).to_have_count(2)
    expect(page.locator(".banjie-compare-canvases")).to_be_in_viewport(ratio=1)
    for side in ("old", "new"):
        box = page.locator(f"[data-canvas={side}] g.banjie-chosen").bounding_box()
        canvas = page.locator(f"[data-canvas={side}]").bounding_box()
        assert box is not None
        assert canvas is not None
        assert canvas["x"] < box["x"] < canvas["x"] + canvas["width"]
        assert canvas["y"] < box["y"] < canvas["y"] + canvas["height"]
    page.get_by_role("button", name="法律审核", exact=True).click()
    expect(page.locator("[data-canvas=old] g.banjie-chosen")).to_have_count(0)
    expect(page.locator("[data-canvas=new] g.banjie-chosen")).to_have_count(1)
    visitor.look("compare-chosen")
    places = [one.evaluate("element => element.getAttribute('transform')") for one in page.locator(".viewport").all()]
    assert places[0] == places[1]
    assert findings.complaints == []


def test_chosen_cases_are_moved_after_a_trial(browser: Browser, office: tuple[str, str, House]) -> None:
    address, _change, house = office
    five = begin(house)
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, with_legal_review(), five.typeset.now)
    findings = Findings()
    visitor = Visitor(browser, address, "boruoxi", findings, also_phone=True)
    page = visitor.page
    visitor.go(f"/definitions/{KEY}/running")
    expect(page.locator("tbody tr")).to_have_count(5)
    visitor.look("running")
    for desk in (five.drafted, five.countersigned):
        page.locator(f"#case-{desk.instance_id}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="试算").press("Enter")
    visitor.is_at("迁移试算：到第 2 版")
    expect(page.get_by_text("起草 → 起草")).to_be_visible()
    expect(page.get_by_text("部门会签 → 部门会签")).to_be_visible()
    visitor.look("migration-ahead")
    page.get_by_label("迁移原因").fill("法律审核自本月起执行。")
    page.get_by_role("button", name="迁移所选的事项").press("Enter")
    visitor.is_at("迁移结果：到第 2 版")
    expect(page.get_by_text("已迁移 2 件，未迁移 0 件。")).to_be_visible()
    visitor.look("migrated")
    assert [version_of(one) for one in five] == [2, 1, 2, 1, 1]
    assert findings.complaints == []


def test_the_pages_of_a_flow_lead_to_its_changes(browser: Browser, office: tuple[str, str, House]) -> None:
    address, change, house = office
    desk = Desk(house)
    desk.instance_id = change
    desk.act("zhenliyan", "submit", title="发文增加法律审核", change_reason="下行文须经法律审核。")
    findings = Findings()
    director = Visitor(browser, address, "zhenliyan", findings, also_phone=True)
    director.go("/definitions")
    director.look("flows")
    director.page.get_by_role("link", name="发文增加法律审核", exact=True).press("Enter")
    director.is_at("发文增加法律审核")
    expect(director.page.locator("#flow-change")).to_contain_text("第 1 版 → 草稿")
    director.look("flow-change")
    desk.act("boruoxi", "publish", "同意。")
    director.go(f"/definitions/{KEY}")
    expect(director.page.get_by_role("row").filter(has_text="第 2 版")).to_contain_text("下行文须经法律审核。")
    director.look("flow")
    director.page.get_by_role("link", name="恢复第 1 版").press("Enter")
    director.is_at("恢复第 1 版")
    director.look("restore")
    director.page.get_by_label("修改理由").fill("暂缓执行。")
    director.page.get_by_role("button", name="建立修改事项").press("Enter")
    director.is_at("对比：发文办理恢复第 1 版")
    director.page.locator("[data-compared]").wait_for()
    director.look("restored")
    director.go("/definitions/upload")
    director.look("upload")
    assert findings.complaints == []
