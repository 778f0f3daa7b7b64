"""A person who listens to the event stream of a real server, with the cookie of a real session."""

import http.client
import json
import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from tests.office import PASSWORD
from tests.serving import LOOPBACK, Server
from tests.web.clerk import TOKEN

PATIENCE_SECONDS = 60.0
END = "end"


@dataclass(frozen=True)
class Heard:
    """One event, or the end of the stream, and when it came."""

    event: str
    body: Any
    at: float


class Session:
    """Somebody who is signed in at a server."""

    def __init__(self, server: Server, username: str, password: str = PASSWORD) -> None:
        self.server = server
        self.client = httpx.Client(base_url=f"http://{LOOPBACK}:{server.port}", trust_env=False)
        answer = self.post("/sign-in", username=username, password=password)
        assert answer.status_code == 302, answer.text

    def post(self, path: str, **form: str) -> httpx.Response:
        found = TOKEN.search(self.client.get("/sign-in").text)
        assert found
        return self.client.post(path, data={"csrf_token": found[1], **form})

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    def close(self) -> None:
        self.client.close()


def refusal(server: Server, cookie: str = "") -> int:
    """The status with which a stream is refused."""
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/live", headers={"Cookie": cookie})
    status = connection.getresponse().status
    connection.close()
    return status


class Listener:
    """An open stream; what it says is kept in the order in which it came."""

    def __init__(self, server: Server, cookie: str) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=PATIENCE_SECONDS)
        self._connection.request("GET", "/live", headers={"Cookie": cookie})
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        assert self._answer.status == http.client.OK, self._answer.status
        assert self._answer.headers.get_content_type() == "text/event-stream"
        self.headers = self._answer.headers
        self.heard: list[Heard] = []
        self._coming: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Heard:
        heard = self._coming.get(timeout=PATIENCE_SECONDS)
        self.heard.append(heard)
        return heard

    def until(self, met: Callable[[Heard], bool]) -> Heard:
        """Return the first event that meets a condition; the stream may not end before."""
        while not met(heard := self.next()):
            assert heard.event != END, "the stream has ended"
        return heard

    def until_todo(self, count: int) -> Heard:
        return self.until(lambda heard: heard.event == "inbox" and heard.body["counts"]["todo"] == count)

    def until_notices(self, count: int) -> Heard:
        return self.until(lambda heard: heard.event == "inbox" and heard.body["counts"]["notices"] == count)

    def until_end(self) -> Heard:
        return self.until(lambda heard: heard.event == END)

    def close(self) -> None:
        """Hang up; what was said until then can still be read."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _listen(self) -> None:
        event = ""
        try:
            while line := self._answer.readline():
                name, _colon, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self._coming.put(Heard(event, json.loads(value), time.monotonic()))
                elif name == ":":
                    self._coming.put(Heard("heartbeat", None, time.monotonic()))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # the connection was closed on this side, or broke: either way the stream has ended
        self._coming.put(Heard(END, None, time.monotonic()))
