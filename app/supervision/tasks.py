from collections.abc import Iterator
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, Row

from app.current import current_house, now
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.supervision import TASK_STATES
from app.spreadsheets import Cell
from app.supervision.blueprint import days_of_lamps, supervision
from app.transaction import reading
from workflows.initiators import initiator_names
from workflows.organisation import queries
from workflows.supervision import board, task_board
from workflows.supervision.task_board import TaskFilter


@supervision.get("/tasks")
@posts_required(board.READERS)
def tasks() -> ResponseReturnValue:
    narrowed = _narrowed()
    with reading(current_house().pool) as connection:
        at, on = now(connection), days_of_lamps(connection)
        after = request.args.get("after")
        rows, following = task_board.list_tasks(connection, current_person(), narrowed, on.today, at, after)
        names, initiators = _names(connection, rows)
        units = queries.list_units(connection)
    return render_template(
        "supervision/tasks.html",
        rows=rows,
        next_key=following,
        late={row.instance_id: task_board.late_days(row, on) for row in rows},
        narrowed=narrowed,
        names=names,
        initiators=initiators,
        units=units,
        states=TASK_STATES,
    )


@supervision.get("/tasks/export")
@posts_required(board.READERS)
def export_tasks() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        at, on = now(connection), days_of_lamps(connection)
        pages = task_board.every_task(connection, current_person(), _narrowed(), on.today, at)
        header = [
            _("交办编号"),
            _("任务"),
            _("来源文号、会议"),
            _("交办人"),
            _("承办人"),
            _("验收人"),
            _("时限"),
            _("状态"),
            _("超期工作日"),
            _("交办日期"),
            _("完成日期"),
            _("验收日期"),
        ]
        return taken_along(_("任务交办台账"), header, _cells(connection, pages, on))


def _cells(connection: Connection, pages: Iterator[list[Row[Any]]], on: board.LampDays) -> Iterator[list[Cell]]:
    for rows in pages:
        names, initiators = _names(connection, rows)
        for row in rows:
            yield [
                row.number,
                row.title,
                row.source_number,
                initiators[row.instance_id] or _("系统"),
                names.get(row.assigned_person) or names.get(row.assigned_unit, ""),
                names.get(row.accepter, ""),
                row.due_on,
                str(TASK_STATES[row.shown_state]),
                task_board.late_days(row, on) or None,
                row.assigned_on,
                row.finished_on,
                row.accepted_on,
            ]


def _names(connection: Connection, rows: list[Row[Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of the people and units of tasks, and of who gave each task out."""
    people = {name for row in rows for name in (row.assigned_person, row.accepter) if name}
    names = {**queries.names_of_units(connection), **queries.names_of(connection, people)}
    return names, dict(initiator_names(connection, {row.instance_id: row.initiator for row in rows}))


def _narrowed() -> TaskFilter:
    said = request.args
    state = said.get("state", "")
    return TaskFilter(
        state=state if state in {*TASK_STATES, "all"} else "",
        q=said.get("q", "").strip(),
        unit=said.get("unit", ""),
        late=said.get("late") == "1",
    )
