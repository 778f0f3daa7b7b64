from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.blueprint import audit
from app.audit.log import tell_of_looking
from app.current import current_house, looking_at_a_case, now
from app.security import current_person, posts_required
from app.transaction import reading
from engine import canonical
from engine.commands.case import SYSTEM
from engine.persistence import instances
from workflows import boxes, cases
from workflows.duties import AUDITORS, DIRECTORS
from workflows.organisation import queries

PAGE_EVENTS = 100


@audit.get("")
@posts_required(AUDITORS)
def index() -> ResponseReturnValue:
    tell_of_looking("index")
    narrowed = boxes.Filter(q=request.args.get("q", "").strip())
    with reading(current_house().pool) as connection:
        page = boxes.visible_cases(connection, current_person(), narrowed, now(connection), request.args.get("after"))
    return render_template("audit/index.html", page=page, narrowed=narrowed)


@audit.get("/<instance_id>/records")
@posts_required((*AUDITORS, *DIRECTORS))
def records(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    after = request.args.get("after", "0")
    with looking_at_a_case(person) as connection:
        at = now(connection)
        events = cases.history(
            connection, house.office, person, instance_id, at, int(after) if after.isdecimal() else 0, PAGE_EVENTS + 1
        )
        case = instances.get_instance(connection, instance_id)
        process = house.office.engine.deployed(connection, case.definition.id).process
        people = {name for event in events for name in (event.actor, event.on_behalf_of) if name}
        names = {**queries.names_of(connection, people), SYSTEM.username: _("系统")}
    shown = events[:PAGE_EVENTS]
    return render_template(
        "audit/records.html",
        case=case,
        events=shown,
        payloads={event.seq: canonical.readable(event.data) for event in shown},
        step_names={activity.id: activity.name for activity in process.activities.values()},
        next=shown[-1].seq if len(events) > PAGE_EVENTS else None,
        names=names,
    )


@audit.get("/<instance_id>/export")
@posts_required((*AUDITORS, *DIRECTORS))
def export(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        lines = cases.export(connection, house.office, person, instance_id, at)

    def body() -> Iterator[bytes]:
        for line in lines:
            yield line + b"\n"

    headers = {"Content-Disposition": f"attachment; filename={instance_id}.jsonl"}
    return Response(body(), mimetype="application/x-ndjson", headers=headers)
