from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.meetings import acts, printed, register  # noqa: F401  (the last two register their pages)
from app.meetings.acts import Act, wish_of
from app.meetings.blueprint import meetings
from app.once import done_before, form_digest, keep_done
from app.sections.meeting_shown import Shown, show, text_of_minutes, votes_of
from app.security import current_person, new_key
from app.transaction import reading, transaction
from engine.errors import ProcessError
from workflows.extent import Extent, require_extent
from workflows.meeting_arrangement import in_hand, record_keeping
from workflows.meeting_arrangement.errors import NotInHand
from workflows.meeting_arrangement.meeting_rules import covers
from workflows.meeting_arrangement.state import get_meeting, line_of, list_waiting
from workflows.meeting_arrangement.values import ASKS_LEAVE, FIRST_TOPIC
from workflows.organisation import queries
from workflows.rooms import bookings
from workflows.visibility import record_reading

Page = Callable[[str, ProcessError | None], ResponseReturnValue]


@meetings.get("/<instance_id>/agenda")
def agenda(instance_id: str) -> ResponseReturnValue:
    return _agenda_page(instance_id)


@meetings.post("/<instance_id>/agenda")
def change_agenda(instance_id: str) -> ResponseReturnValue:
    return _carry_out(acts.AGENDA, instance_id, url_for("meetings.agenda", instance_id=instance_id), _agenda_page)


@meetings.get("/<instance_id>/attendance")
def attend(instance_id: str) -> ResponseReturnValue:
    return _attendance_page(instance_id)


@meetings.post("/<instance_id>/attendance")
def change_attendance(instance_id: str) -> ResponseReturnValue:
    place = url_for("meetings.attend", instance_id=instance_id)
    return _carry_out(acts.ATTENDANCE, instance_id, place, _attendance_page)


@meetings.get("/<instance_id>/written")
def written(instance_id: str) -> ResponseReturnValue:
    return _written_page(instance_id)


@meetings.post("/<instance_id>/written")
def write(instance_id: str) -> ResponseReturnValue:
    return _carry_out(acts.WRITTEN, instance_id, url_for("meetings.written", instance_id=instance_id), _written_page)


@meetings.get("/<instance_id>/lines/<line_id>")
def line(instance_id: str, line_id: str) -> ResponseReturnValue:
    return _line_page(instance_id, line_id)


@meetings.post("/<instance_id>/lines/<line_id>")
def deal_with(instance_id: str, line_id: str) -> ResponseReturnValue:
    def page(of: str, error: ProcessError | None) -> ResponseReturnValue:
        return _line_page(of, line_id, error)

    place = url_for("meetings.line", instance_id=instance_id, line_id=line_id)
    return _carry_out(acts.LINE, instance_id, place, page)


@meetings.get("/<instance_id>/minutes")
def minutes(instance_id: str) -> ResponseReturnValue:
    return _minutes_page(instance_id)


@meetings.post("/<instance_id>/minutes")
def change_minutes(instance_id: str) -> ResponseReturnValue:
    return _carry_out(acts.MINUTES, instance_id, url_for("meetings.minutes", instance_id=instance_id), _minutes_page)


@meetings.get("/<instance_id>/record")
def record(instance_id: str) -> ResponseReturnValue:
    return _record_page(instance_id)


@meetings.post("/<instance_id>/record")
def keep_record(instance_id: str) -> ResponseReturnValue:
    return _carry_out(acts.RECORD, instance_id, url_for("meetings.record", instance_id=instance_id), _record_page)


def _carry_out(known: Mapping[str, Act], instance_id: str, place: str, page: Page) -> ResponseReturnValue:
    """Do what a form asks for, once; what is refused is shown on the page it came from, with what was typed."""
    house, person, digest = current_house(), current_person(), form_digest()
    done = done_before(person, digest)
    if done:
        return redirect(done)
    act = known.get(request.form.get("act", ""))
    try:
        if act is None:
            raise NotInHand(instance_id)
        with transaction(house.pool) as connection:
            act(connection, house, person, instance_id, now(connection))
            keep_done(connection, person, digest, place)
    except ProcessError as error:
        return page(instance_id, error)
    flash(_("已登记。"))
    return redirect(place)


