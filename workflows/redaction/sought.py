"""What is to go: which texts of a case, and which of them are looked for elsewhere. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from engine.canonical import CLEARED, Redacted
from engine.model import EventKind, HistoryEvent, Value
from engine.redacted import Path, texts_in
from workflows.clearings import PlaceKind
from workflows.comments.records import COMMENT

HOLDERS = frozenset({"variables", "payload", "inputs"})
"""Keys under which events, jobs and snapshots hold variables by their names."""
OPINIONS = frozenset({"opinion", "reason", "message"})
SAID = frozenset({"opinion", "said"})
"""Keys under which variables hold what somebody has said."""
DISTINCTIVE = 8
"""Characters from which on a text is looked for wherever it stands; a shorter one may well be somebody else's word."""


@dataclass(frozen=True)
class Sought:
    """The texts that are to go, and where they stand in the case itself.

    Attributes:
        kind: Of the place that was chosen.
        place: See :class:`workflows.redaction.places.Place`.
        names: Of the variables that hold them, where it is a field.
        texts: All of them, also the short ones.
        titles: The variables that are shown as the case's title; that one must not be empty.
    """

    kind: PlaceKind
    place: str
    names: frozenset[str]
    texts: frozenset[str]
    titles: frozenset[str] = field(default=frozenset())

    @property
    def needles(self) -> frozenset[str]:
        """The texts that are looked for wherever they stand."""
        return frozenset(one for one in self.texts if len(one) >= DISTINCTIVE)

    def holds(self, text: str) -> bool:
        """Tell whether a text holds one that is looked for everywhere."""
        return any(one in text for one in self.needles)

    def of_event(self, event: HistoryEvent, path: Path, text: str) -> bool:
        """Tell whether a text in the case's own history is to go."""
        if text in ("", CLEARED) or not path:
            return self.holds(text)
        return self.holds(text) or self._stands_there(event, path, text)

    def of_variables(self, path: Path, text: str) -> bool:
        """Tell whether a text among the case's variables is to go: in its snapshot, a draft or a job."""
        return text not in ("", CLEARED) and (self.holds(text) or self._under_name(path) or self._was_said(path, text))

    def of_others(self, _event: HistoryEvent, _path: Path, text: str) -> bool:
        """Tell whether a text in the history of another case or of a ledger is to go."""
        return self.holds(text)

    def kept(self, path: Path, _text: str) -> Value:
        """Return what is there from then on: nothing where a field stood by itself, else a word that says it was cleared."""
        alone = len(path) > 1 and path[-2] in HOLDERS and path[-1] in self.names - self.titles
        return None if alone else CLEARED

    def _stands_there(self, event: HistoryEvent, path: Path, text: str) -> bool:
        match self.kind:
            case PlaceKind.FIELD:
                written = event.kind == EventKind.RECORD_CHANGED and path[-1] in self.names and text in self.texts
                return written or self._under_name(path)
            case PlaceKind.OPINION:
                own = event.work_item_id == self.place and path[-1] in OPINIONS
                return own or self._was_said(path, text)
            case PlaceKind.COMMENT:
                return event.data.get("record") == COMMENT and event.data.get("id") == self.place and path[-1] == "text"
            case _:
                return text in self.texts

    def _was_said(self, path: Path, text: str) -> bool:
        """Tell whether a text is an opinion as the results of countersigns hold it among the variables."""
        said = self.kind is PlaceKind.OPINION and text in self.texts
        return said and path[-1] in SAID and bool(HOLDERS.intersection(path))

    def _under_name(self, path: Path) -> bool:
        return any(holder in HOLDERS and name in self.names for holder, name in pairwise(path))


def texts_of_field(events: Iterable[HistoryEvent], names: frozenset[str], without: str) -> frozenset[str]:
    """Return all that ever stood in a field of a case, but for a text that says nothing."""
    found = {text for event in events for text in _under(event.data, names)}
    return frozenset(one for one in found if one and one != without and not isinstance(one, Redacted))


def _under(content: Any, names: frozenset[str]) -> Iterator[str]:
    for path, text in texts_in(content):
        if any(holder in HOLDERS and name in names for holder, name in pairwise(path)):
            yield text
