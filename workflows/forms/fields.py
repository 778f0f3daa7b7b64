"""The fields of a form, read from form-js JSON. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.errors import InvalidDefinition
from engine.model import Value

LONGEST_TEXT = 200
LONGEST_TEXTAREA = 10_000
LAYOUT = frozenset({"text", "separator", "spacer", "group", "button", "html"})
SIMPLE_TYPES = {
    "textfield": "text",
    "textarea": "textarea",
    "number": "number",
    "checkbox": "boolean",
    "select": "select",
    "radio": "select",
    "checklist": "multiselect",
    "taglist": "multiselect",
    "filepicker": "files",
    "dynamiclist": "table",
}
OFFICE_TYPES = frozenset({"person", "people", "unit", "units", "file", "files"})
TYPE_PROPERTY = "banjie:type"


@dataclass(eq=False)
class InvalidForm(InvalidDefinition):
    """The form asks for something that is not supported."""

    file: str
    key: str
    reason: str


@dataclass(frozen=True)
class Field:
    """One field; ``options`` are pairs of value and label, ``columns`` the fields of a table's rows."""

    key: str
    label: str
    type: str
    description: str = ""
    required: bool = False
    max_length: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple["Field", ...] = ()


@dataclass(frozen=True)
class FieldView:
    """A field as one person sees it at one step; hidden fields have none."""

    field: Field
    access: str
    required: bool
    value: Value
    options: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The field's key."""
        return self.field.key

    @property
    def label(self) -> str:
        """The field's label."""
        return self.field.label

    @property
    def type(self) -> str:
        """The field's type."""
        return self.field.type


@dataclass(frozen=True)
class Form:
    """A form: its fields by key, in order."""

    file: str
    fields: Mapping[str, Field]


EMPTY = Form("", {})


def parse_form(file: str, content: bytes) -> Form:
    """Read a form-js file.

    Args:
        file: Its name, for errors.
        content: form-js JSON.

    Returns:
        The form.

    Raises:
        InvalidForm: It is no such JSON, or holds a component, or a key twice, that is not supported.
    """
    try:
        schema = json.loads(content)
        components = list(_flattened(schema["components"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidForm(file, "", "not a form-js file") from error
    fields: dict[str, Field] = {}
    for component in components:
        field = _field(file, component)
        if field.key in fields:
            raise InvalidForm(file, field.key, "duplicate key")
        fields[field.key] = field
    return Form(file, fields)


def _flattened(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        if component.get("type") == "group":
            yield from _flattened(component.get("components", []))
        elif component.get("type") not in LAYOUT:
            yield component


def _field(file: str, component: dict[str, Any]) -> Field:
    key = str(component.get("key") or component.get("path") or "")
    if not key.isidentifier():
        raise InvalidForm(file, key, "missing or unusable key")
    kind = _type_of(file, key, component)
    rules = component.get("validate") or {}
    options = tuple((str(one["value"]), str(one["label"])) for one in component.get("values", []))
    if kind in ("select", "multiselect") and not options:
        raise InvalidForm(file, key, "no options")
    field = Field(
        key=key,
        label=str(component.get("label") or key),
        type=kind,
        description=str(component.get("description") or ""),
        required=bool(rules.get("required")),
        options=options,
        least=_bound(rules.get("min")),
        most=_bound(rules.get("max")),
    )
    if kind in ("text", "textarea"):
        default = LONGEST_TEXT if kind == "text" else LONGEST_TEXTAREA
        return replace(field, max_length=int(rules.get("maxLength") or default))
    if kind == "table":
        return replace(field, columns=tuple(_field(file, one) for one in _flattened(component.get("components", []))))
    return field


def _type_of(file: str, key: str, component: dict[str, Any]) -> str:
    office_type = (component.get("properties") or {}).get(TYPE_PROPERTY)
    if office_type is not None:
        if office_type not in OFFICE_TYPES:
            raise InvalidForm(file, key, f"unknown {TYPE_PROPERTY} {office_type}")
        return str(office_type)
    kind = str(component.get("type"))
    if kind == "datetime":
        return "date" if component.get("subtype", "date") == "date" else "datetime"
    if kind not in SIMPLE_TYPES:
        raise InvalidForm(file, key, f"unsupported component {kind}")
    return SIMPLE_TYPES[kind]


def _bound(value: object) -> Decimal | None:
    return Decimal(str(value)) if value is not None else None
