from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.comment_section import comment_section
from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.interventions.place import place_of_case
from app.messages import CASE_OPERATIONS
from app.once import done_before, form_digest, keep_done
from app.sections.registry import sections_of
from app.security import current_person, new_key
from app.transaction import reading, transaction
from app.version_links import version_links
from engine.errors import InvalidSubmission
from engine.model import ProcessInstance
from workflows import boxes, definitions, interventions, permissions, versions
from workflows import cases as office_cases
from workflows.duties import AUDITORS, DIRECTORS
from workflows.initiators import initiator_names
from workflows.thread import has_links, thread_of
from workflows.visibility import clears_incidents, require_visible

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
    return _new_page("", {}, "", request.args.get("source", ""))


@cases.post("/new")
def start() -> ResponseReturnValue:
    house, person, digest = current_house(), current_person(), form_digest()
    key, title = request.form.get("definition", ""), request.form.get("title", "")
    source = request.form.get("source", "")
    place = done_before(person, digest)
    if place:
        return redirect(place)
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            advanced = office_cases.start(connection, house.office, person, key, title, {}, at, source=source or None)
            mine = next((item for item in advanced.opened if item.assignee == person.username), None)
            place = (
                url_for("worklist.item", work_item_id=mine.id)
                if mine
                else url_for("cases.case", instance_id=advanced.instance_id)
            )
            keep_done(connection, person, digest, place)
    except InvalidSubmission as error:
        page = _new_page(title, field_errors(error), told(error, house), source)
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
        onward = office_cases.startable_from(connection, house.office, detail.case, person)
        linked = has_links(connection, instance_id)
        initiators = initiator_names(connection, {instance_id: detail.case.initiator})
    return render_template(
        "cases/case.html",
        case=detail,
        timeline=entries,
        files=files,
        versions=version_links(instance_id, replaced),
        comments=comments,
        case_sections=sections,
        onward=onward,
        linked=linked,
        initiator=initiators[instance_id],
        now=at,
        case_operations=_operations(detail.case),
        may_retry=clears_incidents(person.posts),
        may_audit=bool(person.posts & {*AUDITORS, *DIRECTORS}),
    )


def _operations(case: ProcessInstance) -> list[tuple[str, str]]:
    """Return what the person may do to a case as a whole, with labels."""
    return [(name, str(CASE_OPERATIONS[name])) for name in permissions.allowed_on_case(current_person(), case)]


@cases.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        advanced = interventions.retry_incident(
            connection, house.office, current_person(), incident_id, now(connection)
        )
    flash(_("重试仍未成功，请查看原因。") if advanced.incidents else _("重试成功，流程继续。"))
    with reading(house.pool) as connection:
        return redirect(place_of_case(connection, advanced.instance_id))


@cases.get("/<instance_id>/thread")
def thread(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        found = thread_of(connection, house.office, person, instance_id, at)
        calendar = house.office.calendars.current(connection)
    may_audit = bool(person.posts & {*AUDITORS, *DIRECTORS})
    return render_template(
        "cases/thread.html", thread=found, instance_id=instance_id, now=at, calendar=calendar, may_audit=may_audit
    )


def _new_page(title: str, errors: dict[str, str], message: str, source: str) -> str:
    house, person = current_house(), current_person()
    earlier = None
    refused: list[office_cases.Startable] = []
    with reading(house.pool) as connection:
        if source:
            require_visible(connection, person, source, now(connection))
            earlier = office_cases.get_row(connection, source)
            flows = office_cases.startable_from(connection, house.office, earlier, person)
        else:
            offered = office_cases.offered_to_start(connection, house.office, person)
            flows = [one.definition for one in offered if one.refusal is None]
            refused = [one for one in offered if one.refusal is not None]
        flows.sort(key=lambda one: one.key != house.settings.office.usual_flow)
    return render_template(
        "cases/new.html",
        flows=flows,
        refused=refused,
        title=title or (earlier.title if earlier else ""),
        source=earlier,
        errors=errors,
        message=message,
        chosen=request.values.get("definition", ""),
        limit=house.office.settings.title_characters,
        idempotency_key=new_key(),
    )
