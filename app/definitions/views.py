import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.definitions import bpmn_file_of, errors_of
from engine.model import Finding
from workflows import definitions as office_definitions
from workflows.organisation import queries
from workflows.permissions import DIRECTORS

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
    with reading(current_house().pool) as connection:
        deployed = current_house().office.engine.deployed_version(connection, key, version)
    return Response(deployed.files[bpmn_file_of(deployed.files)], mimetype="application/xml")


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
        return render_template("definitions/upload.html", findings=None, model="")
    house = current_house()
    files = {sent.filename: sent.read() for sent in request.files.getlist("files") if sent.filename}
    if not files:
        message = _("请选择一个 .bpmn 文件和它引用的 .form 文件。")
        return render_template("definitions/upload.html", findings=None, model="", message=message), 422
    findings = office_definitions.check(house.office, files)
    refused = errors_of(findings)
    if "deploy" not in request.form or refused:
        page = render_template(
            "definitions/upload.html",
            findings=findings,
            refused=bool(refused),
            model=_drawable(files),
            shown=json.dumps([_shown(one) for one in findings]),
            names=sorted(files),
        )
        return page, 422 if refused else 200
    with transaction(house.pool) as connection:
        deployed = office_definitions.deploy(connection, house.office, current_person(), files, now(connection))
    flash(_("已部署为第 %(version)s 版；在办事项仍按原版本办理。", version=deployed.version))
    return redirect(url_for("definitions.flow", key=deployed.key))


def _drawable(files: dict[str, bytes]) -> str:
    """Return the model as a JSON text, so that the page can draw it with the findings, or an empty text.

    It stands inside a script element of the page, which no ``<`` of a hostile file may end.
    """
    try:
        return json.dumps(files[bpmn_file_of(files)].decode()).replace("<", "\\u003c")
    except (StopIteration, UnicodeDecodeError):
        return ""


def _shown(finding: Finding) -> dict[str, str | None]:
    return {"element": finding.element, "severity": finding.severity, "message": finding.message}
