"""A program that speaks the REST API over real connections, each of which may break at any instant."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.office import PASSWORD
from tests.serving import LOOPBACK, Server

API = "/api/v1"
ANSWER_SECONDS = 60.0
BROKEN = (OSError, http.client.HTTPException)
"""What a client sees of a server that dies: a connection refused, reset, or ended in the middle of an answer."""
BOUNDARY = "----a-boundary-of-the-tests"


@dataclass(frozen=True)
class Answer:
    """What came back: status, media type, and the decoded body."""

    status: int
    media_type: str
    body: Any


class RestClient:
    """One kept connection to one server; it opens anew after it broke."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
        self._token = token

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, key: str = "", **body: object) -> Answer:
        return self._ask("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"}, key)

    def upload(
        self, name: str, content: bytes, key: str = "", path: str = "/attachments", field: str = "file"
    ) -> Answer:
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = part.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, key)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], key: str = "") -> Answer:
        sent = {**headers, **({"Idempotency-Key": key} if key else {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        try:
            self._connection.request(method, API + path, body, sent)
            answer = self._connection.getresponse()
            content = answer.read()
        except BROKEN:
            self._connection.close()
            raise
        media_type = answer.headers.get_content_type()
        return Answer(answer.status, media_type, json.loads(content) if media_type.endswith("json") else content)


def token_of(port: int, username: str, password: str = PASSWORD) -> str:
    client = RestClient(port)
    answer = client.post("/token", username=username, password=password)
    client.close()
    assert answer.status == 200, answer
    return str(answer.body["token"])


def tokens_of(servers: Sequence[Server], usernames: Sequence[str]) -> dict[str, str]:
    """Sign people in, each at one of the servers; a token holds at all of them."""
    return {name: token_of(servers[n % len(servers)].port, name) for n, name in enumerate(usernames)}