def _page(
    template: str,
    instance_id: str,
    error: ProcessError | None,
    more: Callable[[Connection, Shown, datetime], Mapping[str, Any]],
) -> ResponseReturnValue:
    """Show a page of a meeting to whoever may see its case, and not only what was issued of it."""
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        require_extent(connection, house.office, person, instance_id, Extent.COPY, at)
        record_reading(connection, house.office, person, instance_id, "meeting", at)
        shown = show(connection, house, person, get_meeting(connection, instance_id), at)
        content = more(connection, shown, at)
    page = render_template(
        template,
        instance_id=instance_id,
        shown=shown,
        held=shown.held,
        first_topic=FIRST_TOPIC,
        typed=request.form if error else {},
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        idempotency_key=new_key(),
        now=at,
        **content,
    )
    return page, status_of(error) if error else 200


def _agenda_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    def more(connection: Connection, shown: Shown, at: datetime) -> Mapping[str, Any]:
        if not shown.may_set_agenda:
            raise NotInHand(instance_id)
        held = shown.held
        wish = wish_of(connection, current_house(), held)
        booked = bookings.list_of_case(connection, instance_id)
        return {
            "waiting": list_waiting(connection, held.body),
            "people": queries.list_people(connection),
            "booked": booked,
            "fitting": [one for one in booked if covers(one, held)],
            "free": bookings.free_rooms(connection, wish, at),
            "taken": bookings.list_between(connection, held.starts_at, held.ends_at),
            "expected": wish.people,
        }

    return _page("meetings/agenda.html", instance_id, error, more)


def _attendance_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    def more(_connection: Connection, shown: Shown, _at: datetime) -> Mapping[str, Any]:
        if not shown.may_gather:
            raise NotInHand(instance_id)
        return {}

    return _page("meetings/attendance.html", instance_id, error, more)


def _written_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    def more(_connection: Connection, shown: Shown, _at: datetime) -> Mapping[str, Any]:
        seat = shown.held.find_seat(shown.me)
        if seat is None or not seat.member or seat.answer != ASKS_LEAVE:
            raise NotInHand(instance_id)
        return {"lines": [one for one in shown.held.lines if shown.me not in one.recused and one.closed_at is None]}

    return _page("meetings/written.html", instance_id, error, more)


def _line_page(instance_id: str, line_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    def more(_connection: Connection, shown: Shown, _at: datetime) -> Mapping[str, Any]:
        found = line_of(shown.held, line_id)
        if not shown.may_deliberate:
            raise NotInHand(instance_id)
        lines = list(shown.held.lines)
        at = lines.index(found)
        votes = votes_of(shown.held, found, current_house())
        return {
            "line": found,
            "number": at + 1,
            "next_line": lines[at + 1] if at + 1 < len(lines) else None,
            "votes": votes,
            "spoken": {one.person: one for one in shown.held.stands.get(line_id, ())},
            "written": shown.held.written.get(line_id, ()),
        }

    return _page("meetings/line.html", instance_id, error, more)


def _minutes_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    def more(connection: Connection, shown: Shown, _at: datetime) -> Mapping[str, Any]:
        if not shown.may_write_minutes:
            raise NotInHand(instance_id)
        return {"all_units": queries.list_units(connection), "text": text_of_minutes(connection, shown)}

    return _page("meetings/minutes.html", instance_id, error, more)


def _record_page(instance_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    kept = None
    with reading(house.pool) as connection:
        at = now(connection)
        require_extent(connection, house.office, person, instance_id, Extent.COPY, at)
        may_read = record_keeping.may_read_record(connection, house.office, person, instance_id, house.meetings, at)
    if may_read:
        with transaction(house.pool) as connection:
            at = now(connection)
            kept = record_keeping.read_record(connection, house.office, person, instance_id, house.meetings, at)

    def more(connection: Connection, _shown: Shown, at: datetime) -> Mapping[str, Any]:
        kinds = in_hand.RECORD
        actor = in_hand.find_actor(connection, house.office, person, instance_id, kinds, at)
        readings = record_keeping.list_readings(connection, instance_id)
        people = {name for one in readings for name in (one.person, one.decided_by)} | (
            {kept.kept_by} if kept else set()
        )
        return {
            "kept": kept,
            "is_kept": record_keeping.is_kept(connection, instance_id),
            "may_read": may_read,
            "may_keep": actor is not None,
            "readings": readings if may_read else [],
            "people": queries.names_of(connection, people),
            "reading_days": house.meetings.reading_days,
        }

    return _page("meetings/record.html", instance_id, error, more)
