"""Notices that somebody has committed, in whichever process: one connection for all streams of a process."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine

from app.announcing import CHANNEL

FILE_SECONDS = 0.25
"""Between two looks at whether a SQLite file has changed."""
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


async def notice_commits(pool: Engine, noticed: Callable[[], None]) -> None:
    """Call a function whenever something was committed, until cancelled; a database that is away is asked again."""
    wait = _look_at_file if pool.dialect.name == "sqlite" else _listen
    while True:
        try:
            await wait(pool, noticed)
        except (OSError, psycopg.Error, sqlite3.Error) as error:
            log.info("commits are not noticed for the moment: %s", error)
        await asyncio.sleep(RETRY_SECONDS)


async def _look_at_file(pool: Engine, noticed: Callable[[], None]) -> None:
    file = str(pool.url.database)
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)  # it never waits, so the loop does not either
    try:
        seen = None
        while True:
            [version] = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                noticed()
            await asyncio.sleep(FILE_SECONDS)
    finally:
        connection.close()


async def _listen(pool: Engine, noticed: Callable[[], None]) -> None:
    arguments, options = pool.dialect.create_connect_args(pool.url)
    given: dict[str, Any] = {**options, "autocommit": True}
    async with await psycopg.AsyncConnection.connect(*arguments, **given) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        noticed()  # of what was committed before anybody listened
        async for _message in connection.notifies():
            noticed()
