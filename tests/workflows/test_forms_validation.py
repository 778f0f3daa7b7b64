"""What people enter: clean values, or everything that is wrong with it at once."""

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages import FIELD_SENTENCES, field_sentence
from engine import canonical
from engine.model import Value
from workflows.forms.access import AccessMap, Choices, access_map, fields_of
from workflows.forms.fields import Form, parse_form
from workflows.forms.posted import submitted_values
from workflows.forms.validation import Known, SubmissionInvalid, validate

OPTIONS = [{"value": "特急", "label": "特急"}, {"value": "加急", "label": "加急"}]
COMPONENTS: list[dict[str, Any]] = [
    {"key": "title", "type": "textfield", "validate": {"maxLength": 20}},
    {"key": "body", "type": "textarea", "validate": {"maxLength": 100}},
    {"key": "copies", "type": "number", "validate": {"min": 1, "max": 10000}},
    {"key": "amount", "type": "number"},
    {"key": "important", "type": "checkbox"},
    {"key": "urgency", "type": "select", "values": OPTIONS},
    {"key": "tags", "type": "checklist", "values": OPTIONS},
    {"key": "issued_on", "type": "datetime", "subtype": "date"},
    {"key": "meeting_at", "type": "datetime", "subtype": "datetime"},
    {"key": "signatory", "type": "select", "properties": {"banjie:type": "person"}},
    {"key": "readers", "type": "taglist", "properties": {"banjie:type": "people"}},
    {"key": "unit", "type": "select", "properties": {"banjie:type": "unit"}},
    {"key": "units", "type": "taglist", "properties": {"banjie:type": "units"}},
    {"key": "final", "type": "filepicker"},
    {"key": "annexes", "type": "filepicker", "multiple": True},
    {
        "path": "rows",
        "type": "dynamiclist",
        "components": [
            {"key": "name", "type": "textfield", "validate": {"required": True}},
            {"key": "amount", "type": "number"},
        ],
    },
    {"key": "number", "type": "textfield"},
    {"key": "secret", "type": "textfield"},
]
FORM: Form = parse_form("a.form", json.dumps({"components": COMPONENTS}).encode())
ACCESS: AccessMap = access_map(
    FORM,
    {**{f"access:{key}": "edit" for key in FORM.fields}, "access:number": "read", "access:secret": "hidden"},
)
KNOWN = Known(
    people=lambda asked: asked & {"gexingyao", "qiujingan"},
    units=lambda asked: asked & {"AHB", "DQB"},
    attachments=lambda asked: asked & {"file-1", "file-2"},
)


def clean(key: str, value: object) -> Value:
    return validate(FORM, ACCESS, {key: value}, KNOWN)[key]


