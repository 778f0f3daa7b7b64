"""Changes that begin with files there are already: an earlier version that is to come back, or files that somebody uploads.

Neither is deployed at once: four eyes hold for them as for what is drawn on the page.
"""

from collections.abc import Iterator, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import status_of, told
from app.formats import embedded
from app.security import current_person, posts_required
from app.studio.drawing import shown_findings
from app.transaction import reading, transaction
from engine.definitions import errors_of, is_model, read_processes
from engine.errors import InvalidSubmission, ProcessError
from engine.model import Finding
from engine.persistence.definitions import find_newest, get_definition
from workflows import cases, definitions
from workflows.duties import DIRECTORS
from workflows.flow_changes import drafts

beginning = Blueprint("beginning", __name__)


class SeveralFlows(InvalidSubmission):
    """The files hold more or less than one flow."""


@beginning.route("/studio/restore", methods=["GET", "POST"])
@posts_required(DIRECTORS)
def restore() -> ResponseReturnValue:
    """Begin a change by which an earlier version of a flow comes back, as one more version."""
    house = current_house()
    key, version = request.values.get("flow", ""), request.values.get("version", 0, type=int)
    with reading(house.pool) as connection:
        newest = get_definition(connection, key)
        earlier = get_definition(connection, key, version)
        files = drafts.files_of_version(connection, earlier)
    given = {name: request.form.get(name, "").strip() for name in ("title", "change_reason")}
    message, status = "", 200
    if request.method == "POST":
        try:
            with transaction(house.pool) as connection:
                begun = _begin(connection, key, given, files)
        except ProcessError as error:
            message, status = told(error, house), status_of(error)
        else:
            flash(_("已建立修改事项，草稿是第 %(version)s 版的内容。", version=earlier.version))
            return redirect(url_for("studio_compare.show", instance_id=begun))
    page = render_template("studio/restore.html", newest=newest, earlier=earlier, given=given, message=message)
    return page, status


@beginning.route("/definitions/upload", methods=["GET", "POST"])
@posts_required(DIRECTORS)
def upload() -> ResponseReturnValue:
    """Check files, and begin a change of their flow whose draft they are."""
    house = current_house()
    given = {name: request.form.get(name, "").strip() for name in ("title", "change_reason")}
    if request.method == "GET":
        return render_template("studio/upload.html", findings=None, given=given)
    files = {sent.filename: sent.read() for sent in request.files.getlist("files") if sent.filename}
    if not files:
        message = _("请选择 .bpmn 文件，连同它引用的 .form 和 .dmn 文件。")
        return render_template("studio/upload.html", findings=None, given=given, message=message), 422
    with reading(house.pool) as connection:
        findings = definitions.check(house.office, files, connection)
    refused, message, status = bool(errors_of(findings)), "", 200
    if "begin" in request.form and not refused:
        try:
            with transaction(house.pool) as connection:
                begun = _begin(connection, *_named(files, given))
        except ProcessError as error:
            message, status = told(error, house), status_of(error)
        else:
            flash(_("已建立修改事项，上传的文件是它的草稿；送另一人批准后发布。"))
            return redirect(url_for("studio_compare.show", instance_id=begun))
    page = render_template(
        "studio/upload.html",
        findings=findings,
        refused=refused,
        diagrams=list(_drawable(files, findings)),
        names=sorted(files),
        given=given,
        message=message,
    )
    return page, 422 if refused else status


def _named(files: Mapping[str, bytes], given: Mapping[str, str]) -> tuple[str, Mapping[str, str], dict[str, bytes]]:
    """Return the key of the one flow that files hold, and the files with its model under its key."""
    processes, models = read_processes(files), [name for name in files if is_model(name)]
    if len(processes) != 1 or len(models) != 1:
        raise SeveralFlows
    [process] = processes
    renamed = {f"{process.key}.bpmn" if name in models else name: content for name, content in files.items()}
    return process.key, given, renamed


def _begin(connection: Connection, key: str, given: Mapping[str, str], files: Mapping[str, bytes]) -> str:
    """Start the case of a change, with these files as its draft upon the newest version; return its id."""
    house, person, at = current_house(), current_person(), now(connection)
    newest = find_newest(connection, key)
    variables: dict[str, object] = {"change_reason": given["change_reason"]}
    variables["flow_key" if newest is not None else "new_flow_key"] = key
    drafts.key_of(variables)
    started = cases.start(connection, house.office, person, drafts.NAME, given["title"], variables, at)
    drafts.keep(connection, house.office, person, started.instance_id, 0, files, at)
    return started.instance_id


def _drawable(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each model, the model as a JSON text, and what is to be drawn onto it."""
    for name in sorted(filter(is_model, files)):
        try:
            model = embedded(files[name].decode())
        except UnicodeDecodeError:
            continue
        yield name, model, embedded(shown_findings(one for one in findings if one.file == name))
