"""Flows with their versions: diagrams, downloads, who has changed what and why, and what is being changed."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.security import current_person, posts_required
from app.transaction import reading
from engine.definitions import file_of
from engine.errors import ProcessDefinitionNotFound
from workflows import definitions as office_definitions
from workflows import duties
from workflows.duties import DIRECTORS
from workflows.flow_changes import changes
from workflows.organisation import queries

definitions = Blueprint("definitions", __name__, url_prefix="/definitions")
SYSTEM = "system"
"""Who deploys on the command line."""


@definitions.get("")
@posts_required(DIRECTORS)
def index() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        flows = office_definitions.list_newest(connection)
        under_way = changes.list_open(connection, current_person(), now(connection))
        people = {one.deployed_by for one in flows} | {one.initiator for one in under_way}
        names = {**queries.names_of(connection, people), SYSTEM: _("系统")}
    called = {one.key: one.name for one in flows}
    return render_template("definitions/index.html", flows=flows, names=names, changes=under_way, called=called)


@definitions.get("/<key>")
@posts_required(DIRECTORS)
def flow(key: str) -> ResponseReturnValue:
    house = current_house()
    version = request.args.get("version", type=int)
    with reading(house.pool) as connection:
        deployed = house.office.engine.deployed_version(connection, key, version)
        versions = office_definitions.list_versions(connection, key)
        at, person = now(connection), current_person()
        made = changes.changes_by_version(connection, person, key, at)
        under_way = changes.list_open(connection, person, at, key)
        people = {one.deployed_by for one in versions} | {one.drafted_by for one in made.values()}
        people |= {one.approved_by or "" for one in made.values()} | {one.initiator for one in under_way}
        names = {**queries.names_of(connection, people), SYSTEM: _("系统")}
    return render_template(
        "definitions/flow.html",
        deployed=deployed,
        versions=versions,
        names=names,
        made=made,
        changes=under_way,
        may_migrate=duties.may_migrate(person) is None,
    )


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
