"""The inbox: one box as a list, and how a person likes to see it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import navigation
from app.current import current_house, now
from app.security import current_person, safe_target
from app.transaction import reading, transaction
from app.worklist.blueprint import worklist
from app.worklist.listed import FEW, MANY, listed_in
from workflows import batch, box_counts, boxes, definitions, preferences
from workflows.initiators import initiator_names
from workflows.operations.unconfirmed import list_unconfirmed
from workflows.organisation import queries
from workflows.substitutions import queries as substitutions

URGENCIES = ("特急", "加急", boxes.ORDINARY)


def column_label(column: str) -> str:
    return {
        "flow": _("流程"),
        "initiator": _("发起人"),
        "unit": _("发起单位"),
        "step": _("当前环节"),
        "urgency": _("缓急"),
        "due": _("时限"),
        "received": _("收到"),
        "assignee": _("办理人"),
    }[column]


@worklist.get("/")
def home() -> ResponseReturnValue:
    return redirect(url_for("worklist.index"))


@worklist.get("/worklist")
def index() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    try:
        listed = listed_in(request.args)
    except boxes.UnknownBox:
        return redirect(url_for("worklist.index"))
    box, narrowed = listed.box, listed.narrowed
    survey, steps = None, []
    with reading(house.pool) as connection:
        at = now(connection)
        calendar = house.office.calendars.current(connection)
        near_until = house.office.near_until(calendar, at)
        page = boxes.list_box(connection, person, box, narrowed, at, near_until, listed.after, listed.rows)
        flows = definitions.list_newest(connection)
        liked = preferences.preferences_of(connection, person.username)
        counts = navigation.count_boxes(connection, person, at)
        if box in boxes.BOXES_OF_ITEMS:
            survey = box_counts.survey(connection, person, box, at, near_until, read=narrowed.read)
            if narrowed.definition:
                steps = box_counts.steps_in(connection, person, box, narrowed.definition, at)
        substituting = substitutions.in_force(connection, person.username, at)
        substituted = substitutions.substitutes_of(connection, person.username, at)
        unconfirmed = list_unconfirmed(connection, person) if box == "todo" else []
        initiators = initiator_names(connection, {row.case.id: row.case.initiator for row in page.rows})
        people = {one.owner for one in substituting}
        people |= {one.substitute for one in substituted}
        people |= {row.item.assignee for row in page.rows if row.item and row.item.assignee}
        people |= {one.recorded_by for one in unconfirmed}
        names = queries.names_of(connection, people)
        units = {one.code: one.name for one in queries.list_units(connection)} if "unit" in liked.columns else {}
    return render_template(
        "worklist/index.html",
        survey=survey,
        substituting=substituting,
        substituted=substituted,
        unconfirmed=unconfirmed,
        counts=counts,
        names=names,
        initiators=initiators,
        units=units,
        listed=listed,
        box=box,
        page=page,
        narrowed=narrowed,
        flows=flows,
        steps=steps,
        urgencies=URGENCIES,
        liked=liked,
        all_columns=preferences.COLUMNS,
        operations=() if narrowed.read else batch.OFFERED_IN.get(box, ()),
        addressed=batch.ADDRESSED,
        page_sizes=(FEW, MANY),
        largest_batch=batch.LARGEST_BATCH,
        now=at,
        calendar=calendar,
    )


@worklist.post("/worklist/view")
def keep_view() -> ResponseReturnValue:
    """Keep how the person likes the inbox: of columns, split view and what opens next, those that the form speaks of."""
    person = current_person()
    said = request.form
    with transaction(current_house().pool) as connection:
        if "columns_shown" in said:
            preferences.keep_columns(connection, person.username, said.getlist("column"))
        if "split" in said:
            preferences.keep_split(connection, person.username, split=said["split"] == "1")
        if "open_next" in said:
            preferences.keep_open_next(connection, person.username, open_next=said["open_next"] == "1")
    return redirect(safe_target(said.get("next")))
