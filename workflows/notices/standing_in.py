"""Who stands in for those who are told of something to do, and is told of it too (代理)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from engine.model import ProcessInstance, WorkItem, WorkItemRole
from workflows.notices.kinds import STOOD_IN_FOR, NoticeKind
from workflows.notices.told import Told
from workflows.substitutions.queries import substitutions_of
from workflows.substitutions.values import Substitution, SubstitutionState

FROM_HANDS = frozenset({NoticeKind.URGED, NoticeKind.OVERDUE})
"""What is also told to others than those who have the item in hand: to who lent it, or to a superior."""


class StandingIn:
    """The substitutes of those who are told something, asked for once for all that a case has to tell."""

    def __init__(
        self, connection: Connection, case: ProcessInstance, items: Mapping[str, WorkItem], told: Iterable[Told]
    ) -> None:
        """Take what is told to others than substitutes.

        Args:
            connection: For reading; one query by index, and none where nothing is to be done.
            case: The case.
            items: Its work items by id.
            told: Everything that is told.
        """
        self._case = case
        self._items = items
        self._of: dict[str, list[Substitution]] = {}
        asking = [one for one in told if self._asks(one)]
        if asking:
            period = min(one.at for one in asking), max(one.at for one in asking)
            for one in substitutions_of(connection, {one.person for one in asking}, *period):
                self._of.setdefault(one.owner, []).append(one)

    def also(self, told: Sequence[Told]) -> Iterator[Told]:
        """Yield what substitutes are told of one event, beside those who are told of it anyway."""
        known = {one.person for one in told}
        for one in told:
            substitute = self._substitute(one) if self._asks(one) else None
            if substitute is not None and substitute not in known:
                known.add(substitute)
                yield replace(one, person=substitute, on_behalf_of=one.person)

    def _asks(self, told: Told) -> bool:
        """Tell whether somebody is told of something that a substitute could do in their place."""
        if told.kind not in STOOD_IN_FOR or told.facts.get("away") or told.work_item_id is None:
            return False
        item = self._items[told.work_item_id]
        whose = (item.assignee,) if item.assignee is not None else item.candidates
        return item.role is not WorkItemRole.COPY and (told.kind not in FROM_HANDS or told.person in whose)

    def _substitute(self, told: Told) -> str | None:
        key, at = self._case.definition.key, told.at
        held = (one for one in self._of.get(told.person, ()) if one.state_at(at) is SubstitutionState.IN_FORCE)
        return next((one.substitute for one in held if one.covers(key)), None)
