from collections.abc import Iterable, Iterator, Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.supervision import LAMPS, SORTS, SOURCES, STATES
from app.spreadsheets import Cell
from app.supervision.blueprint import days_of_lamps, supervision
from app.transaction import reading
from workflows.organisation import queries
from workflows.supervision import board
from workflows.supervision.board import BoardFilter, Line


@supervision.get("")
@posts_required(board.READERS)
def index() -> ResponseReturnValue:
    person, narrowed = current_person(), _narrowed()
    with reading(current_house().pool) as connection:
        at, on = now(connection), days_of_lamps(connection)
        page = board.list_matters(connection, person, narrowed, on, at, request.args.get("after"))
        counts = board.count_lamps(connection, person, narrowed, on, at)
        units = queries.list_units(connection)
        names = names_in(connection, page.rows)
    return render_template(
        "supervision/board.html",
        page=page,
        counts=counts,
        narrowed=narrowed,
        units=units,
        names=names,
        lamps=LAMPS,
        states=STATES,
        sources=SOURCES,
        sorts=SORTS,
        keeps=bool(person.posts & board.CLERKS),
    )


@supervision.get("/export")
@posts_required(board.READERS)
def export() -> ResponseReturnValue:
    person = current_person()
    with reading(current_house().pool) as connection:
        at, on = now(connection), days_of_lamps(connection)
        lines = board.every_matter(connection, person, _narrowed(), on, at)
        return taken_along(_("督办台账"), header(), cells(connection, lines))


def header() -> list[str]:
    """Return what stands above the columns of the register as a file."""
    return [
        _("督办编号"),
        _("事项名称"),
        _("灯色"),
        _("状态"),
        _("来源"),
        _("来源文号、会议"),
        _("牵头单位"),
        _("协办单位"),
        _("责任领导"),
        _("立项日期"),
        _("原时限"),
        _("现时限"),
        _("延期次数"),
        _("最近反馈"),
        _("进展（百分比）"),
        _("销号日期"),
    ]


def cells(connection: Connection, lines: Iterator[Line] | list[Line]) -> Iterator[list[Cell]]:
    """Yield the cells of each line."""
    units = queries.names_of_units(connection)
    people: dict[str, str] = {}
    for one in lines:
        leader = one.responsible_leader or ""
        if leader and leader not in people:
            people |= queries.names_of(connection, [leader])
        yield [
            one.number,
            one.title,
            str(LAMPS[one.lamp]),
            str(STATES[one.state]),
            str(SOURCES.get(one.source_kind, one.source_kind)),
            one.source_number,
            units.get(one.lead_unit or "", one.lead_unit),
            "、".join(units.get(code, code) for code in one.co_units),
            people.get(leader, ""),
            one.registered_on,
            one.original_due_on,
            one.due_on,
            one.extensions,
            one.last_feedback_on,
            one.last_progress,
            one.closed_on,
        ]


def _narrowed() -> BoardFilter:
    said = request.args
    return BoardFilter(
        lamp=said.get("lamp", "") if said.get("lamp", "") in LAMPS else "",
        unit=said.get("unit", ""),
        source=said.get("source", "") if said.get("source", "") in SOURCES else "",
        state=said.get("state", "") if said.get("state", "") in {*STATES, "all"} else "",
        q=said.get("q", "").strip(),
        sort=said.get("sort", "due") if said.get("sort", "due") in SORTS else "due",
    )


def names_in(connection: Connection, rows: Iterable[Line]) -> Mapping[str, str]:
    """Return the names of the units and people of lines; codes of units and usernames are never the same."""
    leaders = {one.responsible_leader for one in rows if one.responsible_leader}
    units = queries.names_of_units(connection)
    return {**queries.names_of(connection, leaders), **units}
