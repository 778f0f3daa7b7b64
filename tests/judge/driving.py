"""Gives the commands of a player to the engine, and says how the case stands in the judge's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from app.house import House
from app.transaction import reading, transaction
from engine.api import Engine
from engine.commands import react
from engine.definitions import Deployed
from engine.errors import BusinessError, MoveRefused, ServiceFailed
from engine.execution import moves
from engine.marking import Marking, Token, unpack
from engine.model import Actor, Completion, ServiceResult
from engine.persistence import incidents, instances, jobs, work_items
from engine.persistence.tables import event_subscription, job, process_instance
from engine.process import AWAITED
from tests.judge.driving_people import REFUSALS, WRITER, Hands, open_items
from tests.judge.game import TokenGame
from tests.judge.people import Office
from tests.judge.player import Command, Complete, DeliverMessage, DeliverSignal, FireTimer, Jump, PeoplesCommand, Retry
from tests.judge.state import Path, Place

ACTOR = Actor("gexingyao")
START_AT = datetime(2025, 11, 7, 1, 0, tzinfo=UTC)
GIVEN = {"title": "一件事", "initiator": ACTOR.username, "initiator_unit": "ZZB"}
"""What a case knows by itself, beside what it is started with."""


_thrown_jobs = job.select().where((job.c.kind == jobs.MESSAGE) | (job.c.kind == jobs.SIGNAL)).order_by(job.c.id)
_standing = select(process_instance.c.snapshot, process_instance.c.state).where(
    process_instance.c.id == bindparam("instance")
)


@dataclass(frozen=True)
class Standing:
    """How a case stands: in an engine and in a judge in the same words."""

    incidents: list[Place]
    waiting: list[Place]
    events: list[tuple[Place, str, str]]
    outbox: list[Any]
    state: str
    scopes: list[Path]
    variables: dict[Path, dict[str, Any]]
    hands: list[tuple[Place, str, str | None]]
    signing: list[tuple[Place, str]]
    copies: list[tuple[str, str]]


def standing_of(game: TokenGame) -> Standing:
    """Say how a game stands; in one without people's operations everything is in the hands of whom the model says."""
    office = game if isinstance(game, Office) else None
    return Standing(
        incidents=game.incidents(),
        waiting=game.waiting(),
        events=game.events(),
        outbox=sorted(game.outbox, key=repr),
        state=game.state,
        scopes=game.scopes() or [()],  # the outermost scope of a finished case still holds its variables
        variables={path: game.variables(path) for path in {(), *game.scopes()}},
        hands=office.hands() if office else [],
        signing=office.signing() if office else [],
        copies=sorted(office.copies) if office else [],
    )


class Crash(Exception):
    """Something went wrong before the commit."""


def counts(_connection: Any, call: Any) -> ServiceResult:
    if "n" not in call.inputs:
        raise ServiceFailed("counts", "Test", {})
    return ServiceResult({"counted": call.inputs["n"] + 1})


def breaks(_connection: Any, _call: Any) -> ServiceResult:
    raise BusinessError("E1")


def fails(_connection: Any, _call: Any) -> ServiceResult:
    raise ServiceFailed("fails", "Test", {})


SERVICES = {"counts": counts, "breaks": breaks, "fails": fails}
"""The services of :mod:`tests.judge.services`, for the engine."""


