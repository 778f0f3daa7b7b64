from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.comment_section import comment_section
from app.current import current_house, looking_at_a_case, now
from app.errors import status_of, told
from app.once import done_before, form_digest, keep_done
from app.security import current_person, safe_target
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission
from workflows.cases import get_row
from workflows.comments import actions
from workflows.visibility import record_reading

comments = Blueprint("comments", __name__, url_prefix="/cases/<instance_id>")


@comments.get("/comments")
def index(instance_id: str) -> ResponseReturnValue:
    return _page(instance_id)


@comments.post("/comments")
def add(instance_id: str) -> ResponseReturnValue:
    house, person, digest = current_house(), current_person(), form_digest()
    text = request.form.get("text", "")
    place = done_before(person, digest)
    if place:
        return redirect(place)
    try:
        with transaction(house.pool) as connection:
            mentions = actions.mentions_in(connection, text, request.form.getlist("mentions"))
            actions.add_comment(connection, house.office, person, instance_id, text, mentions, now(connection))
            place = f"{_back(instance_id)}#comments"
            keep_done(connection, person, digest, place)
    except InvalidSubmission as error:
        return _page(instance_id, text, told(error, house)), status_of(error)
    except IntegrityError:
        place = done_before(person, digest)
        if not place:
            raise
        return redirect(place)
    flash(_("已发表。"), f"comment:{instance_id}")
    return redirect(place)


@comments.get("/mentionable")
def mentionable(instance_id: str) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        q = request.args.get("q", "").strip()
        people = actions.list_mentionable(
            connection, current_house().office, current_person(), instance_id, q, now(connection)
        )
    return jsonify([{"username": one.username, "name": one.name, "unit": "、".join(one.unit_names)} for one in people])


def _page(instance_id: str, text: str = "", error: str = "") -> str:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        section = comment_section(connection, person, instance_id, at, text, error)
        record_reading(connection, house.office, person, instance_id, "comments", at)
        case = get_row(connection, instance_id)
    return render_template("comments/index.html", case=case, comments=section, back=_back(instance_id))


def _back(instance_id: str) -> str:
    wanted = request.form.get("next", "")
    return safe_target(wanted) if wanted else url_for("cases.case", instance_id=instance_id)
