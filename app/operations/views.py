from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, looking_at_a_case, now
from app.errors import field_errors, status_of, told
from app.interventions.place import place_of_case
from app.messages import CASE_OPERATIONS, OPERATIONS
from app.outcome import next_steps
from app.security import current_person
from app.transaction import reading, transaction
from app.worklist.blueprint import operations
from app.worklist.following import following
from app.worklist.listed import given
from engine.errors import Conflict, InvalidSubmission, ProcessError
from engine.model import Advanced, WorkItem, WorkItemState
from engine.persistence import work_items
from workflows import cases, interventions, worklist
from workflows.errors import CaseNotVisible
from workflows.office import Office
from workflows.operations import hands, lifecycle, send_back, signers
from workflows.operations.offered import offered
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.worklist import ItemDetail, Operation, Submission

LEAVING = frozenset({"send_back", "transfer", "delegate", "resolve", "mark_read", "record_for"})
"""Operations after which the item is no longer in the person's hands."""
RENAMED = "step."
"""Before the id of a step, in the name of the field that says what it is called in another version."""
PREVIEW = "preview"
"""The button by which a form is shown again with what it would do, and does nothing."""
Deed = Callable[[Connection, Office, Person, str, int, datetime], Advanced | int | None]


@operations.get("/worklist/<work_item_id>/do/<name>")
def ask(work_item_id: str, name: str) -> ResponseReturnValue:
    return _page(work_item_id, name)


@operations.post("/worklist/<work_item_id>/do/<name>")
def do(work_item_id: str, name: str) -> ResponseReturnValue:
    house, deed = current_house(), DEEDS.get(name)
    if deed is None or PREVIEW in request.form:
        return _page(work_item_id, name)
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            done = deed(connection, house.office, current_person(), work_item_id, _version(), at)
            opened = next_steps(connection, done) if isinstance(done, Advanced) and done.opened else ""
    except (Conflict, InvalidSubmission) as error:
        return _page(work_item_id, name, error)
    said = _("已%(operation)s。", operation=str(OPERATIONS[name]))
    flash(said + (_("现在办理：%(steps)s。", steps=opened) if opened else ""), work_item_id)
    return redirect(_afterwards(work_item_id, name, done))


@operations.get("/cases/<instance_id>/do/<name>")
def ask_of_case(instance_id: str, name: str) -> ResponseReturnValue:
    return _case_page(instance_id, name)


@operations.post("/cases/<instance_id>/do/<name>")
def do_to_case(instance_id: str, name: str) -> ResponseReturnValue:
    house, person, reason = current_house(), current_person(), request.form.get("reason", "")
    if name not in CASE_OPERATIONS:
        return _back_to_case(instance_id)
    if PREVIEW in request.form:
        return _case_page(instance_id, name)
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            given = (connection, house.office, person, instance_id)
            if name == "cancel":
                lifecycle.cancel(*given, reason, at)
            elif name == "suspend":
                lifecycle.suspend(*given, reason, at)
            elif name == "resume":
                lifecycle.resume(*given, at)
            elif name == "jump":
                interventions.jump(*given, request.form.get("to", ""), reason, at)
            elif name == "reassign":
                hands.reassign(*given, request.form.get("item", ""), request.form.get("to", ""), reason, at)
            elif name == "migrate":
                interventions.migrate(*given, _version(), _renamed(), at, reason)
    except (Conflict, InvalidSubmission) as error:
        return _case_page(instance_id, name, error)
    flash(_("已%(operation)s。", operation=str(CASE_OPERATIONS[name])))
    return _back_to_case(instance_id)


@operations.get("/handover")
def ask_handover() -> ResponseReturnValue:
    return _handover_page()


@operations.post("/handover")
def hand_over() -> ResponseReturnValue:
    house = current_house()
    from_, to, reason = (request.form.get(field, "") for field in ("from", "to", "reason"))
    try:
        with transaction(house.pool) as connection:
            count = hands.hand_over(connection, house.office, current_person(), from_, to, reason, now(connection))
    except (Conflict, InvalidSubmission) as error:
        return _handover_page(error)
    flash(_("已交接 %(count)s 件。", count=count))
    return redirect(url_for("operations.ask_handover"))


def _send_back(
    connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime
) -> Advanced:
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    return send_back.send_back(connection, office, person, item, version, to, reason, at, _resubmit())


def _withdraw(
    connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime
) -> Advanced:
    return send_back.withdraw(connection, office, person, item, version, request.form.get("reason", ""), at)


