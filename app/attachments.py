"""Attachments over HTTP: sent as soon as they are chosen, read by those who may see the case."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading, transaction
from workflows.attachments import actions
from workflows.attachments.actions import Attachment, AttachmentMissing, AttachmentNotFound
from workflows.organisation.values import Person
from workflows.visibility import require_visible

files = Blueprint("files", __name__)


@files.post("/attachments")
def upload() -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
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


def hand_out(person: Person, attachment_id: str) -> Response:
    """Answer with a file; one that is not bound to a case yet is its uploader's alone."""
    house = current_house()
    with reading(house.pool) as connection:
        attachment = actions.get(connection, attachment_id)
        if attachment.instance_id is not None:
            require_visible(connection, person, attachment.instance_id, now(connection))
        elif attachment.uploaded_by != person.username:
            raise AttachmentNotFound(attachment_id)
    return send_file(
        house.office.store.path(attachment.sha256).absolute(),
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
