from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import status_of, told
from app.security import current_person, posts_required
from app.sentences.supervision import SOURCES
from app.supervision.blueprint import supervision
from app.transaction import reading, transaction
from engine.errors import ProcessError
from workflows import merging
from workflows.organisation import queries
from workflows.supervision import board
from workflows.supervision.looking_rules import SCREENING


@supervision.get("/candidates")
@posts_required(tuple(board.CLERKS))
def candidates() -> ResponseReturnValue:
    return _page()


@supervision.post("/candidates/merge")
@posts_required(tuple(board.CLERKS))
def merge() -> ResponseReturnValue:
    house, chosen, into = current_house(), request.form.getlist("candidate"), request.form.get("into", "")
    others = [one for one in chosen if one != into]
    if not into or not others:
        return _page(_("请勾选要并入的事项，并指定并入哪一件。")), 422
    try:
        with transaction(house.pool) as connection:
            reason = request.form.get("reason", "")
            merging.merge(connection, house.office, current_person(), into, others, reason, now(connection))
    except ProcessError as error:
        return _page(told(error, house)), status_of(error)
    flash(_("已合并，请核对合并后的事项名称和内容。"))
    return redirect(url_for("worklist.item", work_item_id=into))


def _page(message: str = "") -> str:
    with reading(current_house().pool) as connection:
        rows = board.list_candidates(connection, SCREENING)
        units = queries.names_of_units(connection)
    return render_template("supervision/candidates.html", rows=rows, units=units, sources=SOURCES, message=message)
