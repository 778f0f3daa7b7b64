from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.current import current_house, now
from app.messages import CASE_OPERATIONS
from app.security import current_person
from app.transaction import reading
from workflows import definitions
from workflows.organisation import queries
from workflows.running_cases import Narrowed, list_running

interventions = Blueprint("interventions", __name__, url_prefix="/interventions")


@interventions.get("")
def index() -> ResponseReturnValue:
    """List running cases for who may intervene in them: where they stand, and nothing of their content."""
    house, person = current_house(), current_person()
    narrowed = Narrowed(**{name: request.args.get(name, "").strip() for name in ("definition", "state", "q")})
    with reading(house.pool) as connection:
        at = now(connection)
        page = list_running(connection, house.office, person, narrowed, at, request.args.get("after"))
        flows = definitions.list_newest(connection)
        people = {username for row in page.rows for step in row.steps for username in step.people}
        names = queries.names_of(connection, people)
    return render_template(
        "interventions/index.html", page=page, narrowed=narrowed, flows=flows, names=names, labels=CASE_OPERATIONS
    )
