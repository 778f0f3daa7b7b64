"""Every POST under an ``Idempotency-Key`` is carried out once; asked again, it answers the same."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading, transaction
from engine import canonical
from engine.errors import ProcessError
from engine.persistence.idempotency import StoredAnswer, find_answer, store_answer

LONGEST_KEY = 200
Act = Callable[[Connection, datetime], tuple[dict[str, Any] | list[dict[str, Any]], int]]


def once(act: Act) -> Response:
    """Carry out an act in one transaction and answer with what it returns."""
    key = request.headers.get("Idempotency-Key", "")[:LONGEST_KEY]
    house, person = current_house(), current_person()
    digest = _digest()
    try:
        with transaction(house.pool) as connection:
            stored = find_answer(connection, person.username, key, digest) if key else None
            if stored is None:
                at = now(connection)
                body, status = act(connection, at)
                stored = StoredAnswer(status, json.dumps(body, ensure_ascii=False).encode())
                if key:
                    store_answer(connection, person.username, key, digest, stored, at)
    except (ProcessError, IntegrityError):  # refused, perhaps because the same request was faster by another way
        with reading(house.pool) as connection:
            earlier = find_answer(connection, person.username, key, digest) if key else None
        if earlier is None:
            raise
        stored = earlier
    return Response(stored.answer, stored.status, mimetype="application/json")


def _digest() -> str:
    """Return the digest of what is asked for; files count by name and content, not by how they were wrapped."""
    said = [f"{request.method} {request.path}".encode()]
    for field in sorted(request.files):
        for sent in request.files.getlist(field):
            said += [field.encode(), (sent.filename or "").encode(), sent.stream.read()]
            sent.stream.seek(0)
    if not request.files:
        said.append(request.get_data())
    return canonical.digest(b"\n".join(canonical.digest(part).encode() for part in said))
