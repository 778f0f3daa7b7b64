"""Events of cases written by hand, by the clock of Shanghai, for what is counted from them."""

from datetime import datetime

from engine.model import EventKind
from tests.workflows.calendars import at
from workflows.flow_figures.values import Case, Told


class Written:
    """The history of one case as it is written event by event; work items are named by the test."""

    def __init__(self, began: str = "2025-11-03 09:00") -> None:
        self.events: list[Told] = []
        self.case = Case("case", "一件事", None, 1, at(began), None)
        self.tell(EventKind.PROCESS_STARTED, began, data={"variables": {"title": "一件事"}})

    def tell(
        self,
        kind: EventKind,
        when: str | datetime,
        item: str | None = None,
        step: str | None = None,
        data: dict[str, object] | None = None,
    ) -> None:
        instant = at(when) if isinstance(when, str) else when
        self.events.append(Told(len(self.events) + 1, instant, kind, step, item, data or {}))

    def open(self, item: str, step: str, token: int, when: str | datetime, role: str = "step") -> None:
        self.tell(EventKind.WORK_ITEM_OPENED, when, item, step, {"token": token, "role": role})

    def complete(self, item: str, step: str, when: str | datetime, decision: str = "agree", **told: object) -> None:
        self.tell(EventKind.WORK_ITEM_COMPLETED, when, item, step, {"scope": 0, "decision": decision, **told})

    def move(self, item: str | None, step: str, when: str | datetime, mode: str = "send_back", **told: object) -> None:
        """Put a token at a step; the work item is the one that is sent or taken back."""
        self.tell(EventKind.TOKEN_MOVED, when, item, step, {"mode": mode, "take": [], **told})

    def settle(self, when: str | datetime, *passed: str) -> None:
        self.tell(EventKind.MARKING_SETTLED, when, data={"passed": list(passed)})
