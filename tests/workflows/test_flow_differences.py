"""What differs between two versions of a flow: files, fields and their settings, columns and rules."""

import json

from tests.decision_files import decision, definitions
from tests.office import flow_files
from workflows.flow_changes.differences import Change, Difference, Part, Setting, differences, field_labels


def form(*components: object) -> dict[str, bytes]:
    return {"a.form": json.dumps({"type": "default", "components": components}).encode()}


def table(*rows: str, policy: str = "UNIQUE") -> dict[str, bytes]:
    return {"a.dmn": definitions(decision(rows, policy))}


TITLE = {"key": "title", "label": "标题", "type": "textfield", "validate": {"maxLength": 200}}
KIND = {"key": "kind", "label": "种类", "type": "select", "values": [{"value": "a", "label": "甲"}]}


def test_the_same_files_differ_in_nothing() -> None:
    assert differences(flow_files(), flow_files()).nothing


def test_files_are_added_removed_and_changed() -> None:
    found = differences(
        {"a.bpmn": b"1", "b.bpmn": b"1", "c.bpmn": b"1"}, {"b.bpmn": b"2", "c.bpmn": b"1", "d.bpmn": b"1"}
    )
    assert (found.added, found.removed, found.changed, found.parts) == (("d.bpmn",), ("a.bpmn",), ("b.bpmn",), ())


def test_a_field_differs_in_its_label_its_type_its_options_and_whether_it_is_required() -> None:
    title = {**TITLE, "label": "事由", "type": "textarea", "validate": {"required": True, "maxLength": 500}}
    kind = {**KIND, "values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]}
    assert differences(form(TITLE, KIND), form(title, kind)).parts == (
        Difference(
            "a.form",
            Part.FIELD,
            "title",
            "事由",
            Change.CHANGED,
            (
                Setting("type", "textfield", "textarea"),
                Setting("label", "标题", "事由"),
                Setting("maxLength", "200", "500"),
                Setting("required", "", "true"),
            ),
        ),
        Difference("a.form", Part.FIELD, "kind", "种类", Change.CHANGED, (Setting("values", "甲", "甲、乙"),)),
    )


def test_a_field_is_added_or_removed_wherever_it_stands_and_moving_it_changes_nothing() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "明细",
        "components": [{"key": "name", "type": "textfield"}],
    }
    grouped = {"type": "group", "components": [KIND, rows]}
    found = differences(form(TITLE, KIND), form(grouped))
    assert [(one.key, one.label, one.change) for one in found.parts] == [
        ("rows", "明细", Change.ADDED),
        ("rows.name", "name", Change.ADDED),
        ("title", "标题", Change.REMOVED),
    ]
    assert field_labels(form(TITLE, grouped)) == {"title": "标题", "kind": "种类", "rows": "明细", "rows.name": "name"}


def test_rules_and_the_hit_policy_of_a_decision_table_are_compared() -> None:
    found = differences(table("< 5 | 1", ">= 5 | 2"), table("< 5 | 1", ">= 7 | 2", "> 100 | 3", policy="FIRST"))
    assert [(one.part, one.label, one.change, one.settings) for one in found.parts] == [
        (Part.TABLE, "d", Change.CHANGED, (Setting("hitPolicy", "UNIQUE", "FIRST"),)),
        (Part.RULE, "d：2", Change.CHANGED, (Setting("x", ">= 5", ">= 7"),)),
        (Part.RULE, "d：3", Change.ADDED, (Setting("x", "", "> 100"), Setting("y", "", "3"))),
    ]


def test_of_a_file_that_cannot_be_read_no_more_is_said_than_that_it_differs() -> None:
    for broken in (b"{", b"[]", b"\xff"):
        found = differences(form(TITLE), {"a.form": broken})
        assert (found.changed, found.parts, found.unreadable) == (("a.form",), (), ("a.form",))
        assert field_labels({"a.form": broken}) == {}
    assert differences(table("< 5 | 1"), {"a.dmn": b"<a/>"}).unreadable == ("a.dmn",)