def codes(submitted: Mapping[str, object], access: AccessMap = ACCESS, *, draft: bool = False) -> dict[str, str]:
    with pytest.raises(SubmissionInvalid) as refused:
        validate(FORM, access, submitted, KNOWN, draft=draft)
    assert all(error.code in FIELD_SENTENCES and field_sentence(error) for error in refused.value.errors)
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("title", "  关于放假的通知 ", "关于放假的通知"),
        ("title", "𠮷林👨‍👩‍👧", "𠮷林👨‍👩‍👧"),
        ("title", "é is not é", "é is not é"),
        ("title", "一" * 20, "一" * 20),
        ("title", "   ", None),
        ("body", "　　各部门：\r\n\t请\r照办。\n\n", "　　各部门：\n\t请\n照办。"),
        ("body", "", None),
        ("copies", 19, 19),
        ("copies", "19", 19),
        ("copies", " １９ ", 19),
        ("copies", 19.0, 19),
        ("copies", "1e2", 100),
        ("amount", 0.1, Decimal("0.1")),
        ("amount", "1.10", Decimal("1.10")),
        ("amount", "－１．５", Decimal("-1.5")),
        ("amount", "-0", 0),
        ("amount", "123456789012345678901234567890", 123456789012345678901234567890),
        ("amount", "", None),
        ("important", True, True),
        ("important", "true", True),
        ("important", "false", False),
        ("important", None, None),
        ("urgency", "特急", "特急"),
        ("urgency", "", None),
        ("tags", ["加急", "特急", "加急"], ["加急", "特急"]),
        ("tags", None, []),
        ("issued_on", "2025-11-07", "2025-11-07"),
        ("issued_on", "20251107", "2025-11-07"),
        ("meeting_at", "2025-11-07T09:00", "2025-11-07T09:00:00"),
        ("meeting_at", "2025-11-07T01:00:00Z", "2025-11-07T09:00:00"),
        ("signatory", "qiujingan", "qiujingan"),
        ("readers", ["gexingyao", "gexingyao"], ["gexingyao"]),
        ("unit", "AHB", "AHB"),
        ("units", ["DQB", "AHB"], ["DQB", "AHB"]),
        ("units", "", []),
        ("final", "file-1", "file-1"),
        ("final", ["file-1"], "file-1"),
        ("final", [], None),
        ("annexes", ["file-1", "file-2"], ["file-1", "file-2"]),
        ("rows", [{"name": "纸", "amount": "1.5"}], [{"name": "纸", "amount": Decimal("1.5")}]),
        ("rows", [{"name": "纸"}], [{"name": "纸", "amount": None}]),
        ("rows", [], []),
    ],
)
def test_an_acceptable_entry_is_kept_in_its_clean_form(key: str, value: object, kept: Value) -> None:
    result = clean(key, value)
    assert result == kept
    assert type(result) is type(kept)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("title", "一" * 21, "too_long"),
        ("title", "😀" * 21, "too_long"),
        ("title", "一" * 10_000, "too_long"),
        ("title", "第一行\n第二行", "unreadable_character"),
        ("title", "a\x00b", "unreadable_character"),
        ("title", "a\x1bb", "unreadable_character"),
        ("title", "\ud83d", "unreadable_character"),
        ("title", "\ude00\ud83d", "unreadable_character"),
        ("body", "a\x00b", "unreadable_character"),
        ("title", 7, "wrong_type"),
        ("title", ["a"], "wrong_type"),
        ("title", [], "wrong_type"),
        ("title", {"a": 1}, "wrong_type"),
        ("copies", 0, "too_small"),
        ("copies", 10001, "too_big"),
        ("copies", "abc", "wrong_type"),
        ("copies", True, "wrong_type"),
        ("copies", [1], "wrong_type"),
        ("amount", "1e400", "wrong_type"),
        ("amount", "1e999999999", "wrong_type"),
        ("amount", float("inf"), "wrong_type"),
        ("amount", float("nan"), "wrong_type"),
        ("amount", "NaN", "wrong_type"),
        ("amount", "sNaN", "wrong_type"),
        ("amount", "Infinity", "wrong_type"),
        ("amount", 1e300, "wrong_type"),
        pytest.param("amount", 10**5000, "wrong_type", id="five thousand digits"),
        ("amount", "9" * 31, "wrong_type"),
        ("amount", "9" * 5_000, "wrong_type"),
        ("amount", "10²", "wrong_type"),
        ("amount", "1_000", "wrong_type"),
        ("amount", "0x10", "wrong_type"),
        ("important", "maybe", "wrong_type"),
        ("important", 1, "wrong_type"),
        ("urgency", "平急", "not_an_option"),
        ("urgency", ["特急"], "not_an_option"),
        ("tags", ["平急"], "not_an_option"),
        ("tags", "特急", "wrong_type"),
        ("tags", ["特急"] * 501, "too_many"),
        ("tags", [["特急"]], "wrong_type"),
        ("issued_on", "2025-02-30", "bad_date"),
        ("issued_on", "明天", "bad_date"),
        ("issued_on", 20251107, "bad_date"),
        ("issued_on", "\ud800", "bad_date"),
        ("meeting_at", "2025-11-07", "bad_date"),
        ("meeting_at", "0001-01-01T00:00+14:00", "bad_date"),
        ("meeting_at", "2025-11-07T25:00", "bad_date"),
        ("signatory", "nobody", "unknown_person"),
        ("signatory", "a\x00", "unknown_person"),
        ("signatory", "\ud800", "unknown_person"),
        ("signatory", "a" * 5_000, "unknown_person"),
        ("signatory", 7, "wrong_type"),
        ("readers", ["gexingyao", "nobody"], "unknown_person"),
        ("unit", "XXX", "unknown_unit"),
        ("units", ["AHB", "XXX"], "unknown_unit"),
        ("final", "file-9", "unknown_attachment"),
        ("final", ["file-1", "file-2"], "only_one"),
        ("annexes", ["file-9"], "unknown_attachment"),
        ("rows", "a", "wrong_type"),
        ("rows", ["a"], "wrong_type"),
        ("rows", [{"name": "纸", "price": 1}], "unknown_field"),
        ("rows", [{"name": "纸", "amount": "many"}], "wrong_type"),
        ("rows", [{"name": "纸"}] * 201, "too_many"),
        ("rows", [{"amount": 1}], "required"),
        ("number", "沐原办〔2025〕47号", "read_only_field"),
        ("secret", "x", "hidden_field"),
        ("next_approver", "gexingyao", "unknown_field"),
    ],
)
def test_an_unacceptable_entry_is_refused_with_its_field_and_code(key: str, value: object, code: str) -> None:
    assert codes({key: value}) == {key: code}


