"""用印登记: filtered, searched, sorted, page by page, and as a table to take along."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.documents.blueprint import documents
from app.registers import given, sorting, taken_along
from app.security import current_person, posts_required
from app.transaction import reading
from workflows.boxes import titles_of_cases
from workflows.duties import REGISTER_READERS
from workflows.organisation import queries
from workflows.seals import register
from workflows.seals.register import SORTS, Narrowing

SEAL_READERS = (*REGISTER_READERS, "seal_keeper")


@documents.get("/seals")
@posts_required(SEAL_READERS)
def seals() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    sort, descending = sorting(SORTS, "used_at")
    narrowed = _narrowing()
    with reading(house.pool) as connection:
        page = register.page_of(connection, narrowed, sort, descending=descending, after=request.args.get("after"))
        used = register.seals_used(connection)
        units = queries.list_units(connection, include_disabled=True)
        open_to_me = titles_of_cases(connection, person, {one.instance_id for one in page.rows}, now(connection))
    return render_template(
        "documents/seals.html",
        page=page,
        narrowed=narrowed,
        seals=[(one, one) for one in used],
        units=[(one.code, one.name) for one in units],
        open_to_me=open_to_me,
        sort=sort,
        descending=descending,
    )


@documents.get("/seals.xlsx")
@posts_required(SEAL_READERS)
def seals_as_table() -> ResponseReturnValue:
    sort, descending = sorting(SORTS, "used_at")
    header = [
        _("用印时间"),
        _("印章"),
        _("用印事项"),
        _("发文字号"),
        _("用印份数"),
        _("批准依据"),
        _("批准人"),
        _("申请人"),
        _("申请单位"),
        _("用印人"),
        _("监印人"),
    ]
    with reading(current_house().pool) as connection:
        lines = register.every_line(connection, _narrowing(), sort, descending=descending)
        rows = (
            (
                one.used_at,
                one.seal,
                one.matter,
                one.document_number,
                one.copies,
                one.basis,
                one.approved_by,
                one.applicant,
                one.unit,
                one.keeper,
                one.supervisor,
            )
            for one in lines
        )
        return taken_along(_("用印登记"), header, rows)


def _narrowing() -> Narrowing:
    return Narrowing(seal=given("seal"), unit=given("unit"), since=given("since"), until=given("until"), q=given("q"))
