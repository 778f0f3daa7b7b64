"""自动暂存: what a page sends by itself while somebody types. Every answer is JSON with a sentence for the page to show."""

from http import HTTPStatus

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import problem
from app.formats import clock_time
from app.security import current_person
from app.transaction import transaction
from app.worklist.views import PAGE_FIELDS
from engine.errors import ProcessError
from workflows import drafts
from workflows.forms.access import AccessMap
from workflows.forms.fields import Form
from workflows.forms.posted import submitted_values

autosave = Blueprint("autosave", __name__)
LONGEST_STAMP = 40


@autosave.post("/worklist/<work_item_id>/draft")
def keep(work_item_id: str) -> ResponseReturnValue:
    house, version = current_house(), request.form.get("version", "")
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            kept = drafts.keep(
                connection,
                house.office,
                current_person(),
                work_item_id,
                int(version) if version.isdecimal() else 0,
                _entered,
                request.form.get("opinion", ""),
                request.form.get("draft_seen", "")[:LONGEST_STAMP],
                at,
                tuple(request.form.getlist("attachments")),
            )
    except ProcessError as error:
        return problem(error, house)
    text = _("已自动暂存 %(time)s", time=clock_time(at))
    if kept.left_out:
        text = _(
            "已自动暂存 %(time)s，“%(fields)s”填写有误，暂未保存", time=clock_time(at), fields="、".join(kept.left_out)
        )
    return jsonify(stamp=kept.stamp, text=text), HTTPStatus.OK


def _entered(form: Form, access: AccessMap) -> dict[str, object]:
    return submitted_values(form, access, request.form.to_dict(flat=False), PAGE_FIELDS)
