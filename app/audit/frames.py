"""The life of a case in the shape in which the page that replays it takes it: tables and numbers into them, one row an event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.messages import event_label
from app.wording import gettext as _
from engine.commands.case import SYSTEM
from engine.model import EventKind, HistoryEvent
from workflows.calendar.working_time import WorkingTime
from workflows.moments.life import Life, is_change, is_intervention, is_send_back, is_urging

SENT_BACK, CHANGED, INTERVENED, URGED, SUBSTITUTED = 1, 2, 4, 8, 16
"""What of an event can be looked for; numbers that are added."""


class _Table:
    """Numbers texts in the order in which they come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        if text not in self._places:
            self._places[text] = len(self.texts)
            self.texts.append(text)
        return self._places[text]


def frames_of(
    life: Life, names: Mapping[str, str], calendar: WorkingTime, diagram_url: Callable[..., str]
) -> dict[str, Any]:
    """Return what the page needs to show every moment without asking again.

    Args:
        life: The case.
        names: Of people, by username.
        calendar: Counts working time.
        diagram_url: Returns where a diagram is, for ``key``, ``version`` and perhaps ``process``.
    """
    elements, kinds, people, labels = _Table(), _Table(), _Table(), _Table()
    events, begin = life.events, life.events[0].at
    hashes = list(life.versions)
    return {
        "at": [round((one.at - begin).total_seconds(), 3) for one in events],
        "begin": begin.timestamp(),
        "worked": _worked(events, calendar),
        "day": calendar.hours.length.total_seconds(),
        "kind": [kinds.place(one.kind) for one in events],
        "who": [people.place(_who(one, names)) for one in events],
        "place": [elements.place(one.activity_id) if one.activity_id else -1 for one in events],
        "label": [labels.place(_label(life, one)) for one in events],
        "flags": [_flags(life, one) for one in events],
        "tokens": [
            [
                one.seq,
                [elements.place(place) for place in one.tokens.values()],
                _failed(one.tokens, one.failed, elements),
            ]
            for one in life.standing
        ],
        "passed": [[seq, [elements.place(one) for one in passed]] for seq, passed in life.passed],
        "moves": [
            [one.seq, one.mode, [elements.place(origin) for origin in one.origins], elements.place(one.target)]
            for one in life.moves
        ],
        "passages": [[elements.place(one.activity_id), one.opened, one.closed or 0] for one in life.passages],
        "runs": [[seq, hashes.index(version)] for seq, version in life.runs_on],
        "versions": [_version(life, one, diagram_url) for one in hashes],
        "kinds": [event_label(one) for one in kinds.texts],
        "people": people.texts,
        "labels": labels.texts,
        "elements": elements.texts,
        "names": [_name(life, one) for one in elements.texts],
        "within": [_within(life, one) for one in elements.texts],
    }


def _label(life: Life, event: HistoryEvent) -> str:
    """Return what the element of an event was called then."""
    if not event.activity_id:
        return ""
    activity = life.find_activity(event.activity_id, event.seq)
    return activity.name if activity is not None else event.activity_id


def _who(event: HistoryEvent, names: Mapping[str, str]) -> str:
    actor = _("系统") if event.actor == SYSTEM.username else names.get(event.actor, event.actor)
    if event.on_behalf_of:
        return str(
            _("%(people)s（代%(owner)s）", people=actor, owner=names.get(event.on_behalf_of, event.on_behalf_of))
        )
    if event.recorded_by:
        return str(_("%(people)s（%(name)s代录）", people=actor, name=names.get(event.recorded_by, event.recorded_by)))
    return str(actor)


def _worked(events: Sequence[HistoryEvent], calendar: WorkingTime) -> list[int]:
    """Return how much working time has passed at each event since the first; events of a command share their instant."""
    begin, known = events[0].at, dict[datetime, int]()
    for event in events:
        if event.at not in known:
            known[event.at] = int(calendar.between(begin, event.at).total_seconds())
    return [known[event.at] for event in events]


def _flags(life: Life, event: HistoryEvent) -> int:
    return (
        SENT_BACK * (is_send_back(event) or event.seq in life.returned)
        + CHANGED * is_change(event)
        + INTERVENED * is_intervention(event)
        + URGED * is_urging(event)
        + SUBSTITUTED * bool(event.on_behalf_of or event.recorded_by or event.kind == EventKind.WORK_ITEM_CONFIRMED)
    )


def _failed(tokens: Mapping[int, str], failed: frozenset[int], elements: _Table) -> list[int]:
    return [elements.place(tokens[one]) for one in sorted(failed) if one in tokens]


def _version(life: Life, version: str, diagram_url: Callable[..., str]) -> dict[str, Any]:
    definition, process = life.versions[version].definition, life.versions[version].process
    called = {one.called: one.name or one.called for one in process.activities.values() if one.called}
    address = {"key": definition.key, "version": definition.version}
    return {
        "label": str(_("第 %(version)s 版", version=definition.version)),
        "url": diagram_url(**address),
        "called": {key: {"name": name, "url": diagram_url(**address, process=key)} for key, name in called.items()},
    }


def _name(life: Life, element: str) -> str:
    for deployed in life.versions.values():
        if element in deployed.process.activities:
            return deployed.process.activity(element).name
    return ""


def _within(life: Life, element: str) -> str:
    """Return the subprocess or call in which an element stands; empty at the outside."""
    for deployed in life.versions.values():
        process = deployed.process
        if element in process.activities:
            around = process.activity(element).container
            callers = (one.id for one in process.activities.values() if one.called == around)
            return around if around in process.activities else next(callers, "")
    return ""
