"""Values of records, and others that history tells, as people read them."""

from collections.abc import Mapping
from datetime import UTC

from flask_babel import gettext

from app.formats import exact_time
from app.sentences.records import VALUES, record_column
from engine.canonical import INSTANT_CHARACTERS, parse_instant
from engine.model import Value


def record_value(record: str, column: str, value: Value) -> str:
    """Return a value of a record as people read it, codes in words."""
    labels = VALUES.get((record, column), {})
    return str(labels[value]) if isinstance(value, str) and value in labels else written(value)


def written(value: Value) -> str:
    """Return a value that history tells as people read it: instants by the office's time, yes and no, lists joined."""
    if value is None or value in ("", []):
        return gettext("无")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return "、".join(map(written, value))
    if isinstance(value, Mapping):
        parts = (
            gettext("%(name)s：%(value)s", name=record_column(key), value=written(one)) for key, one in value.items()
        )
        return gettext("内容已清除") if "$redacted" in value else "，".join(parts)
    text = str(value)
    if len(text) == INSTANT_CHARACTERS and text.endswith("Z"):
        return exact_time(parse_instant(text).astimezone(UTC))
    return text
