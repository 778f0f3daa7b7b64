"""发文登记簿: filtered, searched, sorted, page by page, and as a table to take along."""

from collections.abc import Iterator, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app import spreadsheets
from app.current import current_house, now
from app.documents.blueprint import documents
from app.registers import given, sorting, taken_along
from app.security import current_person, posts_required
from app.transaction import reading
from workflows.boxes import titles_of_cases
from workflows.document_approval import register, signing
from workflows.document_approval.register import SORTS, STATES, Line, Narrowing
from workflows.document_approval.types import TYPES
from workflows.duties import REGISTER_READERS
from workflows.organisation import queries


@documents.get("/register")
@posts_required(REGISTER_READERS)
def outgoing() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    sort, descending = sorting(SORTS, "number")
    with reading(house.pool) as connection:
        codes = _codes(connection)
        narrowed = _narrowing(codes)
        page = register.page_of(
            connection, codes, narrowed, sort, descending=descending, after=request.args.get("after")
        )
        years = register.years_of(connection, codes)
        units = queries.list_units(connection, include_disabled=True)
        open_to_me = titles_of_cases(connection, person, {one.instance_id for one in page.rows}, now(connection))
    return render_template(
        "documents/register.html",
        page=page,
        narrowed=narrowed,
        codes=[(one, one) for one in codes],
        years=[(one, one) for one in years],
        units=[(one.code, one.name) for one in units],
        types=[(one, one) for one in TYPES],
        states=list(_states().items()),
        open_to_me=open_to_me,
        sort=sort,
        descending=descending,
    )


@documents.get("/register.xlsx")
@posts_required(REGISTER_READERS)
def outgoing_as_table() -> ResponseReturnValue:
    sort, descending = sorting(SORTS, "number")
    with reading(current_house().pool) as connection:
        codes = _codes(connection)
        lines = register.every_line(connection, codes, _narrowing(codes), sort, descending=descending)
        return taken_along(_("发文登记簿"), _header(), _rows(lines))


def _codes(connection: Connection) -> list[str]:
    """Return every code that documents were ever issued under."""
    rules = signing.list_rules(connection, current_house().documents)
    return list(dict.fromkeys(one.issued.code for one in rules))


def _narrowing(codes: Sequence[str]) -> Narrowing:
    return Narrowing(
        code=given("code", codes),
        year=given("year"),
        document_type=given("document_type", TYPES),
        unit=given("unit"),
        state=given("state", STATES),
        since=given("since"),
        until=given("until"),
        q=given("q"),
    )


def _states() -> dict[str, str]:
    return {register.WAITING: _("待核发"), register.DISPATCHED: _("已核发"), register.VOID: _("作废")}


def _header() -> list[str]:
    return [
        _("发文字号"),
        _("标题"),
        _("文种"),
        _("密级"),
        _("紧急程度"),
        _("公开范围"),
        _("主送"),
        _("抄送"),
        _("附件"),
        _("拟稿部门"),
        _("拟稿人"),
        _("签发人"),
        _("成文日期"),
        _("登记时间"),
        _("印发日期"),
        _("印制份数"),
        _("用印份数"),
        _("分送单位数"),
        _("已签收"),
        _("保管期限"),
        _("状态"),
        _("作废理由"),
        _("作废人"),
        _("作废时间"),
    ]


def _rows(lines: Iterator[Line]) -> Iterator[Sequence[spreadsheets.Cell]]:
    states = _states()
    for one in lines:
        yield (
            one.number,
            one.title,
            one.document_type,
            one.classification,
            one.urgency,
            one.disclosure_scope,
            one.main_recipients,
            one.copied_organs,
            one.annexes,
            one.unit,
            one.drafted_by,
            one.signed_by,
            one.issued_on,
            one.given_at,
            one.dispatched_on,
            one.copies,
            one.sealed_copies,
            one.recipients,
            one.received if one.recipients else None,
            one.retention,
            states[one.state],
            one.void_reason,
            one.voided_by,
            one.voided_at,
        )
