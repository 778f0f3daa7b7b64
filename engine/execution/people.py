"""The work items of persons' steps: opened, done in seats, cancelled."""

from abc import abstractmethod

from engine import canonical
from engine.delegates import Assignment
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
    WorkItemRole,
)
from engine.process import Activity


class People(Happenings):
    """A board with people at it."""

    def _open(self, activity: Activity, scope: int, to: str | None = None) -> None:
        """Open a person's step; ``to`` is whose it is, whatever the model says, where that is known."""
        try:
            with self._undone_when_it_fails():
                if activity.countersign is not None:
                    self._open_seats(activity, scope)
                else:
                    token = self._new_token(activity, scope)
                    self._open_work_item(token, activity, None, to=to)
                    self._arm_boundaries(token, activity)
        except self._unopened as error:
            self._fail(Step(activity, scope), error)
        self._look_at_new_conditions()

    def _open_work_item(
        self,
        token: Token,
        activity: Activity,
        seat: str | None,
        *,
        to: str | None = None,
        role: WorkItemRole = WorkItemRole.STEP,
        parent: str | None = None,
    ) -> None:
        work_item_id = f"{self._instance_id}-{self.marking.next_id()}"
        scope = variables.visible(self.marking, token.scope)
        if seat is not None and activity.countersign is not None and activity.countersign.element_variable:
            scope[activity.countersign.element_variable] = seat
        assignment = self._outside.assign(work_item_id, activity, scope, to)
        self._opened.setdefault(token.id, []).append(work_item_id)
        self._tell_opened(work_item_id, token.id, activity, seat, assignment, role, parent)

    def _tell_opened(
        self,
        work_item_id: str,
        token_id: int,
        activity: Activity,
        seat: str | None,
        assignment: Assignment,
        role: WorkItemRole,
        parent: str | None,
    ) -> None:
        told: dict[str, Value] = {
            "token": token_id,
            "name": activity.name,
            "kind": activity.kind,
            "seat": seat,
            "assignee": assignment.assignee,
            "candidates": list(assignment.candidates),
            "due_at": canonical.instant(assignment.due_at) if assignment.due_at else None,
            "due_provisional": assignment.due_provisional,
        }
        if role is not WorkItemRole.STEP:
            told["role"] = role.value
        if parent is not None:
            told["parent"] = parent
        self.told.append(Entry(EventKind.WORK_ITEM_OPENED, told, activity.id, work_item_id))

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
        seats.count(token.tally, activity, seat, decision, variables.visible(self.marking, token.scope))
        self._go_on_with_seats(token, token.tally, activity)

    def _go_on_with_seats(self, token: Token, tally: Tally, activity: Activity) -> None:
        """Let a countersign be decided, if it is, or call the next seat of one that goes in order."""
        try:
            seen = variables.visible(self.marking, token.scope)
            passed = seats.decided(tally, activity, seen, self._steps.value)
        except ExecutionFailed as error:
            self._remove(token)
            self._fail(Step(activity, token.scope), error)
            return
        if passed is not None:
            self._cancel_items(token, activity, "decided")
            self._decide(token, activity, token.scope, passed=passed)
            self._done(token, activity, None)
        elif tally.pending and not tally.open:
            self._open_next_seat(token, tally, activity)

    @abstractmethod
    def _done(self, token: Token, activity: Activity, decision: str | None) -> None:
        """Let the token of a person's step go on, or straight back to who has sent it here."""

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
