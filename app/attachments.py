"""Attachments over HTTP: sent as soon as they are chosen, read by those who may see the case."""

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading, transaction
from workflows.attachments import actions
from workflows.attachments.actions import Attachment, AttachmentEmpty, AttachmentNotFound
from workflows.organisation.values import Person
from workflows.visibility import require_visible

files = Blueprint("files", __name__)


@files.post("/attachments")
def upload() -> ResponseReturnValue:
    attachment = receive(current_person())
    return jsonify(id=attachment.id, name=attachment.name, size=attachment.size), 201


@files.get("/attachments/<attachment_id>")
def download(attachment_id: str) -> ResponseReturnValue:
    return hand_out(current_person(), attachment_id)


def receive(person: Person) -> Attachment:
    """Store the request's file; raise the refusals of :func:`workflows.attachments.actions.add`."""
    house = current_house()
    sent = request.files.get("file")
    if sent is None:
        raise AttachmentEmpty("")
    with transaction(house.pool) as connection:
        return actions.add(
            connection,
            house.office.store,
            sent.filename or "",
            sent.stream,
            house.office.settings.attachment_bytes,
            person.username,
            now(connection),
        )


def hand_out(person: Person, attachment_id: str) -> Response:
    """Answer with a file; one that is not bound to a case yet is its uploader's alone."""
    house = current_house()
    with reading(house.pool) as connection:
        attachment = actions.get(connection, attachment_id)
        if attachment.instance_id is not None:
            require_visible(connection, person, attachment.instance_id)
        elif attachment.uploaded_by != person.username:
            raise AttachmentNotFound(attachment_id)
    return send_file(
        house.office.store.path(attachment.sha256).absolute(),
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