LINES: list[dict[str, Any]] = [
    {
        "path": "lines",
        "type": "dynamiclist",
        "components": [
            {"key": "sentence", "type": "textfield", "properties": {"banjie:fixed": "true"}},
            {"key": "tags", "type": "checklist", "values": OPTIONS},
            {"key": "unit", "type": "select", "properties": {"banjie:type": "unit"}},
            {"key": "people", "type": "taglist", "properties": {"banjie:type": "people"}},
        ],
    }
]
LINED: Form = parse_form("lines.form", json.dumps({"components": LINES}).encode())
OPEN: AccessMap = access_map(LINED, {"access:lines": "edit"})


def test_people_units_and_options_are_chosen_in_the_lines_of_a_table() -> None:
    texts = {
        "lines-0-sentence": ["同意。"],
        "lines-0-tags": ["", "加急", "特急"],
        "lines-0-unit": ["AHB"],
        "lines-0-people": ["qiujingan", "gexingyao"],
        "lines-1-sentence": ["阅。"],
        "lines-1-tags": [""],
    }
    kept = validate(LINED, OPEN, submitted_values(LINED, OPEN, texts, OWN), KNOWN)
    assert kept == {
        "lines": [
            {"sentence": "同意。", "tags": ["加急", "特急"], "unit": "AHB", "people": ["qiujingan", "gexingyao"]},
            {"sentence": "阅。", "tags": [], "unit": None, "people": []},
        ]
    }


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"tags": ["平急"]}, "not_an_option"),
        ({"unit": "XXX"}, "unknown_unit"),
        ({"people": ["nobody"]}, "unknown_person"),
    ],
)
def test_a_choice_in_a_line_that_nobody_offered_is_refused(cell: dict[str, object], code: str) -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        validate(LINED, OPEN, {"lines": [cell]}, KNOWN)
    assert [(one.field, one.code) for one in refused.value.errors] == [("lines", code)]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    submitted = {"title": "一" * 21, "copies": "abc", "urgency": "平急", "secret": "x", "other": 1, "body": "好"}
    assert codes(submitted) == {
        "title": "too_long",
        "copies": "wrong_type",
        "urgency": "not_an_option",
        "secret": "hidden_field",
        "other": "unknown_field",
    }


def test_a_foreign_key_is_named_in_a_form_that_can_be_shown() -> None:
    [field] = codes({"\ud800\x00" + "a" * 10_000: 1})
    field.encode()
    assert len(field) == 200


STRICT = access_map(FORM, {"access:title": "edit", "required:title": "true", "required:number": "true"})


@pytest.mark.parametrize("submitted", [{}, {"title": None}, {"title": ""}, {"title": " \n"}])
def test_a_required_field_must_be_filled_in_but_not_yet_in_a_draft(submitted: dict[str, object]) -> None:
    if "\n" not in str(submitted.get("title")):
        assert codes(submitted, STRICT) == {"title": "required"}
        assert validate(FORM, STRICT, submitted, KNOWN, draft=True).get("title") is None
    else:
        assert codes(submitted, STRICT) == {"title": "unreadable_character"}


def test_a_required_field_that_the_case_holds_need_not_be_sent_again_but_may_not_be_emptied() -> None:
    assert validate(FORM, STRICT, {}, KNOWN, held={"title": "通知"}) == {}
    with pytest.raises(SubmissionInvalid):
        validate(FORM, STRICT, {"title": ""}, KNOWN, held={"title": "通知"})


def test_a_row_of_a_draft_may_lack_its_required_cell() -> None:
    assert validate(FORM, ACCESS, {"rows": [{"amount": 1}]}, KNOWN, draft=True) == {
        "rows": [{"name": None, "amount": 1}]
    }


def test_a_draft_still_refuses_what_no_field_could_hold() -> None:
    assert codes({"title": "一" * 21, "secret": "x"}, draft=True) == {"title": "too_long", "secret": "hidden_field"}


