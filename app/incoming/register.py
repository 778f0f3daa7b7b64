"""收文登记簿: filtered, searched, sorted, page by page, and as a table to take along.

Those who keep the registers read all of it; everybody else the lines of the cases that they may see.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection

from app import spreadsheets
from app.current import current_house, now
from app.incoming.blueprint import incoming
from app.registers import given, sorting, taken_along
from app.security import current_person
from app.transaction import reading
from workflows.boxes import titles_of_cases
from workflows.calendar.working_time import day_of
from workflows.duties import REGISTER_READERS
from workflows.incoming_document import register
from workflows.incoming_document.register import SORTS, STATES, Line, Narrowing
from workflows.incoming_document.settings import ACT, READ
from workflows.organisation import queries
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to

URGENCIES = ("特提", "特急", "加急", "平急")


@incoming.get("")
def received() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    narrowed, (sort, descending) = _narrowing(), sorting(SORTS, "number")
    series = house.incoming.series
    with reading(house.pool) as connection:
        at = now(connection)
        page = register.page_of(
            connection,
            series,
            narrowed,
            day_of(at),
            sort,
            descending=descending,
            after=request.args.get("after"),
            visible=_visible(connection, at),
        )
        ids = [one.instance_id for one in page.rows]
        places = register.places_of(connection, ids)
        open_to_me = titles_of_cases(connection, person, ids, at)
        years = register.years_of(connection, series)
        openings = register.openings_of(connection, series, narrowed.year)
        organs = register.organs_of(connection) if _reads_all() else []
        units = queries.list_units(connection, include_disabled=True)
    return render_template(
        "incoming/register.html",
        page=page,
        narrowed=narrowed,
        places=places,
        open_to_me=open_to_me,
        years=[(one, one) for one in years],
        openings=openings if _shows_openings(narrowed) and not page.next else [],
        organs=[(one, one) for one in organs],
        units=[(one.code, one.name) for one in units],
        handlings=[(one, one) for one in (ACT, READ)],
        urgencies=[(one, one) for one in URGENCIES],
        states=list(_states().items()),
        labels=_states(),
        today=day_of(at),
        sort=sort,
        descending=descending,
    )


@incoming.get("/register.xlsx")
def received_as_table() -> ResponseReturnValue:
    narrowed, (sort, descending) = _narrowing(), sorting(SORTS, "number")
    series = current_house().incoming.series
    with reading(current_house().pool) as connection:
        at = now(connection)
        lines = register.every_line(
            connection, series, narrowed, day_of(at), sort, descending=descending, visible=_visible(connection, at)
        )
        openings = register.openings_of(connection, series, narrowed.year) if _shows_openings(narrowed) else []
        rows = _rows(connection, lines, openings, day_of(at))
        return taken_along(_("收文登记簿"), _header(), rows)


def _reads_all() -> bool:
    return bool(current_person().posts & set(REGISTER_READERS))


def _visible(connection: Connection, at: datetime) -> ColumnElement[bool] | None:
    person = current_person()
    return None if _reads_all() else visible_to(person, owners_for(connection, person.username, at))


def _shows_openings(narrowed: Narrowing) -> bool:
    """Tell whether the numbers of the paper register belong to what is shown: to the whole register, or a year of it."""
    return _reads_all() and narrowed == Narrowing(year=narrowed.year)


def _narrowing() -> Narrowing:
    return Narrowing(
        year=given("year"),
        source_organ=given("source_organ"),
        handling=given("handling"),
        urgency=given("urgency"),
        unit=given("unit"),
        state=given("state", STATES),
        since=given("since"),
        until=given("until"),
        q=given("q"),
    )


def _states() -> dict[str, str]:
    return {
        register.RUNNING: _("在办"),
        register.OVERDUE: _("逾期"),
        register.DONE: _("办结"),
        register.SENT_BACK: _("退文"),
        register.CANCELLED: _("已终止"),
        register.VOID: _("作废"),
    }


def _header() -> list[str]:
    return [
        _("收文号"),
        _("收文时间"),
        _("来文机关"),
        _("来文字号"),
        _("标题"),
        _("文种"),
        _("成文日期"),
        _("密级"),
        _("紧急程度"),
        _("来文类型"),
        _("来文渠道"),
        _("转来单位"),
        _("份数"),
        _("页数"),
        _("附件数"),
        _("重复件"),
        _("签收人"),
        _("登记人"),
        _("来文联系人"),
        _("拟办意见"),
        _("领导批示"),
        _("主办单位"),
        _("协办单位"),
        _("办理时限"),
        _("办理结果"),
        _("复文字号"),
        _("当前位置"),
        _("清退要求"),
        _("状态"),
        _("办结时间"),
        _("归档"),
        _("拟保管期限"),
        _("备注"),
    ]


def _rows(
    connection: Connection,
    lines: Iterator[Line],
    openings: Sequence[tuple[int, int]],
    today: date,
) -> Iterator[Sequence[spreadsheets.Cell]]:
    states, width = _states(), len(_header())
    while page := list(islice(lines, register.EXPORTED_AT_ONCE)):
        ids = [one.instance_id for one in page]
        places, said = register.places_of(connection, ids), register.instructions_told(connection, ids)
        for one in page:
            yield (
                one.number,
                one.received_at,
                one.source_organ,
                one.source_number,
                one.title,
                type_of(one),
                one.issued_on,
                one.classification,
                one.urgency,
                one.handling,
                one.channel,
                one.forwarding_unit,
                one.copies,
                one.pages,
                one.annex_count,
                one.further_copies or None,
                one.received_by,
                one.registered_by,
                one.contact,
                one.proposal,
                said.get(one.instance_id),
                one.lead_unit,
                "、".join(one.co_units),
                one.due_on,
                one.result,
                one.reply_number,
                "；".join(
                    f"{place.step} {'、'.join(place.people)}".strip() for place in places.get(one.instance_id, ())
                ),
                one.return_demand,
                states[one.state(today)],
                one.closed_at,
                kept(one),
                one.retention,
                one.void_reason or one.outcome_reason or one.remarks,
            )
    for year, last in openings:
        yield (_("%(year)s年 1—%(last)s", year=year, last=last), _("启用前纸质登记"), *[None] * (width - 2))


def type_of(line: Line) -> str:
    """Return the type of a document as registers write it: a telegram says so."""
    if not line.telegram:
        return line.document_type or ""
    return _("%(type)s（电报）", type=line.document_type or "")


def kept(line: Line) -> str:
    """Return whether a closed document goes to the archive, and why not."""
    if line.archiving is None:
        return ""
    return _("归档") if line.archiving == "archived" else _("不归档：%(reason)s", reason=line.archive_reason or "")
