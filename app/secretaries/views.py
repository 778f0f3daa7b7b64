from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Actor
from workflows.duties import DIRECTORS
from workflows.organisation import queries
from workflows.organisation import secretaries as served
from workflows.organisation.values import Record

secretaries = Blueprint("secretaries", __name__, url_prefix="/secretaries")
LEDGER = "office:organisation"


@secretaries.get("")
@posts_required(DIRECTORS)
def index() -> ResponseReturnValue:
    return _page()


@secretaries.post("")
@posts_required(DIRECTORS)
def assign() -> ResponseReturnValue:
    secretary, leader = request.form.get("secretary", ""), request.form.get("leader", "")
    try:
        with transaction(current_house().pool) as connection:
            served.assign(connection, secretary, leader, _record(connection))
    except ProcessError as error:
        return _page(error)
    flash(_("已保存。"))
    return redirect(url_for("secretaries.index"))


@secretaries.post("/dismiss")
@posts_required(DIRECTORS)
def dismiss() -> ResponseReturnValue:
    secretary, leader = request.form.get("secretary", ""), request.form.get("leader", "")
    with transaction(current_house().pool) as connection:
        served.dismiss(connection, secretary, leader, _record(connection))
    flash(_("已解除；以前代录的内容不受影响。"))
    return redirect(url_for("secretaries.index"))


def _record(connection: Connection) -> Record:
    engine, actor, at = current_house().office.engine, Actor(current_person().username), now(connection)
    return lambda kind, data: engine.record_ledger(connection, LEDGER, kind, data, actor, at)


def _page(error: ProcessError | None = None) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        services = served.list_services(connection)
        can_serve, can_be_served = served.candidates(connection)
        everybody = {*can_serve, *can_be_served, *(name for one in services for name in (one.secretary, one.leader))}
        names = queries.names_of(connection, everybody)
    page = render_template(
        "secretaries/index.html",
        services=services,
        can_serve=can_serve,
        can_be_served=can_be_served,
        names=names,
        typed=request.form if error else {},
        errors=field_errors(error) if error else {},
        message=told(error, current_house()) if error else "",
    )
    return page, status_of(error) if error else 200
