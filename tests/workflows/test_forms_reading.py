"""What is read from a form-js file, and what is refused at deployment with the field's key."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.worklist.views import PAGE_FIELDS
from engine.process import Activity, Process
from tests.office import BPMN
from workflows.forms.check import check_forms
from workflows.forms.fields import RESERVED_KEYS, Field, InvalidForm, parse_form


def form_of(*components: object) -> bytes:
    return json.dumps({"type": "default", "schemaVersion": 18, "components": components}).encode()


def field_of(**component: Any) -> Field:
    described = {"key": "field", "label": "栏目", "type": "textfield", **component}
    return parse_form("a.form", form_of(described)).fields["field"]


def refusal_of(**component: Any) -> InvalidForm:
    with pytest.raises(InvalidForm) as refused:
        field_of(**component)
    assert refused.value.file == "a.form"
    return refused.value


OPTIONS = [{"value": "特急", "label": "特急"}, {"value": "加急", "label": "加急件"}]


@pytest.mark.parametrize(
    ("component", "type_"),
    [
        ({"type": "textfield"}, "text"),
        ({"type": "textarea"}, "textarea"),
        ({"type": "number"}, "number"),
        ({"type": "checkbox"}, "boolean"),
        ({"type": "select", "values": OPTIONS}, "select"),
        ({"type": "radio", "values": OPTIONS}, "select"),
        ({"type": "checklist", "values": OPTIONS}, "multiselect"),
        ({"type": "taglist", "values": OPTIONS}, "multiselect"),
        ({"type": "datetime"}, "date"),
        ({"type": "datetime", "subtype": "date"}, "date"),
        ({"type": "datetime", "subtype": "datetime"}, "datetime"),
        ({"type": "filepicker"}, "file"),
        ({"type": "filepicker", "multiple": True}, "files"),
        ({"type": "select", "properties": {"banjie:type": "person"}}, "person"),
        ({"type": "taglist", "properties": {"banjie:type": "people"}}, "people"),
        ({"type": "select", "properties": {"banjie:type": "unit"}}, "unit"),
        ({"type": "taglist", "properties": {"banjie:type": "units"}}, "units"),
        ({"type": "filepicker", "properties": {"banjie:type": "files"}}, "files"),
    ],
)
def test_each_component_becomes_a_field_of_the_fixed_types(component: Mapping[str, Any], type_: str) -> None:
    assert field_of(**component).type == type_


def test_a_field_keeps_what_the_form_says_of_it() -> None:
    text = field_of(description="一句话", validate={"maxLength": 30, "required": True})
    assert (text.label, text.description, text.max_length, text.required) == ("栏目", "一句话", 30, True)
    number = field_of(type="number", validate={"min": 1, "max": 0.1})
    assert (number.least, number.most) == (Decimal(1), Decimal("0.1"))
    assert field_of(type="select", values=OPTIONS).options == (("特急", "特急"), ("加急", "加急件"))


def test_a_text_without_a_limit_of_its_own_gets_the_houses() -> None:
    assert field_of(type="textfield").max_length == 200
    assert field_of(type="textarea").max_length == 10_000


def test_layout_is_skipped_and_groups_are_flattened_in_order() -> None:
    content = form_of(
        {"type": "text", "text": "# 说明"},
        {"type": "textfield", "key": "first"},
        {"type": "group", "components": [{"type": "separator"}, {"type": "textfield", "key": "second"}]},
        {"type": "spacer"},
        {"type": "textfield", "key": "third"},
    )
    assert list(parse_form("a.form", content).fields) == ["first", "second", "third"]


def test_a_dynamic_list_is_a_table_with_columns() -> None:
    columns = [{"type": "textfield", "key": "name"}, {"type": "number", "key": "amount"}]
    content = form_of({"type": "dynamiclist", "path": "rows", "label": "明细", "components": columns})
    table = parse_form("a.form", content).fields["rows"]
    assert table.type == "table"
    assert [(column.key, column.type) for column in table.columns] == [("name", "text"), ("amount", "number")]
    assert not table.has_fixed_rows


def test_the_rows_of_a_table_are_given_where_a_column_of_it_is_fixed() -> None:
    columns = [
        {"type": "textfield", "key": "sentence", "properties": {"banjie:fixed": "true"}},
        {"type": "taglist", "key": "units", "properties": {"banjie:type": "units"}},
    ]
    content = form_of({"type": "dynamiclist", "path": "lines", "label": "逐条", "components": columns})
    table = parse_form("a.form", content).fields["lines"]
    assert table.has_fixed_rows
    assert [(one.key, one.type, one.fixed) for one in table.columns] == [
        ("sentence", "text", True),
        ("units", "units", False),
    ]


@pytest.mark.parametrize(
    "component",
    [
        {"type": "image"},
        {"type": "iframe"},
        {"type": "table"},
        {"type": "expression"},
        {"type": "documentPreview"},
        {"type": None},
        {"properties": {"banjie:type": "planet"}},
        {"properties": {"banjie:type": ["person"]}},
        {"properties": "person"},
        {"type": "datetime", "subtype": "time"},
        {"type": "select"},
        {"type": "select", "values": []},
        {"type": "select", "values": "特急"},
        {"type": "select", "values": [{"label": "特急"}]},
        {"type": "select", "values": [{"value": ""}]},
        {"type": "select", "values": [*OPTIONS, OPTIONS[0]]},
        {"type": "select", "valuesKey": "colours", "values": OPTIONS},
        {"type": "select", "valuesExpression": "=colours", "values": OPTIONS},
        {"conditional": {"hide": "=urgent"}},
        {"label": "=title"},
        {"description": "=title"},
        {"defaultValue": "x"},
        {"disabled": True},
        {"readonly": True},
        {"readonly": "=urgent"},
        {"validate": {"required": "=urgent"}},
        {"validate": {"required": "yes"}},
        {"validate": {"pattern": "(a+)+$"}},
        {"validate": {"minLength": 3}},
        {"validate": {"validationType": "email"}},
        {"validate": {"maxLength": "many"}},
        {"validate": {"maxLength": 0}},
        {"validate": {"maxLength": 1.5}},
        {"validate": {"maxLength": True}},
        {"validate": ["required"]},
        {"type": "number", "validate": {"min": "few"}},
        {"type": "number", "validate": {"max": True}},
        {"type": "number", "decimalDigits": 2},
    ],
)
def test_what_the_house_does_not_support_is_refused_with_the_fields_key(component: Mapping[str, Any]) -> None:
    refusal = refusal_of(**component)
    assert refusal.key == "field"
    assert refusal.reason


@pytest.mark.parametrize("key", ["", None, 7, "two words", "a-b", "a.b", "1st", "ｆield", "\ud800"])
def test_a_key_that_no_expression_could_name_is_refused(key: object) -> None:
    assert refusal_of(key=key).reason


@pytest.mark.parametrize("key", sorted(RESERVED_KEYS))
def test_a_key_that_means_something_else_is_refused(key: str) -> None:
    assert refusal_of(key=key).reason == "键已被系统使用，请换一个"


def test_every_name_the_page_itself_sends_is_reserved() -> None:
    assert PAGE_FIELDS <= RESERVED_KEYS


def test_a_key_used_twice_is_refused_also_inside_a_group() -> None:
    twice = {"type": "textfield", "key": "title"}
    with pytest.raises(InvalidForm) as refused:
        parse_form("a.form", form_of(twice, {"type": "group", "components": [twice]}))
    assert (refused.value.key, refused.value.reason) == ("title", "键重复")


@pytest.mark.parametrize(
    "components",
    [
        [],
        None,
        [{"type": "dynamiclist", "path": "inner", "components": []}],
        [{"type": "filepicker", "key": "file"}],
        [{"type": "checkbox", "key": "done"}],
        [{"type": "select", "key": "choice"}],
        [{"type": "select", "key": "choice", "properties": {"banjie:options": "issuing_codes"}}],
        [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}],
        [{"type": "textfield"}],
        ["text"],
    ],
)
def test_a_table_with_columns_that_cannot_be_filled_in_is_refused(components: object) -> None:
    with pytest.raises(InvalidForm):
        parse_form("a.form", form_of({"type": "dynamiclist", "path": "rows", "components": components}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<form/>",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"components": null}',
        b'{"components": {"a": 1}}',
        b'{"components": ["text"]}',
        b'{"components": [[]]}',
        b'{"components": [{"type": []}]}',
        b'{"components": [{"type": "number", "key": "a", "validate": {"min": NaN}}]}',
        b'{"components": [{"type": "textfield", "key": "a", "label": "\\ud800"}]}',
        b'{"components": ' + b"[" * 100_000,
        b'{"components": [' + b'{"type":"group","components":[' * 5_000 + b"]}" * 5_000 + b"]}",
        b'{"components": [' + b'{"type":"dynamiclist","path":"a","components":[' * 300 + b"]}" * 300 + b"]}",
        form_of(*({"type": "textfield", "key": f"f{number}"} for number in range(501))),
    ],
)
def test_what_is_no_form_is_refused_and_nothing_else_happens(content: bytes) -> None:
    with pytest.raises(InvalidForm):
        parse_form("a.form", content)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
COMPONENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["textfield", "number", "select", "datetime", "dynamiclist", "group", "filepicker"])},
    optional=dict.fromkeys(("key", "path", "values", "validate", "properties", "components", "subtype", "label"), JSON),
)


@given(st.one_of(JSON, st.lists(COMPONENTS, max_size=3)))
def test_any_json_is_a_form_or_refused(components: object) -> None:
    content = json.dumps({"components": components}).encode()
    try:
        form = parse_form("a.form", content)
    except InvalidForm:
        return
    assert all(field.key == key for key, field in form.fields.items())


@pytest.mark.parametrize("path", sorted(BPMN.glob("*/*.form")), ids=lambda path: path.name)
def test_every_form_of_the_house_is_readable(path: Path) -> None:
    assert parse_form(path.name, path.read_bytes()).fields


def findings_of(properties: Mapping[str, str], files: Mapping[str, bytes], form: str = "a") -> list[tuple[str, str]]:
    draft = Activity("draft", "userTask", "拟稿", 12, form=form, properties=properties)
    process = Process("flow", "流程", "flow.bpmn", {"draft": draft}, ())
    return [(finding.severity, finding.rule) for finding in check_forms(process, files)]


FILES = {"a.form": form_of({"type": "textfield", "key": "title"})}


def test_a_step_whose_form_and_settings_fit_has_no_findings() -> None:
    assert findings_of({"access:title": "edit", "required:title": "true", "kind": "draft"}, FILES) == []


@pytest.mark.parametrize(
    ("properties", "finding"),
    [
        ({"access:subject": "edit"}, ("error", "field_unknown")),
        ({"required:subject": "true"}, ("error", "field_unknown")),
        ({"access:title": "write"}, ("error", "access_unknown")),
        ({"access:title": "edit", "required:title": "yes"}, ("error", "required_unknown")),
        ({"required:title": "true"}, ("warning", "required_in_vain")),
        ({"access:title": "hidden", "required:title": "true"}, ("warning", "required_in_vain")),
    ],
)
def test_a_setting_that_does_not_fit_the_form_is_found(properties: Mapping[str, str], finding: tuple[str, str]) -> None:
    assert findings_of(properties, FILES) == [finding]


def test_a_form_that_is_missing_or_unsupported_is_found_once() -> None:
    assert findings_of({"access:title": "edit"}, {}) == [("error", "form_missing")]
    unsupported = {"a.form": form_of({"type": "image", "id": "logo"})}
    assert findings_of({"access:title": "edit"}, unsupported) == [("error", "form_unsupported")]
