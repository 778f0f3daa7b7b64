"""更正登记: what a registration says now, to be put right with a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.incoming.blueprint import incoming
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import Conflict, InvalidSubmission, ProcessError
from workflows import cases
from workflows.forms.access import EDIT, Choices, fields_of
from workflows.forms.posted import submitted_values
from workflows.incoming_document import corrections
from workflows.incoming_document.corrections import CORRECTORS

OWN = frozenset({"csrf_token", "reason"})
NO_CHOICES = Choices((), ())


@incoming.get("/<instance_id>/correct")
@posts_required(CORRECTORS)
def ask_to_correct(instance_id: str) -> ResponseReturnValue:
    return _page(instance_id)


@incoming.post("/<instance_id>/correct")
@posts_required(CORRECTORS)
def correct(instance_id: str) -> ResponseReturnValue:
    house, person, reason = current_house(), current_person(), request.form.get("reason", "")
    try:
        with transaction(house.pool) as connection:
            form, access, _held = corrections.correction_form(connection, house.office, person, instance_id)
            entered = submitted_values(form, access, request.form.to_dict(flat=False), OWN)
            given = connection, house.office, person, instance_id, entered, reason
            labels = corrections.correct(*given, now(connection))
    except (Conflict, InvalidSubmission) as error:
        return _page(instance_id, error)
    flash(_("已更正：%(fields)s。", fields="、".join(labels)))
    return redirect(url_for("cases.case", instance_id=instance_id))


def _page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        form, access, held = corrections.correction_form(connection, house.office, person, instance_id)
        case = cases.get_row(connection, instance_id)
    views = [view for view in fields_of(form, access, held, NO_CHOICES) if view.access == EDIT]
    typed = submitted_values(form, access, request.form.to_dict(flat=False), OWN) if error else {}
    page = render_template(
        "incoming/correct.html",
        case=case,
        fields=views,
        typed=typed,
        reason=request.form.get("reason", ""),
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200
