"""规则: the decision tables of a flow that is drawn."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.current import current_house, now
from app.formats import embedded
from app.security import current_person
from app.studio.rule_words import table_texts, words
from app.transaction import reading
from workflows import cases
from workflows.flow_changes import drafts
from workflows.flow_changes.form_steps import asked_by

studio_rules = Blueprint("studio_rules", __name__, url_prefix="/studio")


@studio_rules.get("/<instance_id>/rules")
def rules(instance_id: str) -> ResponseReturnValue:
    """Show the decision tables of a draft, to be changed by its drafter and looked at by whoever sees the case."""
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        draft = drafts.find_draft(connection, current_person(), house.office, instance_id, at)
        case = cases.get_row(connection, instance_id)
        editable = drafts.may_draw(connection, house.office, current_person(), instance_id, at)
    page = {
        "key": draft.key,
        "version": draft.version,
        "files": {name: content.decode() for name, content in draft.files.items()},
        "asked": asked_by(draft.files),
        "editable": editable,
        "texts": table_texts(),
        "words": words(),
    }
    return render_template("studio/rules.html", draft=draft, case=case, editable=editable, page=embedded(page))
