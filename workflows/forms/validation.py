"""Whether what was entered in a form is acceptable: all that is wrong is said at once. Pure.

Values come as JSON (from the API) or as texts (from a page, by :mod:`workflows.forms.posted`); both end here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.errors import InvalidSubmission
from engine.model import Value
from workflows.forms.access import EDIT, HIDDEN, AccessMap
from workflows.forms.fields import Field, Form

MOST_ELEMENTS = 500
MOST_ROWS = 200
MOST_DIGITS = 30
LONGEST_NAME = 200
LISTS = frozenset({"multiselect", "people", "units", "files", "table"})
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
HALF_WIDTH = {ord(char) + 0xFEE0: char for char in "+-.0123456789"}
"""What a Chinese keyboard writes where a number is meant."""
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; ``limit`` is what was exceeded, where something was."""

    field: str
    code: str
    limit: str = ""


@dataclass(eq=False)
class SubmissionInvalid(InvalidSubmission):
    """Fields of the submission are not acceptable."""

    errors: tuple[FieldError, ...]


@dataclass(frozen=True)
class Known:
    """What a value may refer to: each function says which of the asked usernames, units or attachments exist.

    ``offered`` says what may be chosen from a table of the office, by its name.
    """

    people: Callable[[frozenset[str]], frozenset[str]]
    units: Callable[[frozenset[str]], frozenset[str]]
    attachments: Callable[[frozenset[str]], frozenset[str]]
    offered: Callable[[str], frozenset[str]] = lambda _table: frozenset()


class _Refused(Exception):
    def __init__(self, code: str, limit: object = "") -> None:
        super().__init__(code)
        self.code, self.limit = code, str(limit)


def validate(
    form: Form,
    access: AccessMap,
    submitted: Mapping[str, object],
    known: Known,
    *,
    held: Mapping[str, Value] = MappingProxyType({}),
    draft: bool = False,
) -> dict[str, Value]:
    """Return the clean values of a submission.

    Args:
        form: The step's form.
        access: What may be written at this step.
        submitted: As it came; every key must be a field that may be written here.
        known: What values may refer to.
        held: What the case holds already; a required field that is not submitted keeps its value.
        draft: Whether this is only to be kept for the person: required fields may then be empty.

    Returns:
        A value for each submitted field.

    Raises:
        SubmissionInvalid: Carries all that is wrong.
    """
    errors: list[FieldError] = []
    clean: dict[str, Value] = {}
    for key, value in submitted.items():
        if key not in form.fields or access[key].access != EDIT:
            errors.append(FieldError(_showable(key), _why_not(form, access, key)))
            continue
        try:
            clean[key] = _clean(form.fields[key], value, known)
        except _Refused as refused:
            errors.append(FieldError(key, refused.code, refused.limit))
    if not draft:
        refused_keys = {error.field for error in errors}
        after = {**held, **clean}
        errors.extend(
            FieldError(key, "required")
            for key, rule in access.items()
            if rule.access == EDIT
            and key not in refused_keys
            and ((rule.required and _empty(after.get(key))) or _lacks_cells(form.fields[key], clean.get(key)))
        )
    if errors:
        raise SubmissionInvalid(tuple(errors))
    return clean


def readable_text(value: str, *, lines: bool) -> bool:
    """Tell whether a text holds only characters that are text: no surrogates, no control characters."""
    allowed = "\n\r\t" if lines else ""
    return all(char in allowed or unicodedata.category(char) not in ("Cc", "Cs") for char in value)


def _why_not(form: Form, access: AccessMap, key: str) -> str:
    if key not in form.fields:
        return "unknown_field"
    return "hidden_field" if access[key].access == HIDDEN else "read_only_field"


def _empty(value: Value) -> bool:
    return value is None or value == "" or value == []


def _lacks_cells(field: Field, rows: Value) -> bool:
    required = [column.key for column in field.columns if column.required]
    given = rows if isinstance(rows, list) else []
    return any(_empty(row.get(key)) for row in given if isinstance(row, dict) for key in required)


def _showable(key: str) -> str:
    """Return a foreign key as it can be told of: short, and without what no page could show."""
    return "".join(char if readable_text(char, lines=False) else "�" for char in key[:LONGEST_NAME])


def _clean(field: Field, value: object, known: Known) -> Value:
    if field.type in LISTS:
        return [] if value is None or value in ("", []) else _CLEANERS[field.type](field, value, known)
    return None if value is None or value == "" else _CLEANERS[field.type](field, value, known)


