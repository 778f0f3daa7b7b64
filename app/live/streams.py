"""The open streams of a process: whose they are, and the one message each still has to send."""

import asyncio
from collections.abc import Mapping

from app.security import Claim
from workflows.box_news import Waiting

Boxes = Mapping[str, Waiting]
REPLACED, ENDED = "replaced", "ended"


class Stream:
    """One browser that listens. Only the newest state waits to be sent, however slow the browser is."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.ended = ""
        self._told: Boxes | None = None
        self._to_tell: Boxes | None = None
        self._news = asyncio.Event()

    def tell(self, boxes: Boxes) -> None:
        """Have the person told what lies in their boxes, if that is something new."""
        if boxes != self._told:
            self._told = self._to_tell = boxes
            self._news.set()

    def start(self, boxes: Boxes) -> None:
        """Have the first state told, unless a later one is known already."""
        if self._told is None:
            self.tell(boxes)

    def end(self, why: str) -> None:
        """Let the stream end: ``replaced`` by newer ones of the same person, or ``ended``."""
        self.ended = self.ended or why
        self._news.set()

    async def next(self, within_seconds: float) -> Boxes | None:
        """Return what is to be told, or None where the stream has ended or nothing has happened in so many seconds."""
        try:
            await asyncio.wait_for(self._news.wait(), within_seconds)
        except TimeoutError:
            return None
        self._news.clear()
        boxes, self._to_tell = self._to_tell, None
        return boxes


class Streams:
    """The streams of a process by whose they are, in the order of opening."""

    def __init__(self, most: int, most_per_person: int) -> None:
        self._most, self._most_per_person = most, most_per_person
        self._of: dict[str, list[Stream]] = {}
        self._open = 0
        self._closed = False

    @property
    def full(self) -> bool:
        """Tell whether no further stream can be opened, or the process is about to end."""
        return self._closed or self._open >= self._most

    def add(self, stream: Stream) -> None:
        """Add a stream; where its person has too many, their oldest ends."""
        own = self._of.setdefault(stream.claim.username, [])
        own.append(stream)
        self._open += 1
        still = [one for one in own if not one.ended]
        for one in still[: max(0, len(still) - self._most_per_person)]:
            one.end(REPLACED)

    def remove(self, stream: Stream) -> None:
        """Forget a stream."""
        own = self._of[stream.claim.username]
        own.remove(stream)
        self._open -= 1
        if not own:
            del self._of[stream.claim.username]

    def people(self) -> list[str]:
        """Return whose streams there are."""
        return list(self._of)

    def all(self) -> list[Stream]:
        """Return every stream."""
        return [stream for own in self._of.values() for stream in own]

    def of(self, username: str) -> list[Stream]:
        """Return a person's streams."""
        return list(self._of.get(username, ()))

    def close(self) -> None:
        """End all streams, and open none any more."""
        self._closed = True
        for one in self.all():
            one.end(ENDED)
