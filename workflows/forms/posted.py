"""Turns the texts of an HTML form into the values a JSON submission would hold. Pure."""

from collections.abc import Mapping, Sequence

from workflows.forms.access import EDIT, AccessMap
from workflows.forms.fields import Field, Form

MANY = frozenset({"multiselect", "people", "units", "files"})
LONGEST_ROW_NUMBER = 4


def submitted_values(
    form: Form, access: AccessMap, posted: Mapping[str, Sequence[str]], own: frozenset[str]
) -> dict[str, object]:
    """Return what was posted, by field.

    A field that may be written and was not posted is empty: browsers do not send unchecked boxes and empty lists. Keys
    that no field has are kept, so that validation refuses them.

    Args:
        form: The step's form.
        access: What may be written at this step.
        posted: Texts by name, as a browser sends them; a table's cell is named ``key-ROW-COLUMN``.
        own: Names that belong to the page itself, such as ``decision``.

    Returns:
        Values by key, for :func:`workflows.forms.validation.validate`.
    """
    values: dict[str, object] = {}
    cells: set[str] = set()
    for key, field in form.fields.items():
        if access[key].access != EDIT:
            continue
        if field.type == "table":
            values[key], used = _rows(field, posted)
            cells |= used
        else:
            values[key] = _value(field, posted.get(key, ()))
    for name, texts in posted.items():
        if name not in own and name not in values and name not in cells:
            values[name] = list(texts) if len(texts) > 1 else texts[0]
    return values


def _value(field: Field, texts: Sequence[str]) -> object:
    if field.type in MANY:
        return [text for text in texts if text]
    if field.type == "boolean":
        return bool(texts) and texts[-1] not in ("", "false")
    return texts[-1] if texts else None


def _rows(field: Field, posted: Mapping[str, Sequence[str]]) -> tuple[list[dict[str, object]], set[str]]:
    rows: dict[int, dict[str, object]] = {}
    used: set[str] = set()
    columns = {column.key: column for column in field.columns}
    for name, texts in posted.items():
        key, _, rest = name.partition("-")
        row, _, column = rest.partition("-")
        if key == field.key and row.isdecimal() and len(row) <= LONGEST_ROW_NUMBER and column in columns:
            used.add(name)
            rows.setdefault(int(row), {})[column] = _value(columns[column], texts)
    filled = [
        rows[number] for number in sorted(rows) if any(cell not in (None, "", []) for cell in rows[number].values())
    ]
    return filled, used
