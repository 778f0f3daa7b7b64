"""Two versions of a flow beside each other: the draft of a change and what it began from, or two that were deployed."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import status_of, told
from app.formats import embedded
from app.security import current_person, posts_required
from app.studio.comparison_words import CHANGES, MARKS, PARTS, diagram_words, setting_label, setting_value
from app.transaction import reading, transaction
from engine.definitions import file_of
from engine.errors import FileUnreadable, ProcessError
from engine.persistence.definitions import find_newest, get_definition
from workflows import cases, definitions
from workflows.duties import DIRECTORS
from workflows.flow_changes import drafts
from workflows.flow_changes.differences import differences, field_labels
from workflows.organisation import queries

SYSTEM = "system"
"""Who deploys on the command line."""
studio_compare = Blueprint("studio_compare", __name__, url_prefix="/studio")
version_compare = Blueprint("version_compare", __name__, url_prefix="/definitions")


@studio_compare.get("/<instance_id>/compare")
def show(instance_id: str) -> ResponseReturnValue:
    """Compare a draft with the version it began from, or with the newest one, by which it was overtaken."""
    return _draft_page(instance_id)


@studio_compare.post("/<instance_id>/rebase")
def rebase(instance_id: str) -> ResponseReturnValue:
    """Let a draft, as it stands, replace the newest version, which its drafter has seen beside it."""
    house = current_house()
    version, onto = (request.form.get(name, 0, type=int) for name in ("version", "onto"))
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            draft = drafts.find_draft(connection, current_person(), house.office, instance_id, at)
            newest = get_definition(connection, draft.key, onto)
            given = (connection, house.office, current_person(), instance_id, version, draft.files, at)
            drafts.keep(*given, base_version=newest.version)
    except ProcessError as error:
        return _draft_page(instance_id, error)
    flash(_("草稿现在替换第 %(version)s 版。", version=newest.version))
    return redirect(url_for("studio_compare.show", instance_id=instance_id))


@version_compare.get("/<key>/compare")
@posts_required(DIRECTORS)
def versions(key: str) -> ResponseReturnValue:
    """Compare two versions that were deployed; without being told which, the newest with the one before."""
    with reading(current_house().pool) as connection:
        listed = definitions.list_versions(connection, key)
        new = get_definition(connection, key, request.args.get("new", type=int))
        before = next((one.version for one in listed if one.version < new.version), new.version)
        old = get_definition(connection, key, request.args.get("old", before, type=int))
        files = [drafts.files_of_version(connection, one) for one in (old, new)]
    return render_template("studio/compare_versions.html", versions=listed, old=old, new=new, **_compared(*files, key))


def _draft_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        draft = drafts.find_draft(connection, person, house.office, instance_id, at)
        editable = drafts.may_draw(connection, house.office, person, instance_id, at)
        case = cases.get_row(connection, instance_id)
        newest = find_newest(connection, draft.key)
        overtaken = editable and newest is not None and newest.version != draft.base_version
        against = newest if overtaken and "newest" in request.args else draft.base
        files = drafts.files_of_version(connection, against) if against is not None else {}
        by = {**queries.names_of(connection, {newest.deployed_by} if newest is not None else ()), SYSTEM: _("系统")}
    page = render_template(
        "studio/compare.html",
        case=case,
        draft=draft,
        newest=newest,
        overtaken=overtaken,
        against=against,
        by=by,
        message=told(error, house) if error else "",
        **_compared(files, draft.files, draft.key),
    )
    return page, status_of(error) if error else 200


def _compared(old: Mapping[str, bytes], new: Mapping[str, bytes], key: str) -> dict[str, object]:
    """Return what the page shows of two versions; an older one without files is that of a new flow."""
    found = differences(old, new)
    labels = {**field_labels(old), **field_labels(new)}
    return {
        "found": found,
        "model_old": _model(old, key),
        "model_new": _model(new, key),
        "words": embedded(diagram_words(labels)),
        "changes": CHANGES,
        "marks": MARKS,
        "parts_called": PARTS,
        "setting_label": setting_label,
        "setting_value": setting_value,
    }


def _model(files: Mapping[str, bytes], key: str) -> str:
    """Return the model of a flow as the page's program takes it, or nothing where there is none to read."""
    if not files:
        return ""
    try:
        return embedded(files[file_of(files, key)].decode())
    except (FileUnreadable, KeyError, StopIteration, UnicodeDecodeError):
        own = files.get(f"{key}.bpmn", b"")
        return embedded(own.decode(errors="replace"))
