"""One case is started from another: fields and files come along, the two are tied, and the thread shows what a reader may see."""

from datetime import timedelta
from io import BytesIO

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import EventKind
from engine.persistence import work_items
from engine.process import Activity
from tests.office import MORNING, SYSTEM, Desk
from workflows import cases, definitions, verification
from workflows.attachments import actions as attachments
from workflows.errors import CaseNotVisible, NotStartedFrom
from workflows.links.carrying import carried
from workflows.thread import has_links, thread_of

LATER = MORNING + timedelta(hours=1)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="file" targetNamespace="https://example.org/bpmn">"""
LETTER = (
    HEAD
    + """<bpmn:process id="letter" name="来信" isExecutable="true">
  <bpmn:startEvent id="start" camunda:formRef="letter"><bpmn:extensionElements><camunda:properties>
    <camunda:property name="access:sender" value="edit" /><camunda:property name="access:scans" value="edit" />
  </camunda:properties></bpmn:extensionElements></bpmn:startEvent>
  <bpmn:userTask id="decide" name="批示" camunda:assignee="qiujingan"><bpmn:extensionElements><camunda:properties>
    <camunda:property name="kind" value="instruct" /></camunda:properties></bpmn:extensionElements></bpmn:userTask>
  <bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="to_decide" sourceRef="start" targetRef="decide" />
  <bpmn:sequenceFlow id="to_end" sourceRef="decide" targetRef="end" />
</bpmn:process></bpmn:definitions>"""
).encode()
LETTER_FORM = b"""{"type": "default", "components": [{"type": "textfield", "key": "sender", "label": "sender"},
  {"type": "filepicker", "key": "scans", "label": "scans", "multiple": true}]}"""
ANSWER = (
    HEAD
    + """<bpmn:process id="answer" name="答复" isExecutable="true">
  <bpmn:startEvent id="start" camunda:formRef="answer"><bpmn:extensionElements><camunda:properties>
    <camunda:property name="sources" value="letter" /><camunda:property name="relation" value="reply_to" />
    <camunda:property name="carry:recipient" value="nobody|sender" /><camunda:property name="carry:papers" value="scans" />
  </camunda:properties></bpmn:extensionElements></bpmn:startEvent>
  <bpmn:userTask id="write" name="起草" camunda:assignee="${initiator}" camunda:formRef="answer" />
  <bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="to_write" sourceRef="start" targetRef="write" />
  <bpmn:sequenceFlow id="to_end" sourceRef="write" targetRef="end" />
</bpmn:process></bpmn:definitions>"""
).encode()
ANSWER_FORM = b"""{"type": "default", "components": [{"type": "textfield", "key": "recipient", "label": "recipient"},
  {"type": "filepicker", "key": "papers", "label": "papers", "multiple": true}]}"""
NOTE = (
    (
        HEAD
        + """<bpmn:process id="note" name="备查" isExecutable="true">
  <bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="noted" /></bpmn:startEvent>
  <bpmn:serviceTask id="tie" name="关联" camunda:delegateExpression="${case.link}"><bpmn:extensionElements>
    <camunda:inputOutput><camunda:inputParameter name="relation">supervises</camunda:inputParameter></camunda:inputOutput>
  </bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:userTask id="read" name="阅" camunda:assignee="linxiaozhou" />
  <bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="to_tie" sourceRef="start" targetRef="tie" />
  <bpmn:sequenceFlow id="to_read" sourceRef="tie" targetRef="read" />
  <bpmn:sequenceFlow id="to_end" sourceRef="read" targetRef="end" />
