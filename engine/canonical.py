"""The one form in which values are hashed and stored: JSON as RFC 8785 orders it, without floats.

It is apart because a hash is only as lasting as the bytes under it. Decimals, and integers beyond what a JSON number
carries exactly, are written as ``{"$decimal": "1.50"}``, and a text that was cleared as ``{"$redacted": "…"}``. Keys are
limited to the Basic Multilingual Plane, where ordering by code point and by UTF-16 unit is the same.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

import msgspec

DECIMAL = "$decimal"
REDACTED = "$redacted"
CLEARED = "内容已清除"
EXACT_INTEGER = 2**53 - 1
LAST_ORDERED_CHARACTER = "\uffff"
KEYS = 4_096
"""How many keys that were found good are remembered: nearly all that are written are written again and again."""
INSTANT_CHARACTERS = len("2025-11-03T00:00:00.000000Z")


class Redacted(str):
    """Stands for a text that was cleared: it reads as :data:`CLEARED` wherever it is shown, and is written as its digest."""

    __slots__ = ("digest",)
    digest: str

    def __new__(cls, digest: str) -> Self:
        """Take the SHA-256 over a salt that is gone and the text."""
        made = super().__new__(cls, CLEARED)
        made.digest = digest
        return made

    def __getnewargs__(self) -> tuple[str]:
        """Let copies keep the digest."""
        return (self.digest,)


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def encode(value: object) -> bytes:
    """Return the canonical bytes of a value.

    Args:
        value: None, bool, int, Decimal, str, or lists and string-keyed mappings of them.

    Returns:
        UTF-8 JSON without white space, keys sorted.

    Raises:
        ValueError: The value holds a float, a key that starts with ``$`` or one outside the Basic Multilingual Plane.
    """
    return _encoder.encode(plain(value))


def encode_plain(value: object) -> bytes:
    """Return what :func:`encode` does, for a value known to need no other form: texts, small integers, None, plain keys."""
    return _encoder.encode(value)


def readable(value: object) -> str:
    """Return what :func:`encode` does as a text for people, with :data:`CLEARED` in the place of what was cleared."""
    return _encoder.encode(_read(plain(value))).decode()


def decode(content: bytes) -> Any:
    """Return the value that :func:`encode` made ``content`` from."""
    value = _decoder.decode(content)
    if b"$" not in content and b"\\u" not in content:
        return value  # nothing can be called $decimal
    return restored(value)


def plain(value: object) -> object:
    """Return the value with decimals and large integers in their written form."""
    kind = type(value)  # most of what is written is of these kinds themselves; asking by isinstance is slow
    if kind is str or kind is bool or value is None:
        return value
    if kind is int and -EXACT_INTEGER <= value <= EXACT_INTEGER:  # type: ignore[operator]
        return value
    if kind is dict:
        return {_key(key): plain(item) for key, item in value.items()}  # type: ignore[attr-defined]
    if kind is list:
        return [plain(item) for item in value]  # type: ignore[attr-defined]
    return _written(value)


def restored(value: Any) -> Any:
    """Return the value with decimals and large integers as numbers again."""
    if isinstance(value, dict):
        if len(value) == 1 and DECIMAL in value:
            number = Decimal(value[DECIMAL])
            return number if number.as_tuple().exponent != 0 else int(number)
        if len(value) == 1 and REDACTED in value:
            return Redacted(value[REDACTED])
        return {key: restored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [restored(item) for item in value]
    return value


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def instant(at: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC with microseconds."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def parse_instant(text: str) -> datetime:
    """Read what :func:`instant` wrote; raise ``ValueError`` where it is something else."""
    if len(text) != INSTANT_CHARACTERS or text[-1] != "Z":
        raise ValueError(f"{text!r} is no instant")
    return datetime.fromisoformat(text)


def _written(value: object) -> object:
    if isinstance(value, str):
        return {REDACTED: value.digest} if isinstance(value, Redacted) else value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_INTEGER else {DECIMAL: str(value)}
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} has no canonical form")
        return plain(int(value)) if value.as_tuple().exponent == 0 else {DECIMAL: str(value)}
    if isinstance(value, Mapping):
        return plain(dict(value))
    if isinstance(value, list | tuple):
        return plain(list(value))
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return CLEARED if len(value) == 1 and REDACTED in value else {key: _read(item) for key, item in value.items()}
    return [_read(item) for item in value] if isinstance(value, list) else value


@lru_cache(KEYS)
def _key(key: object) -> str:
    if not isinstance(key, str) or key[:1] == "$" or not (key.isascii() or max(key) <= LAST_ORDERED_CHARACTER):
        raise ValueError(f"{key!r} cannot be a key")
    return key
