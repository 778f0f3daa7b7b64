"""Signers whom a step's owner adds: before them, after them, or as one more seat; and votes taken back."""

from collections.abc import Sequence

from engine.execution import seats, variables
from engine.execution.nesting import Nesting
from engine.history import Entry
from engine.marking import Tally, Token
from engine.model import EventKind, WorkItemRole
from engine.process import Activity


class Signing(Nesting):
    """A board on which people ask others to sign as well."""

    def add_signers(self, token_id: int, work_item_id: str, mode: str, people: Sequence[str]) -> None:
        """Ask people to sign.

        Args:
            token_id: At the step.
            work_item_id: Whose owner asks.
            mode: ``before`` the owner decides, ``after`` that, or in ``parallel`` as seats of the countersign.
            people: Usernames, or for ``parallel`` what the countersign's collection holds.
        """
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        if mode == "after":
            token.signers.extend(people)
        elif mode == "before":
            for person in people:
                self._open_signer(token, activity, person, WorkItemRole.BEFORE, work_item_id)
        else:
            seen = variables.visible(self.marking, token.scope)
            for seat in seats.call_more(_tally_of(token), activity, people, seen):
                self._open_work_item(token, activity, seat, parent=work_item_id)
        self._settle()

    def sign(self, token_id: int) -> None:
        """Take that a signer has signed; the token of an owner who has decided goes on after the last one."""
        token = self.marking.token(token_id)
        if token.held and not self._outside.open_items(token.id):
            self._done(token, self._process.activity(token.activity_id), token.decision)
        self._settle()

    def remove_signer(self, token_id: int, person: str, work_item_id: str | None) -> None:
        """Ask somebody no longer; ``person`` may be the element of a seat, ``work_item_id`` is theirs where it is open."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        left = [one for one in self._outside.open_items(token.id) if one != work_item_id]
        if work_item_id is not None:
            self.told.append(Entry(EventKind.WORK_ITEM_CANCELLED, {"reason": "removed"}, activity.id, work_item_id))
        if token.tally is not None:
            seats.call_off(token.tally, activity, person, variables.visible(self.marking, token.scope))
            self._go_on_with_seats(token, token.tally, activity)
        elif person in token.signers:
            token.signers.remove(person)
        elif token.held and not left:
            self._done(token, activity, token.decision)
        self._settle()

    def withdraw_vote(self, token_id: int, seat: str, decision: str, person: str, following: str | None) -> None:
        """Take a vote back: the seat is the person's again, and one that was called in order because of it waits once more."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        tally = _tally_of(token)
        if following is not None:
            self._cancel_items(token, activity, "withdrawn")
            tally.open -= 1
            tally.pending.insert(0, following)
        seats.uncount(tally, activity, seat, decision, variables.visible(self.marking, token.scope))
        self._open_work_item(token, activity, seat, to=person)
        self._settle()

    def _hold(self, token: Token, activity: Activity, decision: str) -> None:
        token.decision, token.held = decision, True
        for person in token.signers:
            self._open_signer(token, activity, person, WorkItemRole.AFTER, None)
        token.signers = []

    def _open_signer(
        self, token: Token, activity: Activity, person: str, role: WorkItemRole, parent: str | None
    ) -> None:
        self._open_work_item(token, activity, None, to=person, role=role, parent=parent)

    def _done(self, token: Token, activity: Activity, decision: str | None) -> None:
        if token.back is None:
            self._leave(token, activity, decision)
            return
        self.marking.tokens.remove(token)
        activity_id, scope, person = token.back
        self._enter(self._process.activity(activity_id), scope, None, None, person)


def _tally_of(token: Token) -> Tally:
    assert token.tally is not None
    return token.tally
