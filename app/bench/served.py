"""A server in a process of its own, and as little of a browser as a measurement needs, so that it measures the server."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from app.bench.report import BARE, Row, row
from app.bench.stand import Item, Stand
from app.house import House

STARTUP_SECONDS, PAUSE_SECONDS = 60.0, 0.1
LOOPBACK = "127.0.0.1"


def rows(stand: Stand, client: "Client") -> list[Row]:
    """Complete work items: session, forged requests, form, rights, and the key that lets a form count once."""
    items = [item for _ in range(stand.sizes.repeats) for item in stand.start()]
    client.reconnect()
    posted = stand.ratio_to_bare_commit(lambda number: client.complete(items[number]))
    return [row("完成一件待办（HTTP：会话、CSRF、表单、权限）", posted, BARE, 8)]


@contextmanager
def serving(house: House, username: str, password: str) -> Iterator["Client"]:
    """Serve an installation until the block ends, and sign in there."""
    port = _free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment(house), stdout=subprocess.DEVNULL) as server:  # noqa: S603  (ourselves)
        try:
            client = Client(port, server)
            client.sign_in(username, password)
            yield client
        finally:
            server.terminate()


def environment(house: House) -> dict[str, str]:
    """Return the environment by which another process finds this installation."""
    storage = house.settings.storage
    return {
        **os.environ,
        "BANJIE_DATABASE_URL": storage.database_url,
        "BANJIE_DATA_DIR": str(storage.data_dir),
    }


class Client:
    """Holds one connection, one session and its token; the pages that an answer leads to are not asked for."""

    def __init__(self, port: int, server: subprocess.Popen[bytes]) -> None:
        """Wait until the server answers; raise ``OSError`` or ``ChildProcessError`` where it does not."""
        self._port, self._server = port, server
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=STARTUP_SECONDS)
        self._cookie = ""
        self._token = ""
        deadline = time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                self._ask("GET", "/healthz")
            except OSError:
                self._connection.close()
                if server.poll() is not None:
                    raise ChildProcessError("the server of the measurement ended") from None
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def another(self, username: str, password: str) -> "Client":
        """Return somebody else at the same server."""
        client = Client(self._port, self._server)
        client.sign_in(username, password)
        return client

    def sign_in(self, username: str, password: str) -> None:
        self._read_token("/sign-in")
        self._ask("POST", "/sign-in", {"username": username, "password": password, "csrf_token": self._token})
        self._read_token("/password")

    def reconnect(self) -> None:
        """Open the connection anew; the server closes one on which nothing was asked for some seconds."""
        self._connection.close()

    def get(self, path: str) -> None:
        """Ask for a page; raise ``RuntimeError`` where it is not shown."""
        status, _body = self._ask("GET", path)
        if status != http.client.OK:
            raise RuntimeError(f"{status} instead of a page")

    def complete(self, item: Item) -> None:
        """Complete a work item as its page does; raise ``RuntimeError`` where the server does not accept it."""
        cookie = self._cookie
        work_item_id, version = item
        form = {
            "csrf_token": self._token,
            "version": version,
            "decision": "submit",
            "opinion": "同意。",
            "note": "一段测量用的文字",
            "idempotency_key": f"bench-{work_item_id}",
        }
        status, _body = self._ask("POST", f"/worklist/{work_item_id}", form)
        self._cookie = cookie  # the message for the next page would grow with each act
        if status != http.client.FOUND:
            raise RuntimeError(f"{status} instead of a redirect")

    def _read_token(self, path: str) -> None:
        _status, page = self._ask("GET", path)
        self._token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def _ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return answer.status, body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
