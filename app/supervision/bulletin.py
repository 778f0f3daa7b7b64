import re
from collections.abc import Iterator
from datetime import timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.supervision import FIGURES, LAMPS, STATES
from app.spreadsheets import Cell
from app.supervision.blueprint import days_of_lamps, supervision, today
from app.supervision.board import cells, header, names_in
from app.transaction import reading
from workflows.organisation import queries
from workflows.supervision import board, bulletin
from workflows.supervision.bulletin import Bulletin, Figure, Month

ONE_DAY = timedelta(days=1)
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@supervision.get("/bulletin")
@posts_required(bulletin.READERS)
def monthly() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        day = today(connection)
        asked = _month(request.args.get("month", "")) or Month(day.year, day.month)
        told = bulletin.read(connection, asked, day)
        units = queries.names_of_units(connection)
        at = now(connection)
    printed = request.args.get("print") == "1"
    return render_template(
        "supervision/bulletin_printed.html" if printed else "supervision/bulletin.html",
        bulletin=told,
        month=f"{asked.year}-{asked.month:02}",
        figures=FIGURES,
        before=f"{asked.first - ONE_DAY:%Y-%m}",
        after=f"{asked.last + ONE_DAY:%Y-%m}" if asked.last < day else "",
        units=units,
        now=at,
        person=current_person(),
    )


@supervision.get("/bulletin/export")
@posts_required(bulletin.READERS)
def export_bulletin() -> ResponseReturnValue:
    month = _month(request.args.get("month", "")) or abort(404)
    with reading(current_house().pool) as connection:
        told = bulletin.read(connection, month, today(connection))
        units = queries.names_of_units(connection)
        named = _("督查通报%(year)s年%(month)s月", year=month.year, month=month.month)
        return taken_along(named, [_("牵头单位"), *map(str, FIGURES.values())], _figures(told, units))


@supervision.get("/bulletin/<month>/<figure>")
@posts_required(bulletin.READERS)
def figure(month: str, figure: str) -> ResponseReturnValue:
    asked = _month(month)
    if asked is None or figure not in set(Figure):
        abort(404)
    unit = request.args.get("unit") or None
    with reading(current_house().pool) as connection:
        on = days_of_lamps(connection)
        told = bulletin.read(connection, asked, on.today)
        of_unit = told.matters if unit is None else told.units.get(unit, {})
        lines = board.lines_of(connection, of_unit.get(Figure(figure), ()), on)
        if request.args.get("export") == "1":
            return taken_along(f"{month}{FIGURES[figure]}", header(), cells(connection, lines))
        names = names_in(connection, lines)
    return render_template(
        "supervision/figure.html",
        lines=lines,
        month=asked,
        figure=FIGURES[figure],
        unit=names.get(unit or "", ""),
        names=names,
        lamps=LAMPS,
        states=STATES,
        back=f"{asked.year}-{asked.month:02}",
    )


def _figures(told: Bulletin, units: dict[str, str]) -> Iterator[list[Cell]]:
    for unit in told.units:
        yield [units.get(unit, unit), *(told.count(one, unit) for one in Figure)]
    yield [_("合计"), *(told.count(one) for one in Figure)]


def _month(text: str) -> Month | None:
    match = MONTH.fullmatch(text)
    return Month(int(match[1]), int(match[2])) if match else None
