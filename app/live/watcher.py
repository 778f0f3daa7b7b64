"""One watcher per process: when something was committed it asks once for all who are connected, and tells whom it concerns."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError

from app.house import House
from app.live.commits import notice_commits
from app.live.streams import ENDED, Boxes, Stream, Streams
from app.security import Claim
from app.transaction import reading
from workflows import box_news
from workflows.organisation import passwords, sessions

LEAST_PAUSE_SECONDS = 0.1
REST_PER_LOOK = 4
"""Looking may take a fifth of the time, however much is committed."""
MOST_ASKING = 4
"""How many connections to the database newly opened streams may use at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """What one look found: the boxes of people, and the claims that do not hold any more."""

    boxes: dict[str, dict[str, box_news.Waiting]]
    refused: frozenset[Claim]


class Watcher:
    """Looks when it is told of a commit, and from time to time, since it may not have been told."""

    def __init__(self, house: House, streams: Streams) -> None:
        self._house = house
        self._streams = streams
        self._news = asyncio.Event()
        self._asking = CapacityLimiter(MOST_ASKING)
        self._in_trouble = False

    async def run(self) -> None:
        """Watch until cancelled."""
        loop, claims_due = asyncio.get_running_loop(), 0.0
        noticing = asyncio.create_task(notice_commits(self._house.pool, self._news.set))
        try:
            while True:
                await self._told_of_a_commit()
                started = loop.time()
                claims_too = started >= claims_due
                await self._look(claims_too=claims_too)
                if claims_too:
                    claims_due = started + self._house.settings.live.look_seconds
                await asyncio.sleep(max(LEAST_PAUSE_SECONDS, REST_PER_LOOK * (loop.time() - started)))
        finally:
            noticing.cancel()

    async def admit(self, stream: Stream) -> bool:
        """Tell whether a stream's claim holds; if so, have it begin with what lies in the boxes now."""
        username = stream.claim.username
        seen = await to_thread.run_sync(self._read, [username], [stream.claim], limiter=self._asking)
        if stream.claim in seen.refused:
            return False
        stream.start(seen.boxes[username])
        return True

    async def _told_of_a_commit(self) -> None:
        """Wait for a commit, but not longer than a look may be put off."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), self._house.settings.live.look_seconds)
        self._news.clear()

    async def _look(self, *, claims_too: bool) -> None:
        people = self._streams.people()
        if not people:
            return
        claims = [stream.claim for stream in self._streams.all()] if claims_too else []
        try:
            seen = await to_thread.run_sync(self._read, people, claims)
        except SQLAlchemyError as error:
            if not self._in_trouble:
                log.warning("open pages wait for the database: %s", error)
            self._in_trouble = True
            return
        self._in_trouble = False
        for username, lying in seen.boxes.items():
            self._tell(self._streams.of(username), lying, seen.refused)

    @staticmethod
    def _tell(streams: Sequence[Stream], lying: Boxes, refused: frozenset[Claim]) -> None:
        for one in streams:
            if one.claim in refused:
                one.end(ENDED)
            else:
                one.tell(lying)

    def _read(self, people: Sequence[str], claims: Sequence[Claim]) -> Seen:
        with reading(self._house.pool) as connection:
            lying = box_news.waiting(connection, people, self._house.office.engine.now(connection))
            if not claims:
                return Seen(lying, frozenset())
            stamps = passwords.stamps(connection, people)
            ended = sessions.list_ended(connection, list({one.session for one in claims}))
        refused = {one for one in claims if stamps.get(one.username) != one.stamp or one.session in ended}
        return Seen(lying, frozenset(refused))
