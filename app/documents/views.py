from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.house import House
from app.navigation import REGISTRARS
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Actor
from workflows.numbering import series as numbering
from workflows.numbering.errors import OpeningRefused

documents = Blueprint("documents", __name__, url_prefix="/documents")
LEDGER = "office:numbers"
FIRST_YEAR, LAST_YEAR = 2000, 2100


@documents.get("/numbers")
@posts_required(REGISTRARS)
def numbers() -> ResponseReturnValue:
    return _page()


@documents.post("/numbers")
@posts_required(REGISTRARS)
def set_opening() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    codes = set(_codes(house))
    code, year, opening = (request.form.get(name, "").strip() for name in ("issuing_code", "year", "opening"))
    try:
        if code not in codes or not year.isdecimal() or not opening.isdecimal():
            raise OpeningRefused("number")
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise OpeningRefused("year")
        with transaction(house.pool) as connection:
            at = now(connection)
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


def _codes(house: House) -> list[str]:
    """Return the codes of all series that the office numbers in, those of documents first."""
    return [*(one.code for one in house.documents.issuing_codes), *house.numbers.patterns]


def _page(errors: dict[str, str] | None = None, message: str = "") -> str:
    house = current_house()
    with reading(house.pool) as connection:
        series = numbering.list_series(connection)
        ledgers = {(one.code, one.year): numbering.ledger(connection, one.code, one.year) for one in series}
        at = now(connection)
    return render_template(
        "documents/numbers.html",
        series=series,
        ledgers=ledgers,
        codes=_codes(house),
        year=at.year,
        errors=errors or {},
        message=message,
    )
