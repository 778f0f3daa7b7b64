from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.finishing import finish_clearings
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import Conflict, IntegrityFault, InvalidSubmission, NotFound, ProcessError
from workflows import cases
from workflows.clearings import PlaceKind
from workflows.duties import AUDITORS
from workflows.redaction import actions
from workflows.redaction.places import list_places
from workflows.redaction.rules import APPROVERS, ASKERS, may_decide_on

redactions = Blueprint("redactions", __name__)
PAGE_REQUESTS = 100
SEPARATOR = ":"


@redactions.get("/cases/<instance_id>/clearing")
@posts_required(ASKERS)
def choose(instance_id: str) -> ResponseReturnValue:
    return _asking_page(instance_id)


@redactions.post("/cases/<instance_id>/clearing")
@posts_required(ASKERS)
def ask(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    kind, _separator, place = request.form.get("place", "").partition(SEPARATOR)
    try:
        with transaction(house.pool) as connection:
            actions.ask(
                connection,
                house.office,
                person,
                instance_id,
                kind,
                place,
                request.form.get("reason", ""),
                now(connection),
                everywhere="everywhere" in request.form,
            )
    except (Conflict, InvalidSubmission, NotFound) as error:
        return _asking_page(instance_id, error)
    flash(_("已提出，须由另一人批准；批准前内容仍在。"))
    return redirect(url_for("cases.case", instance_id=instance_id))


@redactions.get("/clearings")
@posts_required((*APPROVERS, *AUDITORS))
def index() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        found = actions.list_requests(connection, current_person(), PAGE_REQUESTS)
    return render_template("redactions/index.html", requests=found, audits=_audits())


@redactions.get("/clearings/<clearing_id>")
@posts_required((*APPROVERS, *AUDITORS))
def one(clearing_id: str) -> ResponseReturnValue:
    return _page(clearing_id)


@redactions.post("/clearings/<clearing_id>/approve")
@posts_required(APPROVERS)
def approve(clearing_id: str) -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            actions.approve(connection, house.office, current_person(), clearing_id, now(connection))
    except (Conflict, IntegrityFault) as error:
        return _page(clearing_id, error)
    finish_clearings(house, decided=True)
    flash(_("已清除：内容不能恢复，摘要和清除记录留在过程中。"))
    return redirect(url_for("redactions.one", clearing_id=clearing_id))


@redactions.post("/clearings/<clearing_id>/refuse")
@posts_required(APPROVERS)
def refuse(clearing_id: str) -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            answer = request.form.get("answer", "")
            actions.refuse(connection, house.office, current_person(), clearing_id, answer, now(connection))
    except (Conflict, InvalidSubmission) as error:
        return _page(clearing_id, error)
    flash(_("未同意清除，内容仍在。"))
    return redirect(url_for("redactions.one", clearing_id=clearing_id))


def _asking_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    chosen = request.values.get("place", "")
    with looking_at_a_case(person) as connection:
        at = now(connection)
        case = cases.get_case(connection, house.office, person, instance_id, at).case
        places = [
            (f"{one.kind.value}{SEPARATOR}{one.id}", one)
            for one in list_places(connection, house.office, person, instance_id, at)
        ]
        picked = dict(places).get(chosen)
        outlook = (
            actions.outlook(connection, house.office, instance_id, picked.kind, picked.id)
            if picked is not None
            else None
        )
    page = render_template(
        "redactions/ask.html",
        case=case,
        places=places,
        chosen=chosen,
        picked=picked,
        outlook=outlook,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        limit=house.office.settings.opinion_characters,
    )
    return page, status_of(error) if error else 200


def _page(clearing_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        found, place = actions.get_request(connection, person, clearing_id)
        outlook = (
            actions.outlook(connection, house.office, found.instance_id, PlaceKind(found.kind), place)
            if found.decided_at is None
            else None
        )
        flow = cases.get_row(connection, found.instance_id).definition.name
    refusal = may_decide_on(person, found.id, found.asked_by) if found.decided_at is None else None
    page = render_template(
        "redactions/request.html",
        request_=found,
        outlook=outlook,
        flow=flow,
        audits=_audits(),
        refusal=told(refusal, house) if refusal is not None else "",
        may_decide=found.decided_at is None and refusal is None,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        limit=house.office.settings.opinion_characters,
    )
    return page, status_of(error) if error else 200


def _audits() -> bool:
    return bool(current_person().posts & set(AUDITORS))
