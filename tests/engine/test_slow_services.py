"""A slow service runs after the commit and comes back as a command; what it returns is recorded, and it fails in words."""

import pytest

from app.house import House
from app.transaction import reading
from engine.delegates import ServiceCall
from engine.errors import BusinessError, ServiceFailed
from engine.model import EventKind, InstanceState, ServiceResult
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.judge.paper import ERROR, body, boundary, element, parameters


class Translation:
    """A service that is slow, counts its calls, and does what the case asks of it."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, call: ServiceCall) -> ServiceResult:
        self.calls += 1
        if call.inputs["text"] == "unreadable":
            raise BusinessError("BROKEN")
        if call.inputs["text"] == "down":
            raise ServiceFailed("translate", "Unreachable", {"host": "example"})
        return ServiceResult({"translated": f"{call.inputs['text']}!"})


def slow(name: str = "translate") -> str:
    inside = parameters({"text": "${words}"})
    return element(
        "serviceTask", "task", inside, camunda__delegateExpression=f"${{{name}}}", camunda__asyncBefore="true"
    )


def opened(house: House, service: Translation) -> Running:
    nodes = {"task": slow(), "failed": boundary("failed", "task", ERROR)}
    arrows = "s_ -> write\nwrite -> task\ntask -> read\nread -> e_\nfailed -> repair\nrepair -> e_"
    case = Running(house, files(body(arrows, nodes)), slow_services={"translate": service})
    case.start()
    return case


def test_it_is_called_after_the_commit_and_only_once(house: House) -> None:
    service = Translation()
    case = opened(house, service)
    case.complete("write", words="hello")
    assert (service.calls, case.open_steps(), case.state) == (0, [], InstanceState.RUNNING)
    assert case.work_off() == 1
    assert (service.calls, case.open_steps()) == (1, ["read"])
    assert case.variables()["translated"] == "hello!"
    case.assert_replays()
    assert service.calls == 1


def test_its_business_error_is_caught_at_the_boundary(house: House) -> None:
    case = opened(house, Translation())
    case.complete("write", words="unreadable")
    case.work_off()
    assert case.open_steps() == ["repair"]
    case.assert_replays()


def test_its_failure_is_an_incident_that_can_be_retried(house: House) -> None:
    service = Translation()
    case = opened(house, service)
    case.complete("write", words="down")
    case.work_off()
    assert case.state is InstanceState.INCIDENT
    with reading(house.pool) as connection:
        [opened_incident] = [
            one for one in case.engine.history(connection, case.instance_id) if one.kind == EventKind.INCIDENT_OPENED
        ]
    assert (opened_incident.data["error"], opened_incident.data["facts"]["cause"]) == ("ServiceFailed", "Unreachable")
    case.retry(str(opened_incident.data["incident"]))
    assert case.state is InstanceState.RUNNING
    case.work_off()
    assert (service.calls, case.state) == (2, InstanceState.INCIDENT)
    case.assert_replays()


def test_an_answer_for_a_token_that_has_gone_is_dropped(house: House) -> None:
    case = opened(house, Translation())
    case.complete("write", words="hello")
    case.jump("write")
    assert case.open_steps() == ["write"]
    case.work_off()
    assert case.open_steps() == ["write"]
    case.assert_replays()


def test_an_ordinary_service_marked_asynchronous_runs_in_the_transaction_of_its_answer(house: House) -> None:
    def answer(_connection: object, call: ServiceCall) -> ServiceResult:
        return ServiceResult({"seen": call.inputs["text"]})

    case = Running(
        house,
        files(body("s_ -> write\nwrite -> task\ntask -> read\nread -> e_", {"task": slow("answer")})),
        {"answer": answer},
    )
    case.start()
    case.complete("write", words="hello")
    assert case.open_steps() == []
    case.work_off()
    assert (case.open_steps(), case.variables()["seen"]) == (["read"], "hello")
    case.assert_replays()


@pytest.mark.parametrize("words", ["hello", "unreadable", "down"])
def test_a_service_that_is_not_slow_does_the_same_at_once(sqlite_house: House, words: str) -> None:
    service = Translation()
    task = element("serviceTask", "task", parameters({"text": "${words}"}), camunda__delegateExpression="${now}")
    nodes = {"task": task, "failed": boundary("failed", "task", ERROR)}
    arrows = "s_ -> write\nwrite -> task\ntask -> read\nread -> e_\nfailed -> repair\nrepair -> e_"
    case = Running(sqlite_house, files(body(arrows, nodes)), {"now": lambda _connection, call: service(call)})
    case.start()
    case.complete("write", words=words)
    assert case.open_steps() == {"hello": ["read"], "unreadable": ["repair"], "down": []}[words]
    case.assert_replays()
    assert service.calls == 1


def test_a_service_whose_outputs_fail_is_not_called_again_and_what_it_did_is_told(sqlite_house: House) -> None:
    service = Translation()
    inside = parameters({"text": "${words}"}, {"half": "${translated / 2}"})
    task = element("serviceTask", "task", inside, camunda__delegateExpression="${now}")
    arrows = "s_ -> write\nwrite -> task\ntask -> read\nread -> e_"
    case = Running(sqlite_house, files(body(arrows, {"task": task})), {"now": lambda _connection, call: service(call)})
    case.start()
    [incident] = case.complete("write", words="hello").incidents
    assert case.variables()["translated"] == "hello!"
    case.assert_replays()
    case.retry(incident)
    assert (service.calls, case.open_steps()) == (1, ["read"])
    case.assert_replays()
