"""A case may loop thousands of times: its marking does not grow, and a step costs the same at any age."""

from app.house import House
from engine.definitions import build
from engine.delegates import Assignment, Timing, Vote
from engine.execution.execution import Execution
from engine.marking import new_marking, pack, unpack
from engine.model import Completion, InstanceState, ProcessDefinition, ServiceResult, Variables
from engine.process import Activity
from tests.engine.running import ACTOR, START, Running
from tests.flows import model

ROUNDS, ROUNDS_IN_A_DATABASE = 5_000, 120
BLOCK_IN_A_LOOP = """
s_ -> x_again
x_again -> p_split
p_split -> a
p_split -> b
a -> p_join
b -> p_join
p_join -> ask
ask -> x_ask
x_ask -> x_again: ${decision == 'again'}
x_ask -> e_: ${decision == 'on'}
"""


class Nobody:
    """An outside in which everything is for one person, and nothing is due."""

    def assign(
        self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None, *, may_skip: bool = False
    ) -> Assignment:
        return Assignment(ACTOR.username)

    def call(self, activity: Activity, inputs: Variables) -> ServiceResult:
        raise NotImplementedError

    def timer(self, holder: int, event: Activity, scope: Variables) -> Timing:
        raise NotImplementedError

    def timer_again(self, holder: int, event: Activity, text: str, last: object, left: int | None) -> Timing:
        raise NotImplementedError

    def votes(self, token_id: int) -> list[Vote]:
        return []

    def open_items(self, token_id: int) -> list[str]:
        return []


def test_five_thousand_rounds_leave_a_marking_as_small_as_the_first() -> None:
    definition = ProcessDefinition(0, "flow", 1, "", "", START, "")
    deployed = build(definition, model(BLOCK_IN_A_LOOP))
    marking = new_marking("flow", {})

    def run() -> Execution:
        return Execution(deployed.stepper, marking, "case", Nobody(), frozenset())

    run().start()
    sizes = []
    for number in range(ROUNDS):
        for step in ("a", "b") if number % 2 else ("b", "a"):
            run().complete(next(t.id for t in marking.tokens if t.activity_id == step), Completion("submit"))
        [token] = marking.tokens
        assert token.activity_id == "ask"
        decision = "again" if number < ROUNDS - 1 else "on"
        last = run()
        last.complete(token.id, Completion(decision))
        snapshot = pack(marking)
        sizes.append(len(snapshot))
        marking = unpack(snapshot)
    assert last.state is InstanceState.COMPLETED
    assert max(sizes) - sizes[1] <= len("00000") * len(("last_id", "tokens"))  # numbers grow by some digits


def test_a_hundred_rounds_in_a_database_replay(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(BLOCK_IN_A_LOOP))
    case.start()
    for number in range(ROUNDS_IN_A_DATABASE):
        for step in ("a", "b"):
            case.complete(step)
        case.complete("ask", "again" if number < ROUNDS_IN_A_DATABASE - 1 else "on")
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()