class Driven:
    """One case of one definition in a real engine on a real database."""

    def __init__(self, house: House, files: Mapping[str, bytes], key: str = "flow") -> None:
        vocabulary = house.office.engine.vocabulary
        self.engine = Engine(replace(vocabulary, services={**vocabulary.services, **SERVICES}), clock_adjustable=True)
        self.pool = house.pool
        self.now = START_AT
        self.instance_id = ""
        self.done: list[str] = []
        self.drafted: set[str] = set()
        self._files, self._key, self._versions = dict(files), key, 1
        self.deployed = self._deploy()
        self.process = self.deployed.process

    def _deploy(self) -> Deployed:
        with transaction(self.pool) as connection:
            deployed = self.engine.deploy(connection, self._files, ACTOR, self.now)
            [definition] = [one for one in deployed if one.key == self._key]
        with reading(self.pool) as connection:
            return self.engine.deployed(connection, definition.id)

    def migrate(self) -> None:
        """Move the case to a further version that means the same."""
        self._versions += 1
        file = self.process.file
        self._files[file] += f"<!-- version {self._versions} -->".encode()
        self.deployed = self._deploy()
        self.process = self.deployed.process
        self.now += timedelta(minutes=1)
        with transaction(self.pool) as connection:
            self.engine.migrate(connection, self.instance_id, self.deployed.definition.id, {}, ACTOR, self.now)

    def forget_what_others_wait_for(self) -> None:
        """Messages and signals must find nobody but this case, nor start another one."""
        with transaction(self.pool) as connection:
            connection.execute(delete(event_subscription))
            connection.execute(delete(job))

    def start(self, variables: Mapping[str, Any]) -> None:
        with transaction(self.pool) as connection:
            given = {**GIVEN, **variables}
            advanced = self.engine.start(connection, self.deployed, ACTOR, GIVEN["initiator_unit"], given, self.now)
        self.instance_id, self.done, self.drafted = advanced.instance_id, [], set()

    def apply(self, command: Command, *, crash: bool = False) -> bool:
        """Carry out a command; False, with nothing done, where the engine refuses a jump that the judge would make.

        With ``crash`` everything goes wrong just before the commit.
        """
        self.now += timedelta(minutes=1)
        known, drafted = len(self.done), set(self.drafted)
        try:
            with transaction(self.pool) as connection:
                done = self._carry_out(connection, command)
                _go_wrong(crash)
        except Crash:
            del self.done[known:]
            self.drafted = drafted
            return True
        except REFUSALS:
            return False
        return done

    def _carry_out(self, connection: Any, command: Command) -> bool:
        if isinstance(command, PeoplesCommand):
            marking = self._marking(connection)
            places = {token.id: self._place(marking, token) for token in marking.tokens}
            hands = Hands(self.engine, connection, marking, places, self.instance_id, ACTOR, self.now, set())
            hands.carry_out(command, self.done)
            self.drafted |= hands.drafted
            return True
        match command:
            case Complete(place, decision, variables):
                self._complete(connection, place, decision, variables)
            case FireTimer(place, event_id):
                self._fire(connection, place, event_id)
            case DeliverMessage(name, correlation, payload, sent):
                taken = self.engine.deliver_message(connection, name, correlation, payload, self.now)
                if taken and sent:
                    self._remove_thrown(connection, "message", name, payload, correlation)
            case DeliverSignal(name, payload, sent):
                if sent:
                    self._remove_thrown(connection, "signal", name, payload)
                self._signal(connection, name, payload)
            case Jump(place, target):
                return self._jump(connection, place, target)
            case Retry(place):
                self._retry(connection, place)
        return True

    def _retry(self, connection: Any, place: Place) -> None:
        """Try everything again that failed at a place, each by a command of its own."""
        failed = self._failed_at(connection, place)
        for token in failed:
            if token in self._failed_at(connection, place):
                [one] = [one for one in incidents.list_open(connection, self.instance_id) if one.token_id == token]
                self.engine.retry_incident(connection, one.id, ACTOR, self.now)

    def _failed_at(self, connection: Any, place: Place) -> list[int]:
        marking = self._marking(connection)
        return [token.id for token in marking.tokens if token.failed and self._place(marking, token) == place]

    def _complete(self, connection: Any, place: Place, decision: str, variables: Mapping[str, Any]) -> None:
        marking = self._marking(connection)
        rows = connection.execute(open_items, {"instance": self.instance_id}).all()
        item = next(
            row
            for token in marking.tokens
            if not token.failed and self._place(marking, token) == place._replace(seat=None)
            for row in rows
            if (row.token_id, row.seat, row.role) == (token.id, place.seat, "step")
        )
        self.done.append(item.id)
        locked = self.engine.lock_work_item(connection, item.id, item.version)
        actor = Actor(place.seat or ACTOR.username)
        completion = Completion(decision, "", dict(variables))
        marking = self.engine.marking_of(locked)
        self.engine.complete(connection, locked, marking, actor, completion, self.now)

    def _fire(self, connection: Any, place: Place, event_id: str) -> None:
        marking = self._marking(connection)
        holder = next(holder for holder, where, event in self._watches(marking) if where == place and event == event_id)
        due_at = jobs.list_of_instance(connection, self.instance_id)
        [timer] = [one for one in due_at if one.kind == jobs.TIMER and (one.holder, one.name) == (holder, event_id)]
        self.now = max(self.now, timer.due_at)
        react.fire_timer(self.engine.open_case(connection, self.instance_id, self.now), holder, event_id)

    def _signal(self, connection: Any, name: str, payload: Mapping[str, Any]) -> None:
        """Do what the jobs of a signal do: hand it to each that waits at this moment, one command after the other."""
        marking = self._marking(connection)
        waiting = [
            (holder, event)
            for holder, _where, event in self._watches(marking)
            if (trigger := self.process.activity(event).trigger) is not None
            and (trigger.kind, trigger.name) == ("signal", name)
        ]
        for holder, event in waiting:
            case = self.engine.open_case(connection, self.instance_id, self.now)
            if event in case.marking.watches_of(holder):
                react.receive(case, "signal", holder, event, payload)

    def _remove_thrown(
        self,
        connection: Any,
        kind: str,
        name: str,
        payload: Mapping[str, Any],
        correlation: Mapping[str, Any] | None = None,
    ) -> None:
        thrown = next(
            one for one in self._thrown(connection) if one[1:] == (kind, name, dict(correlation or {}), dict(payload))
        )
        jobs.remove(connection, thrown[0])

    def _jump(self, connection: Any, place: Place, target: str) -> bool:
        marking = self._marking(connection)
        bare = place._replace(seat=None)
        token = next(one for one in marking.tokens if not one.failed and self._place(marking, one) == bare)
        try:
            move = moves.jump(self.process, marking, target, token)
        except MoveRefused:
            return False
        if move.take != (token.id,) or move.arrive or move.put[1] != token.scope:
            return False
        self.engine.jump(connection, self.instance_id, target, "试验", ACTOR, self.now, token.id)
        return True

    def _marking(self, connection: Any) -> Marking:
        return unpack(instances.snapshot_of(connection, self.instance_id))

    def look(self) -> "Standing":
        """Say how the case stands, in the judge's words."""
        with reading(self.pool) as connection:
            asked = {"instance": self.instance_id}
            snapshot, state = connection.execute(_standing, asked).one()
            items = connection.execute(open_items, asked).all()
            outbox = [one[1:] for one in self._thrown(connection)]
        marking = unpack(snapshot)
        assert_workable(state, marking, items)
        places = {token.id: self._place(marking, token) for token in marking.tokens}
        events = [
            (place, event, trigger.kind)
            for _holder, place, event in (self._watches(marking) if marking.suspended_at is None else ())
            if (trigger := self.process.activity(event).trigger) is not None and trigger.kind in AWAITED
        ]
        variables: dict[Path, dict[str, Any]] = {}
        for scope in marking.scopes.values():
            held = {name: _as_judged(name, value) for name, value in scope.variables.items()}
            variables.setdefault(self._path(marking, scope.id), held)
        return Standing(
            incidents=sorted(places[token.id] for token in marking.tokens if token.failed),
            waiting=sorted(places[one.token_id]._replace(seat=one.seat) for one in items if one.role == "step"),
            events=sorted(events),
            outbox=sorted(outbox, key=repr),
            state=state,
            scopes=sorted(self._path(marking, scope) for scope in marking.scopes),
            variables=variables,
            hands=sorted(
                (places[one.token_id]._replace(seat=one.seat), one.assignee, one.owner)
                for one in items
                if one.role == "step" and (one.assignee, one.owner) != (one.seat or ACTOR.username, None)
            ),
            signing=sorted((places[one.token_id], one.assignee) for one in items if one.role in ("before", "after")),
            copies=sorted((one.activity_id, one.assignee) for one in items if one.role == "copy"),
        )

    def assert_proved(self) -> None:
        """Replay the case; what somebody has begun to write in it is still there."""
        with reading(self.pool) as connection:
            assert all(work_items.find_draft(connection, one, WRITER) for one in self.drafted), "a draft is lost"
            result = self.engine.replay(connection, self.instance_id)
        assert result.verified, (result.divergence_seq, result.divergence)

    def _thrown(self, connection: Any) -> list[tuple[int, str, str, dict[str, Any], dict[str, Any]]]:
        rows = connection.execute(_thrown_jobs)
        found = []
        for row in rows:
            one = jobs._job_of(row)
            content = dict(one.content)
            found.append((one.id, one.kind, one.name, dict(content.get("correlation", {})), dict(content["payload"])))
        return found

    def _watches(self, marking: Marking) -> list[tuple[int, Place, str]]:
        """Everything that is awaited, oldest first: a scope's events count with the token it belongs to."""
        found = []
        for token in marking.tokens:
            found.extend(
                ((token.id, 0, number), token.id, self._place(marking, token), event)
                for number, event in enumerate(token.watches)
            )
        for scope in marking.scopes.values():
            for number, event in enumerate(scope.watches):
                place = Place(self._path(marking, scope.id), self.process.activity(event).container)
                found.append(((scope.token or 0, scope.id + 1, number), scope.id, place, event))
        return [(holder, place, event) for _age, holder, place, event in sorted(found)]

    def _place(self, marking: Marking, token: Token) -> Place:
        return Place(self._path(marking, token.scope), token.activity_id)

    def _path(self, marking: Marking, scope_id: int) -> Path:
        scope = marking.scopes[scope_id]
        if scope.token is None:
            return ()
        token = marking.token(scope.token)
        return (*self._path(marking, token.scope), (token.activity_id, scope.run))


