"""Many work items at once: each in a transaction of its own, and told one by one what became of it."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.messages import BATCH_OPERATIONS
from app.security import current_person
from app.transaction import reading, transaction
from app.worklist import listed
from app.worklist.blueprint import as_part, worklist
from app.worklist.undo import Undo, undo_of
from engine.errors import InvalidSubmission, ProcessError
from workflows import batch, boxes
from workflows import worklist as office_worklist
from workflows.batch import Asked


@dataclass(frozen=True)
class Result:
    """What became of one item: ``refusal`` is empty where it was done, ``undo`` is there where that can be taken back."""

    title: str
    refusal: str
    undo: Undo | None


def batch_label(operation: str) -> str:
    return str(BATCH_OPERATIONS[operation])


@worklist.post("/worklist/batch")
def carry_out() -> ResponseReturnValue:
    house = current_house()
    operation = request.form.get("operation", "")
    if operation not in batch.OPERATIONS:
        raise batch.UnknownBatchOperation(operation)
    chosen = [_item_and_version(one) for one in dict.fromkeys(request.form.getlist("item"))]
    if len(chosen) > batch.LARGEST_BATCH:
        raise batch.TooManyAtOnce(batch.LARGEST_BATCH)
    asked = Asked(request.form.get("to", ""), request.form.get("reason", ""))
    if operation in batch.ADDRESSED:
        if "to" not in request.form:
            return _ask(operation)
        try:
            with reading(house.pool) as connection:
                batch.require_address(connection, house.office, asked)
        except InvalidSubmission as error:
            return _ask(operation, error)
    with reading(house.pool) as connection:
        ids = [work_item_id for work_item_id, _version in chosen]
        titles = boxes.titles_of(connection, current_person(), ids, now(connection))
    results = [
        _done(operation, work_item_id, version, asked, titles.get(work_item_id, _("事项")))
        for work_item_id, version in chosen
    ]
    template = "worklist/batch_results.html" if as_part() else "worklist/batch.html"
    label = batch_label(operation)
    return render_template(template, results=results, label=label, back=listed.given())


def _done(operation: str, work_item_id: str, version: int, asked: Asked, title: str) -> Result:
    """Do it with one item, and tell what became of it."""
    house, person = current_house(), current_person()
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            batch.carry_out(connection, house.office, person, operation, work_item_id, version, at, asked)
    except ProcessError as error:
        return Result(title, told(error, house), None)
    return Result(title, "", undo_of(work_item_id) if operation in batch.COMPLETES else None)


def _ask(operation: str, error: ProcessError | None = None) -> ResponseReturnValue:
    """Ask, once for all items, to whom and why; after a refusal with everything that was entered."""
    house = current_house()
    with reading(house.pool) as connection:
        people = office_worklist.choices(connection).people
    page = render_template(
        "worklist/batch_address.html" if as_part() else "worklist/batch_asked.html",
        operation=operation,
        label=batch_label(operation),
        items=request.form.getlist("item"),
        people=people,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        back=listed.given(),
    )
    return page, status_of(error) if error else 200


def _item_and_version(said: str) -> tuple[str, int]:
    work_item_id, _sep, version = said.partition(":")
    return work_item_id, int(version) if version.isdecimal() else 0
