"""对比: the draft of a change beside what it began from, two versions beside each other, and a draft that was overtaken."""

import json
import re
from html import unescape

import pytest
from flask import Flask

from app.house import House
from app.transaction import transaction
from tests.office import SYSTEM, deploy, flow_files
from tests.web.clerk import Clerk, alert
from tests.web.test_studio_pages import SEAL, begun, texts
from workflows import definitions

DATA = re.compile(r'<script type="application/json" data-(model="\w+"|words)>(.*?)</script>', re.DOTALL)


@pytest.fixture
def house(site: Flask) -> House:
    house: House = site.extensions["banjie"]
    deploy(house, "flow_change", SEAL)
    return house


def redeploy(house: House, **changes: str) -> None:
    """Deploy 用印 as the next version, with texts of its model changed."""
    files = {name: content.decode() for name, content in flow_files(SEAL).items()}
    for old, new in changes.items():
        assert old in files[f"{SEAL}.bpmn"]
        files[f"{SEAL}.bpmn"] = files[f"{SEAL}.bpmn"].replace(old, new)
    with transaction(house.pool) as connection:
        encoded = {name: text.encode() for name, text in files.items()}
        definitions.deploy_as(connection, house.office, SYSTEM, encoded, house.office.engine.now(connection))


def data_of(page: str) -> dict[str, object]:
    return {name: json.loads(content) for name, content in DATA.findall(page)}


def plain(page: str) -> str:
    return re.sub(
        r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("data-words")[2].partition("</script>")[2]))
    )


def test_a_draft_is_shown_beside_the_version_it_began_from(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    changed = texts()
    form = json.loads(changed[f"{SEAL}.form"])
    form["components"].append({"key": "urgent_reason", "label": "加急理由", "type": "textarea", "id": "field_urgent"})
    changed[f"{SEAL}.form"] = json.dumps(form, ensure_ascii=False)
    assert clerk.post_json(f"{place}/draft", version=0, files=changed).status_code == 200
    page = clerk.get(f"{place}/compare").text
    data = data_of(page)
    assert data['model="old"'] == flow_files(SEAL)[f"{SEAL}.bpmn"].decode()
    assert data['model="new"'] == changed[f"{SEAL}.bpmn"]
    assert data["words"]["fields"]["urgent_reason"] == "加急理由"
    shown = plain(page)
    assert "增 新增 表单字段 加急理由 urgent_reason" in shown
    assert "类型：多行文字" in shown
    assert f"改 修改 {SEAL}.bpmn" in shown
    assert f'href="{place}/compare"' in clerk.get(place).text


def test_a_new_flow_has_nothing_to_be_compared_with(site: Flask, house: House) -> None:
    clerk = Clerk(site, "zhenliyan")
    place = clerk.post("/studio/new", new_flow_key="vehicle", title="用车申请", change_reason="无纸化。").location
    page = clerk.get(f"{place}/compare").text
    assert list(data_of(page)) == ["words", 'model="new"']
    assert "这是新流程" in page


def test_two_versions_are_compared_and_the_last_two_where_none_are_named(site: Flask, house: House) -> None:
    redeploy(house, 部门负责人审核="部门主要负责人审核")
    redeploy(house, 部门负责人审核="部门领导审核")
    director = Clerk(site, "zhenliyan")
    newest = data_of(director.get(f"/definitions/{SEAL}/compare").text)
    assert ("部门主要负责人审核" in newest['model="old"'], "部门领导审核" in newest['model="new"']) == (True, True)
    first = data_of(director.get(f"/definitions/{SEAL}/compare?old=1&new=2").text)
    assert ("部门负责人审核" in first['model="old"'], "部门主要负责人审核" in first['model="new"']) == (True, True)
    assert "两个版本的文件完全相同" in director.get(f"/definitions/{SEAL}/compare?old=2&new=2").text
    assert director.get(f"/definitions/{SEAL}/compare?old=9").status_code == 404
    assert Clerk(site, "gexingyao").get(f"/definitions/{SEAL}/compare").status_code == 403


def test_a_draft_that_was_overtaken_is_laid_upon_the_newest_version_once_its_drafter_has_seen_it(
    site: Flask, house: House
) -> None:
    clerk, place = begun(site)
    assert clerk.post_json(f"{place}/draft", version=0, files=texts(new="部门领导审核")).status_code == 200
    redeploy(house, 部门负责人审核="部门主要负责人审核")
    page = clerk.get(f"{place}/compare")
    assert "流程已由系统发布第 2 版，本草稿依据的是第 1 版" in page.text
    assert "草稿改为替换" not in page.text
    beside = clerk.get(f"{place}/compare?newest=1")
    assert "部门主要负责人审核" in str(data_of(beside.text)['model="old"'])
    assert "草稿改为替换第 2 版" in beside.text
    stale = clerk.post(f"{place}/rebase", version=0, onto=2)
    assert (stale.status_code, "保存过" in alert(stale)) == (409, True)
    assert clerk.post(f"{place}/rebase", version=1, onto=2).status_code == 302
    draft = clerk.get(f"{place}/draft").get_json()
    assert (draft["base_version"], draft["version"]) == (2, 2)
    assert "部门领导审核" in draft["files"][f"{SEAL}.bpmn"]
    assert "流程已由" not in clerk.get(f"{place}/compare").text


def test_only_the_drafter_lays_a_draft_upon_another_version(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    assert clerk.post_json(f"{place}/draft", version=0, files=texts()).status_code == 200
    redeploy(house, 部门负责人审核="部门领导审核")
    for username in ("boruoxi", "gexingyao"):
        assert Clerk(site, username).post(f"{place}/rebase", version=1, onto=2).status_code == 403
    assert clerk.post(f"{place}/rebase", version=1, onto=9).status_code == 404


def test_a_draft_that_is_no_model_is_shown_all_the_same(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    broken = {**texts(), f"{SEAL}.bpmn": "</script><b>", f"{SEAL}.form": "{"}
    assert clerk.post_json(f"{place}/draft", version=0, files=broken).status_code == 200
    page = clerk.get(f"{place}/compare")
    assert page.status_code == 200
    assert data_of(page.text)['model="new"'] == "</script><b>"
    assert f"文件 {SEAL}.form 无法读取" in page.text