</bpmn:process></bpmn:definitions>"""
    )
    .encode()
    .replace(b'<bpmn:process id="note"', b'<bpmn:message id="noted" name="noted" /><bpmn:process id="note"')
)

ASKING = ANSWER.replace(
    b"""<bpmn:sequenceFlow id="to_write" sourceRef="start" targetRef="write" />""",
    b"""<bpmn:exclusiveGateway id="asked" default="to_write" />
  <bpmn:userTask id="tell" name="tell" camunda:assignee="${initiator}" camunda:formRef="answer" />
  <bpmn:sequenceFlow id="to_asked" sourceRef="start" targetRef="asked" />
  <bpmn:sequenceFlow id="to_write" sourceRef="asked" targetRef="write" />
  <bpmn:sequenceFlow id="to_tell" sourceRef="asked" targetRef="tell">
    <bpmn:conditionExpression>${source_flow == 'letter' and not empty(source_case)}</bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="told" sourceRef="tell" targetRef="end" />""",
)
"""Goes another way where it answers a letter."""


@pytest.fixture
def letter(house: House) -> str:
    """A letter with a scan, which a leader has decided about; its flow and the one that answers are deployed."""
    files = {"letter.bpmn": LETTER, "letter.form": LETTER_FORM}
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, files, MORNING)
        answer = {"answer.bpmn": ANSWER, "answer.form": ANSWER_FORM}
        definitions.deploy_as(connection, house.office, SYSTEM, answer, MORNING)
        definitions.deploy_as(connection, house.office, SYSTEM, {"note.bpmn": NOTE}, MORNING)
    desk = Desk(house)
    person = desk.person("shaxiaoman")
    with transaction(house.pool) as connection:
        store = house.office.store
        scan = attachments.add(connection, store, "来信.pdf", BytesIO(b"%PDF-1.7 x"), 1000, "shaxiaoman", MORNING)
        given = {"sender": "砚江省国资委办公室", "scans": [scan.id]}
        desk.instance_id = cases.start(
            connection, house.office, person, "letter", "关于值班的来信", given, MORNING
        ).instance_id
    desk.act("qiujingan", "submit", "请人力资源部答复。")
    return desk.instance_id


def answered(house: House, letter: str | None, username: str = "shaxiaoman") -> str:
    person = Desk(house).person(username)
    with transaction(house.pool) as connection:
        advanced = cases.start(connection, house.office, person, "answer", "关于值班的答复", {}, LATER, source=letter)
    return advanced.instance_id


def test_fields_and_files_come_along_and_the_two_are_tied(house: House, letter: str) -> None:
    answer = answered(house, letter)
    reader = Desk(house).person("shaxiaoman")
    with transaction(house.pool) as connection:
        detail = cases.get_case(connection, house.office, reader, answer, MORNING)
        values = {one.key: one.value for one in detail.fields}
        files = cases.attachments_named(connection, detail.fields)
        thread = thread_of(connection, house.office, reader, letter, MORNING)
        assert verification.verify(connection, house.office) == []
        assert all(cases.replay(connection, house.office, reader, one, MORNING).verified for one in (letter, answer))
        acts = [one.data["act"] for one in house.office.engine.events_of_kind(connection, EventKind.CASE_RECORDED)]
    assert values["recipient"] == "砚江省国资委办公室"
    [copy] = files.values()
    assert (copy.name, copy.instance_id) == ("来信.pdf", answer)
    assert [(one.case.id, [tie.relation for tie in one.ties]) for one in thread.cases] == [
        (letter, []),
        (answer, ["reply_to"]),
    ]
    assert [(one.step, one.opinion) for one in thread.cases[0].milestones] == [("批示", "请人力资源部答复。")]
    assert acts == ["case.linked"]


def test_a_flow_can_ask_from_which_case_it_was_started_where_it_was_started_from_none(
    house: House, letter: str
) -> None:
    with transaction(house.pool) as connection:
        files = {"answer.bpmn": ASKING, "answer.form": ANSWER_FORM}
        definitions.deploy_as(connection, house.office, SYSTEM, files, MORNING)
    answering, alone = answered(house, letter), answered(house, None)
    with reading(house.pool) as connection:
        steps = {case: work_items.list_of_instance(connection, case) for case in (answering, alone)}
        assert {case: [one.activity_id for one in had] for case, had in steps.items()} == {
            answering: ["tell"],
            alone: ["write"],
        }
        assert house.office.engine.replay(connection, alone).verified
        assert not has_links(connection, alone)


def test_who_may_not_see_a_case_of_a_thread_learns_only_that_there_is_one(house: House, letter: str) -> None:
    answer = answered(house, letter)
    desk = Desk(house)
    with transaction(house.pool) as connection:
        said = {"source_case": answer, "title": "备查"}
        note = house.office.engine.deliver_message(connection, "noted", {}, said, MORNING)
    assert note is not None
    with reading(house.pool) as connection:
        seen = thread_of(connection, house.office, desk.person("linxiaozhou"), note, MORNING)
        assert has_links(connection, note)
        with pytest.raises(CaseNotVisible):
            thread_of(connection, house.office, desk.person("linxiaozhou"), letter, MORNING)
    assert [one.case.id for one in seen.cases] == [note]
    assert [(tie.source, tie.relation) for tie in seen.cases[0].ties] == [(None, "supervises")]
    assert seen.hidden == 2


def test_a_case_is_started_only_from_those_its_flow_names_and_that_the_person_may_see(
    house: House, letter: str
) -> None:
    answer = answered(house, letter)
    with pytest.raises(NotStartedFrom):
        answered(house, answer)
    with pytest.raises(CaseNotVisible):
        answered(house, letter, "gexingyao")
    with reading(house.pool) as connection:
        row = cases.get_row(connection, letter)
        assert [one.key for one in cases.startable_from(connection, house.office, row)] == ["answer"]


def test_a_source_that_there_is_not_stops_the_flow_as_an_incident(sqlite_house: House) -> None:
    house = sqlite_house
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, {"note.bpmn": NOTE}, MORNING)
        note = house.office.engine.deliver_message(connection, "noted", {}, {"source_case": "x"}, MORNING)
    with reading(house.pool) as connection:
        assert cases.get_row(connection, str(note)).state.value == "incident"


def test_the_first_variable_that_holds_something_is_carried(house: House, letter: str) -> None:
    with reading(house.pool) as connection:
        process = house.office.engine.deployed_version(connection, "answer").process
    assert carried(process.start, {"sender": "甲", "scans": []}) == {"recipient": "甲"}
    assert carried(process.start, {"nobody": "乙", "sender": "甲"}) == {"recipient": "乙"}


def test_several_variables_are_carried_together() -> None:
    start = Activity(
        "start", "startEvent", "", 1, properties={"carry:source": "title+number|title", "carry:papers": "main+more"}
    )
    source = {"title": "来文", "number": "〔2025〕7号", "main": "a", "more": ["b", "c"]}
    assert carried(start, source) == {"source": "来文，〔2025〕7号", "papers": ["a", "b", "c"]}
    assert carried(start, {"title": "来文"}) == {"source": "来文"}