def _text(field: Field, value: object, _known: Known) -> Value:
    if not isinstance(value, str):
        raise _Refused("wrong_type")
    if not readable_text(value, lines=field.type == "textarea"):
        raise _Refused("unreadable_character")
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    text = lines.rstrip() if field.type == "textarea" else lines.strip()  # a paragraph begins with two wide spaces
    if field.max_length is not None and len(text) > field.max_length:
        raise _Refused("too_long", field.max_length)
    return text or None


def _number(field: Field, value: object, _known: Known) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _Refused("wrong_type")
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise _Refused("wrong_type")
    text = str(value).strip().translate(HALF_WIDTH)
    if len(text) > MOST_DIGITS + len("-.e-99") or not NUMBER.fullmatch(text):
        raise _Refused("wrong_type")
    number = Decimal(text)
    if number and (len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) >= MOST_DIGITS):
        raise _Refused("wrong_type")
    if field.least is not None and number < field.least:
        raise _Refused("too_small", field.least)
    if field.most is not None and number > field.most:
        raise _Refused("too_big", field.most)
    return int(number) if number == number.to_integral_value() else number


def _boolean(_field: Field, value: object, _known: Known) -> Value:
    if isinstance(value, bool):
        return value
    if value in ("true", "on", "1"):
        return True
    if value in ("false", "0"):
        return False
    raise _Refused("wrong_type")


def _date(_field: Field, value: object, _known: Known) -> Value:
    try:
        return date.fromisoformat(_written(value)).isoformat()
    except ValueError as error:
        raise _Refused("bad_date") from error


def _datetime(_field: Field, value: object, _known: Known) -> Value:
    """Return the time on the office's wall, as pages show and send it; an instant is converted to it."""
    try:
        at = datetime.fromisoformat(_written(value))
        local = at.astimezone(OFFICE_ZONE).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError) as error:
        raise _Refused("bad_date") from error
    if len(str(value)) <= len("2025-11-03"):
        raise _Refused("bad_date")
    return local.isoformat(timespec="seconds")


def _written(value: object) -> str:
    if not isinstance(value, str):
        raise _Refused("bad_date")
    return value.strip()


def _one_of(field: Field, value: object, known: Known) -> Value:
    options = known.offered(field.offered) if field.offered else {option for option, _ in field.options}
    if not isinstance(value, str) or value not in options:
        raise _Refused("not_an_option")
    return value


def _some_of(field: Field, value: object, _known: Known) -> Value:
    chosen = _texts(value)
    if not set(chosen) <= {option for option, _ in field.options}:
        raise _Refused("not_an_option")
    return list(chosen)


def _person(_field: Field, value: object, known: Known) -> Value:
    return _existing([value], known.people, "unknown_person")[0]


def _people(_field: Field, value: object, known: Known) -> Value:
    return _existing(value, known.people, "unknown_person")


def _unit(_field: Field, value: object, known: Known) -> Value:
    return _existing([value], known.units, "unknown_unit")[0]


def _units(_field: Field, value: object, known: Known) -> Value:
    return _existing(value, known.units, "unknown_unit")


def _file(_field: Field, value: object, known: Known) -> Value:
    ids = value if isinstance(value, list) else [value]
    if len(ids) > 1:
        raise _Refused("only_one")
    return _existing(ids, known.attachments, "unknown_attachment")[0] if ids else None


def _files(_field: Field, value: object, known: Known) -> Value:
    return _existing(value, known.attachments, "unknown_attachment")


def _existing(value: object, exist: Callable[[frozenset[str]], frozenset[str]], code: str) -> list[Value]:
    asked = _texts(value)
    nameable = all(len(one) <= LONGEST_NAME and readable_text(one, lines=False) for one in asked)
    if not nameable or exist(frozenset(asked)) != frozenset(asked):
        raise _Refused(code)
    return list(asked)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Refused("wrong_type")
    if len(value) > MOST_ELEMENTS:
        raise _Refused("too_many", MOST_ELEMENTS)
    return list(dict.fromkeys(value))


def _table(field: Field, value: object, known: Known) -> Value:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _Refused("wrong_type")
    if len(value) > MOST_ROWS:
        raise _Refused("too_many", MOST_ROWS)
    columns = {column.key: column for column in field.columns}
    if any(set(row) - set(columns) for row in value):
        raise _Refused("unknown_field")
    return [{key: _clean(column, row.get(key), known) for key, column in columns.items()} for row in value]


_CLEANERS: Mapping[str, Callable[[Field, object, Known], Value]] = {
    "text": _text,
    "textarea": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "select": _one_of,
    "multiselect": _some_of,
    "person": _person,
    "people": _people,
    "unit": _unit,
    "units": _units,
    "file": _file,
    "files": _files,
    "table": _table,
}
