"""用历史试: the page that says what the last finished cases of a flow would have been by its draft."""

import json

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.current import current_house, now
from app.formats import embedded
from app.security import current_person, posts_required
from app.transaction import reading
from engine.definitions import file_of
from engine.errors import DefinitionRefused
from workflows import cases
from workflows.duties import DIRECTORS
from workflows.trials.differences import ADDED, MISSING, Difference
from workflows.trials.draft import open_draft
from workflows.trials.past import DIVERGES, HOW_MANY, STUCK, PastTrial, try_on_the_past

trying = Blueprint("studio_trying", __name__, url_prefix="/studio")

USUALLY = 20


@trying.get("/<instance_id>/trial")
@posts_required(DIRECTORS)
def page(instance_id: str) -> ResponseReturnValue:
    """Try the draft on the last finished cases and show what became of each."""
    house, person = current_house(), current_person()
    most = request.args.get("last", USUALLY, type=int)
    most = most if most in HOW_MANY else USUALLY
    findings: tuple[object, ...] = ()
    tried = None
    with reading(house.pool) as connection:
        at = now(connection)
        draft = open_draft(connection, house.office, person, instance_id, at)
        case = cases.get_row(connection, instance_id)
        try:
            tried = try_on_the_past(connection, house.office, person, instance_id, most, at)
        except DefinitionRefused as error:
            findings = error.findings
    return render_template(
        "studio/trial.html",
        draft=draft,
        case=case,
        model=embedded(draft.files[file_of(draft.files, draft.key)].decode()),
        findings=findings,
        tried=tried,
        marks=json.dumps(_marks(tried)) if tried is not None else "[]",
        most=most,
        choices=HOW_MANY,
        where=lambda one: _where(one, tried) if tried is not None else "",
    )


def _marks(tried: PastTrial) -> list[dict[str, str]]:
    """Return the marks on the diagram: at each element how many cases part there, or cannot go on."""
    parting, stuck = tried.marks[DIVERGES], tried.marks[STUCK]
    marks = []
    for element in {**parting, **stuck}:
        said = []
        if count := parting.get(element, 0):
            said.append(ngettext("%(num)d 件从这里走得不同", "%(num)d 件从这里走得不同", count))
        if count := stuck.get(element, 0):
            said.append(ngettext("%(num)d 件在这里走不通", "%(num)d 件在这里走不通", count))
        marks.append(
            {
                "element": element,
                "severity": "error" if element in stuck else "warning",
                "message": "；".join(said),
                "label": str(parting.get(element, 0) + stuck.get(element, 0)),
            }
        )
    return marks


def _where(one: Difference, tried: PastTrial) -> str:
    """Return in words where two ways part."""
    before, after = (
        "、".join(_quoted(tried.names.get(step, step)) for step in steps) for steps in (one.before, one.after)
    )
    if one.kind == MISSING:
        return _("少了%(steps)s", steps=before)
    if one.kind == ADDED:
        follows = _quoted(tried.names.get(one.follows, one.follows)) if one.follows else ""
        return (
            _("在%(place)s之后多了%(steps)s", place=follows, steps=after)
            if follows
            else _("先多了%(steps)s", steps=after)
        )
    return _("走了%(after)s，原来是%(before)s", after=after, before=before)


def _quoted(name: str) -> str:
    return f"“{name}”"
