"""Random processes: sequences, loops and parallel blocks, nested in each other."""

from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st

from tests.token_game import Arc

Shape = tuple[str, tuple["Shape", ...]]
TASK: Shape = ("task", ())
shapes = st.recursive(
    st.just(TASK),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("parallel"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("loop"), st.tuples(inner)),
    ),
    max_leaves=6,
)
"""Trees of blocks; ``tests.strategies.drawn`` draws one as nodes and arcs."""


@dataclass
class Drawing:
    """A process as nodes and arcs, for the model and for the token game alike."""

    kinds: dict[str, str] = field(default_factory=dict)
    arcs: list[Arc] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def node(self, kind: str, prefix: str) -> str:
        name = f"{prefix}{next(self._numbers)}"
        self.kinds[name] = kind
        return name

    def as_arrows(self) -> str:
        """Return what ``tests.flows.model`` reads."""
        condition = {True: "", False: ": ${{decision == '{}'}}"}
        return "\n".join(
            f"{arc.source} -> {arc.target}{condition[arc.when is None].format(arc.when)}" for arc in self.arcs
        )


def drawn(shape: Shape) -> Drawing:
    drawing = Drawing()
    start = drawing.node("start", "s_")
    last = _draw(drawing, shape, start)
    drawing.arcs.append(Arc(last, drawing.node("end", "e_")))
    return drawing


def _draw(drawing: Drawing, shape: Shape, after: str) -> str:
    """Draw a block behind a node, and return the node it ends with."""
    kind, inside = shape
    if kind == "task":
        task = drawing.node("task", "t")
        drawing.arcs.append(Arc(after, task))
        return task
    if kind == "sequence":
        for one in inside:
            after = _draw(drawing, one, after)
        return after
    if kind == "parallel":
        split, join = drawing.node("parallel", "p_"), drawing.node("parallel", "p_")
        drawing.arcs.append(Arc(after, split))
        for one in inside:
            drawing.arcs.append(Arc(_draw(drawing, one, split), join))
        return join
    merge = drawing.node("exclusive", "x_")
    drawing.arcs.append(Arc(after, merge))
    ask = drawing.node("task", "t")
    drawing.arcs.append(Arc(_draw(drawing, inside[0], merge), ask))
    choice, onward = drawing.node("exclusive", "x_"), drawing.node("exclusive", "x_")
    drawing.arcs += [Arc(ask, choice), Arc(choice, merge, "again"), Arc(choice, onward, "on")]
    return onward
