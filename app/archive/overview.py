"""The year as it is filed: which cases wait, which do not go to the archive and why, which are not closed."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import spreadsheets
from app.archive.blueprint import archive, carry_out, filed_year, keeps, offered_years, whole_number
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.archiving import PART_KINDS, STANDINGS, UNFILED
from app.transaction import reading
from engine.errors import ProcessError
from workflows.archiving import assembling, candidates, catalogue, materials
from workflows.archiving.candidates import SORTS, Line, Narrowing
from workflows.archiving.errors import NotPending
from workflows.archiving.values import ARCHIVED, NOT_ARCHIVED, Described, Standing, Wish
from workflows.boxes import titles_of_cases
from workflows.definitions import list_newest
from workflows.duties import ARCHIVE_READERS, ARCHIVISTS
from workflows.organisation.unit_names import unit_names


@archive.get("")
@posts_required(ARCHIVE_READERS)
def index() -> ResponseReturnValue:
    return _overview()


@archive.get("/list.xlsx")
@posts_required(ARCHIVE_READERS)
def list_as_table() -> ResponseReturnValue:
    house, year, standing = current_house(), filed_year(), _standing()
    sort, descending = _sorting()
    with reading(house.pool) as connection:
        lines = candidates.every_line(
            connection, house.archive, year, standing, _narrowing(), sort, descending=descending
        )
        header = [_("编号"), _("标题"), _("流程"), _("办结时间"), _("拟保管期限"), _("理由")]
        name = f"{year}{STANDINGS[standing.value]}"
        return taken_along(name, header, _rows(lines))


@archive.post("/assemble")
@posts_required(ARCHIVISTS)
def assemble_many() -> ResponseReturnValue:
    chosen = request.form.getlist("case")[: candidates.PAGE]
    year = filed_year()
    try:
        carry_out(
            lambda connection, office, settings, person, at: [
                assembling.assemble(connection, office, settings, person, year, one, Wish(), at) for one in chosen
            ]
        )
    except ProcessError as error:
        return _overview(told(error, current_house())), status_of(error)
    flash(_("已组件 %(count)s 件。", count=len(chosen)))
    return redirect(url_for("archive.index", year=year))


@archive.get("/cases/<instance_id>")
@posts_required(ARCHIVISTS)
def one_case(instance_id: str) -> ResponseReturnValue:
    return _case_page(instance_id)


@archive.post("/cases/<instance_id>")
@posts_required(ARCHIVISTS)
def settle_case(instance_id: str) -> ResponseReturnValue:
    form, year = request.form, filed_year()
    what = form.get("what", "")
    try:
        if what == "assemble":
            wish = Wish(
                form.get("retention", ""),
                form.get("unit", ""),
                whole_number(form.get("pages", "")),
                form.get("remarks", ""),
                form.get("reason", ""),
            )
            carry_out(
                lambda connection, office, settings, person, at: assembling.assemble(
                    connection, office, settings, person, year, instance_id, wish, at
                )
            )
            flash(_("已组件。"))
        else:
            said = ARCHIVED if what == ARCHIVED else NOT_ARCHIVED
            carry_out(
                lambda connection, office, settings, person, at: assembling.decide(
                    connection, office, settings, person, year, instance_id, said, form.get("why", ""), at
                )
            )
            flash(_("已登记为待归档。") if said == ARCHIVED else _("已登记为不归档。"))
    except NotPending as error:
        return _overview(told(error, current_house())), status_of(error)
    except ProcessError as error:
        errors = field_errors(error)
        if what != "assemble" and "reason" in errors:
            errors["why"] = errors.pop("reason")
        return _case_page(instance_id, errors, told(error, current_house())), status_of(error)
    return redirect(url_for("archive.index", year=year))


@archive.get("/paper")
@posts_required(ARCHIVISTS)
def ask_paper() -> ResponseReturnValue:
    return _paper_page()


@archive.post("/paper")
@posts_required(ARCHIVISTS)
def add_paper() -> ResponseReturnValue:
    form, year = request.form, filed_year()
    described = Described(
        form.get("title", ""),
        form.get("document_number", ""),
        form.get("responsible", ""),
        form.get("dated_on", ""),
        form.get("classification", ""),
    )
    wish = Wish(
        form.get("retention", ""), form.get("unit", ""), whole_number(form.get("pages", "")), form.get("remarks", "")
    )
    try:
        carry_out(
            lambda connection, office, settings, person, at: assembling.add_paper(
                connection, office, settings, person, year, described, wish, at
            )
        )
    except ProcessError as error:
        return _paper_page(field_errors(error), told(error, current_house())), status_of(error)
    flash(_("纸质文件已登记为一件。"))
    return redirect(url_for("archive.catalogue", year=year))


def _overview(message: str = "") -> str:
    house, person = current_house(), current_person()
    year, standing, narrowed = filed_year(), _standing(), _narrowing()
    sort, descending = _sorting()
    with reading(house.pool) as connection:
        at = now(connection)
        page = candidates.page_of(
            connection,
            house.archive,
            year,
            standing,
            narrowed,
            sort,
            descending=descending,
            after=request.args.get("after"),
        )
        counts = candidates.counts(connection, house.archive, year)
        items = catalogue.counts(connection, year)
        numbered = catalogue.find_year(connection, year)
        open_to_me = titles_of_cases(connection, person, {one.instance_id for one in page.rows}, at)
        flows = {one.key: one.name for one in list_newest(connection)}
        years = offered_years(connection, year)
    return render_template(
        "archive/index.html",
        page=page,
        year=year,
        years=years,
        standing=standing.value,
        standings=STANDINGS,
        counts=counts,
        assembled=sum(count for state, count in items.items() if state != "dissolved"),
        numbered=numbered,
        narrowed=narrowed,
        flows=list(flows.items()),
        periods=[(one, one) for one in house.archive.periods],
        open_to_me=open_to_me,
        reason_of=reason_of,
        keeps=keeps(),
        sort=sort,
        descending=descending,
        message=message,
    )


def _case_page(instance_id: str, errors: dict[str, str] | None = None, message: str = "") -> str:
    house, person, year = current_house(), current_person(), filed_year()
    with reading(house.pool) as connection:
        at = now(connection)
        found = {
            one: candidates.find_line(connection, house.archive, year, one, instance_id)
            for one in (Standing.PENDING, Standing.NOT_ARCHIVED)
        }
        line = found[Standing.PENDING] or found[Standing.NOT_ARCHIVED]
        if line is None:
            raise NotPending("", year)
        pending = found[Standing.PENDING] is not None
        bundle = materials.bundle_of(connection, house.office, instance_id) if pending else None
        visible = titles_of_cases(connection, person, {instance_id}, at)
        units = unit_names(connection).all_when_ended(year)
    return render_template(
        "archive/case.html",
        line=line,
        year=year,
        pending=pending,
        bundle=bundle,
        kinds=PART_KINDS,
        periods=[(one, one) for one in house.archive.periods],
        units=list(units.items()),
        usual_unit=house.archive.unit,
        visible=bool(visible),
        reason_of=reason_of,
        typed=request.form,
        errors=errors or {},
        message=message,
    )


def _paper_page(errors: dict[str, str] | None = None, message: str = "") -> str:
    house, year = current_house(), filed_year()
    with reading(house.pool) as connection:
        years, units = offered_years(connection, year), unit_names(connection).all_when_ended(year)
    return render_template(
        "archive/paper.html",
        year=year,
        years=years,
        periods=[(one, one) for one in house.archive.periods],
        units=list(units.items()),
        usual_unit=house.archive.unit,
        typed=request.form,
        errors=errors or {},
        message=message,
    )


def reason_of(line: Line) -> str:
    """Return in words why a case does not go to the archive."""
    return str(UNFILED[line.unfiled]) % {"reason": line.reason or "—"} if line.unfiled else ""


def _rows(lines: Iterator[Line]) -> Iterator[Sequence[spreadsheets.Cell]]:
    for one in lines:
        yield one.number, one.title, one.flow, one.ended_at, one.retention, reason_of(one)


def _standing() -> Standing:
    given = request.values.get("standing", "")
    return Standing(given) if given in set(Standing) else Standing.PENDING


def _sorting() -> tuple[str, bool]:
    given = request.args.get("sort", "")
    return given if given in SORTS else "ended_at", request.args.get("order") == "desc"


def _narrowing() -> Narrowing:
    given = request.args
    return Narrowing(given.get("flow", ""), given.get("retention", ""), given.get("q", "").strip())
