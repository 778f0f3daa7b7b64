"""Forms that the model itself declares on a step (``formData``), beside those in files. Pure."""

import unicodedata

from engine.process import Activity, FormField
from workflows.forms.access import EDIT
from workflows.forms.fields import (
    BAD_KEY,
    BAD_OPTIONS,
    KEY_RESERVED,
    KEY_TWICE,
    LONGEST_TEXT,
    LONGEST_TEXTAREA,
    NO_OPTIONS,
    RESERVED_KEYS,
    UNKNOWN_TYPE,
    Field,
    Form,
    InvalidForm,
)

TYPES = {
    "string": "text",
    "text": "text",
    "textarea": "textarea",
    "long": "number",
    "integer": "number",
    "double": "number",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "enum": "select",
}


def declared_form(activity: Activity) -> Form:
    """Return the form that a step declares; its fields may be written there unless the step's settings say otherwise.

    Raises:
        InvalidForm: A field has a type or key that is not supported; names the field.
    """
    fields: dict[str, Field] = {}
    for declared in activity.form_fields:
        field = _field(activity.file, declared)
        if field.key in fields:
            raise InvalidForm(activity.file, field.key, KEY_TWICE)
        fields[field.key] = field
    return Form(activity.file, fields, EDIT)


def _field(file: str, declared: FormField) -> Field:
    key = declared.key
    if not key.isidentifier() or not unicodedata.is_normalized("NFKC", key):
        raise InvalidForm(file, key, BAD_KEY)
    if key in RESERVED_KEYS:
        raise InvalidForm(file, key, KEY_RESERVED)
    kind = TYPES.get(declared.type)
    if kind is None:
        raise InvalidForm(file, key, UNKNOWN_TYPE.format(type=declared.type))
    if kind == "select" and not declared.options:
        raise InvalidForm(file, key, NO_OPTIONS)
    if kind == "select" and ("" in dict(declared.options) or len(dict(declared.options)) != len(declared.options)):
        raise InvalidForm(file, key, BAD_OPTIONS)
    longest = {"text": LONGEST_TEXT, "textarea": LONGEST_TEXTAREA}.get(kind)
    return Field(key, declared.label, kind, required=declared.required, max_length=longest, options=declared.options)
