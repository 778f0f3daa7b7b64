"""流程修改: one person draws, another approves, and the flow deploys; what was drawn is never lost and never put over."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from engine.persistence import instances
from tests.office import Desk, deploy, flow_files
from workflows import cases, verification
from workflows import definitions as office_definitions
from workflows.flow_changes import drafts
from workflows.flow_changes.errors import (
    FlowChangedMeanwhile,
    FlowDraftNewer,
    FlowFileRefused,
    FlowKeyRefused,
    FlowNotDeployable,
    FlowUnchanged,
    NotTheDrafter,
    OwnFlowChange,
)

SEAL = "seal_use"
REASON = {"change_reason": "用印前须经法律审核。"}


def begun(house: House, username: str = "zhenliyan", **start: object) -> Desk:
    deploy(house, "flow_change", SEAL)
    desk = Desk(house, title="用印申请改名")
    with transaction(house.pool) as connection:
        variables = start or {"flow_key": SEAL}
        started = cases.start(
            connection, house.office, desk.person(username), "flow_change", desk.title, variables, desk.now
        )
    desk.instance_id = started.instance_id
    return desk


def renamed(old: str = "部门负责人审核", new: str = "部门主要负责人审核") -> dict[str, bytes]:
    files = flow_files(SEAL)
    model = files[f"{SEAL}.bpmn"].decode()
    assert old in model
    return {**files, f"{SEAL}.bpmn": model.replace(old, new).encode()}


def keep(desk: Desk, files: dict[str, bytes], username: str = "zhenliyan", version: int = 0) -> drafts.FlowDraft:
    house = desk.house
    with transaction(house.pool) as connection:
        return drafts.keep(connection, house.office, desk.person(username), desk.instance_id, version, files, desk.now)


def test_a_draft_begins_as_the_version_that_is_deployed(house: House) -> None:
    desk = begun(house)
    with reading(house.pool) as connection:
        draft = drafts.get_draft(connection, desk.instance_id)
    assert (draft.key, draft.base_version, draft.version, draft.changed) == (SEAL, 1, 0, False)
    assert draft.files == flow_files(SEAL)


def test_another_person_publishes_what_one_has_drawn(house: House) -> None:
    desk = begun(house)
    keep(desk, renamed())
    desk.act("zhenliyan", "submit", **REASON)
    with pytest.raises(OwnFlowChange):
        desk.act("zhenliyan", "publish")
    desk.act("boruoxi", "publish", "同意。")
    with reading(house.pool) as connection:
        newest, older = office_definitions.list_versions(connection, SEAL)
        deployed = house.office.engine.deployed(connection, newest.id)
        case = cases.get_row(connection, desk.instance_id)
        told = house.office.engine.replay(connection, desk.instance_id)
        breaks = verification.verify(connection, house.office)
    assert (newest.version, newest.deployed_by, older.version) == (2, "boruoxi", 1)
    assert "部门主要负责人审核" in deployed.files[f"{SEAL}.bpmn"].decode()
    assert case.state is InstanceState.COMPLETED
    assert told.verified
    assert breaks == []


def test_what_was_not_changed_or_cannot_be_deployed_is_not_handed_in(house: House) -> None:
    desk = begun(house)
    with pytest.raises(FlowUnchanged):
        desk.act("zhenliyan", "submit", **REASON)
    keep(desk, renamed('targetRef="approve"', 'targetRef="nowhere"'))
    with pytest.raises(FlowNotDeployable):
        desk.act("zhenliyan", "submit", **REASON)


def test_a_draft_is_changed_by_its_drafter_alone_and_not_once_it_was_handed_in(house: House) -> None:
    desk = begun(house)
    keep(desk, renamed())
    desk.act("zhenliyan", "submit", **REASON)
    for username in ("zhenliyan", "boruoxi"):
        with pytest.raises(NotTheDrafter):
            keep(desk, renamed(new="另一个名称"), username, version=1)
    desk.act("boruoxi", "revise", "请写明理由。")
    assert keep(desk, renamed(new="另一个名称"), version=1).version == 2


def test_two_windows_do_not_write_over_each_other(house: House) -> None:
    desk = begun(house)
    keep(desk, renamed())
    with pytest.raises(FlowDraftNewer):
        keep(desk, renamed(new="另一个名称"))


def test_files_that_no_flow_has_are_refused(house: House) -> None:
    desk = begun(house)
    for files in (
        {"../etc.bpmn": b""},
        {f"{SEAL}.form": b"{}"},
        {f"{SEAL}.bpmn": b"\xff"},
        {f"{SEAL}.bpmn": b"x" * 2_000_001},
    ):
        with pytest.raises(FlowFileRefused):
            keep(desk, files)


def test_a_change_of_one_flow_replaces_no_other(house: House) -> None:
    desk = begun(house)
    stranger = flow_files("outgoing_document")
    keep(desk, {**renamed(), **stranger})
    with pytest.raises(FlowFileRefused) as refused:
        desk.act("zhenliyan", "submit", **REASON)
    assert (refused.value.name, refused.value.reason) == ("outgoing_document", "other_flow")
    keep(desk, {f"{SEAL}.bpmn": stranger["outgoing_document.bpmn"], **_forms(stranger)}, version=1)
    with pytest.raises(FlowFileRefused) as refused:
        desk.act("zhenliyan", "submit", **REASON)
    assert (refused.value.name, refused.value.reason) == (SEAL, "key")
    with reading(house.pool) as connection:
        assert [one.version for one in office_definitions.list_versions(connection, "outgoing_document")] == [1]


def _forms(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".form")}


def test_a_change_that_another_has_overtaken_is_not_published(house: House) -> None:
    first, second = begun(house), begun(house)
    for desk, name in ((first, "部门主要负责人审核"), (second, "部门领导审核")):
        keep(desk, renamed(new=name))
        desk.act("zhenliyan", "submit", **REASON)
    first.act("boruoxi", "publish", "同意。")
    with pytest.raises(FlowChangedMeanwhile):
        second.act("boruoxi", "publish", "同意。")


def test_a_new_flow_begins_with_one_step_and_can_be_published(house: House) -> None:
    desk = begun(house, new_flow_key="vehicle_request")
    with reading(house.pool) as connection:
        draft = drafts.get_draft(connection, desk.instance_id)
    assert (draft.base, sorted(draft.files)) == (None, ["vehicle_request.bpmn", "vehicle_request.form"])
    keep(desk, dict(draft.files))
    desk.act("zhenliyan", "submit", **REASON)
    desk.act("boruoxi", "publish", "同意。")
    with reading(house.pool) as connection:
        assert [one.version for one in office_definitions.list_versions(connection, "vehicle_request")] == [1]
    case = Desk(house)
    case.start("suiyiming", "vehicle_request", "借用公务车")
    case.act("suiyiming", "submit", title="借用公务车")
    with reading(house.pool) as connection:
        assert instances.get_instance(connection, case.instance_id).state == InstanceState.COMPLETED


def test_the_key_of_a_new_flow_is_a_new_one_of_the_right_form(house: House) -> None:
    for key in ("", "Vehicle Request", "用车", SEAL):
        desk = begun(house, new_flow_key=key)
        with reading(house.pool) as connection, pytest.raises(FlowKeyRefused):
            drafts.get_draft(connection, desk.instance_id)
