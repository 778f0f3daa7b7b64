"""Whether what was entered in a form is acceptable: all that is wrong is said at once. Pure.

Values come as JSON (from the API) or as texts (from a page, by :mod:`workflows.forms.posted`); both end here.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from engine.canonical import EXACT_INTEGER
from engine.errors import InvalidSubmission
from engine.model import Value
from workflows.forms.access import EDIT, HIDDEN, AccessMap
from workflows.forms.fields import Field, Form

MOST_ELEMENTS = 500
MOST_ROWS = 200
MOST_DIGITS = 30


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
    """What a value may refer to: each function says which of the asked usernames, units or attachments exist."""

    people: Callable[[frozenset[str]], frozenset[str]]
    units: Callable[[frozenset[str]], frozenset[str]]
    attachments: Callable[[frozenset[str]], frozenset[str]]


class _Refused(Exception):
    def __init__(self, code: str, limit: object = "") -> None:
        super().__init__(code)
        self.code, self.limit = code, str(limit)


def validate(
    form: Form, access: AccessMap, submitted: Mapping[str, object], known: Known, *, draft: bool = False
) -> dict[str, Value]:
    """Return the clean values of a submission.

    Args:
        form: The step's form.
        access: What may be written at this step.
        submitted: As it came; every key must be a field that may be written here.
        known: What values may refer to.
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
            errors.append(FieldError(key, _why_not(form, access, key)))
            continue
        try:
            clean[key] = _clean(form.fields[key], value, known)
        except _Refused as refused:
            errors.append(FieldError(key, refused.code, refused.limit))
    if not draft:
        refused_keys = {error.field for error in errors}
        errors.extend(
            FieldError(key, "required")
            for key, rule in access.items()
            if rule.required and rule.access == EDIT and key not in refused_keys and _empty(clean.get(key))
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


def _clean(field: Field, value: object, known: Known) -> Value:
    if value is None or value == "" or value == []:
        return [] if field.type in ("multiselect", "people", "units", "files", "table") else None
    return _CLEANERS[field.type](field, value, known)


def _text(field: Field, value: object, _known: Known) -> Value:
    if not isinstance(value, str):
        raise _Refused("wrong_type")
    if not readable_text(value, lines=field.type == "textarea"):
        raise _Refused("unreadable_character")
    text = value.replace("\r\n", "\n").strip()
    if field.max_length is not None and len(text) > field.max_length:
        raise _Refused("too_long", field.max_length)
    return text or None


def _number(field: Field, value: object, _known: Known) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _Refused("wrong_type")
    text = str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Refused("wrong_type") from error
    if not number.is_finite() or len(text) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise _Refused("wrong_type")
    if field.least is not None and number < field.least:
        raise _Refused("too_small", field.least)
    if field.most is not None and number > field.most:
        raise _Refused("too_big", field.most)
    whole = number == number.to_integral_value()
    return int(number) if whole and abs(number) <= EXACT_INTEGER else number


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
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _Refused("bad_date") from error


def _datetime(_field: Field, value: object, _known: Known) -> Value:
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _Refused("bad_date") from error


def _one_of(field: Field, value: object, _known: Known) -> Value:
    if not isinstance(value, str) or value not in {option for option, _ in field.options}:
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
    if len(ids) != 1:
        raise _Refused("only_one")
    return _existing(ids, known.attachments, "unknown_attachment")[0]


def _files(_field: Field, value: object, known: Known) -> Value:
    return _existing(value, known.attachments, "unknown_attachment")


def _existing(value: object, exist: Callable[[frozenset[str]], frozenset[str]], code: str) -> list[Value]:
    asked = _texts(value)
    if exist(frozenset(asked)) != frozenset(asked):
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
    return [{key: _clean(columns[key], cell, known) for key, cell in row.items()} for row in value]


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
