"""打印: the minutes of a meeting on A4, under their title and 期号, as they were signed or as they stand."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.current import current_house, looking_at_a_case, now
from app.meetings.blueprint import meetings
from app.sections.meeting_shown import show, text_of_minutes
from app.security import current_person
from workflows.cases import get_row
from workflows.meeting_arrangement.errors import MinutesNotReadable
from workflows.meeting_arrangement.minutes_reading import reads_minutes
from workflows.meeting_arrangement.state import get_meeting
from workflows.organisation import queries
from workflows.visibility import record_reading


@meetings.get("/<instance_id>/minutes/print")
def printed_minutes(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        held = get_meeting(connection, instance_id)
        if not reads_minutes(connection, house.office, person, held, at):
            raise MinutesNotReadable(instance_id)
        record_reading(connection, house.office, person, instance_id, "meeting", at)
        shown = show(connection, house, person, held, at)
        text = text_of_minutes(connection, shown)
        unit = get_row(connection, instance_id).initiator_unit
        units = queries.names_of_units(connection)
    return render_template(
        "meetings/minutes_printed.html",
        held=held,
        title=shown.minutes_title,
        text=text,
        unit=units.get(unit, unit),
        recipients=[units.get(one, one) for one in held.recipients],
        instance_id=instance_id,
        now=at,
    )
