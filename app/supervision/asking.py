from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.once import done_before, form_digest, keep_done
from app.security import current_person, new_key
from app.supervision.blueprint import entered_day, supervision
from app.transaction import transaction
from engine.errors import ProcessError
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.supervision import asking
from workflows.supervision.matters import get_row
from workflows.visibility import require_visible

Ask = Callable[[Connection, Office, Person, str, datetime], object]


def _extension(connection: Connection, office: Office, person: Person, case: str, at: datetime) -> None:
    said = request.form
    day = entered_day("extension_due_on")
    asking.ask_extension(connection, office, person, case, day, said.get("reason", ""), said.get("progress", ""), at)


def _pause(connection: Connection, office: Office, person: Person, case: str, at: datetime) -> None:
    asking.ask_pause(connection, office, person, case, request.form.get("reason", ""), at)


def _termination(connection: Connection, office: Office, person: Person, case: str, at: datetime) -> None:
    asking.ask_termination(connection, office, person, case, request.form.get("reason", ""), at)


def _urging(connection: Connection, office: Office, person: Person, case: str, at: datetime) -> None:
    asking.urge(connection, office, person, case, request.form.get("words", ""), at)


ASKS: Mapping[str, tuple[Ask, Any, Any]] = {
    "extension": (_extension, _("申请延期"), _("已提出延期申请，送负责人审签。")),
    "pause": (_pause, _("申请暂停"), _("已提出暂停申请，送领导批准。")),
    "termination": (_termination, _("申请终止"), _("已提出终止申请，送领导批准。")),
    "urging": (_urging, _("催办"), _("催办单已发出。")),
}
"""What can be asked for, with what its page is called and what is said once it was."""


@supervision.get("/<instance_id>/ask/<what>")
def ask(instance_id: str, what: str) -> ResponseReturnValue:
    return _page(instance_id, what)


@supervision.post("/<instance_id>/ask/<what>")
def do_ask(instance_id: str, what: str) -> ResponseReturnValue:
    if what not in ASKS:
        abort(404)
    house, person, digest = current_house(), current_person(), form_digest()
    place = done_before(person, digest)
    if place:
        return redirect(place)
    carry_out, _label, said = ASKS[what]
    place = url_for("cases.case", instance_id=instance_id)
    try:
        with transaction(house.pool) as connection:
            carry_out(connection, house.office, person, instance_id, now(connection))
            keep_done(connection, person, digest, place)
    except ProcessError as error:
        return _page(instance_id, what, error)
    except IntegrityError:
        place = done_before(person, digest)
        if not place:
            raise
        return redirect(place)
    flash(str(said))
    return redirect(place)


def _page(instance_id: str, what: str, error: ProcessError | None = None) -> ResponseReturnValue:
    if what not in ASKS:
        abort(404)
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        require_visible(connection, person, instance_id, now(connection))
        row = get_row(connection, instance_id)
    page = render_template(
        "supervision/ask.html",
        row=row,
        what=what,
        label=str(ASKS[what][1]),
        limit=asking.LONGEST_REASON,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        idempotency_key=new_key(),
    )
    return page, status_of(error) if error else 200
