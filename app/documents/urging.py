"""催办 of all units that have not yet signed for a document, in one act."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.documents.blueprint import documents
from app.security import current_person
from app.transaction import transaction
from workflows.operations import hands
from workflows.receipts import list_receipts


@documents.post("/<instance_id>/urge")
def urge_all(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with transaction(house.pool) as connection:
        lines = list_receipts(connection, instance_id)
        waiting = [one.work_item_id for one in lines if one.signed_at is None and one.assignee != person.username]
        urged = hands.urge_all(connection, house.office, person, waiting, "", now(connection))
    flash(_("已催办 %(count)s 个未签收的单位。", count=urged) if urged else _("未签收的单位刚刚都催办过。"))
    return redirect(url_for("cases.case", instance_id=instance_id) + "#receipts")
