"""Many work items at once: each in a transaction of its own, and told one by one what became of it."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import told
from app.security import current_person
from app.transaction import reading, transaction
from app.worklist import listed
from app.worklist.blueprint import as_part, worklist
from engine.errors import ProcessError
from workflows import batch, boxes


@dataclass(frozen=True)
class Result:
    """What became of one item: ``refusal`` is empty where it was done."""

    title: str
    refusal: str


def batch_label(operation: str) -> str:
    return {
        "claim": _("领办"),
        "mark_read": _("已阅"),
        "urge": _("催办"),
    }[operation]


@worklist.post("/worklist/batch")
def carry_out() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    operation = request.form.get("operation", "")
    if operation not in batch.OPERATIONS:
        raise batch.UnknownBatchOperation(operation)
    chosen = [_item_and_version(one) for one in dict.fromkeys(request.form.getlist("item"))]
    if len(chosen) > batch.LARGEST_BATCH:
        raise batch.TooManyAtOnce(batch.LARGEST_BATCH)
    with reading(house.pool) as connection:
        titles = boxes.titles_of(
            connection, person, [work_item_id for work_item_id, _version in chosen], now(connection)
        )
    results = []
    for work_item_id, version in chosen:
        refusal = ""
        try:
            with transaction(house.pool) as connection:
                batch.carry_out(connection, house.office, person, operation, work_item_id, version, now(connection))
        except ProcessError as error:
            refusal = told(error, house)
        results.append(Result(titles.get(work_item_id, _("事项")), refusal))
    template = "worklist/batch_results.html" if as_part() else "worklist/batch.html"
    label = batch_label(operation)
    return render_template(template, results=results, label=label, back=listed.given())


def _item_and_version(said: str) -> tuple[str, int]:
    work_item_id, _sep, version = said.partition(":")
    return work_item_id, int(version) if version.isdecimal() else 0
