"""A form is carried out once, however often it is sent: its answer is kept under the key the page gave it."""

from flask import request
from sqlalchemy import Connection

from app.current import current_house, now
from app.transaction import reading
from engine import canonical
from engine.persistence.idempotency import StoredAnswer, find_answer, store_answer
from workflows.organisation.values import Person

KEY_FIELD = "idempotency_key"
LONGEST_KEY = 200
SEE_OTHER = 303


def form_digest() -> str:
    """Return the digest of everything the request's form says, but for the token against forgery."""
    said = [[name, request.form.getlist(name)] for name in sorted(request.form) if name != "csrf_token"]
    return canonical.digest(canonical.encode([request.path, said]))


def keep_done(connection: Connection, person: Person, digest: str, answer: str) -> None:
    """Keep what was answered to the request's form, in the transaction of the act."""
    if key := _key():
        stored = StoredAnswer(SEE_OTHER, answer.encode())
        store_answer(connection, person.username, key, digest, stored, now(connection))


def done_before(person: Person, digest: str) -> str:
    """Return what was answered when this form was carried out, or an empty text; raise ``KeyReused``."""
    key = _key()
    if not key:
        return ""
    with reading(current_house().pool) as connection:
        stored = find_answer(connection, person.username, key, digest)
    return stored.answer.decode() if stored else ""


def _key() -> str:
    return request.form.get(KEY_FIELD, "")[:LONGEST_KEY]
