"""What differs between two versions of a flow beside its diagram: files, fields of forms, parts of decision tables. Pure.

Forms are read as JSON and not as forms of the office, so that a draft with mistakes can be compared as well.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from engine.decisions.model import Decision, DecisionTable
from engine.definitions import decisions_in
from engine.errors import FileUnreadable

UNTOLD = frozenset({"id", "key", "path", "layout", "type", "components", "properties", "validate"})
"""Settings of a component that say where it stands, or that are told apart."""
Settings = Mapping[str, str]


class Change(StrEnum):
    """What became of something in the newer version."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Part(StrEnum):
    """What a difference is about."""

    FIELD = "field"
    TABLE = "table"
    INPUT = "input"
    OUTPUT = "output"
    RULE = "rule"


@dataclass(frozen=True)
class Setting:
    """One setting that differs: its name in the file, and what it was and is; empty where it is not set."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """Something of a file that differs.

    Attributes:
        file: The file.
        part: What it is about.
        key: What it is called in the file.
        label: What people call it.
        change: What became of it.
        settings: What differs of it; everything that is set, where it was added.
    """

    file: str
    part: Part
    key: str
    label: str
    change: Change
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Differences:
    """What differs between two versions; ``unreadable`` are the files of which no more can be said than that they differ."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    parts: tuple[Difference, ...]
    unreadable: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether both are the same."""
        return not (self.added or self.removed or self.changed)


def differences(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Differences:
    """Return what differs between the files of two versions.

    Args:
        old: Name and content.
        new: Name and content.

    Returns:
        Files by name; fields, columns and rules in the order of the newer file, those that were removed after them.
    """
    changed = tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name]))
    added, removed = (tuple(sorted(one.keys() - other.keys())) for one, other in ((new, old), (old, new)))
    parts: list[Difference] = []
    unreadable = []
    for name in sorted({*added, *removed, *changed}):
        read = _READERS.get(PurePath(name).suffix)
        if read is None:
            continue
        try:
            parts += _compared(name, read(name, old.get(name)), read(name, new.get(name)))
        except (FileUnreadable, ValueError, RecursionError):
            unreadable.append(name)
    return Differences(added, removed, changed, tuple(parts), tuple(unreadable))


def field_labels(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what people call the fields of the forms among files, by key."""
    labels: dict[str, str] = {}
    for name, content in files.items():
        if PurePath(name).suffix == ".form":
            try:
                labels |= {key: label for (_part, key), (label, _settings) in _form(name, content).items()}
            except (ValueError, RecursionError):
                continue
    return labels


_Parts = dict[tuple[Part, str], tuple[str, Settings]]


def _compared(file: str, old: _Parts, new: _Parts) -> Iterator[Difference]:
    for place, (label, settings) in new.items():
        part, key = place
        if place not in old:
            given = tuple(Setting(name, "", value) for name, value in settings.items() if value)
            yield Difference(file, part, key, label, Change.ADDED, given)
        elif (before := old[place][1]) != settings:
            names = dict.fromkeys([*before, *settings])
            told = tuple(
                Setting(name, before.get(name, ""), settings.get(name, ""))
                for name in names
                if before.get(name, "") != settings.get(name, "")
            )
            yield Difference(file, part, key, label, Change.CHANGED, told)
    for place, (label, _settings) in old.items():
        if place not in new:
            yield Difference(file, place[0], place[1], label, Change.REMOVED)


def _form(_name: str, content: bytes | None) -> _Parts:
    if content is None:
        return {}
    form = json.loads(content.decode())
    if not isinstance(form, dict):
        raise ValueError(form)  # noqa: TRY004  (as for what is no JSON: the file cannot be read)
    return {(Part.FIELD, key): (label, settings) for key, label, settings in _fields(form.get("components"), "")}


def _fields(components: object, inside: str) -> Iterator[tuple[str, str, Settings]]:
    """Yield the fields of a form with their settings; those of a table's rows with the table in front."""
    for one in components if isinstance(components, list) else ():
        if not isinstance(one, dict):
            continue
        key = str(one.get("key") or one.get("path") or "")
        label = str(one.get("label") or "")
        if key:
            yield f"{inside}{key}", label or key, _settings_of(one)
        deeper = f"{inside}{key}." if one.get("type") == "dynamiclist" and key else inside
        yield from _fields(one.get("components"), deeper)


def _settings_of(component: Mapping[str, object]) -> Settings:
    own = {name: value for name, value in component.items() if name not in UNTOLD}
    settings: dict[str, str] = {"type": str(component.get("type", "")), "label": _text(own.pop("label", ""))}
    for name in ("validate", "properties"):
        nested = component.get(name)
        settings |= {one: _text(value) for one, value in (nested.items() if isinstance(nested, dict) else ())}
    if isinstance(values := own.pop("values", None), list):
        settings["values"] = "、".join(_option(one) for one in values)
    return {**settings, **{name: _text(value) for name, value in own.items()}}


def _option(value: object) -> str:
    return str(value.get("label") or value.get("value") or "") if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _decisions(name: str, content: bytes | None) -> _Parts:
    found: _Parts = {}
    for key, decision in decisions_in(name, content).items() if content is not None else ():
        called = decision.name or key
        found[Part.TABLE, key] = (called, _policy(decision))
        if isinstance(decision.logic, DecisionTable):
            found |= _columns_and_rules(key, called, decision.logic)
    return found


def _policy(decision: Decision) -> Settings:
    logic = decision.logic
    if isinstance(logic, DecisionTable):
        return {
            "hitPolicy": str(logic.hit_policy.value),
            "aggregation": str(logic.aggregation.value if logic.aggregation else ""),
        }
    return {"expression": logic.expression.source}


def _columns_and_rules(key: str, called: str, table: DecisionTable) -> _Parts:
    found: _Parts = {}
    for at, column in enumerate(table.inputs, 1):
        values = {"label": column.label, "expression": column.expression.source, "typeRef": column.type_ref}
        found[Part.INPUT, f"{key}.{column.expression.source or at}"] = (f"{called}：{column.label}", values)
    for output in table.outputs:
        values = {"label": output.label, "typeRef": output.type_ref}
        found[Part.OUTPUT, f"{key}.{output.name}"] = (f"{called}：{output.label or output.name}", values)
    for rule in table.rules:
        tests = {one.label: cell.source for one, cell in zip(table.inputs, rule.tests, strict=True)}
        entries = {one.label or one.name: cell.source for one, cell in zip(table.outputs, rule.entries, strict=True)}
        found[Part.RULE, f"{key}.{rule.id or rule.number}"] = (f"{called}：{rule.number}", {**tests, **entries})
    return found


_READERS: Mapping[str, Callable[[str, bytes | None], _Parts]] = {".form": _form, ".dmn": _decisions}
