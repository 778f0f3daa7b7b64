"""A case told event by event, for the rules that look for deviations."""

from datetime import datetime, time, timedelta
from typing import Any

from engine.model import EventKind, HistoryEvent
from workflows.calendar.values import WorkingHours
from workflows.calendar.working_time import WorkingTime
from workflows.deviations.values import Watched

HOURS = WorkingHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
CALENDAR = WorkingTime((), frozenset({2025}), HOURS)
STEPS = {"draft": "起草", "sign": "签发", "countersign": "会签", "verify": "复核"}
FIELDS = {"body": "正文", "annexes": "附件"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}+08:00")


class Case:
    """Tells one event after another, an hour of working time apart unless a time is named."""

    def __init__(self) -> None:
        self.events: list[HistoryEvent] = []
        self.clock = at("11-10T09:00")
        self.items = 0

    def tell(
        self, what: str, step: str | None = None, item: str | None = None, by: str = "gexingyao", **data: Any
    ) -> "Case":
        when = data.pop("when", None)
        self.clock = at(when) if when else self.clock + timedelta(minutes=1)
        behalf, recorder = data.pop("on_behalf_of", None), data.pop("recorded_by", None)
        seq = len(self.events) + 1
        told = HistoryEvent("case", seq, self.clock, by, behalf, recorder, what, step, item, data, "", "", "")
        self.events.append(told)
        return self

    def open(self, step: str, kind: str, assignee: str = "gexingyao", **data: Any) -> "Case":
        self.items += 1
        told = {
            "token": 1,
            "name": STEPS[step],
            "kind": kind,
            "seat": None,
            "assignee": assignee,
            "candidates": [],
            "due_at": None,
            "due_provisional": False,
            **data,
        }
        when = told.pop("when", None)
        given = {"when": when} if when else {}
        return self.tell(EventKind.WORK_ITEM_OPENED, step, f"i{self.items}", **given, **told)

    def done(self, step: str, by: str = "gexingyao", decision: str = "agree", **data: Any) -> "Case":
        told = {"decision": decision, "opinion": "", "circled": False, "variables": {}, **data}
        return self.tell(EventKind.WORK_ITEM_COMPLETED, step, f"i{self.items}", by, **told)

    def step(self, step: str, kind: str, by: str = "gexingyao", **data: Any) -> "Case":
        """A step that is opened for somebody and done by them."""
        return self.open(step, kind, by).done(step, by, **data)

    def watched(self, now: str = "12-01T09:00") -> Watched:
        return Watched(
            "case",
            tuple(self.events),
            STEPS,
            FIELDS,
            frozenset({"annexes"}),
            frozenset({"body"}),
            CALENDAR,
            at(now),
        )
