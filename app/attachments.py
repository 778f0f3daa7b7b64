"""Attachments over HTTP: sent as soon as they are chosen, read by those who may see the case."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from app.current import current_house, looking_at_a_case, now
from app.security import current_person
from app.transaction import transaction
from engine.model import Actor
from workflows import cases
from workflows.attachments import actions
from workflows.attachments.actions import Attachment, AttachmentCleared, AttachmentMissing, AttachmentNotFound
from workflows.organisation.values import Person
from workflows.secrecy import StateSecretRefused
from workflows.visibility import record_reading

files = Blueprint("files", __name__)
SECRECY = "office:secrecy"


@files.post("/attachments")
def upload() -> ResponseReturnValue:
    with secrets_refused(current_person()), transaction(current_house().pool) as connection:
        attachment = receive(connection, current_person(), now(connection))
    return jsonify(id=attachment.id, name=attachment.name, size=attachment.size), 201


@files.get("/attachments/<attachment_id>")
def download(attachment_id: str) -> ResponseReturnValue:
    return hand_out(current_person(), attachment_id)


def receive(connection: Connection, person: Person, at: datetime) -> Attachment:
    """Store the request's file; raise the refusals of :func:`workflows.attachments.actions.add`."""
    office = current_house().office
    sent = request.files.get("file")
    if sent is None:
        raise AttachmentMissing
    limit = office.settings.attachment_bytes
    return actions.add(connection, office.store, sent.filename or "", sent.stream, limit, person.username, at)


@contextmanager
def secrets_refused(person: Person) -> Iterator[None]:
    """Tell the ledger of secrecy that somebody's file was refused: which mark it bears, and nothing else of it."""
    try:
        yield
    except StateSecretRefused as refused:
        house = current_house()
        with transaction(house.pool) as connection:
            told = {"mark": refused.mark}
            actor, at = Actor(person.username), now(connection)
            house.office.engine.record_ledger(connection, SECRECY, "secret:refused", told, actor, at)
        raise


def readable(person: Person, attachment_id: str) -> Attachment:
    """Return an attachment that a person may read; one that is not bound to a case yet is its uploader's alone.

    That they have read it is recorded.
    """
    house = current_house()
    with looking_at_a_case(person) as connection:
        attachment = actions.get(connection, attachment_id)
        if attachment.instance_id is not None:
            cases.require_file(connection, house.office, person, attachment.instance_id, attachment_id, now(connection))
            at, case = now(connection), attachment.instance_id
            record_reading(connection, house.office, person, case, "attachment", at, attachment_id)
        elif attachment.uploaded_by != person.username:
            raise AttachmentNotFound(attachment_id)
    if attachment.cleared_at is not None:
        raise AttachmentCleared(attachment_id)
    return attachment


def hand_out(person: Person, attachment_id: str) -> Response:
    """Answer with a file, to be saved."""
    attachment = readable(person, attachment_id)
    return send_file(
        current_house().office.store.path(attachment.sha256).absolute(),
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
