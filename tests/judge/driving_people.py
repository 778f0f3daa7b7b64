"""Gives to the engine what people do beside completing steps; apart from the rest of a drive because it speaks of work items."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from engine.api import Engine
from engine.errors import MoveRefused, NobodyToAct, WithdrawalRefused
from engine.marking import Marking
from engine.model import Actor, Completion, WorkItemRole, WorkItemState
from engine.persistence import work_items
from engine.persistence.tables import work_item, work_item_candidate
from tests.judge.player import (
    AddSigners,
    Circulate,
    Correct,
    HandOver,
    MarkRead,
    PeoplesCommand,
    RemoveSigner,
    SendBack,
    Sign,
    Standstill,
    Withdraw,
)
from tests.judge.state import Place

REASON, WRITER = "试验", "boruoxi"
REFUSALS = (MoveRefused, NobodyToAct, WithdrawalRefused)
"""What the engine may answer where the judge has offered a command; then nothing may have changed."""

open_items = select(
    work_item.c.id,
    work_item.c.token_id,
    work_item.c.activity_id,
    work_item.c.seat,
    work_item.c.role,
    work_item.c.assignee,
    work_item.c.owner,
    work_item.c.parent_id,
    work_item.c.version,
    exists().where(work_item_candidate.c.work_item_id == work_item.c.id).label("offered"),
).where(work_item.c.instance_id == bindparam("instance"), work_item.c.state == WorkItemState.OPEN.value)


class JudgedOtherwise(AssertionError):
    """The engine did what the judge holds to be impossible, or refused what must be possible."""


@dataclass
class Hands:
    """The open work items of a case, to be acted on within one transaction."""

    engine: Engine
    connection: Connection
    marking: Marking
    places: dict[int, Place]
    instance_id: str
    actor: Actor
    now: Any
    drafted: set[str]

    def carry_out(self, command: PeoplesCommand, done: list[str]) -> None:
        """Carry out a command; ``done`` are the completed steps in the order of their completions.

        Raises:
            JudgedOtherwise: A withdrawal was done that must be impossible, or a send back refused that must be possible.
            MoveRefused, NobodyToAct, WithdrawalRefused: It was refused.
        """
        before = self._versions()
        self._carry_out(command, done)
        if isinstance(command, Circulate | MarkRead) or (isinstance(command, HandOver) and command.how == "urge"):
            after = self._versions()
            assert after == after | {one: version for one, version in before.items() if one in after}

    def _carry_out(self, command: PeoplesCommand, done: list[str]) -> None:
        match command:
            case Sign(place, person, decision):
                locked = self._lock(self._signers(place, person)[0])
                marking = self.engine.marking_of(locked)
                completion = Completion(decision)
                self.engine.complete(self.connection, locked, marking, Actor(person), completion, self.now)
            case SendBack():
                self._send_back(command)
            case Withdraw(number, hopeless):
                item = work_items.get_work_item(self.connection, done[number])
                locked = self.engine.lock_completed(self.connection, item.id, item.version)
                self.engine.withdraw(self.connection, locked, REASON, self.actor, self.now)
                if hopeless:
                    raise JudgedOtherwise(command)
            case AddSigners(place, mode, people):
                locked = self._lock(self._step(place))
                self.engine.add_signers(self.connection, locked, mode, people, REASON, self.actor, self.now)
            case RemoveSigner(place, kind, person):
                self._remove_signer(place, kind, person)
            case HandOver(place, how, person):
                self._hand_over(place, how, person)
            case Circulate(activity, people):
                given = people, REASON, activity, self.actor, self.now
                self.engine.circulate(self.connection, self.instance_id, *given)
            case MarkRead(activity, person):
                copies = self._rows(role=WorkItemRole.COPY, activity_id=activity, assignee=person)
                self.engine.mark_read(self.connection, self._lock(copies[0]), "", Actor(person), self.now)
            case Correct(variables):
                data = {"reason": REASON}
                given = self.instance_id, variables, data, (), self.actor, self.now
                self.engine.correct(self.connection, *given)
            case Standstill("resume"):
                self.engine.resume(self.connection, self.instance_id, self.actor, self.now)
            case Standstill(how):
                getattr(self.engine, how)(self.connection, self.instance_id, REASON, self.actor, self.now)

    def _send_back(self, command: SendBack) -> None:
        locked = self._lock(self._step(command.place))
        how: dict[str, Any] = {"person": command.person, "direct": command.direct}
        try:
            self.engine.send_back(self.connection, locked, command.target, REASON, self.actor, self.now, **how)
        except MoveRefused as error:
            if command.certain:
                raise JudgedOtherwise(command) from error
            raise

    def _remove_signer(self, place: Place, kind: str, person: str) -> None:
        step = self._step(place)
        found: list[Any] = []
        if kind == "seat":
            found = self._rows(role=WorkItemRole.STEP, token_id=step.token_id, seat=person)
        elif kind == "asked":
            found = self._rows(role=WorkItemRole.BEFORE, parent_id=step.id, assignee=person)
        theirs = found[0].id if found else None
        self.engine.remove_signer(self.connection, self._lock(step), person, theirs, REASON, self.actor, self.now)

    def _hand_over(self, place: Place, how: str, person: str) -> None:
        locked = self._lock(self._step(place))
        given = (REASON,) if how in ("resolve", "urge") else (person, REASON)
        getattr(self.engine, how)(self.connection, locked, *given, self.actor, self.now)
        if how == "urge":  # whoever is urged begins to write
            work_items.save_draft(self.connection, locked.item.id, WRITER, {"opinion": REASON}, self.now)
            self.drafted.add(locked.item.id)

    def _versions(self) -> dict[str, int]:
        return {row.id: row.version for row in self._rows()}

    def _lock(self, row: Any) -> Any:
        return self.engine.lock_work_item(self.connection, row.id, row.version)

    def _step(self, place: Place) -> Any:
        bare = place._replace(seat=None)
        tokens = [token.id for token in self.marking.tokens if not token.failed and self.places[token.id] == bare]
        rows = self._rows(role=WorkItemRole.STEP, seat=place.seat)
        return next(row for token in tokens for row in rows if row.token_id == token)

    def _signers(self, place: Place, person: str) -> list[Any]:
        tokens = [token.id for token in self.marking.tokens if not token.failed and self.places[token.id] == place]
        rows = [row for row in self._rows(assignee=person) if row.role in ("before", "after")]
        return [row for token in tokens for row in rows if row.token_id == token]

    def _rows(self, **wanted: object) -> list[Any]:
        rows = self.connection.execute(open_items, {"instance": self.instance_id}).all()
        found = [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]
        return sorted(found, key=lambda row: work_items.serial_of(row.id))
