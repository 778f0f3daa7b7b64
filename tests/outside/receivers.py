"""A mail server and a web hook on this machine: real sockets, and everything that arrived."""

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass
class MailServer:
    """What an SMTP server on this machine has received; ``refusing`` answers recipients, ``hangs_up`` takes and says nothing."""

    port: int = 0
    refusing: str = ""
    hangs_up: bool = False
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)


@dataclass
class Hook:
    """What a web hook on this machine has received; it answers ``answer`` with ``status``."""

    url: str = ""
    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    hangs_up: bool = False
    received: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Serve SMTP as far as RFC 5321 asks of a receiver without extensions."""
    mail = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper().decode()
                if verb == "RCPT" and mail.refusing:
                    self.say(mail.refusing)
                elif verb == "DATA":
                    self.say("354 go on")
                    content = self.content()
                    if mail.hangs_up:
                        return
                    mail.raw.append(content)
                    parsed = message_from_bytes(content, policy=policy.default)
                    assert isinstance(parsed, EmailMessage)
                    mail.received.append(parsed)
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def content(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(re.sub(rb"^\.\.", b".", line))
            return b"".join(lines)

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Session) as server:
        mail.port = server.server_address[1]
        with _serving(server):
            yield mail


@contextmanager
def hook() -> Iterator[Hook]:
    """Serve a web hook of a robot."""
    there = Hook()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.received.append((self.path, json.loads(body)))
            if there.hangs_up:
                return
            self.send_response(there.status)
            self.end_headers()
            self.wfile.write(there.answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Request) as server:
        there.url = f"http://{LOOPBACK}:{server.server_address[1]}/hook?key=secret"
        with _serving(server):
            yield there


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
