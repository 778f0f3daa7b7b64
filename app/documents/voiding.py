"""作废此号: asked for with a reason, and with what becomes of the document."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.documents.blueprint import documents
from app.errors import field_errors, status_of, told
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import Conflict, InvalidSubmission, ProcessError
from workflows import cases
from workflows.document_approval import voiding
from workflows.duties import VOIDERS


@documents.get("/<instance_id>/void")
@posts_required(VOIDERS)
def ask_to_void(instance_id: str) -> ResponseReturnValue:
    return _page(instance_id)


@documents.post("/<instance_id>/void")
@posts_required(VOIDERS)
def void(instance_id: str) -> ResponseReturnValue:
    house = current_house()
    reason, then = request.form.get("reason", ""), request.form.get("then", voiding.END)
    try:
        with transaction(house.pool) as connection:
            number = voiding.void_number(
                connection, house.office, current_person(), instance_id, reason, then, now(connection)
            )
    except (Conflict, InvalidSubmission) as error:
        return _page(instance_id, error)
    flash(_("%(number)s 已作废，理由已记入编号登记。", number=number))
    return redirect(url_for("cases.case", instance_id=instance_id))


def _page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        case = cases.get_case(connection, house.office, person, instance_id, at, recorded=True).case
        found = voiding.find_voidable(connection, house.office, person, case)
    if found is None:
        if error is not None:
            flash(told(error, house))
        return redirect(url_for("cases.case", instance_id=instance_id))
    page = render_template(
        "documents/void.html",
        case=case,
        number=found,
        ended=case.ended_at is not None,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200
