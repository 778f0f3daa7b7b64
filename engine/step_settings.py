"""The settings of a person's step that the engine carries out by itself, as a model writes them. Pure.

What may be written and what it means stand together here, so that the check and the execution cannot disagree.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.process import PERSON_TASKS, Activity

SELF, SUPERIOR, SKIP = "self", "superior", "skip"
ASK, SKIP_CONSECUTIVE, SKIP_DONE = "ask", "skip_consecutive", "skip_done"
WHEN_INITIATOR = frozenset({SELF, SUPERIOR, SKIP})
SAME_PERSON = frozenset({ASK, SKIP_CONSECUTIVE, SKIP_DONE})
SKIPPING = {"when_initiator": frozenset({SKIP}), "same_person": frozenset({SKIP_CONSECUTIVE, SKIP_DONE})}
"""The settings, with their values, by which a step may be skipped."""

REMIND, ESCALATE = "remind", "escalate"
MOST_REMINDERS = 30
_REMIND = re.compile(rf"{REMIND}:([1-9][0-9]?)")


@dataclass(frozen=True)
class OnTimeout:
    """What happens when a step is not done in time: ``remind`` so many times, or ``escalate`` once."""

    rule: str
    times: int


def parse_on_timeout(text: str) -> OnTimeout:
    """Return what a setting ``on_timeout`` says; raise ``ValueError`` where it says nothing that is known."""
    if text == ESCALATE:
        return OnTimeout(ESCALATE, 1)
    found = _REMIND.fullmatch(text)
    times = int(found[1]) if found else 0
    if not 1 <= times <= MOST_REMINDERS:
        raise ValueError(text)
    return OnTimeout(REMIND, times)


def on_timeout_of(activity: Activity) -> OnTimeout | None:
    """Return what happens when a step is not done in time, or None where its model asks for nothing."""
    text = activity.properties.get("on_timeout")
    return parse_on_timeout(text) if text is not None and activity.element in PERSON_TASKS else None


def skipping_settings(activity: Activity) -> dict[str, str]:
    """Return the settings of a step by which it may be skipped, with their values."""
    written = activity.properties
    return {name: written[name] for name, values in SKIPPING.items() if written.get(name) in values}


def going_on(activity: Activity, never: Collection[str], refusing: Collection[str]) -> str | None:
    """Return the decision by which a step goes on without anybody deciding it, or None where a person has to.

    Args:
        activity: The step.
        never: Kinds of step that a person does, whatever a model says.
        refusing: Decisions that refuse or ask for a change.

    Returns:
        The first decision the step offers that lets the case go on.

    Source:
        Practice of such offices: 签发, 批示, 审批 and votes never pass by a rule.
    """
    if activity.kind in never or activity.countersign is not None:
        return None
    return next((one.value for one in activity.decisions if one.value not in refusing), None)
