from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person
from app.transaction import reading, transaction
from engine.errors import ProcessError
from workflows import definitions
from workflows.calendar.values import SHANGHAI
from workflows.duties import may_arrange_for_others
from workflows.forms.validation import FieldError, SubmissionInvalid
from workflows.organisation import queries
from workflows.substitutions import actions
from workflows.substitutions import queries as rows
from workflows.substitutions.values import Arrangement, Substitution, whole_days

substitutions = Blueprint("substitutions", __name__, url_prefix="/substitutions")


@substitutions.get("")
def index() -> ResponseReturnValue:
    return _page()


@substitutions.post("")
def arrange() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    try:
        with transaction(house.pool) as connection:
            made = actions.arrange(connection, house.office, person, _asked(), now(connection))
            name = queries.names_of(connection, {made.substitute})[made.substitute]
    except ProcessError as error:
        return _page(error)
    flash(_("已委托 %(name)s 代理。", name=name))
    return redirect(url_for("substitutions.index"))


@substitutions.post("/<substitution_id>/end")
def end(substitution_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        actions.end(connection, house.office, current_person(), substitution_id, now(connection))
    flash(_("代理已结束；代理期间办理的事项不受影响。"))
    return redirect(url_for("substitutions.index"))


def _asked() -> Arrangement:
    starts_at, ends_at = whole_days(*_days("from", "to"))
    flows = frozenset(request.form.getlist("definitions"))
    return Arrangement(
        owner=request.form.get("owner") or current_person().username,
        substitute=request.form.get("substitute", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        definitions=flows or None,
        reason=request.form.get("reason", ""),
    )


def _days(*fields: str) -> list[date]:
    days, bad = [], []
    for field in fields:
        try:
            days.append(date.fromisoformat(request.form.get(field, "")))
        except ValueError:
            bad.append(FieldError(field, "bad_date"))
    if bad:
        raise SubmissionInvalid(tuple(bad))
    return days


def _page(error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        found = rows.list_seen_by(connection, person)
        flows = definitions.list_newest(connection)
        people = queries.list_people(connection)
        named = {name for one in found for name in (one.owner, one.substitute, one.created_by, one.ended_by) if name}
        names = queries.names_of(connection, named)
    page = render_template(
        "substitutions/index.html",
        sections=_sections(found, person.username),
        people=people,
        flows=flows,
        flow_names={one.key: one.name for one in flows},
        names=names,
        now=at,
        today=at.astimezone(SHANGHAI).date().isoformat(),
        may_arrange_for_others=may_arrange_for_others(person) is None,
        typed=request.form if error else {},
        chosen=request.form.getlist("definitions") if error else [],
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _sections(found: list[Substitution], me: str) -> Mapping[str, list[Substitution]]:
    return {
        "mine": [one for one in found if one.owner == me],
        "theirs": [one for one in found if one.substitute == me],
        "others": [one for one in found if me not in (one.owner, one.substitute)],
    }
