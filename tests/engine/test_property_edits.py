"""Properties of steps are set in a model without touching anything else of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import read_processes, with_form, with_properties
from engine.errors import ActivityUnknown, FileUnreadable

MODELS = sorted((Path(__file__).parents[2] / "bpmn").glob("*/*.bpmn"))
FILE = "seal_use.bpmn"
NAMES = st.one_of(
    st.sampled_from(
        ["access:title", "access:seal_name", "access:法律意见", "required:title", "required:legal_opinion", "kind"]
    )
)
VALUES = st.one_of(
    st.none(), st.sampled_from(["edit", "read", "hidden", "true"]), st.text("a<>&\"'\n\t法 ", max_size=6)
)
SHAPES = {
    "an empty tag": '<userTask id="a" name="审核"/>',
    "an empty element": "<userTask id='a'></userTask>",
    "documentation": '<userTask id="a"><documentation>说明</documentation><incoming>f</incoming></userTask>',
    "other extensions": '<userTask id="a"><extensionElements><c:formData/></extensionElements></userTask>',
    "no extensions": '<userTask id="a"><extensionElements/></userTask>',
    "no properties": '<userTask id="a"><extensionElements>\n  <c:properties/>\n</extensionElements></userTask>',
    "a comment": '<userTask id="a"><extensionElements><c:properties><!-- > --></c:properties></extensionElements></userTask>',
    "a property without value": (
        '<userTask id="a"><extensionElements><c:properties><c:property\n name = "access:title"/></c:properties>'
        "</extensionElements></userTask>"
    ),
    "two of a name": (
        '<userTask id="a"><extensionElements><c:properties><c:property value="x>y" name="access:title"/>'
        '<c:property value="read" name="access:title"></c:property></c:properties></extensionElements></userTask>'
    ),
}


def model(inside: str, prefix: str = ' xmlns:c="http://camunda.org/schema/1.0/bpmn"') -> bytes:
    return (
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"{prefix}>'
        f'<process id="p" isExecutable="true">{inside}<!-- kept --><endEvent id="b"/></process></definitions>'
    ).encode()


def properties_of(content: bytes) -> dict[str, dict[str, str]]:
    [process] = read_processes({FILE: content})
    return {one.id: dict(one.properties) for one in process.activities.values()}


def without(properties: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in properties.items() if name not in names}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
@given(data=st.data())
@settings(max_examples=40)  # of each of the flows
def test_only_the_named_properties_change(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    before = properties_of(content)
    step = data.draw(st.sampled_from(sorted(before)))
    wanted = data.draw(st.dictionaries(NAMES, VALUES, max_size=4))
    after = properties_of(changed := with_properties(path.name, content, {step: wanted}))
    assert without(after.pop(step), *wanted) == without(before.pop(step), *wanted)
    assert after == before
    told = properties_of(changed)[step]
    assert {name: told.get(name) for name in wanted} == wanted
    once = properties_of(content)
    back = with_properties(path.name, changed, {step: {name: once[step].get(name) for name in wanted}})
    assert properties_of(back) == once


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_other_byte_stays_as_it_was(path: Path) -> None:
    content = path.read_bytes()
    step = next(one for one, told in properties_of(content).items() if any(name.startswith("access:") for name in told))
    added = with_properties(path.name, content, {step: {"access:legal_opinion": "hidden"}})
    lines = added.splitlines()
    [line] = [one for one in lines if b"access:legal_opinion" in one]
    assert line.strip() == b'<camunda:property name="access:legal_opinion" value="hidden" />'
    lines.remove(line)
    assert lines == content.splitlines()
    assert with_properties(path.name, added, {step: {"access:legal_opinion": None}}) == content
    assert with_properties(path.name, content, {}) == content
    assert with_properties(path.name, content, {step: properties_of(content)[step]}) == content


@pytest.mark.parametrize("inside", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize(
    "prefix", ["", ' xmlns:c="http://flowable.org/bpmn"', ' xmlns:c="http://camunda.org/schema/1.0/bpmn"']
)
def test_a_property_finds_its_place_however_the_step_is_written(inside: str, prefix: str) -> None:
    if not prefix and "<c:" in inside:
        inside = inside.replace("<c:", "<").replace("</c:", "</")
        inside = inside.replace("<properties", '<properties xmlns="http://camunda.org/schema/1.0/bpmn"')
        inside = inside.replace("<formData", '<formData xmlns="http://camunda.org/schema/1.0/bpmn"')
    changed = with_properties(FILE, model(inside, prefix), {"a": {"access:title": "hidden", "required:title": "true"}})
    assert properties_of(changed) == {"a": {"access:title": "hidden", "required:title": "true"}, "b": {}}
    assert b"<!-- kept -->" in changed
    bare = with_properties(FILE, changed, {"a": {"access:title": None, "required:title": None}})
    assert properties_of(bare) == {"a": {}, "b": {}}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_form_is_named_at_one_step_and_nothing_else_changes(path: Path) -> None:
    content = path.read_bytes()
    [process] = read_processes({FILE: content})
    for step in process.activities:
        changed = with_form(path.name, content, step, "legal_review")
        [after] = read_processes({FILE: changed})
        forms = {one.id: one.form for one in process.activities.values()}
        assert {one.id: one.form for one in after.activities.values()} == forms | {step: "legal_review"}
        if forms[step]:
            assert with_form(path.name, changed, step, forms[step]) == content
        else:
            assert changed.replace(b' camunda:formRef="legal_review"', b"") == content


def test_a_form_is_named_whatever_prefix_the_model_has() -> None:
    for prefix in ("", ' xmlns:c="http://flowable.org/bpmn"'):
        changed = with_form(FILE, model('<userTask id="a"/>', prefix), "a", "审核")
        [process] = read_processes({FILE: changed})
        assert process.activities["a"].form == "审核"


def test_a_step_that_is_not_there_is_refused() -> None:
    for step in ("c", "p", ""):
        with pytest.raises(ActivityUnknown):
            with_properties(FILE, model('<userTask id="a"/>'), {step: {"access:title": "read"}})


def test_what_cannot_be_read_is_refused() -> None:
    for content in (b"", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a b="1"/>'.encode("utf-16")):
        with pytest.raises((FileUnreadable, ActivityUnknown)):
            with_properties(FILE, content, {"a": {"access:title": "read"}})
