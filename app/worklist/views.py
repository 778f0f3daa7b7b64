from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.comment_section import comment_section
from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.live.shape import inbox
from app.once import done_before, form_digest, keep_done
from app.outcome import outcome
from app.sections.registry import sections_of
from app.security import current_person, new_key
from app.transaction import reading, transaction
from app.version_links import version_links
from app.worklist.blueprint import worklist
from app.worklist.following import following
from app.worklist.listed import FIELD as LIST
from app.worklist.listed import given
from app.worklist.undo import UNDO
from engine.errors import Conflict, InvalidSubmission, NotPermitted, ProcessError
from workflows import box_news, cases, drafts, versions
from workflows import worklist as office_worklist
from workflows.forms.access import EDIT, AccessMap
from workflows.forms.fields import Form
from workflows.forms.posted import submitted_values
from workflows.operations import offered as office_operations
from workflows.operations import send_back
from workflows.organisation import queries
from workflows.phrases import actions as phrases
from workflows.step_bar import step_bar
from workflows.worklist import ItemDetail, Submission

PAGE_FIELDS = frozenset(
    {
        "csrf_token",
        "version",
        "decision",
        "opinion",
        "attachments",
        "circled",
        "idempotency_key",
        "draft",
        "draft_seen",
        LIST,
    }
)
WRITTEN = frozenset({"text", "textarea", "number"})


@worklist.get("/worklist/counts")
def counts() -> ResponseReturnValue:
    """Answer what an event stream tells, for browsers that have none."""
    username = current_person().username
    with reading(current_house().pool) as connection:
        return jsonify(inbox(username, box_news.waiting(connection, [username], now(connection))[username]))


@worklist.get("/worklist/<work_item_id>")
def item(work_item_id: str) -> ResponseReturnValue:
    return _page(work_item_id)


