"""Lives of cases for those who read them: loaded whole when a page opens, kept for the moments that are asked for after it."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import Connection

from engine import history as chains
from engine.errors import ChainBroken
from engine.history import Head, SealedEvent
from engine.marking import unpack
from engine.model import ProcessInstance, ReplayResult
from engine.persistence import instances
from workflows.moments.known import Known, known_at
from workflows.moments.life import Held, Life
from workflows.office import Office
from workflows.waits import waits_of

MOST_LIVES, MOST_EVENTS = 8, 20_000
"""What one process keeps at the most; a single longer case is kept as well."""


class Lives:
    """The lives that were read last in this process, by case and the head of its chain.

    A case that has gone on, or of which a content was cleared, has another head and is read anew; what was kept of it goes.
    """

    def __init__(self, most: int = MOST_LIVES, most_events: int = MOST_EVENTS) -> None:
        """Keep at most so many, with so many events in all."""
        self._most, self._most_events = most, most_events
        self._kept: OrderedDict[str, tuple[Head, Life]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, connection: Connection, office: Office, instance_id: str) -> Life:
        """Return the life of a case as its history tells it now, read anew."""
        events = office.engine.chain(connection, instance_id)
        return self._keep(connection, office, instance_id, events)

    def get(self, connection: Connection, office: Office, instance_id: str) -> Life:
        """Return the life of a case, as it was read before if it has not gone on since."""
        head = instances.head_of(connection, instance_id)
        with self._lock:
            kept = self._kept.get(instance_id)
        return kept[1] if kept is not None and kept[0] == head else self.read(connection, office, instance_id)

    def prove(self, connection: Connection, office: Office, instance_id: str) -> ReplayResult:
        """Read a case anew, check its chain, and execute it again.

        Args:
            connection: In a transaction that sees one state of the database.
            office: The office.
            instance_id: The case.

        Returns:
            Verified, or where the chain breaks, or where history and execution part.

        Raises:
            ProcessInstanceNotFound: There is no such case.
        """
        events = office.engine.chain(connection, instance_id)
        try:
            chains.check(instance_id, events, instances.head_of(connection, instance_id))
        except ChainBroken as error:
            return ReplayResult(instance_id, False, len(events), f"chain: {error.reason}", error.seq)
        return self._keep(connection, office, instance_id, events, again=True).prove()

    def _keep(
        self,
        connection: Connection,
        office: Office,
        instance_id: str,
        sealed: Sequence[SealedEvent],
        *,
        again: bool = False,
    ) -> Life:
        """Keep a life that was read; the one that was kept stays where it has the same events, unless it is to be proved."""
        events = [one.event for one in sealed]
        with self._lock:
            kept = self._kept.get(instance_id)
        same = kept is not None and not again and kept[1].events == events
        life = kept[1] if kept is not None and same else Life(office.engine.versions_of(connection, events), events)
        with self._lock:
            self._kept[instance_id] = Head(events[-1].seq, events[-1].hash), life
            self._kept.move_to_end(instance_id)
            while len(self._kept) > 1 and self._is_full():
                self._kept.popitem(last=False)
        return life

    def _is_full(self) -> bool:
        events = sum(len(life.events) for _head, life in self._kept.values())
        return len(self._kept) > self._most or events > self._most_events


def last_known(connection: Connection, office: Office, case: ProcessInstance, life: Life) -> Known:
    """Return what is known of a case at its last event, without executing it again."""
    deployed = office.engine.deployed(connection, case.definition.id)
    marking = unpack(instances.snapshot_of(connection, case.id))
    held: Held = life.last_held(marking.variables, waits_of(deployed.process, marking))
    return known_at(connection, office, case, life, life.events[-1].seq, held)


def known_then(connection: Connection, office: Office, case: ProcessInstance, life: Life, seq: int) -> Known:
    """Return what was known of a case after one of its events."""
    return known_at(connection, office, case, life, seq, life.held_at(seq))
