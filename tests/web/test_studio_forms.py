"""The studio's pages of forms and rules: what they show, what is kept, and what the preview and the check say."""

import json
from collections.abc import Mapping

import pytest
from flask import Flask

from app.house import House
from tests.office import deploy, flow_files
from tests.web.clerk import Clerk, alert

SEAL = "seal_use"
LEGAL = {"key": "legal_opinion", "label": "法律意见", "type": "textarea", "id": "field_legal"}
ACCESS = {
    "approve": {"access:legal_opinion": "edit", "required:legal_opinion": "true"},
    "seal": {"access:legal_opinion": "hidden"},
}


@pytest.fixture
def house(site: Flask) -> House:
    house: House = site.extensions["banjie"]
    deploy(house, "flow_change", SEAL)
    return house


@pytest.fixture
def director(site: Flask, house: House) -> tuple[Clerk, str]:
    clerk = Clerk(site, "zhenliyan")
    answer = clerk.post("/studio/new", flow=SEAL, title="增加法律意见", change_reason="用印前须经法律审核。")
    assert answer.status_code == 302, alert(answer)
    return clerk, answer.location


def files(*more: Mapping[str, object]) -> dict[str, str]:
    found = {name: content.decode() for name, content in flow_files(SEAL).items()}
    form = json.loads(found[f"{SEAL}.form"])
    form["components"] += more
    return {**found, f"{SEAL}.form": json.dumps(form, ensure_ascii=False)}


def test_the_page_of_forms_brings_steps_kinds_and_words(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    text = clerk.get(f"{place}/form").text.partition("data-page>")[2].partition("</script>")[0]
    page = json.loads(text)
    assert [one["name"] for one in page["steps"]][:2] == ["申请用印", "填写申请"]
    assert (page["version"], page["editable"], page["words"]["must"]) == (0, True, "必填")
    assert {one["value"] for one in page["tables"]} == {"flows", "issuing_organs", "issuing_codes"}


def test_every_kind_that_is_offered_is_one_the_server_renders(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    page = json.loads(clerk.get(f"{place}/form").text.partition("data-page>")[2].partition("</script>")[0])
    components = []
    for at, kind in enumerate(page["kinds"]):
        name = {"path": f"field_{at}"} if kind["component"] == "dynamiclist" else {"key": f"field_{at}"}
        column = {"components": [{"type": "textfield", "key": "column"}]} if kind["component"] == "dynamiclist" else {}
        components.append({"type": kind["component"], "label": kind["label"], **name, **column, **kind["more"]})
    access = {"approve": {f"access:field_{at}": "edit" for at, _kind in enumerate(page["kinds"])}}
    asked = {"files": files(*components), "access": access, "form": f"{SEAL}.form", "step": "approve"}
    answer = clerk.post_json(f"{place}/preview", **asked).get_json()
    assert answer["findings"] == []
    for kind in page["kinds"]:
        assert kind["label"] in answer["html"]


def test_the_preview_shows_a_field_where_it_may_be_seen(director: tuple[Clerk, str]) -> None:
    clerk, place = director

    def seen(step: str) -> str:
        asked = {"files": files(LEGAL), "access": ACCESS, "form": f"{SEAL}.form", "step": step}
        return str(clerk.post_json(f"{place}/preview", **asked).get_json()["html"])

    assert '<textarea class="form-control" id="field-legal_opinion"' in seen("approve")
    assert 'is-required" for="field-legal_opinion"' in seen("approve")
    assert "法律意见" not in seen("seal")
    assert '<div class="banjie-label">法律意见</div>' in seen("apply")
    assert clerk.get(f"{place}/draft").get_json()["version"] == 0


def test_what_is_not_rendered_is_said_also_in_a_form_that_no_step_uses(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    image = {"type": "image", "id": "field_logo", "label": "标志"}
    asked = {"files": files(image), "form": f"{SEAL}.form", "step": "approve"}
    answer = clerk.post_json(f"{place}/preview", **asked).get_json()
    [finding] = answer["findings"]
    assert finding["message"] == "表单“seal_use.form”的字段“标志”不能使用：不支持组件 image。"
    assert "不支持组件 image" in answer["html"]
    other = {**files(), "other.form": json.dumps({"components": [image]})}
    [finding] = clerk.post_json(f"{place}/preview", files=other, form="other.form", step="").get_json()["findings"]
    assert (finding["file"], finding["severity"]) == ("other.form", "error")


def test_forms_and_access_are_kept_as_one_version(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    kept = clerk.post_json(f"{place}/access", version=0, files=files(LEGAL), access=ACCESS).get_json()
    assert (kept["version"], kept["findings"]) == (1, [])
    assert kept["text"].startswith("已保存")
    steps = {one["id"]: one["settings"] for one in kept["steps"]}
    assert (steps["approve"]["required:legal_opinion"], steps["seal"]["access:legal_opinion"]) == ("true", "hidden")
    draft = clerk.get(f"{place}/draft").get_json()
    assert draft["files"] == kept["files"]
    late = clerk.post_json(f"{place}/access", version=0, files=files(), access={})
    assert (late.status_code, "甄立言" in late.get_json()["detail"]) == (409, True)


def test_what_is_no_setting_about_a_field_is_refused(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    for access in (
        {"approve": {"kind": "sign_and_issue"}},
        {"approve": {"access:title": "write"}},
        {"nobody": {"access:title": "read"}},
        {"approve": {"access:title": 1}},
        {"approve": []},
        [],
    ):
        for call in ("access", "preview"):
            answer = clerk.post_json(f"{place}/{call}", version=0, files=files(), access=access)
            assert (answer.status_code, bool(answer.get_json()["detail"])) == (422, True), access


def test_the_page_of_rules_names_who_asks_a_table(director: tuple[Clerk, str]) -> None:
    clerk, place = director
    task = '<bpmn:businessRuleTask id="level_task" name="定级" camunda:decisionRef="level" /><bpmn:endEvent id="sealed"'
    drawn = {name: text.replace('<bpmn:endEvent id="sealed"', task) for name, text in files().items()}
    assert clerk.post_json(f"{place}/draft", version=0, files=drawn).status_code == 200
    page = json.loads(clerk.get(f"{place}/rules").text.partition("data-page>")[2].partition("</script>")[0])
    assert page["asked"] == {"level": ["定级"]}
    assert (page["editable"], page["texts"]["When"]) == (True, "当")


def test_who_has_no_part_in_the_change_sees_neither_page(site: Flask, director: tuple[Clerk, str]) -> None:
    _clerk, place = director
    other = Clerk(site, "gexingyao")
    assert other.get(f"{place}/form").status_code == 403
    assert other.get(f"{place}/rules").status_code == 403
    for call in ("access", "preview"):
        assert other.post_json(f"{place}/{call}", version=0, files=files(), access={}).status_code == 403
