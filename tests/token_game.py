"""A second judge: a token interpreter of its own, written from BPMN 2.0.2 chapter 13, without SpiffWorkflow or our engine.

It knows user tasks, exclusive gateways that follow a decision, and parallel gateways. Tokens lie on sequence flows; a
node is enabled by the tokens on its incoming flows, and puts tokens on its outgoing ones.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Arc:
    """A sequence flow; ``when`` is the decision it asks for, or None."""

    source: str
    target: str
    when: str | None = None


@dataclass
class TokenGame:
    """Plays one case. ``kinds`` maps a node to start, end, task, exclusive or parallel."""

    kinds: dict[str, str]
    arcs: list[Arc]
    on_arcs: Counter[Arc] = field(default_factory=Counter)
    at_tasks: Counter[str] = field(default_factory=Counter)
    decided: dict[Arc, str] = field(default_factory=dict)

    def start(self) -> None:
        start = next(node for node, kind in self.kinds.items() if kind == "start")
        self._leave(start)
        self._settle()

    def complete(self, task: str, decision: str) -> None:
        assert self.at_tasks[task] > 0, f"{task} holds no token"
        self.at_tasks[task] -= 1
        for arc in self._outgoing(task):
            self.on_arcs[arc] += 1
            self.decided[arc] = decision
        self._settle()

    @property
    def open_tasks(self) -> list[str]:
        return sorted(self.at_tasks.elements())

    @property
    def completed(self) -> bool:
        return not self.at_tasks.total() and not self.on_arcs.total()

    def _settle(self) -> None:
        while any(self._fire(node) for node in self.kinds):
            pass

    def _fire(self, node: str) -> bool:
        incoming = [arc for arc in self.arcs if arc.target == node]
        if self.kinds[node] == "parallel":
            if not incoming or any(self.on_arcs[arc] == 0 for arc in incoming):
                return False
            for arc in incoming:
                self.on_arcs[arc] -= 1
            self._leave(node)
            return True
        arc = next((arc for arc in incoming if self.on_arcs[arc] > 0), None)
        if arc is None:
            return False
        self.on_arcs[arc] -= 1
        if self.kinds[node] == "task":
            self.at_tasks[node] += 1
        elif self.kinds[node] == "exclusive":
            self._choose(node, self.decided.get(arc))
        elif self.kinds[node] != "end":
            self._leave(node)
        return True

    def _choose(self, node: str, decision: str | None) -> None:
        outgoing = self._outgoing(node)
        chosen = [arc for arc in outgoing if arc.when == decision] if len(outgoing) > 1 else outgoing
        self.on_arcs[chosen[0]] += 1

    def _leave(self, node: str) -> None:
        for arc in self._outgoing(node):
            self.on_arcs[arc] += 1

    def _outgoing(self, node: str) -> list[Arc]:
        return [arc for arc in self.arcs if arc.source == node]
