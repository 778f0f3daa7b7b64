"""One installation served by several processes, and clients that act on it in the same moment."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.api import tokens
from app.house import House
from app.settings import session_secret
from app.transaction import reading, transaction
from engine.model import Actor, HistoryEvent, WorkItem
from engine.persistence.tables import process_instance
from tests.office import MORNING
from tests.rest import Answer, RestClient
from tests.serving import Server
from workflows import definitions, verification
from workflows.organisation import passwords

STARTER = Actor("gexingyao")


class Site:
    """An installation and the processes that serve it."""

    def __init__(self, house: House, servers: Sequence[Server]) -> None:
        self.house = house
        self.servers = servers
        self._clients: list[RestClient] = []

    def client(self, username: str, number: int = 0) -> RestClient:
        """Somebody who is signed in, at one of the processes."""
        client = RestClient(self.servers[number % len(self.servers)].port, self.token(username))
        self._clients.append(client)
        return client

    def hang_up(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()

    def token(self, username: str) -> str:
        with reading(self.house.pool) as connection:
            stamp, _must_change = passwords.credentials_of(connection, username)
        return tokens.issue(session_secret(self.house.settings.storage.data_dir), username, stamp)

    def open(self, files: dict[str, bytes], **variables: Any) -> list[WorkItem]:
        """Deploy a model, start a case of it, and return what it opens."""
        engine = self.house.office.engine
        with transaction(self.house.pool) as connection:
            definitions.deploy_as(connection, self.house.office, STARTER, files, MORNING)
        with transaction(self.house.pool) as connection:
            [file] = files
            flow = engine.deployed_version(connection, Path(file).stem)
            given = {"title": "一件并发办理的事", **variables}
            return list(engine.start(connection, flow, STARTER, "ZZB", given, MORNING).opened)

    def history(self, instance_id: str, kind: str) -> list[HistoryEvent]:
        with reading(self.house.pool) as connection:
            return [one for one in self.house.office.engine.history(connection, instance_id) if one.kind == kind]

    def assert_sound(self) -> None:
        """Nothing contradicts history, and every case can be executed again from it."""
        engine = self.house.office.engine
        with reading(self.house.pool) as connection:
            assert verification.verify(connection, self.house.office) == []
            for instance_id in connection.scalars(select(process_instance.c.id)).all():
                result = engine.replay(connection, instance_id)
                assert result.verified, result.divergence


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Carry out acts in so many threads that set off together; return the answers in the order of the acts."""
    answers: list[Answer | None] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int) -> None:
        barrier.wait()
        answers[index] = acts[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = [one for one in answers if one is not None]
    assert len(given) == len(acts), "a client got no answer"
    return given
