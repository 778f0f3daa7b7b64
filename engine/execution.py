"""Moves the tokens of a case until only people are awaited, and tells every consequence.

Pure but for what :class:`engine.delegates.Outside` answers: the same marking, input and answers give the same marking and
the same consequences, live or in a replay.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from engine import canonical, countersign
from engine.delegates import Outside
from engine.errors import ExecutionFailed, JoinStarved, LoopWithoutPerson, NobodyToAct
from engine.history import Entry
from engine.marking import Arrival, Marking, Tally, Token
from engine.model import (
    Activity,
    Completion,
    Countersign,
    EventKind,
    Flow,
    InstanceState,
    Process,
    RecordChange,
    Value,
    Variables,
)

CallService = Callable[[str], dict[str, Value]]
PERSON_TASKS = frozenset({"userTask", "manualTask"})
MOST_NODES_IN_ONE_COMMAND = 1_000


class Steps(Protocol):
    """Executes one node; :class:`engine.spiff.stepper.Stepper` does."""

    @property
    def process(self) -> Process:
        """The process whose nodes are executed."""
        ...

    def pass_through(
        self, activity_id: str, variables: dict[str, Value], *, decision: str | None, service: CallService | None
    ) -> list[Flow]:
        """Run a node and return the flows by which tokens leave it."""
        ...


class Execution:
    """One command on one case. Make it, call one of ``start``, ``complete`` or ``retry``, then read ``told``."""

    def __init__(
        self,
        steps: Steps,
        marking: Marking,
        instance_id: str,
        outside: Outside,
        person_only: frozenset[str],
    ) -> None:
        """Prepare a command.

        Args:
            steps: Executes the nodes of the case's definition.
            marking: The case; it is changed, and must be thrown away if the command raises.
            instance_id: Prefix of the ids of work items and incidents.
            outside: Answers what the marking does not say.
            person_only: Kinds of step that nothing but a person decides.
        """
        self.marking = marking
        self.told: list[Entry] = []
        self.records: list[RecordChange] = []
        self._steps = steps
        self._process = steps.process
        self._instance_id = instance_id
        self._outside = outside
        self._person_only = person_only
        self._passed: list[str] = []
        self._ready: deque[tuple[Activity, str | None]] = deque()

    def start(self, variables: Variables) -> None:
        """Put the first token on the start event and let it run."""
        self.marking.variables.update(variables)
        self._ready.append((self._process.start, None))
        self._settle()

    def complete(self, token_id: int, completion: Completion, seat: str | None = None) -> None:
        """Complete a person's step, or one seat of it, and let the token run on when it is decided."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        self.marking.variables.update(completion.variables)
        self.marking.variables[f"decision_of.{activity.id}"] = completion.decision
        if activity.countersign is None or token.tally is None or seat is None:
            self._leave(token, activity, completion.decision)
        else:
            self._vote(token, token.tally, activity, activity.countersign, seat, completion.decision)
        self._settle()

    def retry(self, token_id: int) -> None:
        """Try again an automatic step that failed."""
        token = self.marking.token(token_id)
        self.marking.tokens.remove(token)
        activity = self._process.activity(token.activity_id)
        if activity.element in PERSON_TASKS:
            self._open(activity)
        elif not self._is_join(activity) or not self._starved(activity):
            self._ready.append((activity, token.decision))
        self._settle()

    @property
    def state(self) -> InstanceState:
        """What can be said of the case now."""
        if not self.marking.tokens:
            return InstanceState.COMPLETED
        failed = any(token.failed for token in self.marking.tokens)
        return InstanceState.INCIDENT if failed else InstanceState.RUNNING

    def _settle(self) -> None:
        executed = 0
        while self._ready:
            activity, decision = self._ready.popleft()
            executed += 1
            if executed > MOST_NODES_IN_ONE_COMMAND:
                self._fail(activity, decision, LoopWithoutPerson(activity.id, MOST_NODES_IN_ONE_COMMAND))
            else:
                self._run(activity, decision)
        if not self.marking.tokens and self.marking.arrivals:
            join = self._process.activity(self.marking.arrivals[0].join)
            self._fail(join, None, JoinStarved(join.id))

    def _run(self, activity: Activity, decision: str | None) -> None:
        before = dict(self.marking.variables)
        recorded = len(self.told), len(self.records)
        try:
            flows = self._steps.pass_through(activity.id, self.marking.variables, decision=decision, service=self._call)
        except ExecutionFailed as error:
            self.marking.variables = before
            del self.told[recorded[0] :], self.records[recorded[1] :]
            self._fail(activity, decision, error)
            return
        if activity.element == "scriptTask":
            self._tell_variables(activity, before)
        self._passed.append(activity.id)
        self._follow(flows)

    def _follow(self, flows: list[Flow]) -> None:
        for flow in flows:
            self._passed.append(flow.id)
            self._enter(self._process.activity(flow.target), flow)

    def _enter(self, activity: Activity, flow: Flow) -> None:
        if activity.element in PERSON_TASKS:
            self._open(activity)
        elif self._is_join(activity):
            self.marking.arrivals.append(Arrival(activity.id, flow.id))
            self._fire(activity)
        else:
            source = self._process.activity(flow.source)
            decided_by = source.element in PERSON_TASKS and source.countersign is None
            decision = self.marking.variables.get(f"decision_of.{source.id}") if decided_by else None
            self._ready.append((activity, str(decision) if decision is not None else None))

    def _is_join(self, activity: Activity) -> bool:
        return activity.element == "parallelGateway" and len(self._process.incoming(activity.id)) > 1

    def _starved(self, join: Activity) -> bool:
        arrived = {arrival.flow for arrival in self.marking.arrivals if arrival.join == join.id}
        return any(flow.id not in arrived for flow in self._process.incoming(join.id))

    def _fire(self, join: Activity) -> None:
        """Consume one arrival for each incoming flow, if there is one for each.

        Source:
            BPMN 2.0.2 section 13.4.1: a parallel gateway is enabled by at least one token on each incoming flow, consumes
            exactly one from each, and leaves excess tokens where they are.
        """
        if self._starved(join):
            return
        for flow in self._process.incoming(join.id):
            self.marking.arrivals.remove(Arrival(join.id, flow.id))
        self._ready.append((join, None))

    def _open(self, activity: Activity) -> None:
        tokens, told = len(self.marking.tokens), len(self.told)
        try:
            if activity.countersign is not None:
                self._open_seats(activity, activity.countersign)
            else:
                token = Token(self.marking.next_id(), activity.id)
                self.marking.tokens.append(token)
                self._open_work_item(token, activity, seat=None, element_variable=None)
        except ExecutionFailed as error:
            del self.marking.tokens[tokens:], self.told[told:]
            self._fail(activity, None, error)

    def _open_work_item(
        self, token: Token, activity: Activity, *, seat: str | None, element_variable: str | None
    ) -> None:
        work_item_id = f"{self._instance_id}-{self.marking.next_id()}"
        scope: dict[str, Value] = dict(self.marking.variables)
        if element_variable and seat is not None:
            scope[element_variable] = seat
        assignment = self._outside.assign(work_item_id, activity, scope)
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

    def _open_seats(self, activity: Activity, rule: Countersign) -> None:
        seats = self._seats(activity, rule)
        if not seats:
            if activity.kind in self._person_only:
                raise NobodyToAct(activity.id, activity.name, rule.collection)
            self._decide(None, activity, passed=True)
            return
        weights = self._weights(activity, rule, seats)
        sequential = rule.completion == "sequence"
        token = Token(self.marking.next_id(), activity.id)
        token.tally = Tally(
            total=len(seats),
            open=1 if sequential else len(seats),
            total_weight=sum(weights.values(), Decimal(0)),
            pending=seats[1:] if sequential else [],
        )
        self.marking.tokens.append(token)
        for seat in seats[:1] if sequential else seats:
            self._open_work_item(token, activity, seat=seat, element_variable=rule.element_variable)

    def _seats(self, activity: Activity, rule: Countersign) -> list[str]:
        elements = self.marking.variables.get(rule.collection)
        if elements is None:
            return []
        if not isinstance(elements, list) or not all(isinstance(element, str) for element in elements):
            raise NobodyToAct(activity.id, activity.name, rule.collection)
        return [str(element) for element in dict.fromkeys(map(str, elements))]

    def _weights(self, activity: Activity, rule: Countersign, seats: list[str]) -> dict[str, Decimal]:
        if rule.weights is None:
            return dict.fromkeys(seats, Decimal(1))
        given = self.marking.variables.get(rule.weights)
        weights = given if isinstance(given, Mapping) else {}
        if any(not isinstance(weights.get(seat), int | Decimal) for seat in seats):
            raise NobodyToAct(activity.id, activity.name, rule.weights)
        return {seat: Decimal(weights[seat]) for seat in seats}  # type: ignore[arg-type]

    def _vote(
        self, token: Token, tally: Tally, activity: Activity, rule: Countersign, seat: str, decision: str
    ) -> None:
        weight = self._weights(activity, rule, [seat])[seat]
        tally.open -= 1
        if decision in rule.agreeing:
            tally.agreed += 1
            tally.agreed_weight += weight
        else:
            tally.against += 1
            tally.against_weight += weight
        passed = countersign.decided(rule.completion, tally)
        if passed is not None:
            self._decide(token, activity, passed=passed)
        elif tally.pending:
            tally.open += 1
            self._open_work_item(token, activity, seat=tally.pending.pop(0), element_variable=rule.element_variable)

    def _decide(self, token: Token | None, activity: Activity, *, passed: bool) -> None:
        votes = self._outside.votes(token.id) if token else []
        if token is not None:
            self.told.extend(
                Entry(EventKind.WORK_ITEM_CANCELLED, {"reason": "decided"}, activity.id, work_item_id)
                for work_item_id in self._outside.open_seats(token.id)
            )
        self.marking.variables[f"votes.{activity.id}"] = {
            vote.seat: {
                "decision": vote.decision,
                "opinion": vote.opinion,
                "actor": vote.actor,
                "at": canonical.instant(vote.at),
            }
            for vote in votes
        }
        self.marking.variables[f"passed.{activity.id}"] = passed
        said = Counter(vote.decision for vote in votes)
        self.told.append(Entry(EventKind.COUNTERSIGN_DECIDED, {"passed": passed, "said": dict(said)}, activity.id))
        if token is not None:
            self._leave(token, activity, None)
        else:
            self._ready.append((activity, None))

    def _leave(self, token: Token, activity: Activity, decision: str | None) -> None:
        self.marking.tokens.remove(token)
        self._ready.append((activity, decision))

    def _call(self, activity_id: str) -> dict[str, Value]:
        activity = self._process.activity(activity_id)
        result = self._outside.call(activity, self.marking.variables)
        self.told.append(
            Entry(
                EventKind.SERVICE_RETURNED,
                {"service": activity.service, "variables": dict(result.variables)},
                activity_id,
            )
        )
        self.records.extend(result.records)
        return dict(result.variables)

    def _tell_variables(self, activity: Activity, before: dict[str, Value]) -> None:
        changed = {
            name: value for name, value in self.marking.variables.items() if name not in before or before[name] != value
        }
        self.told.append(Entry(EventKind.VARIABLES_SET, {"variables": changed}, activity.id))

    def _fail(self, activity: Activity, decision: str | None, error: ExecutionFailed) -> None:
        token = Token(self.marking.next_id(), activity.id, failed=True, decision=decision)
        self.marking.tokens.append(token)
        self.told.append(
            Entry(
                EventKind.INCIDENT_OPENED,
                {
                    "incident": f"{self._instance_id}-{token.id}",
                    "token": token.id,
                    "error": type(error).__name__,
                    "facts": {name: _told(fact) for name, fact in error.facts()},
                },
                activity.id,
            )
        )

    def settled(self, snapshot_hash: str) -> Entry:
        """Return the event that closes the command: what tokens passed, and the state hash."""
        return Entry(
            EventKind.MARKING_SETTLED,
            {"passed": list(self._passed), "state": str(self.state), "state_hash": snapshot_hash},
        )


def _told(fact: object) -> Value:
    return {str(name): str(value) for name, value in fact.items()} if isinstance(fact, Mapping) else str(fact)
