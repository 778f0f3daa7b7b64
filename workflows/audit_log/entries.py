"""What an entry of an office ledger is to the audit log: its category, its act, what it is about, how it ended. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.model import EventKind, HistoryEvent, Value
from workflows.search.text import joined

OFFICE = "office:"
READINGS, SIGN_INS = "readings", "sign_ins"
WORDLESS = frozenset({READINGS, SIGN_INS, "meeting_records", "notices"})
"""Categories whose entries hold nothing that anybody typed, or what has readers of its own: none of it is found by a word."""
DONE, REFUSED, FAILED = "done", "refused", "failed"
OUTCOMES = (DONE, REFUSED, FAILED)
WORDS_CHARACTERS = 4_000
RECORD_IS_CASE = frozenset({"meeting_record"})
"""Records whose id is that of their case."""
NAMED_BY = (
    ("instance", "case"),
    ("instance_id", "case"),
    ("case", "case"),
    ("username", "person"),
    ("person", "person"),
    ("owner", "person"),
    ("secretary", "person"),
    ("key", "definition"),
    ("table", "table"),
    ("page", "page"),
    ("file", "file"),
    ("code", ""),
    ("year", "year"),
    ("id", ""),
)
"""Under which key an entry names what it is about, and what that is; where nothing stands, the word before the colon says it."""
DIGEST = re.compile(r"[0-9a-f]{16,}")


@dataclass(frozen=True)
class AuditEntry:
    """A row of the audit log, without its number."""

    chain: str
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    recorded_by: str | None
    category: str
    act: str
    object_kind: str | None
    object_id: str | None
    outcome: str
    words: str | None


def is_audited(chain: str) -> bool:
    """Tell whether what a chain tells stands in the audit log."""
    return chain.startswith(OFFICE)


def entry_of(event: HistoryEvent) -> AuditEntry:
    """Return the row that an entry of an office ledger makes."""
    category = category_of(event.chain)
    object_kind, object_id = _object_of(event)
    words = None if category in WORDLESS else joined(_texts(event.data), WORDS_CHARACTERS) or None
    return AuditEntry(
        chain=event.chain,
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        on_behalf_of=event.on_behalf_of,
        recorded_by=event.recorded_by,
        category=category,
        act=act_of(event.kind, event.data),
        object_kind=object_kind,
        object_id=object_id,
        outcome=next((one for one in (REFUSED, FAILED) if event.kind.endswith(f":{one}")), DONE),
        words=words,
    )


def category_of(chain: str) -> str:
    """Return the category of a ledger: its name; ledgers of one kind that are kept apart by person share it."""
    return chain.split(":")[1]


def act_of(kind: str, data: Mapping[str, Value]) -> str:
    """Return the act an entry tells of: its kind, with what was read of a case, or which record was written."""
    if kind == "case:read":
        return f"{kind}:{data.get('what')}"
    if kind == EventKind.RECORD_CHANGED:
        return f"record:{data.get('record')}"
    return kind


def _object_of(event: HistoryEvent) -> tuple[str | None, str | None]:
    data = event.data
    if event.kind == EventKind.RECORD_CHANGED:
        values = data.get("values")
        of_case = values.get("instance_id") if isinstance(values, dict) else None
        if isinstance(of_case, str):
            return "case", of_case
        return "case" if data.get("record") in RECORD_IS_CASE else str(data.get("record")), str(data.get("id"))
    for key, kind in NAMED_BY:
        if isinstance(value := data.get(key), str | int) and value != "":
            return kind or event.kind.partition(":")[0], str(value)
    return None, None


def _texts(value: Value | Mapping[str, Value]) -> Iterator[str]:
    """Yield what a reader would look for: texts, not digests."""
    if isinstance(value, str):
        if not DIGEST.fullmatch(value):
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
