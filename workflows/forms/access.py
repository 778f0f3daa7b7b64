"""Who may see and write which field at which step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.model import Variables
from workflows.forms.fields import Field, FieldView, Form

EDIT, READ, HIDDEN = "edit", "read", "hidden"
ACCESSES = frozenset({EDIT, READ, HIDDEN})
ACCESS_PREFIX = "access:"
REQUIRED_PREFIX = "required:"


@dataclass(frozen=True)
class FieldAccess:
    """What may be done with one field at one step."""

    access: str
    required: bool


@dataclass(frozen=True)
class Choices:
    """What fields for people and units offer, and the tables of the office by name: pairs of value and label."""

    people: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    tables: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


AccessMap = Mapping[str, FieldAccess]


def access_map(form: Form, properties: Mapping[str, str]) -> AccessMap:
    """Return the access to each field, from a step's ``access:FIELD`` and ``required:FIELD``; else the form's default."""
    return {
        key: FieldAccess(
            access=properties.get(ACCESS_PREFIX + key, form.default_access),
            required=properties.get(REQUIRED_PREFIX + key) == "true" or one.required,
        )
        for key, one in form.fields.items()
    }


def fields_of(form: Form, access: AccessMap, variables: Variables, choices: Choices) -> tuple[FieldView, ...]:
    """Return the fields one sees at a step, with their values; hidden ones are left out."""
    offered = {
        "person": choices.people,
        "people": choices.people,
        "unit": choices.units,
        "units": choices.units,
    }
    return tuple(
        FieldView(
            field=replace(one, columns=_with_options(one.columns, offered)) if one.columns else one,
            access=access[key].access,
            required=access[key].required and access[key].access == EDIT,
            value=variables.get(key),
            options=choices.tables.get(one.offered, ()) if one.offered else offered.get(one.type, one.options),
        )
        for key, one in form.fields.items()
        if access[key].access != HIDDEN
    )


def _with_options(columns: tuple[Field, ...], offered: Mapping[str, tuple[tuple[str, str], ...]]) -> tuple[Field, ...]:
    """Return the columns of a table, those for people and units with what they offer."""
    return tuple(replace(column, options=offered.get(column.type, column.options)) for column in columns)
