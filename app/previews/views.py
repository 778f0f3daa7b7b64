"""Previews of attachments: pictures, PDF and plain text; everything else is only handed out to be saved.

What may be shown is decided by what was recognised when the file was stored, never by its name, and never by the browser. The
files themselves come from an address of their own, under a policy that lets them do nothing; only a page of this house may frame
them, and only this page may.
"""

from flask import Blueprint, Response, abort, make_response, render_template, send_file
from flask.typing import ResponseReturnValue

from app.attachments import readable
from app.current import current_house
from app.security import CONTENT_SECURITY_POLICY, current_person
from workflows.attachments.texts import DOCX, MOST_BYTES, PLAIN, TextUnreadable, paragraphs_of, read_plain

previews = Blueprint("previews", __name__)
PDF = "application/pdf"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif"})
INLINE = IMAGES | {PDF}
NOTHING = "default-src 'none'; frame-ancestors 'self'"
INLINE_POLICIES = {
    PDF: f"{NOTHING}; object-src 'self'; style-src 'unsafe-inline'",  # the browser's own viewer is styled inline
    **dict.fromkeys(IMAGES, f"{NOTHING}; sandbox"),
}


@previews.get("/attachments/<attachment_id>/preview")
def page(attachment_id: str) -> ResponseReturnValue:
    attachment = readable(current_person(), attachment_id)
    store, text, paragraphs = current_house().office.store, None, None
    if attachment.media_type == PLAIN:
        text = read_plain(store.path(attachment.sha256))
    elif attachment.media_type == DOCX:
        try:
            paragraphs = paragraphs_of(store.path(attachment.sha256), attachment.name, DOCX)
        except TextUnreadable:
            paragraphs = None
    body = render_template(
        "previews/preview.html",
        attachment=attachment,
        is_pdf=attachment.media_type == PDF,
        is_image=attachment.media_type in IMAGES,
        text=text,
        paragraphs=paragraphs,
        limit=MOST_BYTES,
    )
    answer = make_response(body)
    if attachment.media_type == PDF:
        answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return answer


@previews.get("/attachments/<attachment_id>/inline")
def inline(attachment_id: str) -> Response:
    attachment = readable(current_person(), attachment_id)
    if attachment.media_type not in INLINE:
        abort(404)
    answer = send_file(
        current_house().office.store.path(attachment.sha256).absolute(),
        mimetype=attachment.media_type,
        download_name=attachment.name,
    )
    answer.headers["Content-Security-Policy"] = INLINE_POLICIES[attachment.media_type]
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
