"""The studio: a page for each change of a flow, and what its program asks for."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import problem, status_of, told
from app.formats import clock_time, embedded
from app.security import current_person, posts_required
from app.studio.drawing import files_in, number_in, shown_draft, shown_findings
from app.studio.vocabulary import found_people, vocabulary
from app.studio.words import WORDS
from app.transaction import reading, transaction
from engine.definitions import file_of
from engine.errors import ProcessError
from engine.persistence.definitions import find_newest
from workflows import cases, definitions
from workflows.duties import DIRECTORS
from workflows.flow_changes import drafts
from workflows.flow_changes.drafts import FlowDraft

studio = Blueprint("studio", __name__, url_prefix="/studio")


@studio.route("/new", methods=["GET", "POST"])
@posts_required(DIRECTORS)
def new() -> ResponseReturnValue:
    """Begin a change: of the flow that is named, or a new flow."""
    house, key = current_house(), request.values.get("flow", "")
    with reading(house.pool) as connection:
        flows = definitions.list_newest(connection)
    chosen = next((one for one in flows if one.key == key), None)
    if request.method == "GET":
        return render_template("studio/new.html", flows=flows, chosen=chosen, given={}, message="")
    given = {name: request.form.get(name, "").strip() for name in ("title", "new_flow_key", "change_reason")}
    variables: dict[str, object] = {"change_reason": given["change_reason"]}
    variables |= {"flow_key": key} if key else {"new_flow_key": given["new_flow_key"]}
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            drafts.key_of(variables)
            started = cases.start(
                connection, house.office, current_person(), drafts.NAME, given["title"], variables, at
            )
            drafts.get_draft(connection, started.instance_id)
    except ProcessError as error:
        page = render_template("studio/new.html", flows=flows, chosen=chosen, given=given, message=told(error, house))
        return page, status_of(error)
    flash(_("已建立修改事项，发布前不影响现行流程。"))
    return redirect(url_for("studio.draw", instance_id=started.instance_id))


@studio.get("/<instance_id>")
def draw(instance_id: str) -> ResponseReturnValue:
    """Show the draft of a change, to be drawn on by its drafter and looked at by whoever sees the case."""
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        draft = drafts.find_draft(connection, current_person(), house.office, instance_id, at)
        case = cases.get_row(connection, instance_id)
        editable = drafts.may_draw(connection, house.office, current_person(), instance_id, at)
        shown = _shown(connection, draft, editable=editable)
        told = {
            "draft": shown | {"model": file_of(draft.files, draft.key)},
            "vocabulary": vocabulary(connection, house, draft),
            "findings": shown_findings(definitions.check(house.office, draft.files, connection)),
            "words": {name: str(text) for name, text in WORDS.items()},
            "urls": {
                "draft": url_for("studio.draft", instance_id=instance_id),
                "check": url_for("studio.check") if editable else None,
                "people": url_for("studio.people"),
            },
        }
    return render_template("studio/draw.html", draft=draft, case=case, editable=editable, told=embedded(told))


@studio.get("/<instance_id>/draft")
def draft(instance_id: str) -> ResponseReturnValue:
    """Answer the draft as JSON."""
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        found = drafts.find_draft(connection, current_person(), house.office, instance_id, at)
        editable = drafts.may_draw(connection, house.office, current_person(), instance_id, at)
        return jsonify(_shown(connection, found, editable=editable))


@studio.post("/<instance_id>/draft")
def keep(instance_id: str) -> ResponseReturnValue:
    """Keep what was drawn, and answer what the check says of it."""
    house = current_house()
    try:
        body = request.get_json(silent=True)
        files, version = files_in(body), number_in(body, "version") or 0
        with transaction(house.pool) as connection:
            at = now(connection)
            kept = drafts.keep(connection, house.office, current_person(), instance_id, version, files, at)
            shown = _shown(connection, kept, editable=True)
        with reading(house.pool) as connection:
            findings = definitions.check(house.office, files, connection)
    except ProcessError as error:
        return problem(error, house)
    saved = _("已保存 %(time)s", time=clock_time(at))
    return jsonify(**shown, findings=shown_findings(findings), text=saved)


@studio.get("/people")
@posts_required(DIRECTORS)
def people() -> ResponseReturnValue:
    """Answer the people whose names hold what somebody types."""
    with reading(current_house().pool) as connection:
        return jsonify(people=found_people(connection, request.args.get("q", "").strip()))


@studio.post("/check")
@posts_required(DIRECTORS)
def check() -> ResponseReturnValue:
    """Answer what the check says of files, without keeping them."""
    house = current_house()
    try:
        files = files_in(request.get_json(silent=True))
        with reading(house.pool) as connection:
            findings = definitions.check(house.office, files, connection)
    except ProcessError as error:
        return problem(error, house)
    return jsonify(findings=shown_findings(findings))


def _shown(connection: Connection, draft: FlowDraft, *, editable: bool) -> dict[str, object]:
    newest = find_newest(connection, draft.key)
    return shown_draft(draft, newest.version if newest is not None else 0, editable=editable)