def assert_workable(state: str, marking: Marking, items: Sequence[Any]) -> None:
    """A case goes on, says why it does not, or has ended; and nobody has the same thing to do twice."""
    tokens = {token.id: token for token in marking.tokens}
    to_do = [one for one in items if one.role != "copy"]
    assert all(one.token_id in tokens for one in to_do), "a work item of a token that is gone"
    assert all(one.assignee is not None or one.offered for one in to_do), "a work item of nobody"
    theirs = [(one.token_id, one.seat, one.role, one.assignee) for one in to_do if one.role != "step"]
    steps = [(one.token_id, one.seat) for one in to_do if one.role == "step"]
    assert len(theirs) == len(set(theirs)), "somebody signs twice"
    assert len(steps) == len(set(steps)), "a step is open twice"
    waits = any(token.watches for token in marking.tokens) or any(one.watches for one in marking.scopes.values())
    failed = any(token.failed for token in marking.tokens)
    assert (state == "incident") == (failed and marking.suspended_at is None)
    assert bool(tokens) != (state in ("completed", "cancelled"))
    assert to_do or waits or failed or not tokens, "nobody can go on"


def _go_wrong(crash: bool) -> None:
    if crash:
        raise Crash


def _as_judged(name: str, value: Any) -> Any:
    """The judge keeps of a vote only what was decided."""
    if name.startswith("votes.") and isinstance(value, dict):
        return {seat: {"decision": vote["decision"]} for seat, vote in value.items()}
    return value
