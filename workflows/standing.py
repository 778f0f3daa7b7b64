"""How a person stands to a work item: with whose rights they act on it, and what the rules of what they may do ask for.

What is not needed is not asked: most acts are those of a person on their own item.
"""

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from engine.errors import ProcessError
from engine.model import Actor, InstanceState, ProcessInstance, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import instances, work_items
from engine.process import Activity
from workflows import acting
from workflows.organisation import queries, secretaries
from workflows.organisation.values import Person


class Standing:
    """A person before a work item at an instant."""

    def __init__(
        self,
        connection: Connection,
        person: Person,
        item: WorkItem,
        activity: Activity,
        state: InstanceState,
        now: datetime,
        *,
        awaits_signers: bool | None = None,
    ) -> None:
        """Take who stands before which item.

        Args:
            connection: For reading, as long as the standing is used.
            person: Who wants to act.
            item: With its candidates.
            activity: What the model says of its step.
            state: Of its case.
            now: Aware instant.
            awaits_signers: Whether somebody signs before the item's owner and has not signed, where that is known.
        """
        self.person = person
        self.item = item
        self.activity = activity
        self.state = state
        self.now = now
        self._connection = connection
        self._awaits_signers = awaits_signers

    @property
    def own(self) -> bool:
        """Whether the item is the person's own: in their hands, or offered to them."""
        item, username = self.item, self.person.username
        return item.assignee == username if item.assignee is not None else username in item.candidates

    @cached_property
    def case(self) -> ProcessInstance:
        """The item's case."""
        return instances.get_instance(self._connection, self.item.instance_id)

    @cached_property
    def owner(self) -> str | None:
        """For whom the person may act on the item, as a substitute, where it is not their own."""
        if self.own:
            return None
        return acting.acting_for(self._connection, self.person, self.item, self.case, self.now)

    @cached_property
    def why_not(self) -> ProcessError | None:
        """Why a substitution does not let the person act, where there is one."""
        return acting.why_not(self._connection, self.person, self.item, self.case, self.now)

    @cached_property
    def rights(self) -> Person:
        """Whose rights count: the person's, or those of whom they substitute for."""
        return queries.get_person(self._connection, self.owner) if self.owner is not None else self.person

    @property
    def actor(self) -> Actor:
        """As whom history tells of the person."""
        return Actor(self.person.username, on_behalf_of=self.owner)

    @property
    def may_work(self) -> bool:
        """Whether the item is the person's to work on, as their own or as a substitute."""
        return self.own or self.owner is not None

    @cached_property
    def step_items(self) -> list[WorkItem]:
        """The work items that the item's token ever had: its peers and signers."""
        token_id = work_items.token_of(self._connection, self.item.id)
        return work_items.list_of_token(self._connection, self.item.instance_id, token_id)

    @property
    def awaits_signers(self) -> bool:
        """Whether somebody signs before the item's owner and has not signed."""
        if self._awaits_signers is not None:
            return self._awaits_signers
        return any(
            one.parent_id == self.item.id and one.role is WorkItemRole.BEFORE and one.state is WorkItemState.OPEN
            for one in self.step_items
        )

    @cached_property
    def has_part(self) -> bool:
        """Whether the person has begun the case or has acted in it."""
        username = self.person.username
        return self.case.initiator == username or work_items.has_handled(
            self._connection, self.item.instance_id, username
        )

    @cached_property
    def leaders(self) -> frozenset[str]:
        """The leaders whom the person serves as their secretary."""
        return frozenset(secretaries.leaders_of(self._connection, self.person.username))

    @property
    def allowed(self) -> frozenset[str] | None:
        """The operations that the step's model allows; all where it says nothing."""
        text = self.activity.properties.get("operations")
        return frozenset(one.strip() for one in text.split(",") if one.strip()) if text is not None else None
