from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Actor, Value
from workflows.duties import ADMINISTRATORS
from workflows.organisation import actions, passwords, queries
from workflows.organisation.actions import PersonFields, UnitFields
from workflows.organisation.errors import ImportRefused

admin = Blueprint("admin", __name__, url_prefix="/admin")
LEDGER = "office:organisation"
guarded = posts_required(ADMINISTRATORS)


@admin.get("/units")
@guarded
def units() -> ResponseReturnValue:
    return _units()


@admin.post("/units")
@guarded
def save_unit() -> ResponseReturnValue:
    code = request.form.get("code", "").strip()
    fields = UnitFields(
        name=request.form.get("name", "").strip(),
        parent=request.form.get("parent") or None,
        head=request.form.get("head") or None,
        leader=request.form.get("leader") or None,
    )
    try:
        with transaction(current_house().pool) as connection:
            if "existing" in request.form:
                actions.change_unit(connection, code, fields, _record(connection))
            else:
                actions.add_unit(connection, code, fields, _record(connection))
    except ProcessError as error:
        return _units(error, code if "existing" in request.form else "")
    flash(_("单位已保存。"))
    return redirect(url_for("admin.units"))


@admin.post("/units/<code>/disabled")
@guarded
def disable_unit(code: str) -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
        at = now(connection) if "disable" in request.form else None
        actions.set_unit_disabled(connection, code, at, _record(connection))
    flash(_("单位已停用。") if "disable" in request.form else _("单位已启用。"))
    return redirect(url_for("admin.units"))


@admin.post("/units/import")
@guarded
def import_units() -> ResponseReturnValue:
    sent = request.files.get("file")
    try:
        with transaction(current_house().pool) as connection:
            added = actions.import_units(connection, sent.read() if sent else b"", _record(connection))
    except ProcessError as error:
        return _units(error)
    flash(_("已导入 %(added)s 个单位。", added=added))
    return redirect(url_for("admin.units"))


@admin.get("/posts")
@guarded
def posts() -> ResponseReturnValue:
    return _posts()


@admin.post("/posts")
@guarded
def save_post() -> ResponseReturnValue:
    code, name = request.form.get("code", "").strip(), request.form.get("name", "").strip()
    try:
        with transaction(current_house().pool) as connection:
            if "existing" in request.form:
                actions.change_post(connection, code, name, _record(connection))
            else:
                actions.add_post(connection, code, name, _record(connection))
    except ProcessError as error:
        return _posts(error, code if "existing" in request.form else "")
    flash(_("岗位已保存。"))
    return redirect(url_for("admin.posts"))


@admin.post("/posts/<code>/disabled")
@guarded
def disable_post(code: str) -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
        at = now(connection) if "disable" in request.form else None
        actions.set_post_disabled(connection, code, at, _record(connection))
    flash(_("岗位已停用，现任者不受影响。") if "disable" in request.form else _("岗位已启用。"))
    return redirect(url_for("admin.posts"))


@admin.get("/people")
@guarded
def people() -> ResponseReturnValue:
    return _people()


@admin.post("/people")
@guarded
def save_person() -> ResponseReturnValue:
    username = request.form.get("username", "").strip()
    held = tuple(
        (unit, post) for unit, _sep, post in (pair.partition("|") for pair in request.form.getlist("holdings")) if unit
    )
    unit, post = request.form.get("unit", ""), request.form.get("post", "")
    if unit and post:
        held = (*held, (unit, post))
    fields = PersonFields(request.form.get("name", "").strip(), request.form.get("title", "").strip(), held)
    try:
        with transaction(current_house().pool) as connection:
            if "existing" in request.form:
                actions.change_person(connection, username, fields, _record(connection))
                password = ""
            else:
                actions.add_person(connection, username, fields, _record(connection))
                password = passwords.reset_password(connection, username, _record(connection))
    except ProcessError as error:
        return _people(error, username if "existing" in request.form else "")
    if password:
        flash(_("已新增 %(name)s，初始密码：%(password)s（仅显示这一次）。", name=fields.name, password=password))
    else:
        flash(_("人员已保存。"))
    return redirect(url_for("admin.people"))


@admin.post("/people/<username>/disabled")
@guarded
def disable_person(username: str) -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
        at = now(connection) if "disable" in request.form else None
        actions.set_person_disabled(connection, username, at, _record(connection))
    flash(_("人员已停用，其会话立即失效。") if "disable" in request.form else _("人员已启用。"))
    return redirect(url_for("admin.people"))


@admin.post("/people/<username>/password")
@guarded
def reset_password(username: str) -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
        name = queries.get_person(connection, username).name
        password = passwords.reset_password(connection, username, _record(connection))
    flash(_("%(name)s 的新密码：%(password)s（仅显示这一次，首次登录须修改）。", name=name, password=password))
    return redirect(url_for("admin.people"))


@admin.post("/people/import")
@guarded
def import_people() -> ResponseReturnValue:
    sent = request.files.get("file")
    try:
        with transaction(current_house().pool) as connection:
            added = actions.import_people(connection, sent.read() if sent else b"", _record(connection))
    except ProcessError as error:
        return _people(error)
    flash(_("已导入 %(added)s 人；请逐人重置密码后告知本人。", added=added))
    return redirect(url_for("admin.people"))


def _record(connection: Connection) -> Callable[[str, Mapping[str, Value]], None]:
    engine, actor, at = current_house().office.engine, Actor(current_person().username), now(connection)
    return lambda kind, data: engine.record_ledger(connection, LEDGER, kind, data, actor, at)


def _units(error: ProcessError | None = None, editing: str = "") -> ResponseReturnValue:
    editing = editing or request.args.get("edit", "")
    with reading(current_house().pool) as connection:
        page = render_template(
            "admin/units.html",
            units=queries.list_units(connection, include_disabled=True),
            people=queries.list_people(connection),
            editing=editing,
            columns=",".join(actions.UNIT_COLUMNS),
            **_problem(error),
        )
    return page, status_of(error) if error else 200


def _posts(error: ProcessError | None = None, editing: str = "") -> ResponseReturnValue:
    editing = editing or request.args.get("edit", "")
    with reading(current_house().pool) as connection:
        posts = queries.list_posts(connection, include_disabled=True)
    page = render_template("admin/posts.html", posts=posts, editing=editing, **_problem(error))
    return page, status_of(error) if error else 200


def _people(error: ProcessError | None = None, editing: str = "") -> ResponseReturnValue:
    editing = editing or request.args.get("edit", "")
    with reading(current_house().pool) as connection:
        page = render_template(
            "admin/people.html",
            people=queries.list_people(connection, request.args.get("q", "").strip(), include_disabled=True),
            units=queries.list_units(connection),
            posts=queries.post_names(connection),
            choosable=queries.list_posts(connection),
            editing=queries.find_person(connection, editing) if editing else None,
            columns=",".join(actions.PEOPLE_COLUMNS),
            **_problem(error),
        )
    return page, status_of(error) if error else 200


def _problem(error: ProcessError | None) -> dict[str, object]:
    if error is None:
        return {"errors": {}, "message": "", "typed": {}, "lines": ()}
    return {
        "errors": field_errors(error),
        "message": told(error, current_house()),
        "typed": request.form,
        "lines": error.lines if isinstance(error, ImportRefused) else (),
    }
