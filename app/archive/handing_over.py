"""四性检测 and 移交清册: the report of a numbered year, and the lists that both sides sign."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.archive.blueprint import archive, carry_out, filed_year, keeps, offered_years
from app.archive.shelves import remarks_of
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person, posts_required
from app.sentences.archiving import CHECKS as CHECK_LABELS
from app.sentences.archiving import METADATA, OUTCOMES, PROPERTIES
from app.transaction import reading
from engine.errors import ProcessError
from workflows.archiving import catalogue as shelf
from workflows.archiving import inspection, transfer
from workflows.archiving.checks import BY_HAND, CHECKS, ByHand
from workflows.duties import ARCHIVE_READERS, ARCHIVISTS, HANDERS_OVER
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names

PROPERTY_OF = {one.code: one.property.value for one in CHECKS}


@archive.get("/inspections")
@posts_required(ARCHIVE_READERS)
def inspections() -> ResponseReturnValue:
    return _inspections_page()


@archive.post("/inspections")
@posts_required(ARCHIVISTS)
def examine() -> ResponseReturnValue:
    form, year = request.form, filed_year()
    by_hand = {one: ByHand(form.get(f"note-{one}", ""), form.get(f"failed-{one}") == "true") for one in BY_HAND}
    try:
        carry_out(
            lambda connection, office, settings, person, at: inspection.examine(
                connection, office, settings, person, year, by_hand, at
            )
        )
    except ProcessError as error:
        return _inspections_page(field_errors(error), told(error, current_house())), status_of(error)
    flash(_("四性检测已完成，报告已保存。"))
    return redirect(url_for("archive.inspections", year=year))


@archive.get("/transfers")
@posts_required(ARCHIVE_READERS)
def transfers() -> ResponseReturnValue:
    return _transfers_page()


@archive.post("/transfers")
@posts_required(ARCHIVISTS)
def make_list() -> ResponseReturnValue:
    year = filed_year()
    try:
        made = carry_out(
            lambda connection, office, _settings, person, at: transfer.make_list(
                connection, office, person, year, request.form.get("unit", ""), at
            )
        )
    except ProcessError as error:
        return _transfers_page(told(error, current_house())), status_of(error)
    flash(_("移交清册已生成，请双方核对后签字。"))
    return redirect(url_for("archive.one_transfer", transfer_id=made))


@archive.get("/transfers/<transfer_id>")
@posts_required(ARCHIVE_READERS)
def one_transfer(transfer_id: str) -> ResponseReturnValue:
    return _transfer_page(transfer_id)


@archive.post("/transfers/<transfer_id>")
@posts_required((*HANDERS_OVER, *ARCHIVISTS))
def sign(transfer_id: str) -> ResponseReturnValue:
    act = transfer.take_over if request.form.get("side") == "taken_over" else transfer.hand_over
    try:
        carry_out(lambda connection, office, _settings, person, at: act(connection, office, person, transfer_id, at))
    except ProcessError as error:
        return _transfer_page(transfer_id, told(error, current_house())), status_of(error)
    flash(_("已签字。"))
    return redirect(url_for("archive.one_transfer", transfer_id=transfer_id))


def _inspections_page(errors: dict[str, str] | None = None, message: str = "") -> str:
    house, year = current_house(), filed_year()
    with reading(house.pool) as connection:
        reports = inspection.list_inspections(connection, year)
        numbered = shelf.find_year(connection, year)
        years = offered_years(connection, year)
        names = queries.names_of(connection, {one.inspected_by for one in reports})
    return render_template(
        "archive/inspections.html",
        reports=reports,
        numbered=numbered,
        by_hand=BY_HAND,
        labels=CHECK_LABELS,
        property_of=PROPERTY_OF,
        properties=PROPERTIES,
        metadata=METADATA,
        outcomes=OUTCOMES,
        year=year,
        years=years,
        names=names,
        keeps=keeps(),
        typed=request.form,
        errors=errors or {},
        message=message,
    )


def _transfers_page(message: str = "") -> str:
    house, year = current_house(), filed_year()
    with reading(house.pool) as connection:
        lists = transfer.list_transfers(connection, year)
        waiting = transfer.waiting(connection, year)
        years, units = offered_years(connection, year), unit_names(connection).all_when_ended(year)
        people = {name for one in lists for name in (one.handed_over_by, one.taken_over_by) if name}
        names = queries.names_of(connection, people)
    return render_template(
        "archive/transfers.html",
        lists=lists,
        waiting=waiting,
        units=units,
        names=names,
        year=year,
        years=years,
        keeps=keeps(),
        message=message,
    )


def _transfer_page(transfer_id: str, message: str = "") -> str:
    house, person = current_house(), current_person()
    printing = request.args.get("print") == "1"
    with reading(house.pool) as connection:
        row = transfer.get_transfer(connection, transfer_id)
        narrowed = shelf.Narrowing(transfer=transfer_id)
        page = shelf.page_of(connection, row.year, narrowed, after=request.args.get("after"))
        lines = list(shelf.every_line(connection, row.year, narrowed)) if printing else list(page.rows)
        codes = shelf.codes_of(connection, {one for line in lines for one in line.see or ()})
        units = unit_names(connection)
        people = {name for name in (row.made_by, row.handed_over_by, row.taken_over_by) if name}
        names = queries.names_of(connection, people)
        at = now(connection)
    template = "archive/transfer_printed.html" if printing else "archive/transfer.html"
    return render_template(
        template,
        row=row,
        lines=lines,
        page=page,
        codes=codes,
        remarks_of=remarks_of,
        unit=units.when_ended(row.unit, row.year),
        names=names,
        may_hand_over=row.handed_over_at is None and bool(person.posts & set(HANDERS_OVER)),
        may_take_over=row.handed_over_at is not None
        and row.taken_over_at is None
        and row.handed_over_by != person.username
        and keeps(),
        may_renew=row.taken_over_at is None and keeps(),
        person=person,
        now=at,
        message=message,
    )
