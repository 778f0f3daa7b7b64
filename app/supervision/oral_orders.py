from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.registers import taken_along
from app.security import current_person, posts_required
from app.sentences.supervision import ORDER_DISPOSALS
from app.supervision.blueprint import entered_day, supervision, today
from app.transaction import reading, transaction
from engine.errors import ProcessError
from workflows.organisation import queries
from workflows.supervision import oral_orders
from workflows.supervision.oral_orders import OralOrder, OralOrderFields, OrderDisposal

DISPOSALS = {*ORDER_DISPOSALS, "open"}


@supervision.get("/oral-orders")
@posts_required(oral_orders.RECORDERS)
def orders() -> ResponseReturnValue:
    return _page()


@supervision.post("/oral-orders")
@posts_required(oral_orders.RECORDERS)
def record_order() -> ResponseReturnValue:
    house, said = current_house(), request.form
    fields = OralOrderFields(
        ordered_by=said.get("ordered_by", ""),
        ordered_on=entered_day("ordered_on"),
        words=said.get("words", ""),
        lead_unit=said.get("lead_unit", ""),
        due_on=entered_day("due_on"),
    )
    try:
        with transaction(house.pool) as connection:
            oral_orders.record(connection, house.office, current_person(), fields, now(connection))
    except ProcessError as error:
        return _page(error)
    flash(_("口头交办已登记。"))
    return redirect(url_for("supervision.orders"))


@supervision.post("/oral-orders/<order_id>")
@posts_required(oral_orders.SETTLERS)
def settle_order(order_id: str) -> ResponseReturnValue:
    house, chosen = current_house(), request.form.get("disposal", "")
    try:
        disposal = OrderDisposal(chosen)
    except ValueError:
        return redirect(url_for("supervision.orders"))
    try:
        with transaction(house.pool) as connection:
            case = oral_orders.settle(
                connection,
                house.office,
                current_person(),
                order_id,
                disposal,
                request.form.get("reason", ""),
                now(connection),
            )
    except ProcessError as error:
        return _page(error, order_id)
    flash(_("已处理这条口头交办。"))
    return redirect(url_for("cases.case", instance_id=case) if case else url_for("supervision.orders"))


@supervision.get("/oral-orders/export")
@posts_required(oral_orders.RECORDERS)
def export_orders() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        found: list[OralOrder] = []
        after: str | None = None
        while True:
            rows, after = oral_orders.list_orders(
                connection, disposal=_disposal(), q=_q(), after=after, limit=oral_orders.LARGEST_PAGE
            )
            found += rows
            if after is None:
                break
        names = _names(connection, found)
    heading = [_("交办领导"), _("交办日期"), _("交办内容"), _("承办单位"), _("时限"), _("处理"), _("理由"), _("登记人")]
    lines = (
        [
            names[one.ordered_by],
            one.ordered_on,
            one.words,
            names.get(one.lead_unit or ""),
            one.due_on,
            str(ORDER_DISPOSALS[one.disposal]) if one.disposal else _("待处理"),
            one.reason,
            names[one.recorded_by],
        ]
        for one in found
    )
    return taken_along(_("口头交办登记"), heading, lines)


def _page(error: ProcessError | None = None, settled: str = "") -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        rows, following = oral_orders.list_orders(
            connection, disposal=_disposal(), q=_q(), after=request.args.get("after")
        )
        people = queries.list_people(connection)
        units = queries.list_units(connection)
        names, day = _names(connection, rows), today(connection)
    page = render_template(
        "supervision/oral_orders.html",
        rows=rows,
        next_key=following,
        names=names,
        leaders=[one for one in people if one.posts & set(oral_orders.LEADERS)],
        units=units,
        disposals=ORDER_DISPOSALS,
        chosen=_disposal(),
        q=_q(),
        may_settle=bool(person.posts & set(oral_orders.SETTLERS)),
        today=day,
        typed=request.form if error and not settled else {},
        settled=settled,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _names(connection: Connection, rows: list[OralOrder]) -> dict[str, str]:
    people = {name for one in rows for name in (one.ordered_by, one.recorded_by, one.settled_by) if name}
    units = queries.names_of_units(connection)
    return {**queries.names_of(connection, people), **units}


def _disposal() -> str:
    asked = request.args.get("disposal", "")
    return asked if asked in DISPOSALS else ""


def _q() -> str:
    return request.args.get("q", "").strip()
