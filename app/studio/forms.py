"""表单: the forms of a flow that is drawn, who may do what with their fields at which step, and how each step sees them."""

from collections.abc import Mapping

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import problem, told
from app.formats import clock_time, embedded
from app.house import House
from app.security import current_person
from app.studio.drawing import files_in, number_in, shown_findings
from app.studio.form_words import kinds, table_names, words
from app.studio.settings_shown import changes_in, forms_in, shown_steps, text_in
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Finding
from workflows import cases, definitions, worklist
from workflows.flow_changes import drafts
from workflows.flow_changes.drafts import FlowDraft
from workflows.flow_changes.form_steps import find_activity, steps_of, with_access, with_forms
from workflows.forms.access import access_map, fields_of
from workflows.forms.check import FORM_UNSUPPORTED
from workflows.forms.fields import InvalidForm, parse_form

studio_forms = Blueprint("studio_forms", __name__, url_prefix="/studio")


@studio_forms.get("/<instance_id>/form")
def form(instance_id: str) -> ResponseReturnValue:
    """Show the forms of a draft, to be changed by its drafter and looked at by whoever sees the case."""
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        draft = drafts.find_draft(connection, current_person(), house.office, instance_id, at)
        case = cases.get_row(connection, instance_id)
        editable = drafts.may_draw(connection, house.office, current_person(), instance_id, at)
        tables = table_names(worklist.choices(connection, house.office, at).tables)
    page = {**_state(draft), "editable": editable, "tables": tables, "kinds": kinds(), "words": words()}
    return render_template("studio/form.html", draft=draft, case=case, editable=editable, page=embedded(page))


@studio_forms.post("/<instance_id>/preview")
def preview(instance_id: str) -> ResponseReturnValue:
    """Answer a form as the person of a step will see it, and what the check says of the draft; nothing is kept."""
    house, body = current_house(), request.get_json(silent=True)
    try:
        files, name, step = files_in(body), text_in(body, "form"), text_in(body, "step")
        with reading(house.pool) as connection:
            at = now(connection)
            drafts.find_draft(connection, current_person(), house.office, instance_id, at)
            files = with_access(with_forms(files, forms_in(body)), changes_in(body))
            findings = _findings(connection, house, files)
            shown = worklist.choices(connection, house.office, at)
        activity = find_activity(files, step)
        fields, message = (), ""
        if activity is not None and name in files:
            try:
                read = parse_form(name, files[name])
                fields = fields_of(read, access_map(read, activity.properties), {}, shown)
            except InvalidForm as error:
                message = told(error, house)
    except ProcessError as error:
        return problem(error, house)
    html = render_template("studio/form_preview.html", fields=fields, problem=message)
    return jsonify(html=html, findings=shown_findings(findings))


@studio_forms.post("/<instance_id>/access")
def keep(instance_id: str) -> ResponseReturnValue:
    """Keep the forms with what each step may do with their fields, and answer what the check says of them."""
    house, body = current_house(), request.get_json(silent=True)
    try:
        files, version = files_in(body), number_in(body, "version") or 0
        files = with_access(with_forms(files, forms_in(body)), changes_in(body))
        with transaction(house.pool) as connection:
            at = now(connection)
            kept = drafts.keep(connection, house.office, current_person(), instance_id, version, files, at)
        with reading(house.pool) as connection:
            findings = _findings(connection, house, files)
    except ProcessError as error:
        return problem(error, house)
    saved = _("已保存 %(time)s", time=clock_time(at))
    return jsonify(**_state(kept), findings=shown_findings(findings), text=saved)


def _state(draft: FlowDraft) -> dict[str, object]:
    return {
        "key": draft.key,
        "version": draft.version,
        "files": {name: content.decode() for name, content in draft.files.items()},
        "steps": shown_steps(steps_of(draft.files)),
    }


def _findings(connection: Connection, house: House, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what the check says, also of forms that no step uses yet."""
    findings = definitions.check(house.office, files, connection)
    told_of = {one.file for one in findings if one.rule == "form_unsupported"}
    for name, content in files.items():
        if name.endswith(".form") and name not in told_of:
            try:
                parse_form(name, content)
            except InvalidForm as error:
                text = FORM_UNSUPPORTED.format(form=name, key=error.key, reason=error.reason)
                findings.append(Finding(name, 1, error.key or None, "form_unsupported", "error", text))
    return findings
