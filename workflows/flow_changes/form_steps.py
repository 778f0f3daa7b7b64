"""The steps of a flow that is drawn, in the order in which they follow each other, and what each may do with fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.definitions import read_processes, with_form, with_properties
from engine.errors import ActivityUnknown
from engine.process import PERSON_TASKS, Activity, Process
from workflows.flow_changes.errors import FieldSettingRefused, FlowFileRefused
from workflows.forms.access import ACCESS_PREFIX, ACCESSES, REQUIRED_PREFIX

FORM = ".form"
Changes = Mapping[str, Mapping[str, str | None]]
"""By the id of a step: the value of each of its settings about fields that changes, None to take it away."""


@dataclass(frozen=True)
class FormStep:
    """A step at which somebody fills in a form.

    Attributes:
        id: The id in the model.
        name: As drawn.
        is_start: Whether it is the start of the flow.
        form: The name of the file of the form, empty where the step has none of its own file.
        settings: What the model says of fields: ``access:FIELD`` and ``required:FIELD``.
    """

    id: str
    name: str
    is_start: bool
    form: str
    settings: Mapping[str, str]


def steps_of(files: Mapping[str, bytes]) -> list[FormStep]:
    """Return the starts with a form and the steps of people of a draft, in the order in which they follow each other."""
    return [
        _step(one)
        for process in read_processes(files)
        for one in in_order(process)
        if one.element in PERSON_TASKS or (one.element == "startEvent" and one.form)
    ]


def find_activity(files: Mapping[str, bytes], step: str) -> Activity | None:
    """Return a step of a draft as its model says it."""
    found = (process.activities.get(step) for process in read_processes(files))
    return next((one for one in found if one is not None), None)


def asked_by(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Return for each decision the names of the steps that ask it."""
    found: dict[str, list[str]] = {}
    for process in read_processes(files):
        for one in in_order(process):
            if one.decision_table:
                found.setdefault(one.decision_table, []).append(one.name or one.id)
    return found


def in_order(process: Process) -> Iterator[Activity]:
    """Yield the nodes of a process as they follow each other from its start; those nothing leads to stand last."""
    following: dict[str, list[str]] = {}
    for flow in process.flows:
        following.setdefault(flow.source, []).append(flow.target)
    for one in process.activities.values():
        if one.attached_to:
            following.setdefault(one.attached_to, []).append(one.id)
    starts = [one for one in process.activities.values() if one.element == "startEvent"]
    seen: set[str] = set()

    def follow(first: str) -> Iterator[Activity]:
        ahead = [first]
        while ahead:
            node = ahead.pop(0)
            if node in seen or node not in process.activities:
                continue
            seen.add(node)
            yield process.activities[node]
            for start in starts:
                if start.container == node:
                    yield from follow(start.id)
            ahead += following.get(node, ())

    led_to = {target for targets in following.values() for target in targets}
    begin = [one.id for one in starts if one.container == process.key]
    for first in (*begin, *(one for one in process.activities if one not in led_to), *process.activities):
        yield from follow(first)


def with_access(files: Mapping[str, bytes], changes: Changes) -> dict[str, bytes]:
    """Return a draft in which steps may do other things with fields.

    Args:
        files: Of the draft.
        changes: What changes, by step.

    Returns:
        The files; the models are otherwise as they were.

    Raises:
        FieldSettingRefused: A setting is none about a field, or has a value that means nothing.
        ActivityUnknown: There is no such step.
        FileUnreadable: A model cannot be read.
    """
    changed = dict(files)
    for step, settings in changes.items():
        for name, value in settings.items():
            _require_setting(name, value)
        activity = find_activity(files, step)
        if activity is None:
            raise ActivityUnknown("", step)
        changed[activity.file] = with_properties(activity.file, changed[activity.file], {step: settings})
    return changed


def with_forms(files: Mapping[str, bytes], forms: Mapping[str, str]) -> dict[str, bytes]:
    """Return a draft in which steps use these forms.

    Args:
        files: Of the draft.
        forms: The name of the file of the form, by the id of the step.

    Returns:
        The files; the models are otherwise as they were.

    Raises:
        FlowFileRefused: The draft has no such form.
        ActivityUnknown: There is no such step.
        FileUnreadable: A model cannot be read.
    """
    changed = dict(files)
    for step, form in forms.items():
        activity = find_activity(files, step)
        if activity is None:
            raise ActivityUnknown("", step)
        if form not in files or not form.endswith(FORM):
            raise FlowFileRefused(form, "name")
        changed[activity.file] = with_form(activity.file, changed[activity.file], step, form.removesuffix(FORM))
    return changed


def _require_setting(name: str, value: str | None) -> None:
    prefix = next((one for one in (ACCESS_PREFIX, REQUIRED_PREFIX) if name.startswith(one)), "")
    allowed = ACCESSES if prefix == ACCESS_PREFIX else {"true", "false"}
    if not prefix or (value is not None and (value not in allowed or not name.removeprefix(prefix).isidentifier())):
        raise FieldSettingRefused(name, value or "")


def _step(one: Activity) -> FormStep:
    settings = {
        name: value for name, value in one.properties.items() if name.startswith((ACCESS_PREFIX, REQUIRED_PREFIX))
    }
    form = f"{one.form.removesuffix(FORM)}{FORM}" if one.form else ""
    return FormStep(one.id, one.name or one.id, one.element == "startEvent", form, settings)
