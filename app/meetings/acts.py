"""What the forms of a meeting's pages ask for: by the name of the act, how it is carried out with what was typed."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import request
from sqlalchemy import Connection

from app.house import House
from workflows.meeting_arrangement import agenda, attendance, deliberation, record_keeping, resolutions
from workflows.meeting_arrangement.errors import CountsRefused
from workflows.meeting_arrangement.membership import members_of
from workflows.meeting_arrangement.resolutions import ResolutionFields
from workflows.meeting_arrangement.state import get_meeting
from workflows.meeting_arrangement.tally import Counts
from workflows.meeting_arrangement.values import Meeting
from workflows.organisation.values import Person
from workflows.rooms import bookings
from workflows.rooms.values import Wish

Act = Callable[[Connection, House, Person, str, datetime], object]


def wish_of(connection: Connection, house: House, held: Meeting) -> Wish:
    """Return the room that a meeting needs: for its time, its members and those who come in."""
    body = house.meetings.find_body(held.body)
    coming = set(members_of(connection, body)) if body is not None else set()
    coming.update(one for line in held.lines for one in line.attendees)
    return Wish(held.starts_at, held.ends_at, held.number or held.body, max(1, len(coming)), held.instance_id)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _add_item(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    agenda.add_item(connection, house.office, person, case, _typed("item"), now)


def _add_first_topic(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    unit = house.meetings.first_topic_unit
    agenda.add_first_topic(connection, house.office, person, case, unit, _typed("title"), now)


def _remove_line(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    agenda.remove_line(connection, house.office, person, case, _typed("line"), _typed("reason"), now)


def _move_up(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    agenda.move_line(connection, house.office, person, case, _typed("line"), True, now)


def _move_down(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    agenda.move_line(connection, house.office, person, case, _typed("line"), False, now)


def _change_line(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    fields = agenda.LineFields(
        title=_typed("title"),
        attendees=tuple(request.form.getlist("attendees")),
        recused=tuple(request.form.getlist("recused")),
        recusal_reason=_typed("recusal_reason"),
    )
    agenda.change_line(connection, house.office, person, case, _typed("line"), fields, now)


def _book(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    wish = wish_of(connection, house, get_meeting(connection, case))
    bookings.book(connection, house.office, person, _typed("room"), wish, now)


def _check_in(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    attendance.check_in(connection, house.office, person, case, request.form.getlist("arrived"), now)


def _excuse(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    attendance.excuse(connection, house.office, person, case, _typed("member"), _typed("reason"), now)


def _write(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    attendance.write_opinion(connection, house.office, person, case, _typed("line"), _typed("written_opinion"), now)


def _open_line(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    deliberation.open_line(connection, house.office, person, case, _typed("line"), house.meetings, now)


def _recuse(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    line, member, reason = _typed("line"), _typed("member"), _typed("reason")
    deliberation.recuse(connection, house.office, person, case, line, member, reason, house.meetings, now)


def _speak(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    line, member, opinion = _typed("line"), _typed("member"), _typed("opinion")
    choice = _typed("choice")
    deliberation.speak(connection, house.office, person, case, line, member, opinion, choice, house.meetings, now)


def _close_line(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    line, conclusion = _typed("line"), _typed("conclusion")
    counts = _counts() if "yes" in request.form else None
    deliberation.close_line(connection, house.office, person, case, line, conclusion, counts, house.meetings, now)


def _counts() -> Counts:
    given = {name: _typed(name) or "0" for name in ("yes", "no", "abstain", "defer")}
    if not all(one.isdecimal() for one in given.values()):
        raise CountsRefused(0, 0)
    return Counts(**{name: int(one) for name, one in given.items()})


def _postpone(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    line, reason = _typed("line"), _typed("reason")
    deliberation.postpone_line(connection, house.office, person, case, line, reason, house.meetings, now)


def _conclude(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    resolutions.conclude(connection, house.office, person, case, _typed("line"), _typed("conclusion"), now)


def _resolve(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    resolutions.add_resolution(connection, house.office, person, case, _typed("line"), _resolution(), now)


def _change_resolution(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    known = _typed("resolution")
    resolutions.change_resolution(connection, house.office, person, case, known, _resolution(), now)


def _remove_resolution(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    resolutions.remove_resolution(connection, house.office, person, case, _typed("resolution"), now)


def _resolution() -> ResolutionFields:
    helping = tuple(one for one in request.form.getlist("co_units") if one)
    return ResolutionFields(_typed("matter"), _typed("lead_unit"), helping, _typed("due_on"))


def _keep(connection: Connection, house: House, person: Person, case: str, now: datetime) -> None:
    record_keeping.keep_record(connection, house.office, person, case, _typed("record"), now)


AGENDA: Mapping[str, Act] = {
    "add_item": _add_item,
    "add_first_topic": _add_first_topic,
    "remove_line": _remove_line,
    "move_up": _move_up,
    "move_down": _move_down,
    "change_line": _change_line,
    "book": _book,
}
ATTENDANCE: Mapping[str, Act] = {"check_in": _check_in, "excuse": _excuse}
WRITTEN: Mapping[str, Act] = {"write": _write}
LINE: Mapping[str, Act] = {
    "open": _open_line,
    "recuse": _recuse,
    "speak": _speak,
    "close": _close_line,
    "postpone": _postpone,
    "resolve": _resolve,
}
MINUTES: Mapping[str, Act] = {
    "conclude": _conclude,
    "resolve": _resolve,
    "change_resolution": _change_resolution,
    "remove_resolution": _remove_resolution,
}
RECORD: Mapping[str, Act] = {"keep": _keep}
