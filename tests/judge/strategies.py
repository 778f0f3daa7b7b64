"""Random processes: trees of blocks, and flows drawn across them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.judge.blocks import Artist, Block
from tests.judge.crossing import Crossing, cross
from tests.judge.drawing import Sheet

EVENTS = ("timer:timeDuration", "message:m1", "signal:s1", "conditional:${n > 2}")
CAUGHT = (*EVENTS, "timer:timeDate", "timer:timeCycle", "message:m2", "conditional:${m == 2}")
OUT_OF_SCOPE = ("error:E1", "error:", "escalation:L1", "escalation:L1!false", "escalation:!false", "escalation:")
REPEATED = ("timer:timeCycle!false", "timer:endless!false")
BOUNDARY = (*(f"{event}!{stops}" for event in (*EVENTS, "message:m2") for stops in ("true", "false")), *REPEATED)
CAUGHT_INSIDE = ("error:E1!true", "error:!true", "escalation:L1!true", "escalation:L1!false")
TRIGGERS = (*(f"{event}!{stops}" for event in EVENTS for stops in ("true", "false")), *REPEATED, *CAUGHT_INSIDE)
ENDINGS = ("", "", "", "", "none", "terminate:", "error:E1", "escalation:L1", "message:m1", "signal:s1")
SCRIPTS = ("n = n + 1", "n = m", "m = m + 1; n = m", "m = n", "n = 0", "seen = n", "n = 6 / m")
RULES = ("all", "first", "sequence", "ratio:0.5", "ratio:1", "count:2", "weight:0.6", "", "${nrOfAgreed >= 2}")
RUNS = tuple(
    f"{order}|{what}|{until}"
    for order in ("parallel", "sequential")
    for what, until in (("things", ""), ("2", "${nrOfCompletedInstances >= 1}"), ("${n}", "${m > 1}"), ("nobody", ""))
)
ONCE_OR_RUNS = ("",) * len(RUNS) + RUNS
BRIEF = ("task", "task", "script")
BEHIND = ("end", "", "exclusiveGateway", "inclusiveGateway")
MERGES = ("", "exclusiveGateway", "inclusiveGateway")
JOINS = ("parallelGateway", "parallelGateway", "inclusiveGateway", "")


SERVICE_LEAVES = ("task", "task", "service", "script", "seats", "throw", "catch", "receive")
LEAVES = ("task", "task", "task", "script", "seats", "throw", "catch", "receive", "link")
NESTED = (
    "sequence sequence decision decision choice inclusive inclusive parallel parallel parallel loop loop "
    "subprocess subprocess with_handler call call guard guard guard_scope guard_scope guard_scope race handled"
).split()
MOST_NODES = 25
DEEPEST = 3
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Grower:
    """Grows a tree of blocks; ``room`` is how many nodes may still be drawn, after which only tasks grow."""

    def __init__(self, draw: Draw, leaves: Sequence[str] = LEAVES) -> None:
        self._draw = draw
        self._leaves = leaves
        self.room = MOST_NODES - 5

    def any_of(self, choices: Sequence[str]) -> str:
        return self._draw(st.sampled_from(choices))

    def block(self, depth: int = DEEPEST) -> Block:
        if depth == 0 or self.room < 4:
            return self.leaf()
        kind = self.any_of(("leaf", *NESTED) if depth < DEEPEST else NESTED)
        if kind == "leaf":
            return self.leaf()
        self.room -= 4
        return getattr(self, f"_{kind}")(depth - 1)

    def leaf(self, kinds: Sequence[str] = ()) -> Block:
        self.room -= 1
        kind = self.any_of(kinds or self._leaves) if self.room > 0 else "task"
        how: dict[str, Sequence[Sequence[str]]] = {
            "script": [SCRIPTS],
            "seats": [RULES, ("", "", "one_by_one"), ("seats", "seats", "seats", "nobody")],
            "throw": [("message:m1", "task:m2", "signal:s1", "escalation:L1"), ("", "n", "n=m + 1")],
            "catch": [CAUGHT],
            "receive": [("m1", "m2")],
            "service": [("counts", "counts", "breaks", "fails"), ("", "mapped")],
        }
        return Block(kind, (), tuple(map(self.any_of, how.get(kind, ()))))

    def _several(self, depth: int, most: int) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self._draw(st.integers(2, most))))

    def _made(self, kind: str, inside: Sequence[Block], *how: Sequence[str]) -> Block:
        return Block(kind, tuple(inside), tuple(map(self.any_of, how)))

    def _sequence(self, depth: int) -> Block:
        return Block("sequence", self._several(depth, 3))

    def _decision(self, depth: int) -> Block:
        sources = ("exclusiveGateway", "exclusiveGateway", "inclusiveGateway", "task")
        return self._made("decision", self._several(depth, 3), sources, MERGES, ENDINGS)

    def _choice(self, depth: int) -> Block:
        inside = self._several(depth, 3)
        return self._made("choice", inside, ("exclusiveGateway",), ("default", "default", ""), MERGES, ENDINGS)

    def _inclusive(self, depth: int) -> Block:
        merges = ("inclusiveGateway", "inclusiveGateway", *JOINS)
        inside = self._several(depth, 3)
        return self._made("choice", inside, ("inclusiveGateway",), ("default", "default", ""), merges, ENDINGS)

    def _parallel(self, depth: int) -> Block:
        sources = ("parallelGateway", "parallelGateway", "userTask")
        return self._made("parallel", self._several(depth, 4), sources, (*JOINS, "exclusiveGateway"), ENDINGS)

    def _loop(self, depth: int) -> Block:
        return self._made("loop", [self.block(depth)], ("gateway", ""))

    def _subprocess(self, depth: int) -> Block:
        return self._made("subprocess", [self.block(depth)], ONCE_OR_RUNS, ("", "local", "output"))

    def _with_handler(self, depth: int) -> Block:
        inside = [self.block(depth), self.leaf(BRIEF)]
        return self._made("subprocess", inside, ONCE_OR_RUNS, ("", "", "local"), TRIGGERS)

    def _handled(self, depth: int) -> Block:
        return self._made("handled", [self.block(depth), self.leaf(BRIEF)], TRIGGERS)

    def _call(self, depth: int) -> Block:
        handed = ("named", "named", "named", "all", "nothing")
        return self._made("call", [self.block(depth)], ONCE_OR_RUNS, handed)

    def _guard(self, depth: int) -> Block:
        events = self._draw(st.integers(1, 2))
        inside = [self.leaf(("task", "seats", "receive")), *(self.block(min(depth, 1)) for _ in range(events))]
        return self._made("guard", inside, BEHIND, *[BOUNDARY] * events)

    def _guard_scope(self, depth: int) -> Block:
        inside = [getattr(self, self.any_of(("_subprocess", "_with_handler", "_call")))(depth)]
        events = self._draw(st.integers(1, 2))
        inside += [self.leaf(BRIEF) for _ in range(events)]
        return self._made("guard", inside, BEHIND, *[(*OUT_OF_SCOPE, *OUT_OF_SCOPE, *BOUNDARY)] * events)

    def _race(self, depth: int) -> Block:
        inside = self._several(min(depth, 1), 2)
        return self._made("race", inside, MERGES, *[CAUGHT] * 2)


@dataclass(frozen=True)
class Process:
    """A random process: its blocks, and the flows across them that make it unstructured."""

    block: Block
    crossings: tuple[Crossing, ...] = ()

    def files(self, key: str = "flow") -> dict[str, bytes]:
        """The files of the process; ``key`` is the process that a case plays."""
        return {f"{sheet.key}.bpmn": sheet.xml() for sheet in self._drawn(key)}

    def size(self) -> int:
        """How many nodes there are in all files."""
        return sum(len(canvas.nodes) for sheet in self._drawn("flow") for canvas in sheet.canvases)

    def _drawn(self, key: str) -> list[Sheet]:
        artist = Artist(key)
        artist.process(self.block, key)
        for crossing in self.crossings:
            cross(artist.sheets, crossing)
        return artist.sheets


@st.composite
def structured(draw: Draw, leaves: Sequence[str] = LEAVES) -> Process:
    """Processes of blocks nested in each other."""
    grower = Grower(draw, leaves)
    block = grower.block()
    if grower.room > 6 and draw(st.sampled_from((False, True, True))):
        block = Block("sequence", (block, grower.block(1)))
    process = Process(block)
    assume(process.size() <= MOST_NODES)
    return process


crossings = st.builds(Crossing, *[st.integers(0, 40)] * 3, st.booleans())


@st.composite
def unstructured(draw: Draw) -> Process:
    """The same with flows across them."""
    return Process(draw(structured()).block, tuple(draw(st.lists(crossings, min_size=1, max_size=3))))


processes = st.one_of(structured(), unstructured())
"""What a second judge and an engine can both play; see :mod:`tests.judge.player`."""

with_services = structured(SERVICE_LEAVES)
"""The same with service tasks, for players who have the services of :mod:`tests.judge.services`."""
