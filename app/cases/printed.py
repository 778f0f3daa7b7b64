"""打印: a case on A4, as 发文稿纸 or 审批单, with or without the whole process."""

import segno
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.current import current_house, looking_at_a_case, now
from app.security import current_person
from engine.model import ProcessInstance
from workflows import approval_sheet as sheets
from workflows.cases import attachments_named

printed = Blueprint("printed", __name__)
QUIET_ZONE = 2


@printed.get("/cases/<instance_id>/print")
def case(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with_history = request.args.get("history") == "1"
    with looking_at_a_case(person) as connection:
        sheet = sheets.approval_sheet(
            connection, house.office, person, instance_id, now(connection), with_history=with_history
        )
        files = attachments_named(connection, sheet.detail.fields)
    return render_template(
        "cases/printed.html",
        sheet=sheet,
        case=sheet.case,
        files=files,
        with_history=with_history,
        qr=qr_code(sheet.case),
        now=sheet.printed_at,
    )


def qr_code(case: ProcessInstance) -> str:
    """Return a picture that leads to the case and bears its number, as a data address: it needs no request of its own."""
    address = url_for("cases.case", instance_id=case.id, _external=True)
    text = f"{address}#{case.number}" if case.number else address
    return segno.make(text, error="m", micro=False).svg_data_uri(border=QUIET_ZONE)
