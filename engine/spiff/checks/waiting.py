"""Where a token may have to wait: at a step, inside a subprocess, or in what is called; and what is entered without waiting."""

from collections.abc import Mapping
from functools import cached_property

from engine.process import PERSON_TASKS, Activity, Process
from engine.spiff.checks.paths import closure, onward

WAITING = PERSON_TASKS | {"receiveTask", "eventBasedGateway"}


class Waiting:
    """Looks through the processes of a deployment, each of them once."""

    def __init__(self, together: Mapping[str, Process]) -> None:
        """Take the processes of a deployment by key, none with those it calls in it."""
        self.together = together
        self._inside: dict[str, dict[str, list[Activity]]] = {}
        self._waits: dict[str, bool] = {}
        self._entered: dict[str, frozenset[str]] = {}

    def inside(self, process: Process) -> dict[str, list[Activity]]:
        """Return the flow nodes of a process by the process or subprocess in which they stand."""
        if process.key not in self._inside:
            found = self._inside[process.key] = {}
            for one in process.activities.values():
                found.setdefault(one.container, []).append(one)
        return self._inside[process.key]

    def at(self, process: Process, activity: Activity) -> bool:
        """Tell whether a token may have to wait at a node, or inside it."""
        if activity.called is not None:
            return self._in_process(activity.called)
        if activity.element == "subProcess":
            return any(self.at(process, one) for one in self.inside(process).get(activity.id, ()))
        return _waits_here(activity)

    def calls_itself_at_once(self, process: Process, activity: Activity) -> bool:
        """Tell whether a call leads back to its own process without anybody having been waited for."""
        if activity.called is None or process.key not in self._callers_in_circles:
            return False
        if activity.id not in self._entered_at_once(process):
            return False
        called = {key: self._called_at_once(key) for key in self._callers_in_circles}
        return process.key in closure({activity.called}, called)

    def _in_process(self, key: str) -> bool:
        """Tell whether a process may wait, itself or in what it calls; one that is not here is taken to."""
        if key not in self._waits:
            called = closure({key}, self._calls)
            self._waits[key] = any(one not in self.together or one in self._waiting_themselves for one in called)
        return self._waits[key]

    def _called_at_once(self, key: str) -> list[str]:
        process = self.together[key]
        entered = (process.activities[one].called for one in self._entered_at_once(process))
        return [one for one in entered if one is not None]

    def _entered_at_once(self, process: Process) -> frozenset[str]:
        """Return the nodes that a new case of a process comes to before it waits anywhere."""
        if process.key not in self._entered:
            ahead: dict[str, list[str]] = {}
            for one in process.activities.values():
                ahead[one.id] = onward(process, one) if not self.at(process, one) else []
                if one.element == "subProcess":  # what is inside moves, whether or not the subprocess as a whole waits
                    ahead[one.id] = [*ahead[one.id], *_plain_starts(process, one.id)]
            self._entered[process.key] = frozenset(closure(_plain_starts(process, process.key), ahead))
        return self._entered[process.key]

    @cached_property
    def _calls(self) -> dict[str, list[str]]:
        return {
            key: sorted({one.called for one in process.activities.values() if one.called})
            for key, process in self.together.items()
        }

    @cached_property
    def _callers_in_circles(self) -> set[str]:
        return {key for key, called in self._calls.items() if key in closure(called, self._calls)}

    @cached_property
    def _waiting_themselves(self) -> set[str]:
        return {key for key, process in self.together.items() if any(map(_waits_here, process.activities.values()))}


def _waits_here(activity: Activity) -> bool:
    if activity.element == "intermediateCatchEvent":
        return activity.trigger is None or activity.trigger.kind != "link"
    return activity.element in WAITING or activity.slow


def _plain_starts(process: Process, container: str) -> list[str]:
    return [start.id for start in process.starts_of(container) if start.trigger is None]