def test_what_a_step_does_not_name_can_be_read_and_not_written() -> None:
    access = access_map(FORM, {"access:title": "edit"})
    assert codes({"body": "x"}, access) == {"body": "read_only_field"}


def test_hidden_fields_are_left_out_of_what_one_sees_and_only_writable_ones_are_required() -> None:
    access = access_map(
        FORM,
        {"access:title": "edit", "required:title": "true", "required:body": "true", "access:secret": "hidden"},
    )
    choices = Choices(people=(("gexingyao", "葛星遥"),), units=(("AHB", "安全环保部"),))
    views = {view.key: view for view in fields_of(FORM, access, {"title": "通知", "secret": "x"}, choices)}
    assert "secret" not in views
    assert len(views) == len(FORM.fields) - 1
    assert (views["title"].access, views["title"].required, views["title"].value) == ("edit", True, "通知")
    assert (views["body"].access, views["body"].required, views["body"].value) == ("read", False, None)
    assert views["signatory"].options == choices.people
    assert views["units"].options == choices.units
    assert views["urgency"].options == (("特急", "特急"), ("加急", "加急"))


OWN = frozenset({"csrf_token", "version", "decision"})


def posted(access: AccessMap = ACCESS, **texts: list[str]) -> dict[str, object]:
    return submitted_values(FORM, access, texts, OWN)


def test_a_posted_page_means_the_same_as_the_json_of_the_api() -> None:
    texts = {
        "csrf_token": ["t"],
        "version": ["3"],
        "title": ["通知"],
        "copies": ["19"],
        "important": ["false", "true"],
        "urgency": [""],
        "tags": ["加急", "特急"],
        "units": ["", "AHB"],
        "final": ["file-1"],
        "rows-0-name": ["纸"],
        "rows-0-amount": ["2"],
        "rows-1-name": [""],
        "rows-1-amount": [""],
        "rows-10-name": ["笔"],
    }
    values = validate(FORM, ACCESS, posted(**texts), KNOWN)
    assert {key: value for key, value in values.items() if value not in (None, [])} == {
        "title": "通知",
        "copies": 19,
        "important": True,
        "tags": ["加急", "特急"],
        "units": ["AHB"],
        "final": "file-1",
        "rows": [{"name": "纸", "amount": 2}, {"name": "笔", "amount": None}],
    }


def test_an_unchecked_box_and_an_emptied_list_are_empty_and_not_forgotten() -> None:
    values = posted(important=["false"])
    assert values["important"] is False
    assert values["tags"] == values["units"] == values["rows"] == []
    assert values["title"] is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("number", "read_only_field"),
        ("secret", "hidden_field"),
        ("next_approver", "unknown_field"),
        ("rows-0-price", "unknown_field"),
        ("rows-x-name", "unknown_field"),
        ("rows-" + "9" * 5_000 + "-name", "unknown_field"),
        ("title-0-name", "unknown_field"),
    ],
)
def test_a_posted_key_that_is_not_to_be_written_reaches_the_refusal(name: str, code: str) -> None:
    assert codes(posted(**{name: ["x"]})) == {name[:200]: code}


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(), max_size=12),
        st.sampled_from(["特急", "gexingyao", "AHB", "file-1", "2025-11-07", "2025-11-07T09:00Z", "1.50", "1e30"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["name", "amount", "other", "\ud800"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.one_of(st.sampled_from(list(FORM.fields)), st.text(max_size=5)), JSON, max_size=6))
def test_any_submission_is_clean_or_refused_and_what_is_clean_can_be_stored(submitted: dict[str, object]) -> None:
    try:
        values = validate(FORM, ACCESS, submitted, KNOWN)
    except SubmissionInvalid as refused:
        str(refused).encode()
        return
    assert values.keys() == submitted.keys()
    assert canonical.decode(canonical.encode(values)) == values
    assert validate(FORM, ACCESS, values, KNOWN) == values


NAMES = st.one_of(
    st.sampled_from(list(FORM.fields)),
    st.from_regex(r"rows-[0-9]{0,6}-(name|amount|x)", fullmatch=True),
    st.text(max_size=6),
)


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=6), min_size=1, max_size=3), max_size=8))
def test_any_posted_page_is_clean_or_refused(texts: dict[str, list[str]]) -> None:
    with suppress(SubmissionInvalid):
        validate(FORM, ACCESS, submitted_values(FORM, ACCESS, texts, OWN), KNOWN)
