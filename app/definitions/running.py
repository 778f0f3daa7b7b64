"""Cases that run on the versions of one flow, and their move to another version: chosen, tried, and then made one by one."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission, ProcessDefinitionNotFound, ProcessError
from engine.model import ProcessDefinition
from workflows import definitions, duties, interventions, migrating
from workflows.errors import ReasonRequired
from workflows.migrating import Outlook
from workflows.organisation import queries
from workflows.running_cases import Narrowed, RunningCase, RunningPage, count_by_version, list_running

running = Blueprint("running", __name__, url_prefix="/definitions")
FIRST_OF_EACH = 20
"""So many cases of each version are listed where all versions are."""


@dataclass(frozen=True)
class OfVersion:
    """The cases that run on one version, as far as they are listed."""

    version: int
    count: int
    page: RunningPage


@dataclass(frozen=True)
class Moved:
    """What became of one case; ``refusal`` is empty where it was moved."""

    case: RunningCase
    refusal: str


@running.get("/<key>/running")
def index(key: str) -> ResponseReturnValue:
    """List the running cases of a flow by version, to whoever may move them."""
    return _list(key)


@running.post("/<key>/running")
def look_ahead(key: str) -> ResponseReturnValue:
    """Say for each chosen case where it would stand; nothing is done."""
    return _look_ahead(key)


@running.post("/<key>/migrate")
def migrate(key: str) -> ResponseReturnValue:
    """Move the chosen cases, each in a transaction of its own, and tell what became of each."""
    house, person = current_house(), current_person()
    reason, version = request.form.get("reason", "").strip(), _target()
    if not reason:
        return _look_ahead(key, ReasonRequired(house.office.settings.opinion_characters))
    try:
        with reading(house.pool) as connection:
            cases = migrating.chosen(connection, house.office, person, key, *_chosen(), now(connection))
            target = _version_of(connection, key, version)
    except InvalidSubmission as error:
        return _list(key, error)
    moved = [Moved(case, _move(case, target.version, reason)) for case in cases]
    done = sum(not one.refusal for one in moved)
    return render_template("migrating/moved.html", key=key, target=target, moved=moved, done=done)


def _move(case: RunningCase, version: int, reason: str) -> str:
    """Move one case; return what people read where it was refused."""
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            interventions.migrate(connection, house.office, current_person(), case.id, version, {}, at, reason)
    except ProcessError as error:
        return told(error, house)
    return ""


def _list(key: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    only, after = request.args.get("version", type=int), request.args.get("after")
    with reading(house.pool) as connection:
        at = now(connection)
        counts = count_by_version(connection, person, key)
        versions = _versions_of(connection, key)
        listed = []
        for version, count in counts.items() if only is None else [(only, counts.get(only, 0))]:
            narrowed = Narrowed(definition=key, version=version)
            limit = FIRST_OF_EACH if only is None else migrating.MOST_AT_ONCE // 2
            page = list_running(connection, house.office, person, narrowed, at, after, limit)
            listed.append(OfVersion(version, count, page))
        names = _names(connection, [row for one in listed for row in one.page.rows])
    page = render_template(
        "migrating/running.html",
        key=key,
        versions=versions,
        listed=listed,
        only=only,
        names=names,
        chosen=request.form.getlist("case"),
        whole=request.form.getlist("versions"),
        target=_target() or versions[0].version,
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _look_ahead(key: str, error: InvalidSubmission | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    try:
        with reading(house.pool) as connection:
            at = now(connection)
            cases = migrating.chosen(connection, house.office, person, key, *_chosen(), at)
            target = _version_of(connection, key, _target())
            outlooks = migrating.outlook(connection, house.office, person, cases, target.version)
            names = _names(connection, cases)
    except InvalidSubmission as refused:
        return _list(key, refused)
    page = render_template(
        "migrating/outlook.html",
        key=key,
        target=target,
        outlooks=outlooks,
        possible=sum(one.possible for one in outlooks),
        refusals={one.case.id: _refusal(one) for one in outlooks},
        names=names,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _refusal(outlook: Outlook) -> str:
    return told(outlook.refusal, current_house()) if outlook.refusal is not None else ""


def _chosen() -> tuple[list[str], list[int]]:
    versions = [int(one) for one in request.form.getlist("versions") if one.isdecimal()]
    return request.form.getlist("case"), versions


def _target() -> int:
    text = request.form.get("to", "")
    return int(text) if text.isdecimal() else 0


def _versions_of(connection: Connection, key: str) -> list[ProcessDefinition]:
    duties.require(duties.may_migrate(current_person()))
    found = definitions.list_versions(connection, key)
    if not found:
        raise ProcessDefinitionNotFound(key)
    return found


def _version_of(connection: Connection, key: str, version: int) -> ProcessDefinition:
    found = next((one for one in _versions_of(connection, key) if one.version == version), None)
    if found is None:
        raise ProcessDefinitionNotFound(key, version)
    return found


def _names(connection: Connection, rows: list[RunningCase]) -> dict[str, str]:
    return dict(queries.names_of(connection, {who for row in rows for step in row.steps for who in step.people}))
