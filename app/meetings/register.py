"""会议登记: the meetings that the reader may see, filtered, searched, sorted, page by page, and as a table to take along."""

from collections.abc import Iterator, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection

from app import spreadsheets
from app.current import current_house, now
from app.meetings.blueprint import meetings
from app.registers import given, sorting, taken_along
from app.security import current_person, posts_required
from app.sentences.meeting_arrangement import meeting_state_label
from app.transaction import reading
from workflows.duties import MEETING_READERS
from workflows.meeting_arrangement import register
from workflows.meeting_arrangement.register import SORTS, STATES, Line, Narrowing
from workflows.organisation import queries
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to


@meetings.get("")
@posts_required(MEETING_READERS)
def index() -> ResponseReturnValue:
    narrowed, (sort, descending) = _narrowing(), sorting(SORTS, "starts_at")
    with reading(current_house().pool) as connection:
        page = register.page_of(
            connection, narrowed, _visible(connection), sort, descending=descending, after=request.args.get("after")
        )
        bodies = register.bodies_of(connection)
        units = queries.list_units(connection, include_disabled=True)
    known = [one.name for one in current_house().meetings.bodies]
    return render_template(
        "meetings/register.html",
        page=page,
        narrowed=narrowed,
        bodies=[(one, one) for one in dict.fromkeys((*known, *bodies))],
        units=[(one.code, one.name) for one in units],
        states=[(one, meeting_state_label(one)) for one in STATES],
        sort=sort,
        descending=descending,
    )


@meetings.get("/register.xlsx")
@posts_required(MEETING_READERS)
def as_table() -> ResponseReturnValue:
    sort, descending = sorting(SORTS, "starts_at")
    with reading(current_house().pool) as connection:
        lines = register.every_line(connection, _narrowing(), _visible(connection), sort, descending=descending)
        return taken_along(_("会议登记"), _header(), _rows(lines))


def _visible(connection: Connection) -> ColumnElement[bool]:
    person = current_person()
    return visible_to(person, owners_for(connection, person.username, now(connection)))


def _narrowing() -> Narrowing:
    return Narrowing(
        body=given("body"),
        state=given("state", STATES),
        unit=given("unit"),
        since=given("since"),
        until=given("until"),
        q=given("q"),
    )


def _header() -> list[str]:
    return [
        _("会议类别"),
        _("会议次数"),
        _("会议名称"),
        _("开始时间"),
        _("结束时间"),
        _("会议地点"),
        _("主持人"),
        _("承办人"),
        _("承办单位"),
        _("议题数"),
        _("应到"),
        _("实到"),
        _("状态"),
        _("会议纪要"),
        _("期号"),
        _("签发人"),
        _("签发日期"),
        _("印发日期"),
        _("印制份数"),
        _("分送单位数"),
        _("已签收"),
    ]


def _rows(lines: Iterator[Line]) -> Iterator[Sequence[spreadsheets.Cell]]:
    for one in lines:
        yield (
            one.body,
            one.number,
            one.title,
            one.starts_at,
            one.ends_at,
            one.room,
            one.chair,
            one.organiser,
            one.unit,
            one.items,
            one.due or None,
            one.present if one.due else None,
            meeting_state_label(one.state),
            one.minutes_title,
            one.issue,
            one.signed_by,
            one.signed_on,
            one.dispatched_on,
            one.copies,
            one.recipients or None,
            one.received if one.recipients else None,
        )
