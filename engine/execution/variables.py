"""Variables by scope: who sees what, and where a value is written (``docs/semantics.md``, Scopes)."""

from collections.abc import Iterator, Mapping

from engine.marking import Marking, Scope
from engine.model import Value, Variables


def visible(marking: Marking, scope_id: int) -> dict[str, Value]:
    """Return what a token in this scope sees: its own scope's variables, then those outside it, up to its process."""
    seen: dict[str, Value] = {}
    for scope in outwards(marking, scope_id):
        for name, value in scope.variables.items():
            seen.setdefault(name, value)
    return seen


def outwards(marking: Marking, scope_id: int) -> Iterator[Scope]:
    """Yield a scope and those around it, up to the process they belong to."""
    scope = marking.scopes[scope_id]
    yield scope
    while not scope.opaque and scope.parent is not None:
        scope = marking.scopes[scope.parent]
        yield scope


def write(marking: Marking, scope_id: int, values: Variables) -> None:
    """Write values: each to the first scope outwards that holds its name already, or that is local."""
    for name, value in values.items():
        holder = next(
            scope for scope in outwards(marking, scope_id) if scope.local or scope.opaque or name in scope.variables
        )
        holder.variables[name] = value


def changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values that are new or different."""
    return {name: value for name, value in after.items() if name not in before or before[name] != value}
