"""Numbers: every series, and of each number what became of it."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from app import spreadsheets
from app.current import current_house, now
from app.documents.blueprint import documents
from app.errors import field_errors, status_of, told
from app.house import House
from app.navigation import REGISTRARS
from app.registers import taken_along
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Actor
from workflows.boxes import titles_of_cases
from workflows.document_approval import signing
from workflows.numbering import series as numbering
from workflows.numbering.errors import OpeningRefused
from workflows.numbering.records import LEDGER
from workflows.numbering.series import LedgerLine, Series
from workflows.organisation import queries
from workflows.worklist import SHANGHAI

FIRST_YEAR, LAST_YEAR = 2000, 2100
PAGE, EXPORTED_AT_ONCE = 50, 500


@documents.get("/numbers")
@posts_required(REGISTRARS)
def numbers() -> ResponseReturnValue:
    return _page()


@documents.post("/numbers")
@posts_required(REGISTRARS)
def set_opening() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    code, year, opening = (request.form.get(name, "").strip() for name in ("issuing_code", "year", "opening"))
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            if code not in _codes(connection, house) or not year.isdecimal() or not opening.isdecimal():
                raise OpeningRefused("number")
            if not FIRST_YEAR <= int(year) <= LAST_YEAR:
                raise OpeningRefused("year")
            numbering.set_opening(
                connection,
                code,
                int(year),
                int(opening),
                lambda kind, data: house.office.engine.record_ledger(
                    connection, LEDGER, kind, data, Actor(person.username), at
                ),
            )
    except ProcessError as error:
        return _page(field_errors(error), told(error, house)), status_of(error)
    flash(_("起始号已登记。"))
    return redirect(url_for("documents.numbers"))


@documents.get("/numbers/<code>/<int:year>")
@posts_required(REGISTRARS)
def one_series(code: str, year: int) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    after = request.args.get("after", "")
    with reading(house.pool) as connection:
        series = _series(connection, code, year)
        begin = int(after) if after.isdecimal() else 0
        lines = numbering.ledger(connection, code, year, begin, PAGE + 1)
        following = lines[PAGE - 1].serial if len(lines) > PAGE else None
        shown = lines[:PAGE]
        given, void = numbering.count_given(connection).get((code, year), (0, 0))
        givers = numbering.givers(connection, shown)
        names = _names(connection, shown, givers.values())
        titles = titles_of_cases(connection, person, {one.instance_id for one in shown}, now(connection))
        missing = _gaps(connection, series)
    return render_template(
        "documents/series.html",
        series=series,
        missing=missing,
        lines=shown,
        next=following,
        first_page=not begin,
        given=given,
        void=void,
        givers=givers,
        names=names,
        titles=titles,
        written=house.numbers.written,
    )


@documents.get("/numbers/<code>/<int:year>.xlsx")
@posts_required(REGISTRARS)
def series_as_table(code: str, year: int) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        _series(connection, code, year)
        header = [
            _("编号"),
            _("编号时间"),
            _("经办人"),
            _("事项"),
            _("状态"),
            _("作废理由"),
            _("作废人"),
            _("作废时间"),
        ]
        return taken_along(f"{code}{year}", header, _rows(connection, code, year))


def _rows(connection: Connection, code: str, year: int) -> Iterator[Sequence[spreadsheets.Cell]]:
    person, after = current_person(), 0
    while lines := numbering.ledger(connection, code, year, after, EXPORTED_AT_ONCE):
        givers = numbering.givers(connection, lines)
        names = _names(connection, lines, givers.values())
        titles = titles_of_cases(connection, person, {one.instance_id for one in lines}, now(connection))
        for one in lines:
            yield (
                one.text,
                one.given_at,
                names.get(givers.get(one.text, ""), ""),
                titles.get(one.instance_id, ""),
                _("作废") if one.voided_at else _("有效"),
                one.void_reason or "",
                names.get(one.voided_by or "", ""),
                one.voided_at,
            )
        after = lines[-1].serial


def _gaps(connection: Connection, one: Series) -> str:
    """Return the numbers that a series lacks, as people write such a list, or an empty text."""
    ranges = numbering.gaps(connection, one)
    return "、".join(str(first) if first == last else f"{first}—{last}" for first, last in ranges)


def _series(connection: Connection, code: str, year: int) -> Series:
    found = numbering.find_series(connection, code, year)
    if found is None:
        raise NotFound
    return found


def _names(connection: Connection, lines: Sequence[LedgerLine], givers: object) -> dict[str, str]:
    whose = {one.voided_by for one in lines if one.voided_by} | set(givers)  # type: ignore[call-overload]
    return queries.names_of(connection, whose)


def _codes(connection: Connection, house: House) -> list[str]:
    """Return the codes of all series that the office numbers in, those of documents first."""
    day = now(connection).astimezone(SHANGHAI).date()
    issued = [one.issued.code for one in signing.rules_on(connection, house.documents, day)]
    return [*issued, *house.numbers.patterns]


def _page(errors: dict[str, str] | None = None, message: str = "") -> str:
    house = current_house()
    with reading(house.pool) as connection:
        series = numbering.list_series(connection)
        counts = numbering.count_given(connection)
        codes = _codes(connection, house)
        missing = {
            (one.code, one.year): _gaps(connection, one)
            for one in series
            if one.last - one.opening != counts.get((one.code, one.year), (0, 0))[0]
        }
        at = now(connection)
    return render_template(
        "documents/numbers.html",
        series=series,
        counts=counts,
        missing=missing,
        written=house.numbers.written,
        codes=codes,
        year=at.astimezone(SHANGHAI).year,
        errors=errors or {},
        message=message,
    )
