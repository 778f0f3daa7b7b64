"""The work items of persons' steps: opened, done in seats, cancelled."""

from engine import canonical
from engine.errors import (
    ExecutionFailed,
)
from engine.execution import seats, variables
from engine.execution.board import Step
from engine.execution.happenings import Happenings
from engine.history import Entry
from engine.marking import Tally, Token
from engine.model import (
    EventKind,
    Value,
)
from engine.process import Activity


class People(Happenings):
    """A board with people at it."""

    def _open(self, activity: Activity, scope: int) -> None:
        try:
            with self._undone_when_it_fails():
                if activity.countersign is not None:
                    self._open_seats(activity, scope)
                else:
                    token = self._new_token(activity, scope)
                    self._open_work_item(token, activity, None)
                    self._arm_boundaries(token, activity)
        except self._unopened as error:
            self._fail(Step(activity, scope), error)
        self._look_at_new_conditions()

    def _open_work_item(self, token: Token, activity: Activity, seat: str | None) -> None:
        work_item_id = f"{self._instance_id}-{self.marking.next_id()}"
        scope = variables.visible(self.marking, token.scope)
        if seat is not None and activity.countersign is not None and activity.countersign.element_variable:
            scope[activity.countersign.element_variable] = seat
        assignment = self._outside.assign(work_item_id, activity, scope)
        self._opened.setdefault(token.id, []).append(work_item_id)
        self.told.append(
            Entry(
                EventKind.WORK_ITEM_OPENED,
                {
                    "token": token.id,
                    "name": activity.name,
                    "kind": activity.kind,
                    "seat": seat,
                    "assignee": assignment.assignee,
                    "candidates": list(assignment.candidates),
                    "due_at": canonical.instant(assignment.due_at) if assignment.due_at else None,
                    "due_provisional": assignment.due_provisional,
                },
                activity.id,
                work_item_id,
            )
        )

    def _open_seats(self, activity: Activity, scope: int) -> None:
        called = seats.called(activity, variables.visible(self.marking, scope), self._person_only, self._semantics)
        if not called.seats:
            self._decide(None, activity, scope, passed=True)
            self._ready.append(Step(activity, scope, carried_out=True))
            return
        token = self._new_token(activity, scope)
        token.tally = called.tally
        for seat in called.at_once:
            self._open_work_item(token, activity, seat)
        self._arm_boundaries(token, activity)

    def _vote(self, token: Token, activity: Activity, seat: str, decision: str) -> None:
        assert token.tally is not None
        seen = variables.visible(self.marking, token.scope)
        seats.count(token.tally, activity, seat, decision, seen)
        try:
            passed = seats.decided(token.tally, activity, seen, self._steps.value)
        except ExecutionFailed as error:
            self._remove(token)
            self._fail(Step(activity, token.scope), error)
            return
        if passed is not None:
            self._cancel_items(token, activity, "decided")
            self._decide(token, activity, token.scope, passed=passed)
            self._leave(token, activity, None)
        elif token.tally.pending:
            self._open_next_seat(token, token.tally, activity)

    def _open_next_seat(self, token: Token, tally: Tally, activity: Activity) -> None:
        try:
            with self._undone_when_it_fails():
                self._open_work_item(token, activity, tally.pending[0])
        except self._unopened as error:
            self._fail_at(token, activity, error)
        else:
            tally.open += 1
            del tally.pending[0]

    def _decide(self, token: Token | None, activity: Activity, scope: int, *, passed: bool) -> None:
        votes = self._outside.votes(token.id) if token else []
        self._write(
            scope, {f"votes.{activity.local_id}": seats.as_variable(votes), f"passed.{activity.local_id}": passed}
        )
        said: dict[str, Value] = {"passed": passed, "said": seats.said(votes)}
        self.told.append(Entry(EventKind.COUNTERSIGN_DECIDED, said, activity.id))

    def _cancel_items(self, token: Token, activity: Activity, reason: str) -> None:
        for work_item_id in [*self._outside.open_items(token.id), *self._opened.pop(token.id, [])]:
            self.told.append(Entry(EventKind.WORK_ITEM_CANCELLED, {"reason": reason}, activity.id, work_item_id))