@worklist.post("/worklist/<work_item_id>/claim")
def claim(work_item_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        office_worklist.claim(connection, house.office, current_person(), work_item_id, _version(), now(connection))
    flash(_("已领办。"))
    return redirect(_again(work_item_id))


@worklist.post("/worklist/<work_item_id>/release")
def release(work_item_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        office_worklist.release(connection, house.office, current_person(), work_item_id, _version(), now(connection))
    flash(_("已放回，其他候选人可以领办。"))
    return redirect(url_for("worklist.index", box="claimable"))


@worklist.post("/worklist/<work_item_id>/withdraw")
def withdraw(work_item_id: str) -> ResponseReturnValue:
    house = current_house()
    given_up = (work_item_id, _version(), "")
    with transaction(house.pool) as connection:
        advanced = send_back.withdraw(connection, house.office, current_person(), *given_up, now(connection))
    flash(_("已撤回，可以重新办理。"))
    return redirect(_again(advanced.opened[0].id if advanced.opened else work_item_id))


@worklist.post("/worklist/<work_item_id>")
def complete(work_item_id: str) -> ResponseReturnValue:
    if "draft" in request.form:
        return _save_draft(work_item_id)
    house, person, digest = current_house(), current_person(), form_digest()
    try:
        with transaction(house.pool) as connection:
            text = _complete(connection, work_item_id)
            keep_done(connection, person, digest, text)
    except Conflict as error:
        earlier = done_before(person, digest)
        return _completed(work_item_id, earlier) if earlier else _refused(work_item_id, error)
    except InvalidSubmission as error:
        return _refused(work_item_id, error)
    return _completed(work_item_id, text)


def _completed(work_item_id: str, text: str) -> ResponseReturnValue:
    flash(text, work_item_id)
    flash(work_item_id, UNDO)
    with reading(current_house().pool) as connection:
        return redirect(following(connection, work_item_id))


def _complete(connection: Connection, work_item_id: str) -> str:
    house = current_house()
    submission = Submission(
        version=_version(),
        decision=request.form.get("decision") or request.form.get("circled", ""),
        opinion=request.form.get("opinion", ""),
        variables=_entered,
        attachments=tuple(request.form.getlist("attachments")),
        circled="circled" in request.form,
    )
    advanced = office_worklist.complete(
        connection, house.office, current_person(), work_item_id, submission, now(connection)
    )
    return outcome(connection, advanced)


def _save_draft(work_item_id: str) -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            office_worklist.save_draft(
                connection,
                house.office,
                current_person(),
                work_item_id,
                _version(),
                _entered,
                request.form.get("opinion", ""),
                now(connection),
                tuple(request.form.getlist("attachments")),
            )
    except (Conflict, InvalidSubmission) as error:
        return _refused(work_item_id, error)
    flash(_("已暂存，仅您本人可见。"), work_item_id)
    return redirect(_again(work_item_id))


def _again(work_item_id: str) -> str:
    """Return the address of an item that stays open, with the list it was opened from."""
    came_from = given()
    return url_for("worklist.item", work_item_id=work_item_id, **(came_from.query() if came_from else {}))


def _entered(form: Form, access: AccessMap) -> dict[str, object]:
    return submitted_values(form, access, request.form.to_dict(flat=False), PAGE_FIELDS)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() else 0


def _refused(work_item_id: str, error: ProcessError) -> ResponseReturnValue:
    """Show the page again, or, to those who may no longer see it, what they had typed."""
    try:
        return _page(work_item_id, error)
    except NotPermitted:
        house = current_house()
        with reading(house.pool) as connection:
            form, _access = office_worklist.step_form(connection, house.office, work_item_id)
        message, status = told(error, house), status_of(error)
        return render_template("errors/error.html", message=message, status=status, unsent=_unsent(form)), status


def _unsent(form: Form) -> list[tuple[str, str]]:
    """Return the texts that were typed and not accepted, with their labels, so that they can be copied."""
    texts = [(field.label, request.form.get(key, "")) for key, field in form.fields.items() if field.type in WRITTEN]
    return [(label, text) for label, text in [*texts, (_("意见"), request.form.get("opinion", ""))] if text.strip()]


def _message(error: ProcessError, detail: ItemDetail, form: Form) -> str:
    """Return what stands above the form: the error, and what is wrong with entries that the form does not show."""
    beside = {view.key for view in detail.fields if view.access == EDIT} | {"opinion", "decision"}
    elsewhere = [
        f"{form.fields[key].label if key in form.fields else key}：{text}"
        for key, text in field_errors(error).items()
        if key not in beside
    ]
    return "".join([told(error, current_house()), *elsewhere])


def _page(work_item_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    """Show a work item; after a refusal with everything that was typed, and what was wrong where."""
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        detail = office_worklist.get_item(connection, house.office, person, work_item_id, at)
        case = cases.get_case(connection, house.office, person, detail.item.instance_id, at)
        entries = cases.timeline(connection, house.office, person, detail.item.instance_id, at)
        replaced = versions.list_versions(connection, house.office, person, detail.item.instance_id, at)
        process = house.office.engine.deployed(connection, detail.case.definition.id).process
        offered = phrases.list_offered(connection, person.username, detail.item.kind)
        draft_seen = drafts.stamp_of(connection, work_item_id, person)
        form, access = office_worklist.step_form(connection, house.office, work_item_id)
        typed = submitted_values(form, access, request.form.to_dict(flat=False), PAGE_FIELDS) if error else {}
        with_opinion = request.form.getlist("attachments") if error else detail.attachments_draft
        sent = [*office_worklist.attached(form, typed), *with_opinion]
        files = {
            **cases.attachments_named(connection, detail.fields),
            **cases.attachments_usable(connection, person, detail.item.instance_id, sent),
        }
        possible = office_operations.offered(connection, house.office, detail, at)
        comments = comment_section(connection, person, detail.item.instance_id, at)
        sections = sections_of(connection, house, person, detail.case, at)
        owner = queries.names_of(connection, {detail.acting_for})[detail.acting_for] if detail.acting_for else ""
    refused = next((one.refusal for one in detail.operations if one.name == "complete"), None)
    page = render_template(
        "worklist/item.html",
        detail=detail,
        operations=possible,
        owner=owner,
        case=case,
        timeline=entries,
        now=at,
        files=files,
        comments=comments,
        case_sections=sections,
        typed=typed,
        unsent=_unsent(form) if error and refused else [],
        refusal=told(refused, house) if refused else "",
        opinion=request.form.get("opinion", "") if error else detail.opinion_draft,
        with_opinion=with_opinion if error else [one for one in with_opinion if one in files],
        opinion_limit=house.office.settings.opinion_characters,
        errors=field_errors(error) if error else {},
        message=_message(error, detail, form) if error else "",
        idempotency_key=new_key(),
        steps=step_bar(process, case.done, case.current),
        versions=version_links(detail.item.instance_id, replaced),
        phrases=offered,
        draft_seen=draft_seen,
    )
    return page, status_of(error) if error else 200
