from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.calendar.months import differences, holidays_of, months_of
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission
from workflows.calendar import actions, files, library
from workflows.calendar.proposals import FIRST_YEAR, LAST_YEAR, Proposal
from workflows.calendar.queries import get_import, list_imports
from workflows.calendar.values import ImportedYear, YearState
from workflows.calendar.working_time import WorkingTime, day_of
from workflows.calendar_cases import find_case, find_source, moved_by
from workflows.duties import may_keep_calendar, require
from workflows.forms.validation import FieldError, SubmissionInvalid
from workflows.organisation import queries
from workflows.organisation.errors import ImportRefused

calendar = Blueprint("calendar", __name__, url_prefix="/calendar")
FILE = "file"


@calendar.get("")
def index() -> ResponseReturnValue:
    return _page()


@calendar.get("/<int:year>.csv")
def download(year: int) -> ResponseReturnValue:
    """Answer with the days in force of a year, to be corrected and imported again."""
    with reading(current_house().pool) as connection:
        found = list_imports(connection, actions.check_year(year))
    days = next((one.days for one in found if one.state is YearState.IN_FORCE), ())
    answer = Response(files.written(days).encode("utf-8-sig"), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"calendar-{year}.csv")
    return answer


@calendar.post("/imports")
def import_year() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    require(may_keep_calendar(person))
    try:
        with reading(house.pool) as connection:
            proposal = _proposal(house.office.calendars.current(connection))
        with transaction(house.pool) as connection:
            at = now(connection)
            case = find_case(connection, person, request.form.get("case", ""), at)
            source = request.form.get("source", "")
            made = actions.import_year(connection, house.office.engine, person, proposal, source, at, case)
    except InvalidSubmission as error:
        return _page(error), status_of(error)
    flash(_("已导入%(year)s年日历，请另一人复核后生效。", year=made.year))
    return redirect(url_for("calendar.imported", import_id=made.id))


@calendar.get("/imports/<import_id>")
def imported(import_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        one = get_import(connection, import_id)
        others = list_imports(connection, one.year)
        in_force = next((other for other in others if other.state is YearState.IN_FORCE), None)
        shown = house.office.calendars.showing(connection, one)
        moved = moved_by(connection, house.office, person, one.revision, at) if one.revision else None
        names = _names(connection, [one])
        source = find_source(connection, person, one.instance_id, at)
    return render_template(
        "calendar/imported.html",
        one=one,
        months=months_of(shown, one.year),
        holidays=holidays_of(one.days),
        in_force=in_force,
        differences=differences(in_force.days, one.days) if in_force and one.state is YearState.PENDING else (),
        refusal=actions.may_put_into_force(person, one),
        may_discard=actions.may_discard(person, one) is None,
        keeps=may_keep_calendar(person) is None,
        moved=moved,
        names=names,
        source_case=source,
        today=day_of(at),
    )


@calendar.post("/imports/<import_id>/put_into_force")
def put_into_force(import_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        one = actions.put_into_force(connection, house.office.engine, current_person(), import_id, now(connection))
    flash(_("%(year)s年日历已生效，有关时限正在重新计算。", year=one.year))
    return redirect(url_for("calendar.imported", import_id=import_id))


@calendar.post("/imports/<import_id>/discard")
def discard(import_id: str) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        one = actions.discard(connection, house.office.engine, current_person(), import_id, now(connection))
    flash(_("导入的%(year)s年日历已作废。", year=one.year))
    return redirect(url_for("calendar.index", year=one.year))


def _proposal(known: WorkingTime) -> Proposal:
    """Return what the form proposes: a year of the library, or the file that came with it."""
    written = request.form.get("year", "").strip()
    if not written.isdecimal() or len(written) > len(str(LAST_YEAR)):
        raise SubmissionInvalid((FieldError("year", "wrong_type"),))
    year = actions.check_year(int(written))
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return files.propose(year, sent.filename, sent.read())
    if request.form.get("origin") == FILE:
        raise SubmissionInvalid((FieldError("file", "required"),))
    return library.propose(year, known)


def _page(error: InvalidSubmission | None = None) -> str:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        today = day_of(at)
        known = house.office.calendars.current(connection)
        year = _asked_year(today.year)
        every = list_imports(connection)
        found = [one for one in every if one.year == year]
        in_force = next((one for one in found if one.state is YearState.IN_FORCE), None)
        names = _names(connection, every)
        source = find_source(connection, person, in_force.instance_id if in_force else None, at)
    return render_template(
        "calendar/index.html",
        year=year,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        months=months_of(known, year),
        holidays=holidays_of(in_force.days) if in_force else (),
        in_force=in_force,
        found=found,
        waiting=[one for one in every if one.state is YearState.PENDING],
        years=sorted(known.years),
        names=names,
        source_case=source,
        today=today,
        published=library.published_years(),
        hours=house.settings.calendar.hours,
        keeps=may_keep_calendar(person) is None,
        proposed_year=_first_missing(known, today.year),
        typed=request.form if error else {},
        errors=field_errors(error) if error else {},
        lines=error.lines if isinstance(error, ImportRefused) else (),
        message=told(error, house) if error else "",
        source_limit=actions.LONGEST_SOURCE,
    )


def _asked_year(otherwise: int) -> int:
    asked = request.args.get("year", type=int)
    return asked if asked is not None and FIRST_YEAR <= asked <= LAST_YEAR else otherwise


def _first_missing(known: WorkingTime, year: int) -> int:
    while year in known.years:
        year += 1
    return year


def _names(connection: Connection, found: list[ImportedYear]) -> Mapping[str, str]:
    people = {name for one in found for name in (one.imported_by, one.put_into_force_by, one.discarded_by) if name}
    return queries.names_of(connection, people)