def _transfer(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    hands.transfer(connection, office, person, item, version, to, reason, at)


def _delegate(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    hands.delegate(connection, office, person, item, version, to, reason, at)


def _resolve(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    hands.resolve(connection, office, person, item, version, request.form.get("reason", ""), at)


def _add_signer(
    connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime
) -> Advanced:
    people, mode = request.form.getlist("people"), request.form.get("mode", "")
    reason = request.form.get("reason", "")
    return signers.add_signer(connection, office, person, item, version, people, mode, reason, at)


def _remove_signer(
    connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime
) -> Advanced:
    signer, reason = request.form.get("to", ""), request.form.get("reason", "")
    return signers.remove_signer(connection, office, person, item, version, signer, reason, at)


def _urge(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    hands.urge(connection, office, person, item, version, request.form.get("reason", ""), at)


def _circulate(
    connection: Connection, office: Office, person: Person, item: str, _version: int, at: datetime
) -> Advanced:
    people, message = request.form.getlist("people"), request.form.get("reason", "")
    return hands.circulate(connection, office, person, item, people, message, at)


def _mark_read(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    hands.mark_read(connection, office, person, item, version, request.form.get("reason", ""), at)


def _record_for(
    connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime
) -> Advanced:
    scans = tuple(request.form.getlist("attachments"))
    decision, opinion = request.form.get("decision", ""), request.form.get("reason", "")
    submission = Submission(version, decision, opinion, {}, scans)
    return hands.record_for(connection, office, person, item, request.form.get("to", ""), submission, at)


def _confirm(connection: Connection, office: Office, person: Person, item: str, version: int, at: datetime) -> None:
    hands.confirm(connection, office, person, item, version, at)


DEEDS: Mapping[str, Deed] = {
    "send_back": _send_back,
    "withdraw": _withdraw,
    "transfer": _transfer,
    "delegate": _delegate,
    "resolve": _resolve,
    "add_signer": _add_signer,
    "remove_signer": _remove_signer,
    "urge": _urge,
    "circulate": _circulate,
    "mark_read": _mark_read,
    "record_for": _record_for,
    "confirm": _confirm,
}


def label_of(name: str, item: WorkItem, person: Person) -> str:
    """Return what an operation is called; who lent an item takes it back."""
    return _("收回") if name == "resolve" and item.owner == person.username else str(OPERATIONS[name])


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() else 0


def _resubmit() -> str:
    return send_back.DIRECT if request.values.get("resubmit") == send_back.DIRECT else send_back.AGAIN


def _afterwards(work_item_id: str, name: str, done: Advanced | int | None) -> str:
    """Go on with the inbox where the item has left the person's hands, else with the item."""
    if name in LEAVING:
        with reading(current_house().pool) as connection:
            item = work_items.get_work_item(connection, work_item_id)
            if item.state is not WorkItemState.OPEN or item.assignee != current_person().username:
                return following(connection, work_item_id)
    if name == "withdraw" and isinstance(done, Advanced) and done.opened:
        work_item_id = done.opened[0].id
    came_from = given()
    return url_for("worklist.item", work_item_id=work_item_id, **(came_from.query() if came_from else {}))


def _page(work_item_id: str, name: str, error: ProcessError | None = None) -> ResponseReturnValue:
    """Show the form of an operation; after a refusal with everything that was entered."""
    house, person = current_house(), current_person()
    looked: Mapping[str, Any] = {}
    with looking_at_a_case(person) as connection:
        at = now(connection)
        detail = worklist.get_item(connection, house.office, person, work_item_id, at)
        operation = next(
            (one for one in offered(connection, house.office, detail, at) if one.name == name and name in DEEDS), None
        )
        if operation is None:
            return redirect(url_for("worklist.item", work_item_id=work_item_id))
        if operation.allowed:
            looked = _look(connection, house.office, person, detail, operation, at)
    message = told(error, house) if error else told(operation.refusal, house) if operation.refusal else ""
    status = status_of(error) if error else status_of(operation.refusal) if operation.refusal else 200
    page = render_template(
        "operations/operation.html",
        detail=detail,
        operation=operation,
        label=label_of(name, detail.item, person),
        typed=request.form if request.method == "POST" else request.args,
        chosen=request.form.getlist("people"),
        errors=field_errors(error) if error else {},
        message=message,
        **looked,
    )
    return page, status


def _look(
    connection: Connection, office: Office, person: Person, detail: ItemDetail, operation: Operation, at: datetime
) -> dict[str, Any]:
    """Return what the form of an operation offers to choose from, and what sending back would do."""
    offers = worklist.choices(connection)
    countersign = detail.activity.countersign is not None
    looked: dict[str, Any] = {"people": offers.people, "units": offers.units, "countersign": countersign, "files": {}}
    if operation.name == "send_back" and operation.targets:
        to = request.values.get("to") or operation.targets[0].value
        try:
            found = send_back.preview(connection, office, person, detail.item.id, to, at, _resubmit())
        except ProcessError as refused:
            looked |= {"to": to, "resubmit": _resubmit(), "refused": told(refused, current_house())}
        else:
            whose = {one.assignee for one in (*found.cancels, *found.keeps) if one.assignee}
            names = queries.names_of(connection, whose)
            looked |= {"to": to, "resubmit": _resubmit(), "preview": found, "names": names}
    elif operation.name == "record_for":
        whose = {detail.item.assignee} if detail.item.assignee else set(detail.item.candidates)
        looked["leaders"] = [one for one in offers.people if one[0] in whose]
        scans = request.form.getlist("attachments")
        looked["files"] = cases.attachments_usable(connection, person, detail.item.instance_id, scans)
    return looked


def _case_page(instance_id: str, name: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house = current_house()
    if name not in CASE_OPERATIONS:
        return _back_to_case(instance_id)
    with reading(house.pool) as connection:
        title = _title_of(connection, instance_id)
        back = place_of_case(connection, instance_id)
        looked: Mapping[str, Any] = {}
        if name == "jump":
            looked = {"steps": interventions.steps_of(connection, house.office, current_person(), instance_id)}
        elif name == "reassign":
            looked = _look_at_items(connection, house.office, instance_id)
        elif name == "migrate":
            looked = _look_at_versions(connection, house.office, instance_id)
    page = render_template(
        "operations/migrate.html" if name == "migrate" else "operations/case.html",
        instance_id=instance_id,
        name=name,
        label=str(CASE_OPERATIONS[name]),
        title=title,
        back=back,
        **looked,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _look_at_items(connection: Connection, office: Office, instance_id: str) -> dict[str, Any]:
    """Return the open items of a case, by step and by who has them in hand, and the people they could be given to."""
    items = hands.reassignable(connection, current_person(), instance_id)
    names = queries.names_of(connection, {name for one in items for name in (one.assignee, *one.candidates) if name})
    held = [
        (
            one.id,
            f"{one.name}（{names[one.assignee] if one.assignee else '、'.join(names[who] for who in one.candidates)}）",
        )
        for one in items
    ]
    return {"items": held, "people": worklist.choices(connection, office, now(connection)).people}


def _look_at_versions(connection: Connection, office: Office, instance_id: str) -> dict[str, Any]:
    """Return the versions a case could move to, and of the one that was chosen what moving there would do."""
    person = current_person()
    versions = interventions.versions_for(connection, person, instance_id)
    chosen = next((one for one in versions if one.version == _version()), None)
    looked: dict[str, Any] = {"versions": versions, "chosen": chosen, "named": RENAMED}
    if chosen is not None:
        given = (connection, office, person, instance_id)
        looked["steps"] = dict(interventions.steps_of(*given))
        looked["targets"] = interventions.steps_in(connection, office, person, chosen.id)
        looked["plan"] = interventions.plan_migration(*given, chosen.version, _renamed())
    return looked


def _renamed() -> dict[str, str]:
    """Return what the form says each step is called in the other version."""
    said = request.form.items()
    return {name.removeprefix(RENAMED): to for name, to in said if name.startswith(RENAMED) and to}


def _title_of(connection: Connection, instance_id: str) -> str:
    """Return what a case is called, to those who may see it; one may jump a case that one may not read."""
    person, at = current_person(), now(connection)
    try:
        return cases.get_case(connection, current_house().office, person, instance_id, at, recorded=True).case.title
    except CaseNotVisible:
        return ""


def _back_to_case(instance_id: str) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        return redirect(place_of_case(connection, instance_id))


def _handover_page(error: ProcessError | None = None) -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        hands.require_may_hand_over(current_person())
        offers = worklist.choices(connection)
        leaving = [(one.username, one.name) for one in queries.list_people(connection, include_disabled=True)]
    page = render_template(
        "operations/handover.html",
        people=offers.people,
        leaving=leaving,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200
