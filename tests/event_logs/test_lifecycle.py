"""How events of a history stand in a log: each kind of event, by the standard transactional model."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.model import EventKind, HistoryEvent
from workflows.event_logs.lifecycle import CASE, OF_CASES, OF_STEPS, STANDARD, log_events

DOCUMENT = Path(__file__).parents[2] / "docs" / "event-logs.md"
AT = datetime(2025, 11, 7, 1, tzinfo=UTC)
STEPS = {"draft": "起草", "assign_number": "编号"}


def event(seq: int, what: str, item: str | None = None, step: str | None = None, **data: Any) -> HistoryEvent:
    return HistoryEvent("case", seq, AT, "gexingyao", None, None, what, step, item, data, "", "", "")


def opened(seq: int, item: str, assignee: str | None) -> HistoryEvent:
    told = {"name": "起草", "kind": "draft", "seat": None, "assignee": assignee}
    return event(seq, EventKind.WORK_ITEM_OPENED, item, "draft", **told)


def transitions(*events: HistoryEvent) -> list[tuple[str, str, str]]:
    return [(one.name, one.transition, one.assignee) for one in log_events(events, STEPS)]


def test_a_step_that_is_opened_for_somebody_is_scheduled_and_assigned() -> None:
    assert transitions(opened(1, "i", "gexingyao")) == [("起草", "schedule", ""), ("起草", "assign", "gexingyao")]


def test_a_step_that_is_offered_is_assigned_when_somebody_claims_it() -> None:
    found = transitions(opened(1, "i", None), event(2, EventKind.WORK_ITEM_CLAIMED, "i", "draft"))
    assert found == [("起草", "schedule", ""), ("起草", "assign", "gexingyao")]


@pytest.mark.parametrize(
    ("kind", "data", "transition"),
    [
        (EventKind.WORK_ITEM_TRANSFERRED, {"to": "shiyanqiu"}, "reassign"),
        (EventKind.WORK_ITEM_DELEGATED, {"to": "shiyanqiu"}, "reassign"),
        (EventKind.WORK_ITEM_COMPLETED, {"decision": "submit"}, "complete"),
        (EventKind.WORK_ITEM_CANCELLED, {"reason": "decided"}, "withdraw"),
        (EventKind.TOKEN_MOVED, {"mode": "send_back"}, "ate_abort"),
        (EventKind.TOKEN_MOVED, {"mode": "withdraw"}, "unknown"),
        (EventKind.WORK_ITEM_RELEASED, {}, "unknown"),
    ],
)
def test_what_happens_to_a_work_item_has_its_transition(kind: str, data: dict[str, Any], transition: str) -> None:
    found = transitions(opened(1, "i", None), event(2, kind, "i", "draft", **data))
    assert [one[:2] for one in found[1:]] == [("起草", transition)]


def test_what_is_cancelled_with_the_case_is_aborted_with_it() -> None:
    cancelled = event(3, EventKind.WORK_ITEM_CANCELLED, "i", "draft", reason="withdrawn")
    found = transitions(opened(1, "i", None), event(2, EventKind.PROCESS_CANCELLED, reason="不办了"), cancelled)
    assert [one[:2] for one in found[1:]] == [(CASE, "pi_abort"), ("起草", "pi_abort")]


def test_a_case_ends_where_its_marking_says_so_and_a_service_is_called_by_its_step() -> None:
    returned = event(1, EventKind.SERVICE_RETURNED, None, "assign_number", service="number.assign", variables={})
    going, over = (
        event(seq, EventKind.MARKING_SETTLED, state=state) for seq, state in ((2, "running"), (3, "completed"))
    )
    assert [one[:2] for one in transitions(returned, going, over)] == [("编号", "complete"), (CASE, "complete")]


def test_what_is_no_event_of_a_step_is_left_out() -> None:
    assert transitions(event(1, EventKind.VARIABLES_SET), event(2, EventKind.CASE_COMMENTED)) == []


def test_every_transition_is_one_of_the_standard_model() -> None:
    assert {*OF_CASES.values(), *OF_STEPS.values()} <= STANDARD
    assert {kind for kind in EventKind if kind.startswith("work_item:")} - OF_STEPS.keys() == {
        EventKind.WORK_ITEM_URGED,
        EventKind.WORK_ITEM_OVERDUE,
        EventKind.WORK_ITEM_DUE_SET,
        EventKind.WORK_ITEM_RENEWED,
    }


def test_the_table_in_the_documents_is_the_one_that_holds() -> None:
    rows = re.findall(r"^\| `([a-z_]+:[a-z_]+)` \| `(\w+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    special = {EventKind.MARKING_SETTLED: "complete", EventKind.TOKEN_MOVED: "ate_abort"}
    assert dict(rows) == {**OF_CASES, **OF_STEPS, **special}
