"""What deviates around a signature: who drafted, which date stands on the paper, what was changed afterwards. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.canonical import instant
from engine.model import EventKind, HistoryEvent, Value
from workflows.calendar.working_time import day_of
from workflows.deviations.values import Finding, Kind, Watched, words

DRAFT, SIGN = "draft", "sign_and_issue"
DOCUMENT, NUMBER = "document", "number"
DATES = ("issued_on", "dispatched_on")
WRITING = frozenset({EventKind.PROCESS_STARTED, EventKind.WORK_ITEM_COMPLETED, EventKind.VARIABLES_CORRECTED})
SHOWN_CHARACTERS = 60
AGREED = frozenset({"agree", "submit", "pass"})


@dataclass
class _Held:
    """What the fields of a case hold, and which signature they were seen by."""

    values: dict[str, Value] = field(default_factory=dict)
    signed: HistoryEvent | None = None


def drafted_and_signed(case: Watched) -> Iterator[Finding]:
    """Yield each signature of somebody who had drafted the document.

    Source:
        《党政机关公文处理工作条例》第二十条—第二十二条: 起草、审核、签发 are three steps. Who may do
        two of them is the house's rule.
    """
    kinds = _kinds_of(case)
    drafts: dict[str, int] = {}
    for event in case.events:
        if event.kind != EventKind.WORK_ITEM_COMPLETED:
            continue
        whose = {event.actor, event.on_behalf_of or event.actor}
        kind = kinds.get(str(event.work_item_id))
        if kind == DRAFT:
            drafts.update(dict.fromkeys(whose, event.seq))
        elif kind == SIGN and (both := whose & drafts.keys()):
            [seq, *_others] = sorted(drafts[one] for one in both)
            yield Finding(
                Kind.DRAFTED_AND_SIGNED, case.instance_id, (seq, event.seq), event.at, event.actor, case.step_of(event)
            )


def backdated(case: Watched) -> Iterator[Finding]:
    """Yield each date on a document that lies before the day on which it was written into the system (倒签).

    Source:
        《党政机关公文处理工作条例》第九条（十二）: 成文日期 is the day of signing.
    """
    for event in case.events:
        values = _told_of(event, DOCUMENT)
        for name in DATES:
            day = values.get(name)
            if isinstance(day, str) and day < day_of(event.at).isoformat():
                facts = {"field": name, "day": day, "entered_at": instant(event.at)}
                yield Finding(Kind.BACKDATED, case.instance_id, (event.seq,), event.at, event.actor, "", facts)


def signed_after_number(case: Watched) -> Iterator[Finding]:
    """Yield each signature that came after the document had its number.

    Source:
        《党政机关公文处理工作条例》第二十五条（二）: the number is fixed at 登记, after 签发 and 复核.
    """
    kinds = _kinds_of(case)
    numbered: HistoryEvent | None = None
    text = ""
    for event in case.events:
        if (given := _told_of(event, NUMBER).get("text")) is not None:
            numbered, text = event, str(given)
        elif numbered and event.kind == EventKind.WORK_ITEM_COMPLETED and kinds.get(str(event.work_item_id)) == SIGN:
            seqs, step = (numbered.seq, event.seq), case.step_of(event)
            facts = {"number": text}
            yield Finding(Kind.SIGNED_AFTER_NUMBER, case.instance_id, seqs, event.at, event.actor, step, facts)


def changed_after_signing(case: Watched) -> Iterator[Finding]:
    """Yield what was changed in a document's text or files after it was signed, and whether the signatory looked again.

    Source:
        《党政机关公文处理工作条例》第二十五条（一）: 经复核需要对文稿进行实质性修改的，应当报原签批人复审.
    """
    kinds = _kinds_of(case)
    held = _Held()
    signatures = [event for event in case.events if _signs(event, kinds)]
    for event in case.events:
        written = event.data.get("variables") if event.kind in WRITING else None
        for key, value in written.items() if isinstance(written, dict) else ():
            before = held.values.get(key)
            held.values[key] = value
            if held.signed is None or before == value or (_empty(before) and _empty(value)):
                continue
            if key not in case.texts and key not in case.files:
                continue
            if kinds.get(str(event.work_item_id)) == SIGN:
                continue  # the signatory's own hand
            if key in case.files and before is None:
                continue  # made after signing, as a typeset final is
            again = next((one for one in signatures if one.seq > event.seq), None)
            yield _change(case, held.signed, event, again, key, before, value)
        if _signs(event, kinds):
            held.signed = event


def _change(
    case: Watched,
    signed: HistoryEvent,
    event: HistoryEvent,
    again: HistoryEvent | None,
    key: str,
    before: Value,
    value: Value,
) -> Finding:
    old, new = _differing(words(before), words(value)) if key in case.texts else ("", "")
    facts = {
        "field": case.fields.get(key, key),
        "signed_by": signed.on_behalf_of or signed.actor,
        "signed_at": instant(signed.at),
        "before": old,
        "after": new,
        "again_by": again.actor if again else "",
        "again_at": instant(again.at) if again else "",
    }
    kind = Kind.TEXT_AFTER_SIGNING if key in case.texts else Kind.ATTACHMENT_AFTER_SIGNING
    seqs = (signed.seq, event.seq, *((again.seq,) if again else ()))
    return Finding(kind, case.instance_id, seqs, event.at, event.actor, case.step_of(event), facts)


def _differing(before: str, after: str) -> tuple[str, str]:
    """Return the two texts without what they begin and end with alike, shortened to what a sentence can show."""
    begin = 0
    while begin < min(len(before), len(after)) and before[begin] == after[begin]:
        begin += 1
    end = 0
    while end < min(len(before), len(after)) - begin and before[-1 - end] == after[-1 - end]:
        end += 1
    return _short(before[begin : len(before) - end]), _short(after[begin : len(after) - end])


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _signs(event: HistoryEvent, kinds: Mapping[str, str]) -> bool:
    completed = event.kind == EventKind.WORK_ITEM_COMPLETED and kinds.get(str(event.work_item_id)) == SIGN
    return completed and event.data.get("decision") in AGREED


def _kinds_of(case: Watched) -> dict[str, str]:
    """Return the kind of step of each work item."""
    return {
        str(event.work_item_id): str(event.data.get("kind") or "")
        for event in case.events
        if event.kind == EventKind.WORK_ITEM_OPENED
    }


def _told_of(event: HistoryEvent, record: str) -> Mapping[str, Value]:
    """Return what an event tells of a record of this name."""
    if event.kind != EventKind.RECORD_CHANGED or event.data.get("record") != record:
        return {}
    values = event.data.get("values")
    return values if isinstance(values, dict) else {}


def _empty(value: Value) -> bool:
    return value in (None, "", [])
