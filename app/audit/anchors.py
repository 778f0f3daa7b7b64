"""The page of anchors, their file and key to be kept elsewhere, and exports that carry their own verifier."""

from tempfile import SpooledTemporaryFile

from flask import Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.audit.blueprint import audit
from app.current import current_house, now
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine import canonical
from engine.anchoring.anchors import read_line
from engine.persistence import anchors
from workflows.anchoring import exporting
from workflows.duties import AUDITORS, DIRECTORS

PAGE_ANCHORS = 50
IN_MEMORY_BYTES = 8_000_000
FILE = "anchors.jsonl"


@audit.get("/anchors")
@posts_required(AUDITORS)
def list_anchors() -> ResponseReturnValue:
    house = current_house()
    before = request.args.get("before", "")
    with reading(house.pool) as connection:
        lines = anchors.list_newest(connection, PAGE_ANCHORS + 1, int(before) if before.isdecimal() else None)
        last = anchors.list_newest(connection, 1, None)
    shown = [read_line(line, 0) for line in lines]
    return render_template(
        "audit/anchors.html",
        anchors=shown[:PAGE_ANCHORS],
        next=shown[PAGE_ANCHORS - 1].number if len(shown) > PAGE_ANCHORS else None,
        fingerprint=canonical.digest(bytes.fromhex(read_line(last[0], 0).key)) if last else None,
        minutes=house.settings.anchors.minutes,
    )


@audit.get("/anchors/file")
@posts_required(AUDITORS)
def anchors_file() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        lines = list(anchors.list_lines(connection))
    headers = {"Content-Disposition": f"attachment; filename={FILE}"}
    return Response((line + b"\n" for line in lines), mimetype="application/x-ndjson", headers=headers)


@audit.get("/anchors/key")
@posts_required(AUDITORS)
def public_key() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        last = anchors.list_newest(connection, 1, None)
    if not last:
        abort(404)
    headers = {"Content-Disposition": f"attachment; filename={exporting.PUBLIC_KEY}"}
    return Response(f"{read_line(last[0], 0).key}\n", mimetype="text/plain", headers=headers)


@audit.get("/<instance_id>/export/verifiable")
@posts_required((*AUDITORS, *DIRECTORS))
def export_verifiable(instance_id: str) -> ResponseReturnValue:
    """A ZIP of a case, or of its thread, with proof and verifier."""
    house, person = current_house(), current_person()
    whole_thread = request.args.get("thread") == "1"
    target = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (closed by whoever sends it)
    with transaction(house.pool) as connection:
        at = now(connection)
        chosen = [instance_id]
        if whole_thread:
            chosen = exporting.cases_of_thread(connection, house.office, person, instance_id, at)
        exports = exporting.exported(connection, house.office, person, chosen, at)
        exporting.write_archive(connection, house.office, exports, target)  # type: ignore[arg-type]
    target.seek(0)
    name = f"{instance_id}{'-thread' if whole_thread else ''}.zip"
    return send_file(target, mimetype="application/zip", as_attachment=True, download_name=name)  # type: ignore[arg-type]
