"""Flows with their versions: diagrams, downloads, uploads with the findings of the check."""

from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.formats import embedded
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.definitions import errors_of, file_of, is_model
from engine.errors import ProcessDefinitionNotFound
from engine.model import Finding
from workflows import definitions as office_definitions
from workflows.duties import DIRECTORS
from workflows.organisation import queries

definitions = Blueprint("definitions", __name__, url_prefix="/definitions")
SYSTEM = "system"
"""Who deploys on the command line."""


@definitions.get("")
@posts_required(DIRECTORS)
def index() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        flows = office_definitions.list_newest(connection)
        names = {**queries.names_of(connection, {flow.deployed_by for flow in flows}), SYSTEM: _("系统")}
    return render_template("definitions/index.html", flows=flows, names=names)


@definitions.get("/<key>")
@posts_required(DIRECTORS)
def flow(key: str) -> ResponseReturnValue:
    house = current_house()
    version = request.args.get("version", type=int)
    with reading(house.pool) as connection:
        deployed = house.office.engine.deployed_version(connection, key, version)
        versions = office_definitions.list_versions(connection, key)
        names = {**queries.names_of(connection, {one.deployed_by for one in versions}), SYSTEM: _("系统")}
    return render_template("definitions/flow.html", deployed=deployed, versions=versions, names=names)


@definitions.get("/<key>/<int:version>/bpmn")
def bpmn(key: str, version: int) -> ResponseReturnValue:
    process = request.args.get("process", key)
    with reading(current_house().pool) as connection:
        deployed = current_house().office.engine.deployed_version(connection, key, version)
    if process not in (key, *deployed.process.called):
        raise ProcessDefinitionNotFound(process)
    return Response(deployed.files[file_of(deployed.files, process)], mimetype="application/xml")


@definitions.get("/<key>/<int:version>/files/<name>")
@posts_required(DIRECTORS)
def file(key: str, version: int, name: str) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        deployed = current_house().office.engine.deployed_version(connection, key, version)
    if name not in deployed.files:
        return redirect(url_for("definitions.flow", key=key, version=version))
    answer = Response(deployed.files[name], mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@definitions.route("/upload", methods=["GET", "POST"])
@posts_required(DIRECTORS)
def upload() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("definitions/upload.html", findings=None)
    house = current_house()
    files = {sent.filename: sent.read() for sent in request.files.getlist("files") if sent.filename}
    if not files:
        message = _("请选择 .bpmn 文件，连同它们引用的 .form 和 .dmn 文件。")
        return render_template("definitions/upload.html", findings=None, message=message), 422
    with reading(house.pool) as connection:
        findings = office_definitions.check(house.office, files, connection)
    refused = errors_of(findings)
    if "deploy" not in request.form or refused:
        page = render_template(
            "definitions/upload.html",
            findings=findings,
            refused=bool(refused),
            diagrams=list(_drawable(files, findings)),
            names=sorted(files),
        )
        return page, 422 if refused else 200
    with transaction(house.pool) as connection:
        deployed = office_definitions.deploy(connection, house.office, current_person(), files, now(connection))
    for one in deployed:
        flash(_("“%(name)s”已部署为第 %(version)s 版；在办事项仍按原版本办理。", name=one.name, version=one.version))
    return redirect(url_for("definitions.flow", key=deployed[0].key))


def _drawable(files: dict[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each model, the model as a JSON text, and what is to be drawn onto it."""
    for name in sorted(filter(is_model, files)):
        try:
            model = embedded(files[name].decode())
        except UnicodeDecodeError:
            continue
        yield name, model, embedded([_shown(one) for one in findings if one.file == name])


def _shown(finding: Finding) -> dict[str, str | None]:
    return {"element": finding.element, "severity": finding.severity, "message": finding.message}
