"""The operations of work items, of cases as a whole, and handovers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import jsonify
from sqlalchemy import Connection

from app.api import shapes
from app.api.answers import instance, work_item
from app.api.blueprint import Answer, api, instances, items, office
from app.api.once import once
from app.current import current_house, now
from app.security import current_person
from app.transaction import reading
from engine.model import Advanced
from workflows import cases
from workflows.operations import hands, lifecycle, send_back, signers
from workflows.organisation.values import Person
from workflows.worklist import Submission

Deed = Callable[[Connection, Person, datetime], Advanced | None]


@api.post("/work-items/<work_item_id>/send_back", tags=[items])
def post_send_back(path: shapes.WorkItemPath, body: shapes.SendBack) -> Answer:
    """退回. ``resubmit``: all steps between again, or straight back here."""
    given = (path.work_item_id, body.version, body.to, body.reason)
    return _on_item(
        path,
        lambda connection, person, at: send_back.send_back(
            connection, current_house().office, person, *given, at, body.resubmit
        ),
    )


@api.post("/work-items/<work_item_id>/send_back/preview", tags=[items])
def preview_send_back(path: shapes.WorkItemPath, body: shapes.SendBackPreview) -> Answer:
    """What sending back would cancel, restart and keep, and the way back. Changes nothing."""
    house = current_house()
    with reading(house.pool) as connection:
        found = send_back.preview(
            connection, house.office, current_person(), path.work_item_id, body.to, now(connection), body.resubmit
        )
    return jsonify(shapes.preview(found))


@api.post("/work-items/<work_item_id>/withdraw", tags=[items])
def withdraw(path: shapes.WorkItemPath, body: shapes.WithReason) -> Answer:
    """撤回: take back what one has completed, while nobody has acted on what followed."""
    given = (path.work_item_id, body.version, body.reason)
    return _on_item(
        path, lambda connection, person, at: send_back.withdraw(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/transfer", tags=[items])
def transfer(path: shapes.WorkItemPath, body: shapes.HandOn) -> Answer:
    """转办."""
    given = (path.work_item_id, body.version, body.to, body.reason)
    return _on_item(
        path, lambda connection, person, at: hands.transfer(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/delegate", tags=[items])
def delegate(path: shapes.WorkItemPath, body: shapes.HandOn) -> Answer:
    """委派."""
    given = (path.work_item_id, body.version, body.to, body.reason)
    return _on_item(
        path, lambda connection, person, at: hands.delegate(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/resolve", tags=[items])
def resolve(path: shapes.WorkItemPath, body: shapes.Resolve) -> Answer:
    """Return a delegated item to its owner, with an opinion."""
    given = (path.work_item_id, body.version, body.opinion)
    return _on_item(
        path, lambda connection, person, at: hands.resolve(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/add_signer", tags=[items])
def add_signer(path: shapes.WorkItemPath, body: shapes.AddSigner) -> Answer:
    """加签."""
    given = (path.work_item_id, body.version, body.people, body.mode, body.reason)
    return _on_item(
        path, lambda connection, person, at: signers.add_signer(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/remove_signer", tags=[items])
def remove_signer(path: shapes.WorkItemPath, body: shapes.RemoveSigner) -> Answer:
    """减签."""
    given = (path.work_item_id, body.version, body.person, body.reason)
    return _on_item(
        path,
        lambda connection, person, at: signers.remove_signer(connection, current_house().office, person, *given, at),
    )


@api.post("/work-items/<work_item_id>/urge", tags=[items])
def urge(path: shapes.WorkItemPath, body: shapes.Urge) -> Answer:
    """催办; 409 where the item was urged not long ago."""
    given = (path.work_item_id, body.version, body.message)
    return _on_item(
        path, lambda connection, person, at: hands.urge(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/circulate", tags=[items])
def circulate(path: shapes.WorkItemPath, body: shapes.Circulate) -> Answer:
    """传阅: the copies are in ``opened``."""
    given = (path.work_item_id, body.people, body.message)
    return _on_item(
        path, lambda connection, person, at: hands.circulate(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/mark_read", tags=[items])
def mark_read(path: shapes.WorkItemPath, body: shapes.MarkRead) -> Answer:
    """已阅."""
    given = (path.work_item_id, body.version, body.opinion)
    return _on_item(
        path, lambda connection, person, at: hands.mark_read(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/record_for", tags=[items])
def record_for(path: shapes.WorkItemPath, body: shapes.RecordFor) -> Answer:
    """代录, by a secretary of the leader."""
    scan = (body.attachment,) if body.attachment else ()
    submission = Submission(body.version, body.decision, body.opinion, {}, scan, body.circled)
    given = (path.work_item_id, body.person, submission)
    return _on_item(
        path, lambda connection, person, at: hands.record_for(connection, current_house().office, person, *given, at)
    )


@api.post("/work-items/<work_item_id>/confirm", tags=[items])
def confirm(path: shapes.WorkItemPath, body: shapes.AtVersion) -> Answer:
    """Confirm what was recorded for oneself."""
    given = (path.work_item_id, body.version)
    return _on_item(
        path, lambda connection, person, at: hands.confirm(connection, current_house().office, person, *given, at)
    )


@api.post("/instances/<instance_id>/cancel", tags=[instances])
def cancel(path: shapes.InstancePath, body: shapes.Reason) -> Answer:
    """终止办理: by who began the case, until it has a number; by process_administrator."""
    return _on_case(
        path,
        lambda connection, person, at: lifecycle.cancel(
            connection, current_house().office, person, path.instance_id, body.reason, at
        ),
    )


@api.post("/instances/<instance_id>/suspend", tags=[instances])
def suspend(path: shapes.InstancePath, body: shapes.Reason) -> Answer:
    """挂起: for office_director and process_administrator."""
    return _on_case(
        path,
        lambda connection, person, at: lifecycle.suspend(
            connection, current_house().office, person, path.instance_id, body.reason, at
        ),
    )


@api.post("/instances/<instance_id>/resume", tags=[instances])
def resume(path: shapes.InstancePath) -> Answer:
    """恢复: for office_director and process_administrator."""
    return _on_case(
        path,
        lambda connection, person, at: lifecycle.resume(
            connection, current_house().office, person, path.instance_id, at
        ),
    )


@api.post("/handovers", tags=[office])
def hand_over(body: shapes.Handover) -> Answer:
    """交接: everything open of one person to another, in one act; for office_director and process_administrator."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: datetime) -> tuple[dict[str, Any], int]:
        handed = hands.hand_over(connection, house.office, person, body.from_, body.to, body.reason, at)
        return {"handed_over": handed}, 200

    return once(act)


def _on_item(path: shapes.WorkItemPath, deed: Deed) -> Answer:
    person = current_person()

    def act(connection: Connection, at: datetime) -> tuple[dict[str, Any], int]:
        advanced = deed(connection, person, at)
        answer = work_item(connection, path.work_item_id)
        opened = advanced.opened if advanced is not None else ()
        case = cases.get_row(connection, answer["instance_id"])
        answer["opened"] = [shapes.work_item(one, case, "none") for one in opened]
        return answer, 200

    return once(act)


def _on_case(path: shapes.InstancePath, deed: Deed) -> Answer:
    person = current_person()

    def act(connection: Connection, at: datetime) -> tuple[dict[str, Any], int]:
        deed(connection, person, at)
        return instance(connection, path.instance_id, at), 200

    return once(act)
