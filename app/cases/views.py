from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.comment_section import comment_section
from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.messages import CASE_OPERATIONS
from app.once import done_before, form_digest, keep_done
from app.sections.registry import sections_of
from app.security import current_person, new_key
from app.transaction import reading, transaction
from app.version_links import version_links
from engine.errors import InvalidSubmission
from engine.model import ENDED, ProcessInstance
from workflows import boxes, definitions, duties, interventions, permissions, versions
from workflows import cases as office_cases
from workflows.duties import AUDITORS, DIRECTORS
from workflows.errors import CaseEnded
from workflows.visibility import clears_incidents

cases = Blueprint("cases", __name__, url_prefix="/cases")


@cases.get("")
def index() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    narrowed = boxes.Filter(
        definition=request.args.get("definition", ""),
        state=request.args.get("state", ""),
        q=request.args.get("q", "").strip(),
    )
    with reading(house.pool) as connection:
        page = boxes.visible_cases(connection, person, narrowed, now(connection), request.args.get("after"))
        flows = definitions.list_newest(connection)
    return render_template("cases/index.html", page=page, narrowed=narrowed, flows=flows)


@cases.get("/new")
def new() -> ResponseReturnValue:
    return _new_page("", {}, "")


@cases.post("/new")
def start() -> ResponseReturnValue:
    house, person, digest = current_house(), current_person(), form_digest()
    key, title = request.form.get("definition", ""), request.form.get("title", "")
    place = done_before(person, digest)
    if place:
        return redirect(place)
    try:
        with transaction(house.pool) as connection:
            advanced = office_cases.start(connection, house.office, person, key, title, {}, now(connection))
            mine = next((item for item in advanced.opened if item.assignee == person.username), None)
            place = (
                url_for("worklist.item", work_item_id=mine.id)
                if mine
                else url_for("cases.case", instance_id=advanced.instance_id)
            )
            keep_done(connection, person, digest, place)
    except InvalidSubmission as error:
        page = _new_page(title, field_errors(error), told(error, house))
        return page, status_of(error)
    except IntegrityError:
        place = done_before(person, digest)
        if not place:
            raise
        return redirect(place)
    flash(_("已新建。"), "case:new")
    return redirect(place)


@cases.get("/<instance_id>")
def case(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        detail = office_cases.get_case(connection, house.office, person, instance_id, at)
        entries = office_cases.timeline(connection, house.office, person, instance_id, at)
        files = office_cases.attachments_named(connection, detail.fields)
        replaced = versions.list_versions(connection, house.office, person, instance_id, at)
        comments = comment_section(connection, person, instance_id, at)
        sections = sections_of(connection, house, person, detail.case, at)
    return render_template(
        "cases/case.html",
        case=detail,
        timeline=entries,
        files=files,
        versions=version_links(instance_id, replaced),
        comments=comments,
        case_sections=sections,
        now=at,
        case_operations=_operations(detail.case),
        may_retry=clears_incidents(person.posts),
        may_audit=bool(person.posts & {*AUDITORS, *DIRECTORS}),
    )


def _operations(case: ProcessInstance) -> list[tuple[str, str]]:
    """Return what the person may do to a case as a whole, with labels."""
    person = current_person()
    possible = {
        "suspend": permissions.may_suspend(person, case),
        "resume": permissions.may_resume(person, case),
        "jump": CaseEnded(case.id) if case.state in ENDED else duties.may_jump(person),
        "cancel": permissions.may_cancel(person, case),
    }
    return [(name, str(label)) for name, label in CASE_OPERATIONS.items() if possible[name] is None]


@cases.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        advanced = interventions.retry_incident(
            connection, house.office, current_person(), incident_id, now(connection)
        )
    flash(_("重试仍未成功，请查看原因。") if advanced.incidents else _("重试成功，流程继续。"))
    return redirect(url_for("cases.case", instance_id=advanced.instance_id))


def _new_page(title: str, errors: dict[str, str], message: str) -> str:
    with reading(current_house().pool) as connection:
        flows = office_cases.startable(connection, current_house().office, current_person())
    return render_template(
        "cases/new.html",
        flows=flows,
        title=title,
        errors=errors,
        message=message,
        chosen=request.form.get("definition", ""),
        limit=current_house().office.settings.title_characters,
        idempotency_key=new_key(),
    )
