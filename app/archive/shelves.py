"""What was put together: the 件 one by one, the order before numbering, the catalogue on screen, as a table and on paper."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import spreadsheets
from app.archive.blueprint import archive, carry_out, filed_year, keeps, offered_years
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.archiving import ITEM_STATES, PART_KINDS
from app.transaction import reading
from engine.errors import ProcessError
from workflows.archiving import assembling, candidates, numbering
from workflows.archiving import catalogue as shelf
from workflows.archiving.catalogue import SORTS, Line, Narrowing
from workflows.archiving.values import Standing
from workflows.boxes import titles_of_cases
from workflows.duties import ARCHIVE_READERS, ARCHIVISTS, reads_everything
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names

MOST_SHOWN = 500
"""How many lines of the order are shown; the catalogue shows them all once they have their numbers."""


@archive.get("/items/<item_id>")
@posts_required(ARCHIVE_READERS)
def item(item_id: str) -> ResponseReturnValue:
    return _item_page(item_id)


@archive.post("/items/<item_id>")
@posts_required(ARCHIVISTS)
def settle_item(item_id: str) -> ResponseReturnValue:
    try:
        if request.form.get("what") == "dissolve":
            row = carry_out(
                lambda connection, office, _settings, person, at: assembling.dissolve(
                    connection, office, person, item_id, at
                )
            )
            flash(_("已拆件，事项回到待归档。"))
            return redirect(url_for("archive.index", year=row.year))  # type: ignore[attr-defined]
        carry_out(
            lambda connection, office, _settings, person, at: numbering.remove(
                connection, office, person, item_id, request.form.get("reason", ""), at
            )
        )
    except ProcessError as error:
        return _item_page(item_id, field_errors(error), told(error, current_house())), status_of(error)
    flash(_("已登记出件，档号保留。"))
    return redirect(url_for("archive.item", item_id=item_id))


@archive.get("/order")
@posts_required(ARCHIVE_READERS)
def order() -> ResponseReturnValue:
    return _order_page()


@archive.post("/order")
@posts_required(ARCHIVISTS)
def number() -> ResponseReturnValue:
    year = filed_year()
    try:
        count = carry_out(
            lambda connection, office, settings, person, at: numbering.number(
                connection, office, settings, person, year, request.form.get("confirmed", ""), at
            )
        )
    except ProcessError as error:
        return _order_page(told(error, current_house())), status_of(error)
    flash(_("%(year)s年度 %(count)s 件已一次编号。", year=year, count=count))
    return redirect(url_for("archive.catalogue", year=year))


@archive.get("/catalogue")
@posts_required(ARCHIVE_READERS)
def catalogue() -> ResponseReturnValue:
    house, person, year = current_house(), current_person(), filed_year()
    sort, descending = _sorting()
    with reading(house.pool) as connection:
        at = now(connection)
        page = shelf.page_of(
            connection, year, _narrowing(), sort, descending=descending, after=request.args.get("after")
        )
        codes = shelf.codes_of(connection, {one for row in page.rows for one in row.see or ()})
        open_to_me = titles_of_cases(connection, person, {row.instance_id for row in page.rows if row.instance_id}, at)
        years, units = offered_years(connection, year), unit_names(connection).all_when_ended(year)
        numbered = shelf.find_year(connection, year)
    return render_template(
        "archive/catalogue.html",
        page=page,
        year=year,
        years=years,
        codes=codes,
        numbered=numbered,
        narrowed=_narrowing(),
        periods=[(one, one) for one in house.archive.periods],
        units=list(units.items()),
        states=ITEM_STATES,
        open_to_me=open_to_me,
        sort=sort,
        descending=descending,
    )


@archive.get("/catalogue.xlsx")
@posts_required(ARCHIVE_READERS)
def catalogue_as_table() -> ResponseReturnValue:
    year = filed_year()
    sort, descending = _sorting()
    with reading(current_house().pool) as connection:
        lines = shelf.every_line(connection, year, _narrowing(), sort, descending=descending)
        header = [
            _("序号"),
            _("档号"),
            _("文号"),
            _("责任者"),
            _("题名"),
            _("日期"),
            _("密级"),
            _("页数"),
            _("备注"),
            _("保管期限"),
            _("机构"),
            _("状态"),
        ]
        rows = _rows(lines, shelf.codes_of_year(connection, year))
        return taken_along(_("%(year)s年度归档文件目录", year=year), header, rows)


@archive.get("/catalogue/print")
@posts_required(ARCHIVE_READERS)
def catalogue_printed() -> ResponseReturnValue:
    house, year = current_house(), filed_year()
    with reading(house.pool) as connection:
        lines = list(shelf.every_line(connection, year, _narrowing()))
        codes = shelf.codes_of_year(connection, year)
        at = now(connection)
    return render_template(
        "archive/catalogue_printed.html",
        lines=lines,
        codes=codes,
        remarks_of=remarks_of,
        year=year,
        fonds=house.archive.fonds,
        person=current_person(),
        now=at,
    )


def remarks_of(line: Line, codes: dict[str, str]) -> str:
    """Return 备注 of a line: what was noted, the 件 that it notes (互注), and why it was taken out."""
    see = "、".join(codes[one] for one in line.see or () if one in codes)
    said = (line.remarks, _("参见 %(codes)s", codes=see) if see else "")
    removed = _("已出件：%(reason)s", reason=line.removal_reason) if line.removal_reason else ""
    return "；".join(one for one in (*said, removed) if one)


def _item_page(item_id: str, errors: dict[str, str] | None = None, message: str = "") -> str:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        row = shelf.get_item(connection, item_id)
        kept = shelf.list_parts(connection, item_id)
        noted = shelf.codes_of(connection, row.see or ())
        units = unit_names(connection)
        names = queries.names_of(connection, {one for one in (row.assembled_by, row.removed_by) if one})
        visible = titles_of_cases(
            connection, person, {one.instance_id for one in kept if one.instance_id}, now(connection)
        )
    return render_template(
        "archive/item.html",
        row=row,
        kept=kept,
        kinds=PART_KINDS,
        states=ITEM_STATES,
        see=[(one, noted[one]) for one in row.see or () if one in noted],
        unit=units.when_ended(row.unit, row.year),
        names=names,
        visible=visible,
        named=keeps() or reads_everything(person),
        keeps=keeps(),
        errors=errors or {},
        typed=request.form,
        message=message,
    )


def _order_page(message: str = "") -> str:
    house, year = current_house(), filed_year()
    with reading(house.pool) as connection:
        shown = numbering.order_of(connection, house.archive, year)
        pending = candidates.counts(connection, house.archive, year)[Standing.PENDING]
        numbered = shelf.find_year(connection, year)
        classes = shelf.counts_by_class(connection, year)
        years, units = offered_years(connection, year), unit_names(connection).all_when_ended(year)
        names = queries.names_of(connection, {numbered.numbered_by} if numbered is not None else set())
        over = assembling.is_over(year, now(connection))
    return render_template(
        "archive/order.html",
        order=shown,
        codes=shown.codes(house.archive, year),
        most=MOST_SHOWN,
        pending=pending,
        numbered=numbered,
        over=over,
        classes=classes,
        year=year,
        years=years,
        units=units,
        names=names,
        keeps=keeps(),
        message=message,
    )


def _rows(lines: Iterator[Line], codes: dict[str, str]) -> Iterator[Sequence[spreadsheets.Cell]]:
    for position, one in enumerate(lines, start=1):
        yield (
            position,
            one.archival_code,
            one.document_number,
            one.responsible,
            one.title,
            (one.dated_on or "").replace("-", ""),
            one.classification,
            one.pages,
            remarks_of(one, codes),
            one.retention,
            one.unit_name,
            str(ITEM_STATES[one.state]),
        )


def _sorting() -> tuple[str, bool]:
    given = request.args.get("sort", "")
    return given if given in SORTS else "archival_code", request.args.get("order") == "desc"


def _narrowing() -> Narrowing:
    given = request.args
    return Narrowing(
        given.get("retention", ""), given.get("unit", ""), given.get("transfer", ""), given.get("q", "").strip()
    )
