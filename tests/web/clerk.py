"""A person at the web pages without a browser: real requests, real forms, real tokens against forgery."""

import re
from html import unescape

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.office import PASSWORD

BOUNDARY = "----a-boundary-of-the-tests"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
ALERT = re.compile(r'role="alert"[^>]*>([^<]*)<')
HIDDEN = re.compile(r'<input type="hidden" name="(version|idempotency_key)" value="([^"]*)"')
FIELD_ERROR = re.compile(r'id="error-([\w-]+)">([^<]*)<')


class Clerk:
    """One person's session."""

    def __init__(self, app: Flask, username: str = "", password: str = PASSWORD) -> None:
        self._client = app.test_client()
        if username:
            signed_in = self.post("/sign-in", username=username, password=password)
            assert signed_in.status_code == 302, alert(signed_in)

    def get(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self._client.get(path, headers=headers)

    def post(self, path: str, headers: dict[str, str] | None = None, **form: object) -> TestResponse:
        return self._client.post(path, data={"csrf_token": self.token(), **form}, headers=headers)

    def post_without_token(self, path: str, headers: dict[str, str] | None = None, **form: object) -> TestResponse:
        return self._client.post(path, data=form, headers=headers)

    def post_json(self, path: str, **body: object) -> TestResponse:
        """Send what the program of a page sends."""
        return self._client.post(path, json=body, headers={"X-CSRFToken": self.token()})

    def upload(self, name: str, content: bytes) -> TestResponse:
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = part.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        headers = {"X-CSRFToken": self.token()}
        return self._client.post("/attachments", data=body, content_type=content_type, headers=headers)

    def download(self, path: str) -> tuple[bytes, Headers]:
        """Return a file's bytes and the headers it came with."""
        with self._client.get(path) as answer:
            assert answer.status_code == 200, alert(answer)
            return answer.data, answer.headers

    def token(self) -> str:
        found = TOKEN.search(self._client.get("/sign-in").text)
        assert found
        return found[1]

    def start(self, title: str, flow: str = "outgoing_document") -> str:
        """Start a case and return the path of its first work item."""
        started = self.post("/cases/new", definition=flow, title=title)
        assert started.status_code == 302, alert(started)
        return started.location

    def hidden(self, path: str) -> dict[str, str]:
        """Return the version and the key that the page's form carries."""
        return dict(HIDDEN.findall(self.get(path).text))

    def submit(self, path: str, decision: str = "submit", **form: object) -> TestResponse:
        """Send the page's form as it was shown, with these entries."""
        return self.post(path, **{**self.hidden(path), "decision": decision, **form})


def case_of(item: str) -> str:
    """Return the path of the case that the work item at a path belongs to."""
    return "/cases/" + item.removeprefix("/worklist/").rsplit("-", 1)[0]


def alert(response: TestResponse) -> str:
    """Return what the page warns of, or an empty text."""
    found = ALERT.search(response.text)
    return unescape(found[1]).strip() if found else ""


def field_errors(response: TestResponse) -> dict[str, str]:
    """Return the sentence under each field that has one."""
    return {field: unescape(text) for field, text in FIELD_ERROR.findall(response.text)}
