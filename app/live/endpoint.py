"""The address /live: an event stream for whoever is signed in, by the same cookie as the pages."""

import asyncio
import json
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.house import House
from app.live.shape import inbox
from app.live.streams import REPLACED, Stream, Streams
from app.live.watcher import Watcher
from app.metrics import STREAMS
from app.security import HEADERS, claim_of
from engine.clock import SystemClock

UNAUTHENTICATED, UNAVAILABLE = 401, 503
STREAM_HEADERS = {**HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
RETRY_AFTER = {"Retry-After": "15"}

_machine = SystemClock()


class Live:
    """What the router serves under /live, and what runs beside it."""

    def __init__(self, app: Flask, house: House) -> None:
        self._app = app
        self._settings = house.settings.live
        self._streams = Streams(self._settings.most_streams, self._settings.streams_per_person)
        self._watcher = Watcher(house, self._streams)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch while the server runs; when it is asked to end, the streams end first, since it waits for them."""
        watching = asyncio.create_task(self._watcher.run())
        try:
            with _before_the_server_ends(self._streams):
                yield
        finally:
            watching.cancel()

    async def answer(self, request: Request) -> Response:
        """Open a stream, or refuse to."""
        if self._streams.full:
            return _refusal(UNAVAILABLE)
        claim = claim_of(self._app, request.cookies.get(self._app.config["SESSION_COOKIE_NAME"], ""))
        if claim is None:
            return _refusal(UNAUTHENTICATED)
        stream = Stream(claim)
        with self._counted(stream) as kept:
            try:
                admitted = await self._watcher.admit(stream)
            except SQLAlchemyError:
                return _refusal(UNAVAILABLE)
            if not admitted:
                return _refusal(UNAUTHENTICATED)
            kept.clear()
        return _Opened(self, stream)

    async def events(self, stream: Stream) -> AsyncIterator[bytes]:
        """Yield what a stream says until it ends, its session expires, or nobody listens any more."""
        expires_in = (stream.claim.expires_at - _machine.now()).total_seconds()
        expires = asyncio.get_running_loop().time() + expires_in
        while not stream.ended:
            left = expires - asyncio.get_running_loop().time()
            if left <= 0:
                return
            boxes = await stream.next(min(self._settings.heartbeat_seconds, left))
            if not stream.ended:
                yield _message("inbox", inbox(stream.claim.username, boxes)) if boxes is not None else b":\n\n"
        if stream.ended == REPLACED:
            yield _message("replaced", {})

    def forget(self, stream: Stream) -> None:
        self._streams.remove(stream)
        STREAMS.dec()

    @contextmanager
    def _counted(self, stream: Stream) -> Iterator[list[Stream]]:
        """Count a stream from before its boxes are read, so that nothing is missed; forget it unless it is kept."""
        to_forget = [stream]
        self._streams.add(stream)
        STREAMS.inc()
        try:
            yield to_forget
        finally:
            for one in to_forget:
                self.forget(one)


class _Opened(StreamingResponse):
    """An open stream, which is forgotten however it ends."""

    def __init__(self, live: Live, stream: Stream) -> None:
        super().__init__(live.events(stream), headers=STREAM_HEADERS, media_type="text/event-stream")
        self._live, self._stream = live, stream

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.forget(self._stream)


def _message(event: str, content: dict[str, object]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(content, separators=(',', ':'))}\n\n".encode()


def _refusal(status: int) -> Response:
    headers = RETRY_AFTER if status == UNAVAILABLE else {}
    return JSONResponse({"status": status}, status, {**HEADERS, **headers, "Cache-Control": "no-store"})


@contextmanager
def _before_the_server_ends(streams: Streams) -> Iterator[None]:
    """End the streams when the process is told to end; the server only says so when the last answer is finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(streams.close)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
